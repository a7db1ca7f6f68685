"""People: the user model and how they sign in."""
