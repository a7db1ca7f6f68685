"""The two markings of each case that was judged twice, as both were given: read once for all.

What of them is counted as agreement, and which judgements they leave disputed, is asked of this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from cases.models import Judgement, SecondMarking
from inspections.catalogue import question_ids
from inspections.models import Inspection
from scoring.fetching import fetch_rows
from scoring.names import Place


class Given(NamedTuple):
    """An answer, empty where it was not asked for, and by which member of the team."""

    answer: str
    by: int | None


NOT_ASKED = Given("", None)


@dataclass(frozen=True)
class Markings:
    """The second markings of an inspection, in case order, and what both assessors answered.

    Those that were called off are left out, and those of withdrawn cases. `answers` holds, by
    assessment, what was asked and answered in those that are compared.
    """

    second_markings: tuple[SecondMarking, ...]
    answers: dict[int, dict[Place, Given]]

    @property
    def compared(self) -> list[SecondMarking]:
        """Those whose two markings are completed, closed and laid side by side."""
        return [each for each in self.second_markings if each.agreed_id is not None]

    @property
    def unsettled(self) -> list[str]:
        """The references of the cases whose two markings are not settled, in case order."""
        return [e.case.reference for e in self.second_markings if e.settled_at is None]

    def pair_up(self, pair: SecondMarking) -> Iterator[tuple[Place, Given, Given]]:
        """Yield what both, or one of them, was asked, with the answer of each."""
        first, second = self.answers[pair.first_id], self.answers[pair.second_id]
        for place, given in first.items():
            yield place, given, second.get(place, NOT_ASKED)
        for place, given in second.items():
            if place not in first:
                yield place, NOT_ASKED, given


def read_markings(inspection: Inspection, question: str | None = None) -> Markings:
    """Return the markings of an inspection in two queries, with the answers to one question or all.

    Raises KeyError if the programme has no question of the code `question`.
    """
    ids = question_ids(inspection.programme)
    second_markings = tuple(
        SecondMarking.objects.filter(
            case__inspection=inspection, case__withdrawn=False, cancelled_at__isnull=True
        )
        .select_related("case", "first__assessor", "second__assessor")
        .order_by("case__position", "case__reference")
    )
    assessments = [
        key
        for pair in second_markings
        if pair.agreed_id is not None
        for key in (pair.first_id, pair.second_id)
    ]
    rows = Judgement.objects.filter(
        assessment__in=assessments, state=Judgement.State.APPLIES
    ).exclude(answer="")
    if question is not None:
        rows = rows.filter(question=ids[question])
    codes = {pk: code for code, pk in ids.items()}
    answers: dict[int, dict[Place, Given]] = {key: {} for key in assessments}
    made: dict[tuple[str, int | None], Given] = {}  # few differ, so each is made once
    columns = ("assessment_id", "question_id", "row", "answer", "changed_by_id")
    for assessment, question_id, row, answer, by in fetch_rows(rows.values_list(*columns)):
        found = made.get((answer, by)) or made.setdefault((answer, by), Given(answer, by))
        answers[assessment][codes[question_id], row] = found
    return Markings(second_markings, answers)
