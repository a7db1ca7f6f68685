"""The scorecard as a file: CSV, a spreadsheet (ODS) or JSON, with every count behind every score.

A file leaves the room, so of a breakdown it hides groups that are too small, and with them as many
others as it takes for none to be worked out from the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils import timezone

from inspections.definition import FactDefinition, ProgrammeDefinition
from inspections.models import Inspection
from inspections.spreadsheets import Sheet, write_csv, write_ods
from scoring.answer_table import AnswerTable, Standing, read_answer_table
from scoring.arithmetic import Score, Tally, choose_hidden, score_tally
from scoring.models import ScorecardLock
from scoring.names import ScoreName, list_score_names, title_of
from scoring.signing.reading import find_lock
from scoring.statistics.intervals import Interval, estimate_intervals

METHOD = (
    "A percentage is sufficient answers out of relevant ones (sufficient or insufficient), rounded "
    "half up. While answers are open it stands in a range. The 95% interval takes the case as the "
    "unit. The method is described in docs/SCORING.md."
)
HIDDEN = "hidden: too few cases, or too few could be worked out from it"

HEAD = (
    "kind", "key", "row", "title", "sufficient", "relevant", "open", "not_applicable", "not_asked",
    "percent", "low", "high", "interval_low", "interval_high", "interval_cases", "band",
)  # fmt: skip
BY_HEAD = ("group", "cases", *HEAD[:12], "band")
PERCENTS = {"percent": 0, "low": 0, "high": 0, "interval_low": 1, "interval_high": 1}
"""Columns of percentages, with their decimal places."""

KINDS = {
    "headline": "headlines",
    "section": "sections",
    "criterion": "criteria",
    "question": "questions",
}
"""Where a score stands in the JSON form, by its kind."""


@dataclass(frozen=True, slots=True)
class Format:
    """A form of file: its name in an address, which it ends with too, and what a link says."""

    key: str
    short: str
    label: str
    content_type: str


FORMATS = (
    Format("ods", "ODS", "Spreadsheet (ODS)", "application/vnd.oasis.opendocument.spreadsheet"),
    Format("csv", "CSV", "Table (CSV)", "text/csv; charset=utf-8"),
    Format("json", "JSON", "Data (JSON)", "application/json"),
)


@dataclass(frozen=True, slots=True)
class Exported:
    """A score with all that is counted for it; `interval` is None where there is none."""

    name: ScoreName
    title: str
    score: Score
    not_applicable: int
    not_asked: int
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The cases in which a fact has one value; `scores` and `cases` are None where it is hidden."""

    value: str
    label: str
    cases: int | None
    scores: Sequence[Exported] | None


@dataclass(frozen=True)
class Export:
    """All that a file says. `complete` as on the scorecard; `groups` are by `fact`, if any."""

    inspection: Inspection
    definition: ProgrammeDefinition
    as_at: datetime
    cases: int
    complete: bool
    lock: ScorecardLock | None
    scores: Sequence[Exported]
    fact: FactDefinition | None = None
    groups: Sequence[Group] = ()

    @property
    def file_name(self) -> str:
        """What the file is called, without its ending: `anyshire-2026-scorecard-2026-03-02`."""
        by = f"-by-{self.fact.key.replace('_', '-')}" if self.fact else ""
        date = timezone.localtime(self.as_at).date().isoformat()
        return f"{self.inspection.slug}-scorecard{by}-{date}"


def gather_export(inspection: Inspection, fact: str = "") -> Export:
    """Return the scores of an inspection as they stand now, in four queries.

    With the key of a fact, also by its values, those groups hidden that `choose_hidden` names.
    `inspection.programme` is at hand. Raises KeyError if the programme has no such fact.
    """
    table = read_answer_table(inspection)
    definition = table.definition
    by = definition.facts_by_key[fact] if fact else None
    names = list_score_names(definition, rows=True)
    facts_missing = any(case.facts_missing for case in table.cases)
    return Export(
        inspection=inspection,
        definition=definition,
        as_at=timezone.now(),
        cases=len(table.cases),
        complete=bool(table.cases) and not facts_missing and not table.mark_open().any(),
        lock=find_lock(inspection),
        scores=list(_list_scores(table, names, inspection.caseload)),
        fact=by,
        groups=_list_groups(table, names, by, inspection.smallest_group) if by else (),
    )


