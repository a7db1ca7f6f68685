"""The pages about the scores: HTTP in and out, nothing else."""
