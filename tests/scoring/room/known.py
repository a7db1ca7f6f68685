"""Inspections that are known twice: as the product stores them, and as the slow reference does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from inspections.catalogue import load_definition, store_programme
from inspections.models import Inspection, TeamMember
from inspections.programmes import read_programme
from reports.bundle import import_inspection
from scoring.answer_table import Standing
from scoring.arithmetic import Score
from scoring.names import ScoreName, parse_score_name
from scoring.scorecard import Scorecard
from scoring.statistics.intervals import Interval
from tests.casting import make_user
from tests.programmes import SMALL_PROGRAMME
from tests.scoring import slow_intervals
from tests.scoring import slow_reference as slow
from tests.scoring.generated import EVERY, Wanted, generate_inspection
from tests.scoring.slow_agreement import Pair, read_pairs
from tests.scoring.slow_reference import NO, YES, Raw, read_raw

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
REAL = {"hertfordshire-2012": "cci-2012", "stockport-2009": "cci-2009"}


CLOSE = 1e-6
"""Per cent, or points: the reference has other roundings on its way."""

KINDS = {"headline": "headlines", "section": "sections", "criterion": "criteria"}
WORDS = {
    Standing.SUFFICIENT: YES,
    Standing.INSUFFICIENT: NO,
    Standing.NOT_APPLICABLE: slow.NOT_APPLICABLE,
    Standing.UNANSWERED: slow.UNANSWERED,
    Standing.UNDECIDED: slow.UNDECIDED,
    Standing.NOT_ASKED: slow.NOT_ASKED,
}
"""How a judgement stands, as the slow reference calls it."""


@dataclass(frozen=True)
class Known:
    """An inspection, and its rows as the slow reference read them: of record, and judged twice."""

    inspection: Inspection
    raw: Raw
    pairs: list[Pair]

    def name(self, written: str) -> ScoreName:
        """Return the score that is written so."""
        return parse_score_name(load_definition(self.inspection.programme), written)


def know_real(slug: str) -> Known:
    """Import a real inspection, led by the user who leads in all tests."""
    path = FIXTURES / "programmes" / f"{REAL[slug]}.yaml"
    store_programme(read_programme(path))
    import_inspection(FIXTURES / "inspections" / slug)
    inspection = Inspection.objects.select_related("programme", "area").get(slug=slug)
    TeamMember.objects.filter(inspection=inspection, role="lead_inspector").update(
        user=make_user("lead")
    )
    return _read(inspection, path.read_text(encoding="utf-8"))


def know_generated(seed: int, wanted: Wanted, area: str = "Anyshire") -> Known:
    """Generate an inspection under the small programme."""
    inspection = generate_inspection(seed, wanted, area=area)
    return _read(inspection, SMALL_PROGRAMME)


def _read(inspection: Inspection, document: str) -> Known:
    raw = read_raw(inspection, document)
    return Known(inspection, raw, read_pairs(inspection, raw.programme))


@contextmanager
def know_every() -> Iterator[dict[str, Known]]:
    """Know the real inspections and one of every kind; nothing stays in the database."""
    with transaction.atomic():
        every = {slug: know_real(slug) for slug in REAL}
        for seed, (kind, wanted) in enumerate(EVERY.items()):
            every[kind] = know_generated(seed, wanted)
        connection.check_constraints()  # once now, else again at the end of every test
        try:
            yield every
        finally:
            transaction.set_rollback(True)


def find(card: Scorecard, written: str) -> Score:
    """Return the score of a scorecard that is written so."""
    kind, _, key = written.rpartition(" ")
    if kind:
        scores: dict[str, Score] = getattr(card, KINDS[kind])
        return scores[key]
    code, _, row = key.partition("/")
    return card.questions[code].rows[row] if row else card.questions[code].score


def scores_of(raw: Raw) -> dict[str, dict[str, object]]:
    """Return every score as the slow reference has it."""
    return {name: slow.score(raw, name) for name in raw.programme.names}


def pairs_of(raw: Raw, name: str) -> list[tuple[int, int]]:
    """Return what each case gives to a score: sufficient and relevant answers."""
    return [slow.count_case(raw, case, name)[:2] for case in raw.cases]


def is_open(raw: Raw, name: str) -> bool:
    """Whether any answer may count yet."""
    return any(slow.count_case(raw, case, name)[2] for case in raw.cases)


def check_interval(
    found: Interval | None, raw: Raw, name: str, caseload: int | None, sampled: int | None = None
) -> None:
    """Check one interval, and how it is printed; `sampled` of the caseload are all its cases.

    While anything is open, the caseload counts as not known.
    """
    if is_open(raw, name):
        caseload = None
    expected = slow_intervals.interval(pairs_of(raw, name), caseload, sampled)
    if expected is None:
        assert found is None, name
        return
    assert found is not None, name
    assert (found.low, found.high) == pytest.approx(expected[:2], abs=CLOSE), name
    assert found.cases == expected[2], name
    assert found.printed == slow_intervals.print_interval(*expected[:2]), name
