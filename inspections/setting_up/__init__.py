"""Setting up: areas, people, inspections and their teams, and versions of programmes."""
