"""Good practice: noted by assessors as they meet it, chosen by the lead inspector."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cases.alerts import check_text, tidy_text
from cases.models import Assessment, Case, GoodPractice
from inspections.catalogue import load_definition
from inspections.models import Inspection, TeamMember
from inspections.problems import Problem, RefusedError


@transaction.atomic
def note_practice(
    case: Case | None,
    by: TeamMember,
    *,
    criterion: str,
    text: str,
    mutation: UUID,
    inspection: Inspection | None = None,
) -> GoodPractice:
    """Note an example of good practice under a criterion, met in `case` or in none; return it.

    `inspection` is that of `by` unless given. `mutation` names it as a device sent it: the same
    one again returns the example that it noted then, also if it was removed since. Raises
    RefusedError, with words for the person, where the text is empty, too long or cannot be stored,
    the criterion is not of the programme, the case is not theirs, or the mutation noted another
    example.
    """
    inspection = inspection or by.inspection
    place = str(case or inspection)
    text = _check(place, inspection, criterion, text)
    _check_case(case, by, inspection)
    example, _ = GoodPractice.objects.get_or_create(
        mutation=mutation,
        defaults={
            "inspection": inspection,
            "case": case,
            "criterion": criterion,
            "text": text,
            "noted_by": by,
            "noted_at": timezone.now(),
        },
    )
    if (example.inspection_id, example.noted_by_id) != (inspection.pk, by.pk):
        raise _refusal(place, "This example was noted before, by another person.")
    return example


def list_practice(member: TeamMember) -> QuerySet[GoodPractice]:
    """Return the examples that `member` may see: all to the lead inspector, else their own.

    Those that were removed are left out.
    """
    examples = GoodPractice.objects.filter(
        inspection=member.inspection, removed_at__isnull=True
    ).select_related("case", "noted_by")
    return examples if member.leads else examples.filter(noted_by=member)


@transaction.atomic
def change_practice(
    example: GoodPractice, by: TeamMember, *, criterion: str, text: str
) -> GoodPractice:
    """Put other words or another criterion in an example of one's own; return it anew.

    Raises RefusedError where these are not valid, it is somebody else's, or it is chosen.
    """
    text = _check(str(example.inspection), example.inspection, criterion, text)
    example = _hold_own(example, by)
    example.criterion, example.text = criterion, text
    example.save(update_fields=["criterion", "text"])
    return example


@transaction.atomic
def remove_practice(example: GoodPractice, by: TeamMember) -> None:
    """Take back an example of one's own: its text is gone, and nobody sees it any more.

    What is left names the change by which a device sent it, so that the same one again brings
    nothing back. Raises RefusedError if it is not one's own, or it is chosen.
    """
    example = _hold_own(example, by)
    example.text, example.removed_at = "", timezone.now()
    example.save(update_fields=["text", "removed_at"])


def choose_practice(example: GoodPractice, by: TeamMember, *, chosen: bool) -> None:
    """Choose an example for the report, or no longer, as the lead inspector. Safe to do twice."""
    undecided = GoodPractice.objects.filter(
        pk=example.pk, chosen_at__isnull=chosen, removed_at__isnull=True
    )
    if chosen:
        undecided.update(chosen_at=timezone.now(), chosen_by=by)
    else:
        undecided.update(chosen_at=None, chosen_by=None)


def _check(place: str, inspection: Inspection, criterion: str, text: str) -> str:
    """Return `text` as it is kept, if text and criterion are sound."""
    if criterion not in load_definition(inspection.programme).criteria:
        raise _refusal(place, "Choose a criterion of this programme.")
    text = tidy_text(text)
    if fault := check_text("example", text, "Describe the good practice."):
        raise _refusal(place, fault)
    return text


def _hold_own(example: GoodPractice, by: TeamMember) -> GoodPractice:
    own = GoodPractice.objects.filter(pk=example.pk, noted_by=by, removed_at__isnull=True)
    held = own.select_for_update().first()
    if held is None:
        raise _refusal(str(example.inspection), "This is not one of your examples.")
    if held.chosen_at is not None:
        raise _refusal(
            str(example.inspection),
            "The lead inspector has chosen this example for the report, so it stays as it is.",
        )
    return held


def _check_case(case: Case | None, by: TeamMember, inspection: Inspection) -> None:
    inside = by.inspection_id == inspection.pk and by.assesses
    if case is not None:
        inside = inside and case.inspection_id == inspection.pk
        inside = inside and (by.leads or Assessment.objects.filter(case=case, assessor=by).exists())
    if not inside:
        raise _refusal(str(case or inspection), "This is not one of your cases.")


def _refusal(place: str, message: str) -> RefusedError:
    return RefusedError([Problem(place, None, message)])
