"""Scores of groups of cases, and groups that stand apart."""
