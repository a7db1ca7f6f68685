"""Signing criteria, and locking the scorecard that they make."""