def write_export(export: Export, key: str) -> bytes:
    """Return the file in the format with this key. Raises KeyError if there is no such format."""
    return {"csv": _write_csv, "ods": _write_ods, "json": _write_json}[key](export)


def _list_scores(
    table: AnswerTable, names: Sequence[ScoreName], caseload: int | None, group: Any = None
) -> Iterator[Exported]:
    """Yield the scores of all cases with their intervals, or of a group's without."""
    counts = table.count(names)
    tallies = counts.pool(group)
    intervals: Sequence[Interval | None] = [None] * len(names)
    if group is None:
        intervals = estimate_intervals(counts.sufficient, counts.relevant, caseload)
    chosen = slice(None) if group is None else group
    of_place = {
        standing: table.mark(standing)[chosen].sum(axis=0).tolist()
        for standing in (Standing.NOT_APPLICABLE, Standing.NOT_ASKED)
    }
    definition = table.definition
    for name, tally, interval in zip(names, tallies, intervals, strict=True):
        columns = table.columns_of(name)
        yield Exported(
            name=name,
            title=title_of(definition, name),
            score=_score(definition, name, tally),
            not_applicable=sum(of_place[Standing.NOT_APPLICABLE][at] for at in columns),
            not_asked=sum(of_place[Standing.NOT_ASKED][at] for at in columns),
            interval=interval if definition.scored else None,
        )


def _score(definition: ProgrammeDefinition, name: ScoreName, tally: Tally) -> Score:
    return score_tally(tally, definition.bands if name.is_banded else ())


def _list_groups(
    table: AnswerTable, names: Sequence[ScoreName], fact: FactDefinition, smallest: int
) -> list[Group]:
    """Return the groups that have cases; those in which nothing is recorded come last."""
    marks = {value: table.mark_cases(fact.key, value) for value in (*fact.values, "")}
    sizes = {value: int(marked.sum()) for value, marked in marks.items()}
    hidden = choose_hidden(sizes, smallest)
    whole = [name for name in names if not name.row]
    groups = []
    for value, marked in marks.items():
        if not sizes[value]:
            continue
        label = fact.label_of(value) or "Not recorded"
        if value in hidden:
            groups.append(Group(value, label, None, None))
        else:
            scores = list(_list_scores(table, whole, None, marked))
            groups.append(Group(value, label, sizes[value], scores))
    return groups


def _cells_of(exported: Exported) -> dict[str, object]:
    """Return the cells of a line by their column; None where there is nothing."""
    name, score, interval = exported.name, exported.score, exported.interval
    return {
        "kind": name.kind if not name.row else "row",
        "key": name.key,
        "row": name.row or None,
        "title": exported.title,
        "sufficient": score.sufficient,
        "relevant": score.relevant,
        "open": score.open,
        "not_applicable": exported.not_applicable,
        "not_asked": exported.not_asked,
        "percent": score.percent,
        "low": score.low,
        "high": score.high,
        "interval_low": round(interval.low, 1) if interval else None,
        "interval_high": round(interval.high, 1) if interval else None,
        "interval_cases": interval.cases if interval else None,
        "band": score.band,
    }


def _list_group_lines(export: Export) -> Iterator[dict[str, object]]:
    for group in export.groups:
        start: dict[str, object] = {"group": group.label, "cases": group.cases}
        if group.scores is None:
            yield start | {"title": HIDDEN}
        for exported in group.scores or ():
            yield start | _cells_of(exported)


def _describe(export: Export) -> dict[str, str]:
    """Return what a file says of itself, by what it is called."""
    inspection, lock = export.inspection, export.lock
    about = {
        "Inspection": str(inspection),
        "Address": inspection.slug,
        "Programme": export.definition.identity,
        "As at": timezone.localtime(export.as_at).isoformat(timespec="seconds"),
        "Cases": str(export.cases),
        "State": "Complete" if export.complete else "Not complete",
        "Locked": f"{timezone.localtime(lock.locked_at).isoformat(timespec='seconds')}, "
        f"{lock.locked_by.name}"
        if lock
        else "Not signed and locked",
        "Fingerprint of the scores": digest_scores(export),
        "Method": METHOD,
    }
    if export.fact:
        about["Broken down by"] = export.fact.label
        about["Smallest group shown"] = f"{inspection.smallest_group} cases"
    return about


