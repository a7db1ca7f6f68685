"""Storing a caseload and proposing a sample from it; both can be done again until it is opened."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.models import User
from cases.allocation.holding import hold_inspection
from cases.models import Caseload, CaseloadEntry, SampledCase, SampleDraw
from cases.sampling.drawing import Draw, Entry, LeftOut, draw_sample, first_day
from inspections.catalogue import load_definition
from inspections.definition import SamplingMethod
from inspections.models import Inspection

BATCH_SIZE = 1000
SEED = re.compile(r"\A[A-Za-z0-9-]{1,64}\Z")

OPENED = "The cases of this sample are open already, so it can no longer be changed."
HAS_CASES = "This inspection has cases already that were not drawn from a caseload."
NO_METHOD = "The programme of this inspection says nothing of how a sample is drawn."
OTHER_PROGRAMME = (
    "This caseload does not give what the programme asks for: it was uploaded under another one, "
    "or before the way in which samples are drawn was changed. Upload it again."
)
CHANGED_PROGRAMME = "The programme was changed meanwhile. Upload the caseload again under it."
NOBODY = "No case of this caseload can be drawn from: each is too old, or has ended."


class NotPossibleError(Exception):
    """What was asked for cannot be done as things stand; its words are fit to be shown."""


def find_caseload(inspection: Inspection) -> Caseload | None:
    """Return the caseload of `inspection` with its draw, if there are any, in one query."""
    return (
        Caseload.objects.filter(inspection=inspection)
        .select_related("uploaded_by", "draw__drawn_by")
        .first()
    )


def find_draw(caseload: Caseload | None) -> SampleDraw | None:
    """Return the draw of a caseload, if there is one."""
    return getattr(caseload, "draw", None) if caseload else None


def find_method(inspection: Inspection) -> SamplingMethod:
    """Return how samples are drawn under the programme of `inspection`.

    Raises NotPossibleError if it does not say.
    """
    method = load_definition(inspection.programme).sampling
    if method is None:
        raise NotPossibleError(NO_METHOD)
    return method


def check_changeable(inspection: Inspection) -> None:
    """Raise NotPossibleError unless the sample of `inspection` is still to be settled."""
    if SampleDraw.objects.filter(caseload__inspection=inspection, opened_at__isnull=False).exists():
        raise NotPossibleError(OPENED)
    if inspection.cases.exists():
        raise NotPossibleError(HAS_CASES)


def check_given(inspection: Inspection, rows: Iterable[CaseloadEntry], *needed: str) -> None:
    """Raise NotPossibleError unless `rows` give values of the programme's own facts.

    Each must give those that are `needed`.
    """
    facts = load_definition(inspection.programme).facts_by_key
    for row in rows:
        given = {
            key for key, value in row.facts.items() if key in facts and value in facts[key].values
        }
        if given != row.facts.keys() or not given.issuperset(needed):
            raise NotPossibleError(OTHER_PROGRAMME)


@transaction.atomic
def store_caseload(
    inspection: Inspection,
    entries: Iterable[CaseloadEntry],
    *,
    as_at: date,
    columns: Mapping[str, str],
    by: User,
) -> Caseload:
    """Store the caseload of `inspection` as at a date, in place of an earlier one and its draw.

    `columns` names the column of the file that each field was taken from. Raises NotPossibleError
    where cases are open already, or the inspection has another programme by now.
    """
    hold_inspection(inspection)
    if not Inspection.objects.filter(pk=inspection.pk, programme=inspection.programme_id).exists():
        raise NotPossibleError(CHANGED_PROGRAMME)
    check_changeable(inspection)
    Caseload.objects.filter(inspection=inspection).delete()
    caseload = Caseload.objects.create(
        inspection=inspection,
        as_at=as_at,
        columns=dict(columns),
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )
    stored = list(entries)
    for entry in stored:
        entry.caseload = caseload
    CaseloadEntry.objects.bulk_create(stored, batch_size=BATCH_SIZE)
    return caseload


@transaction.atomic
def propose_sample(inspection: Inspection, *, by: User, seed: str = "") -> SampleDraw:
    """Draw a sample from the caseload of `inspection`, in place of an earlier draw.

    A new seed is made unless one is given, which repeats a draw. Raises NotPossibleError where
    there is no caseload or it is of another programme, nothing to draw from, no method, or cases
    are open already.
    """
    hold_inspection(inspection)
    check_changeable(inspection)
    method = find_method(inspection)
    caseload = find_caseload(inspection)
    if caseload is None:
        raise NotPossibleError("There is no caseload yet to draw from.")
    seed = seed or secrets.token_hex(16)
    rows = {row.reference: row for row in caseload.entries.all()}
    needed = [method.strata, *(minimum.fact for minimum in method.minimums)]
    check_given(inspection, rows.values(), *needed)
    draw = draw_sample(map(as_entry, rows.values()), method, seed, caseload.as_at)
    if not draw.eligible:
        raise NotPossibleError(NOBODY)
    earlier = find_draw(caseload)
    number = 1
    if earlier is not None:
        number = earlier.number + 1
        earlier.delete()
    stored = SampleDraw.objects.create(
        caseload=caseload,
        seed=seed,
        number=number,
        method=asdict(method),
        account=describe_draw(draw, method, caseload.as_at),
        drawn_by=by,
        drawn_at=timezone.now(),
    )
    _store_sampled(stored, method, rows, draw.sample, reserve=False)
    _store_sampled(stored, method, rows, draw.reserves, reserve=True)
    return stored


def as_entry(row: CaseloadEntry) -> Entry:
    """Return a row of the caseload as what is drawn from."""
    return Entry(row.reference, row.started_on, row.current, row.facts)


def describe_draw(draw: Draw, method: SamplingMethod, as_at: date) -> dict[str, Any]:
    """Return how a draw came out as plain values, as it is kept with it.

    Counts are of the cases that were drawn from, unless they say otherwise.
    """
    eligible = [*draw.sample, *draw.reserves]
    strata = Counter(entry.facts[method.strata] for entry in eligible)
    left_out = Counter(reason for _, reason in draw.left_out)
    return {
        "first_day": first_day(method, as_at).isoformat(),
        "eligible": len(eligible),
        "current": sum(entry.current for entry in eligible),
        "left_out": {reason.value: left_out[reason] for reason in LeftOut},
        "size": len(draw.sample),
        "strata": {
            value: {"cases": strata[value], "allotted": allotted}
            for value, allotted in draw.allotted.items()
        },
        "minimums": {
            minimum.label: {
                "cases": sum(minimum.holds(entry.facts) for entry in eligible),
                "needed": draw.needed[minimum.label],
            }
            for minimum in method.minimums
        },
        "exchanges": [
            {
                "minimum": exchange.minimum.label,
                "came": exchange.came.reference,
                "came_from": exchange.came_from,
                "went": exchange.went.reference,
                "went_from": exchange.went_from,
            }
            for exchange in draw.exchanges
        ],
    }


def list_sampled(draw: SampleDraw) -> QuerySet[SampledCase]:
    """Return the cases of a draw that are or were in the sample, in drawn order, in one query."""
    return (
        SampledCase.objects.filter(draw=draw)
        .exclude(reserve=True, case__isnull=True)
        .select_related("entry", "case", "replaced_by__case", "replaced_by_user")
    )


def count_reserves(draw: SampleDraw) -> dict[str, int]:
    """Return how many reserves are left in each stratum that has any, in one query."""
    left = SampledCase.objects.filter(draw=draw, reserve=True, case__isnull=True).order_by()
    return dict(left.values_list("stratum").annotate(Count("pk")))


def _store_sampled(
    draw: SampleDraw,
    method: SamplingMethod,
    rows: Mapping[str, CaseloadEntry],
    entries: Sequence[Entry],
    *,
    reserve: bool,
) -> None:
    """Store cases of a draw; each has its place among those of its stratum, from 1."""
    places: Counter[str] = Counter()
    sampled = []
    for entry in entries:
        stratum = entry.facts[method.strata]
        places[stratum] += 1
        sampled.append(
            SampledCase(
                draw=draw,
                entry=rows[entry.reference],
                stratum=stratum,
                reserve=reserve,
                position=places[stratum],
            )
        )
    SampledCase.objects.bulk_create(sampled, batch_size=BATCH_SIZE)
