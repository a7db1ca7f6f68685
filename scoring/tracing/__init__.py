"""What is behind a score, down to its judgements."""
