"""The sample as CSV, for a spreadsheet: cases and reserves, what it reflects, and the key list."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from cases.models import SampledCase, SampleDraw
from cases.sampling.drawing import find_why_left_out
from cases.sampling.explaining import Comparison, Told, label_stratum, list_standing
from cases.sampling.storing import as_entry
from inspections.definition import ProgrammeDefinition, SamplingMethod
from inspections.spreadsheets import write_csv

LEFT_OUT = {"too_old": "left out: too old", "ended": "left out: ended"}


def export_sample(draw: SampleDraw, definition: ProgrammeDefinition) -> str:
    """Return every case of the caseload, with its place in the draw, facts and replacement.

    Cases of the sample come first, then reserves, then what was left out.
    """
    method = SamplingMethod.from_document(draw.method)
    keys = [fact.key for fact in definition.facts if fact.group == "case"]
    rows = list(
        SampledCase.objects.filter(draw=draw).select_related(
            "entry", "case", "replaced_by__case", "replaces__case"
        )
    )
    lines = [
        [
            row.case.reference if row.case else "",
            row.entry.reference,
            _describe_place(row),
            label_stratum(definition, method, row.stratum),
            row.position,
            row.entry.case_manager,
            row.entry.started_on.isoformat(),
            row.entry.ended_on.isoformat() if row.entry.ended_on else "",
            *(row.entry.facts.get(key, "") for key in keys),
            _reference_of(row.replaced_by),
            _reference_of(getattr(row, "replaces", None)),
            timezone.localtime(row.replaced_at).date().isoformat() if row.replaced_at else "",
            row.reason,
        ]
        for row in rows
    ]
    for entry in draw.caseload.entries.filter(sampled__isnull=True):
        why = find_why_left_out(as_entry(entry), method, draw.caseload.as_at)
        lines.append(
            [
                "",
                entry.reference,
                LEFT_OUT[why.value] if why else "",
                label_stratum(definition, method, entry.facts[method.strata]),
                "",
                entry.case_manager,
                entry.started_on.isoformat(),
                entry.ended_on.isoformat() if entry.ended_on else "",
                *(entry.facts.get(key, "") for key in keys),
                *[""] * 4,
            ]
        )
    head = [
        "case", "service_reference", "place", "stratum", "drawn", "case_manager", "started_on",
        "ended_on", *keys, "replaced_by", "replaces", "replaced_on", "reason",
    ]  # fmt: skip
    return write_csv(head, lines)


def export_comparison(draw: SampleDraw, comparison: Comparison, exchanges: Sequence[Told]) -> str:
    """Return the shares of caseload and sample, and the exchanges, as the page shows them."""
    parts = (
        (comparison.by, comparison.strata),
        ("Minimum", comparison.minimums),
        ("Status", comparison.statuses),
    )
    lines: list[list[object]] = [
        [
            part,
            row.label,
            row.caseload.cases,
            row.caseload.percent,
            "" if row.wanted is None else row.wanted,
            row.sample.cases,
            row.sample.percent,
            "",
        ]
        for part, rows in parts
        for row in rows
    ]
    lines += [
        ["Exchange", told.minimum, *[""] * 5, f"{told.came} came in place of {told.went}"]
        for told in exchanges
    ]
    lines.append(["Seed", "", *[""] * 5, draw.seed])
    head = [
        "part", "group", "caseload_cases", "caseload_percent", "asked_for", "sample_cases",
        "sample_percent", "note",
    ]  # fmt: skip
    return write_csv(head, lines)


def export_keys(sampled: Sequence[SampledCase]) -> str:
    """Return the key list: which case of the inspection is which of the service."""
    lines = [
        [row.case.reference if row.case else "", row.entry.reference, row.entry.case_manager]
        for row in list_keys(sampled)
    ]
    return write_csv(["case", "service_reference", "case_manager"], lines)


def list_keys(sampled: Sequence[SampledCase]) -> list[SampledCase]:
    """Return the cases that are in the sample now, by their reference."""
    opened = [row for row in list_standing(sampled) if row.case is not None]
    return sorted(opened, key=lambda row: str(row.case))


def _describe_place(row: SampledCase) -> str:
    if row.replaced_at:
        return "withdrawn"
    if row.reserve:
        return "sample, from reserve" if row.case_id else "reserve"
    return "sample"


def _reference_of(row: SampledCase | None) -> str:
    return row.case.reference if row is not None and row.case else ""
