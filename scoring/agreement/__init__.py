"""How far first and second markings agree."""
