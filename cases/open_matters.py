"""What must be seen to before scores are published, or locked, whatever the answers say."""

from __future__ import annotations

from cases.alerts import count_open_alerts
from cases.allocation.conflicts_of_interest import list_undecided
from cases.moderation import list_reopened
from cases.second_marking.listing import list_unsettled
from inspections.models import Inspection


def list_open_matters(inspection: Inspection) -> list[str]:
    """Return them, a sentence each without any reference: a job may keep it as its error."""
    matters = []
    if alerts := count_open_alerts(inspection):
        matters.append(f"Case alerts that are still open: {alerts:,}.")
    if undecided := list_undecided(inspection):
        matters.append(
            "Cases judged by somebody who has a conflict of interest with them, not yet decided by "
            f"the lead inspector: {len(undecided):,}."
        )
    if unsettled := list_unsettled(inspection):
        matters.append(f"Second markings that are not yet settled: {len(unsettled):,}.")
    return matters


def describe_reopened(inspection: Inspection) -> list[str]:
    """Return in a sentence how many cases were opened again and are not completed; or nothing.

    They keep scores from being locked and published, but not an issue that is frozen already.
    """
    if reopened := list_reopened(inspection).count():
        return [f"Cases that you opened again and that are not completed since: {reopened:,}."]
    return []
