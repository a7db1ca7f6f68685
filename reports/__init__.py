"""Narrative, figures, rendering and publication."""