def _write_csv(export: Export) -> bytes:
    if export.fact:
        return _as_csv(BY_HEAD, _list_group_lines(export))
    return _as_csv(HEAD, map(_cells_of, export.scores))


def _as_csv(head: Sequence[str], lines: Iterator[dict[str, object]]) -> bytes:
    rows = ([_blank(line.get(column)) for column in head] for line in lines)
    return write_csv(head, rows).encode()


def _blank(value: object) -> object:
    return "" if value is None else value


def _write_ods(export: Export) -> bytes:
    whole = [each for each in export.scores if each.name.kind != "question"]
    questions = [each for each in export.scores if each.name.kind == "question"]
    sheets = [
        _make_sheet("Scores", HEAD, map(_cells_of, whole)),
        _make_sheet("Questions by row", HEAD, map(_cells_of, questions)),
    ]
    if export.fact:
        sheets.append(_make_sheet("Breakdown", BY_HEAD, _list_group_lines(export)))
    sheets.append(Sheet("About", ("What", "Value"), list(_describe(export).items())))
    return write_ods(sheets)


def _make_sheet(name: str, head: Sequence[str], lines: Iterator[dict[str, object]]) -> Sheet:
    percents = {head.index(column): places for column, places in PERCENTS.items() if column in head}
    return Sheet(name, head, [[line.get(column) for column in head] for line in lines], percents)


def _write_json(export: Export) -> bytes:
    return json.dumps(to_document(export), ensure_ascii=False, indent=1).encode()


def to_document(export: Export) -> dict[str, Any]:
    """Return what the JSON file holds: the form of `manage.py scorecard --format json`, in which
    each score has three more counts and its interval; then what the file says of itself.
    """
    lock = export.lock
    document = _nest(export, export.scores, _describe_score) | {
        "as_at": timezone.localtime(export.as_at).isoformat(timespec="seconds"),
        "digest": digest_scores(export),
        "lock": {
            "locked_at": timezone.localtime(lock.locked_at).isoformat(timespec="seconds"),
            "locked_by": lock.locked_by.name,
        }
        if lock
        else None,
        "method": METHOD,
    }
    if export.fact:
        document["by"] = {
            "fact": export.fact.key,
            "smallest_group": export.inspection.smallest_group,
            "groups": [
                {"value": group.value, "label": group.label, "cases": group.cases}
                | (
                    {"hidden": HIDDEN}
                    if group.scores is None
                    else _nest_scores(group.scores, _describe_score)
                )
                for group in export.groups
            ],
        }
    return document


def digest_scores(export: Export) -> str:
    """Return the SHA-256 of the scores in the form of the command line, keys in order."""
    plain = _nest(export, export.scores, lambda exported: exported.score._asdict())
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


Describe = Callable[[Exported], dict[str, Any]]


def _nest(export: Export, scores: Sequence[Exported], describe: Describe) -> dict[str, Any]:
    return {
        "inspection": export.inspection.slug,
        "programme": export.definition.identity,
        "complete": export.complete,
    } | _nest_scores(scores, describe)


def _nest_scores(scores: Sequence[Exported], describe: Describe) -> dict[str, Any]:
    """Return the scores by kind and key, rows of a grid within their question."""
    nested: dict[str, Any] = {
        "headlines": {}, "sections": {}, "criteria": {}, "questions": {},
    }  # fmt: skip
    for exported in scores:
        name = exported.name
        if name.row:
            rows = nested["questions"][name.key].setdefault("rows", {})
            rows[name.row] = describe(exported)
        else:
            nested[KINDS[name.kind]][name.key] = describe(exported)
    return nested


def _describe_score(exported: Exported) -> dict[str, Any]:
    interval = exported.interval
    return exported.score._asdict() | {
        "not_applicable": exported.not_applicable,
        "not_asked": exported.not_asked,
        "interval": {"low": interval.low, "high": interval.high, "cases": interval.cases}
        if interval
        else None,
    }
