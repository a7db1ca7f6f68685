"""Judgements become tallies, scores and bands."""
