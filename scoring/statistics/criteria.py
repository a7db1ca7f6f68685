"""The 95% intervals of sections and criteria alone, for a report: one grouped query."""

from __future__ import annotations

import numpy as np
from django.db.models import Count, Q

from cases.models import Judgement
from inspections.catalogue import load_definition
from inspections.models import Inspection
from scoring.names import ScoreName
from scoring.scorecard import COUNTED, OPEN, ROW
from scoring.statistics.intervals import (
    Interval,
    estimate_ratios,
    find_limits,
    keep_shares,
    list_intervals,
)


def estimate_criteria(inspection: Inspection) -> dict[ScoreName, Interval]:
    """Return the interval of each section and criterion that has one, in one query.

    They are those of `scoring.scored`, which reads every answer.
    """
    definition = load_definition(inspection.programme)
    places = {number: column for column, number in enumerate(definition.criteria)}
    counts: dict[int, list[tuple[int, int, int]]] = {}
    rows = (
        Judgement.objects.filter(assessment__inspection=inspection, assessment__of_record=True)
        .exclude(question__scoring="none")
        .order_by()
        .values_list("assessment_id", "question__criterion__number")
        .annotate(
            sufficient=Count(ROW, filter=COUNTED & Q(answer=Judgement.Answer.SUFFICIENT)),
            insufficient=Count(ROW, filter=COUNTED & Q(answer=Judgement.Answer.INSUFFICIENT)),
            still=Count(ROW, filter=OPEN),
        )
    )
    for assessment, number, sufficient, insufficient, still in rows:
        of_case = counts.setdefault(assessment, [(0, 0, 0)] * len(places))
        of_case[places[number]] = (sufficient, sufficient + insufficient, still)
    names = [ScoreName("criterion", number) for number in places]
    names += [ScoreName("section", section.number) for section in definition.sections]
    if not counts:
        return {}
    by_criterion = np.array(list(counts.values()), np.int64)
    belongs = np.array(
        [
            [
                name.key == (number if name.kind == "criterion" else definition.section_of[number])
                for name in names
            ]
            for number in places
        ],
        np.int64,
    )
    sufficient, relevant, still = (by_criterion[:, :, kind] @ belongs for kind in (0, 1, 2))
    ratios = estimate_ratios(sufficient, relevant)
    kept = keep_shares(still.sum(axis=0), len(counts), inspection.caseload)
    (intervals,) = list_intervals(ratios, *find_limits(ratios, kept))
    return {name: interval for name, interval in zip(names, intervals, strict=True) if interval}
