"""Opening the cases of a sample, each under a reference of our own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction
from django.utils import timezone

from cases.allocation.holding import hold_inspection
from cases.models import Case, SampledCase
from cases.opening import NewCase, open_cases
from cases.sampling.drawing import number_cases
from cases.sampling.storing import (
    NotPossibleError,
    as_entry,
    check_changeable,
    check_given,
    find_caseload,
    find_draw,
)
from inspections.models import Inspection

PREFIX_LETTERS = 3
DRAWN_AGAIN = (
    "The sample was drawn again after you opened this page. Look at it as it is now, before you "
    "open its cases."
)


@transaction.atomic
def open_sample(inspection: Inspection, seed: str) -> int:
    """Open the cases of the sample that was drawn with `seed`; return how many there are.

    They are numbered in an order that tells nothing of the draw. Each has the facts that the
    caseload gives, recorded by nobody. The size of the caseload is noted if it was not known.
    Raises NotPossibleError where it is open already, or another sample was drawn meanwhile.
    """
    hold_inspection(inspection)
    check_changeable(inspection)
    draw = find_draw(find_caseload(inspection))
    if draw is None:
        raise NotPossibleError("There is no sample yet.")
    if draw.seed != seed:
        raise NotPossibleError(DRAWN_AGAIN)
    sampled = {
        row.entry.reference: row
        for row in draw.sampled.filter(reserve=False).select_related("entry")
    }
    numbered = number_cases((as_entry(row.entry) for row in sampled.values()), draw.seed)
    open_sampled(inspection, [sampled[entry.reference] for entry in numbered])
    draw.opened_at = timezone.now()
    draw.save(update_fields=["opened_at"])
    if inspection.caseload is None:
        inspection.caseload = draw.caseload.entries.count()
        inspection.save(update_fields=["caseload"])
    return len(numbered)


def open_sampled(inspection: Inspection, sampled: Sequence[SampledCase]) -> list[Case]:
    """Open the cases of `sampled`, in this order, and tie them to these; needs a transaction.

    Raises NotPossibleError where their facts are none of the programme's.
    """
    check_given(inspection, (row.entry for row in sampled))
    taken = Case.objects.filter(inspection=inspection).values_list("reference", flat=True)
    references = name_cases(inspection.area.name, taken)
    opened = open_cases(
        inspection,
        [
            NewCase(
                reference=next(references),
                case_manager=row.entry.case_manager,
                facts=row.entry.facts,
            )
            for row in sampled
        ],
    )
    cases = [assessment.case for assessment in opened]
    for row, case in zip(sampled, cases, strict=True):
        row.case = case
    SampledCase.objects.bulk_update(sampled, ["case"], batch_size=500)
    return cases


def name_cases(area: str, taken: Iterable[str]) -> Iterator[str]:
    """Yield references that identify nobody, after those `taken`: NOR-001 for a case in Northmere.

    A number that was given once is not given again.
    """
    letters = unicodedata.normalize("NFKD", area).encode("ascii", "ignore").decode()
    prefix = "".join(re.findall("[A-Za-z]", letters))[:PREFIX_LETTERS].upper() or "CASE"
    pattern = re.compile(rf"{prefix}-(\d{{1,9}})", re.ASCII)
    numbers = [int(found[1]) for text in taken if (found := pattern.fullmatch(text))]
    number = max(numbers, default=0)
    while True:
        number += 1
        yield f"{prefix}-{number:03}"
