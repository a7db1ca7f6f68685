"""The pages of inspections: the start page, the overview, and setting up."""

from inspections.views.overview import detail, home

__all__ = ["detail", "home"]
