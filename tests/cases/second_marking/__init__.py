"""A case judged twice: picked, judged blind, compared, settled."""
