"""Two people settling the sample at the same moment, each in a connection of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cases.models import Case, SampledCase, SampleDraw
from cases.sampling.opening import open_sample
from cases.sampling.replacing import replace_case
from cases.sampling.storing import NotPossibleError, propose_sample
from inspections.models import Inspection
from tests.cases.sampling.caseloads import (
    SEED,
    draw,
    make_entries,
    make_opened,
    make_setting_up,
    store,
)
from tests.cases.test_recording_together import run_together
from tests.casting import user_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def outcome_of(call: Callable[[Inspection], object]) -> Callable[[], str]:
    """Return a call that tells whether it was possible."""

    def run() -> str:
        try:
            call(Inspection.objects.select_related("programme", "area").get())
        except NotPossibleError as error:
            return str(error)
        return "done"

    return run


def test_a_sample_is_opened_once() -> None:
    inspection = make_setting_up()
    store(inspection, make_entries(30))
    draw(inspection)
    outcomes = run_together([outcome_of(lambda found: open_sample(found, SEED))] * 5)
    assert sorted(outcomes) == [
        *["The cases of this sample are open already, so it can no longer be changed."] * 4,
        "done",
    ]
    assert Case.objects.count() == 12


def test_what_is_opened_is_what_is_drawn_in_the_end() -> None:
    inspection = make_setting_up()
    store(inspection, make_entries(30))
    draw(inspection)
    lead = user_of(inspection, "lead")
    run_together(
        [
            outcome_of(lambda found: open_sample(found, SEED)),
            outcome_of(lambda found: propose_sample(found, by=lead)),
        ]
    )
    stored = SampleDraw.objects.get()
    assert (stored.opened_at is not None) is (stored.seed == SEED)
    opened = SampledCase.objects.filter(draw=stored, case__isnull=False).count()
    assert opened == Case.objects.count() == (12 if stored.opened_at else 0)


def test_a_case_is_replaced_once_and_no_reserve_comes_twice() -> None:
    inspection = make_opened()
    lead = user_of(inspection, "lead")

    def replace(reference: str) -> Callable[[], str]:
        return outcome_of(
            lambda found: replace_case(found, reference, reason="Transferred.", by=lead)
        )

    outcomes = run_together([replace(r) for r in ("ANY-001", "ANY-001", "ANY-002", "ANY-003")])
    assert sorted(outcomes) == [
        "Case ANY-001 was withdrawn from the sample already.",
        *["done"] * 3,
    ]
    assert Case.objects.filter(withdrawn=True).count() == 3
    assert Case.objects.count() == 15
    came = SampledCase.objects.filter(reserve=True, case__isnull=False)
    assert came.values("case").distinct().count() == 3
