"""The pages of the team of Anyshire's inspection: where they are, and what their form sends."""

from __future__ import annotations

from accounts.models import User
from inspections.models import Inspection

BASE = "/inspections/anyshire-2026/"
TEAM = f"{BASE}team/"
NEW = f"{BASE}new-member/"
SENT = {"role": "inspector", "name": "Inspector 7", "home_area": "", "email": ""}


def keys_of(inspection: Inspection) -> list[str]:
    """Return the keys of the team, in order."""
    return [member.key for member in inspection.team.all()]


def events_of(user: User) -> list[tuple[str, str, str]]:
    """Return what was done to an account, by whom, and who was told; the newest first."""
    events = user.events.select_related("by")
    return [(event.what, str(event.by), event.notice_to) for event in events]
