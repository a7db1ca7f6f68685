"""What is inspected, by whom, against what."""
