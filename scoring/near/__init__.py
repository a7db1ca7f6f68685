"""How near a score is to another band, and what could take it there."""
