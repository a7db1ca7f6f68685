"""Saving with 1.4 million judgements stored, against saving with 10,000.

Each has a database of its own in the same server, copied from the same inspection, and the two take
turns. The person who saves judges cases in every inspection that there is, in no order.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import cycle
from time import perf_counter

from cases.models import Judgement
from inspections.catalogue import load_definition
from inspections.models import Inspection
from tests.benchmarks.browser import Browser, make_answer
from tests.benchmarks.copies import copy_database, fill_to, reduce_to, use_database
from tests.benchmarks.saving import require_disk, seat_assessor
from tests.benchmarks.timing import Result, measure_ratio

FEW, MANY = 10_000, 1_400_000
ROUNDS = 301


def measure(inspection: Inspection) -> Iterator[Result]:
    """Give the ratio; tell first how long it took to fill the larger database."""
    require_disk()
    member = seat_assessor(inspection)
    assert member.user is not None
    browser = Browser(member.user)
    with copy_database("few") as few, copy_database("many") as many:
        with use_database(few):
            reduce_to(FEW)
            save_beside_few = make_saver(browser, inspection)
        with use_database(many):
            start = perf_counter()
            fill_to(MANY)
            seconds = perf_counter() - start
            print(f"      {Judgement.objects.count():,} judgements stored in {seconds:.0f} seconds")
            save_beside_many = make_saver(browser, inspection)

        def save_in(database: str, save: Callable[[], None]) -> None:
            with use_database(database):
                save()

        ratio = measure_ratio(
            lambda: save_in(many, save_beside_many),
            lambda: save_in(few, save_beside_few),
            rounds=ROUNDS,
        )
    yield Result(f"save an answer beside {MANY:,} judgements, against {FEW:,}", ratio, 1.2)


def make_saver(browser: Browser, inspection: Inspection) -> Callable[[], None]:
    """Return what saves an answer in one of the person's cases after the other, in no order."""
    gates = load_definition(inspection.programme).gates
    rows = (
        Judgement.objects.filter(
            assessment__assessor__user__email="benchmark@example.org",
            state=Judgement.State.APPLIES,
        )
        .exclude(question__code__in=gates)
        .values_list(
            "assessment__inspection__slug",
            "assessment__case__reference",
            "assessment_id",
            "question__code",
            "row",
            "version",
        )
    )
    chosen = cycle(random.Random(7).sample(list(rows), ROUNDS + 1))

    def save() -> None:
        slug, reference, assessment, code, row, version = next(chosen)
        change = make_answer(assessment, code, row, version, "insufficient")
        path = f"/inspections/{slug}/cases/{reference}/sync/"
        (result,) = browser.post(path, {"changes": [change]})["results"]
        if result["status"] != "saved":
            raise ValueError(result)

    return save
