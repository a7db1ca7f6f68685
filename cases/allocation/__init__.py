"""Who judges which case: by hand, shared out automatically, and what keeps people from a case."""
