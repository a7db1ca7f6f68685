"""How firm scores and differences are; nothing here knows of inspections."""
