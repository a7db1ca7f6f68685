"""One table and one way for all background work."""
