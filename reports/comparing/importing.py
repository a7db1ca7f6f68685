"""Bringing in the headline scores of areas that were published elsewhere: all of a file, or none.

One line an area: `area`, `programme`, `region`, `publication_date`, and a column for each theme of
the programme. A programme is named by its slug, with or without a version.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from inspections.catalogue import load_definition
from inspections.dates import YEARS, is_same, parse_day
from inspections.definition import ProgrammeDefinition, Theme
from inspections.models import Area, Programme
from inspections.problems import Problem, RefusedError
from inspections.reading import CsvFile, CsvRow, read_csv
from inspections.setting_up.areas import create_area
from inspections.shape import Form, check_text, join_or
from reports.models import AreaResult

COLUMNS = {
    "area": "area",
    "programme": "programme",
    "region": "region",
    "publication_date": "publication_date",
    "published": "publication_date",
    "date": "publication_date",
    "published_on": "publication_date",
    "date_published": "publication_date",
    "date_of_publication": "publication_date",
}
"""What each column may be called, as `_plain` writes it, and what it holds."""

NOT_SCORED = "not scored"

_IDENTITY = re.compile(r"([a-z0-9-]+)(?:@([1-9][0-9]{0,3}))?")
_UNIT = re.compile(r"(?<=.)_?(?:\(?%\)?|_per_?cent(?:age)?|_score)$")
_PERCENT = re.compile(r"([0-9]{1,3})(?:\.0+)? ?%?")
_LINE = Form(100, "[^\n]+", "one line")


@dataclass(frozen=True, slots=True)
class NewResult:
    """A result as read and found sound; percentages are whole numbers, None if not scored."""

    line: int
    area: str
    programme: str
    region: str
    date: str
    scores: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Imported:
    """How many results were new, how many were there with other values, and how many the same."""

    added: int
    changed: int
    unchanged: int

    def __str__(self) -> str:
        return f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged"


def import_results(path: Path) -> Imported:
    """Store the results in the CSV file at `path`, and say how many of them were new.

    A result that is there already, of the same area and programme at the same date, takes the
    file's region and scores. Areas are made where there are none of their names. Raises
    RefusedError, with every problem of the file, and then stores nothing.
    """
    results = read_file(path)
    try:
        return _store(results)
    except IntegrityError:
        reason = "results were changed by somebody else meanwhile: import again"
        raise RefusedError([Problem(path.name, None, reason)]) from None


def read_file(path: Path) -> list[NewResult]:
    """Return the results that the file holds, checked against the database but not stored.

    Raises RefusedError with every problem of the file.
    """
    return _Reader(path.name or str(path), read_csv(path, delimiters=",;\t")).read()


@dataclass
class _Reader:
    """Reads one file, noting every fault on the way."""

    file: str
    table: CsvFile
    problems: list[Problem] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)  # columns that are told once, in the header

    def read(self) -> list[NewResult]:
        if not any(_plain(name) in COLUMNS for name in self.table.header):
            names = ", ".join(dict.fromkeys(COLUMNS.values()))
            reason = f"is no header: name the columns, {names} and each theme of the programme"
            raise RefusedError([Problem(self.file, 1, reason)])
        rows = [row for row in self.table.rows if any(map(str.strip, row.values.values()))]
        if not rows:
            self._note(None, "holds no results")
        programmes = self._find_programmes(rows)
        columns = self._read_header(programmes.values())
        known = {slugify(name): name for name in Area.objects.values_list("name", flat=True)}
        results = [self._read_row(row, columns, programmes, known) for row in rows]
        self._note_repeats(results)
        if self.problems:
            raise RefusedError(sorted(self.problems, key=lambda p: p.line or 0))
        return results

    def _find_programmes(self, rows: Iterable[CsvRow]) -> dict[str, ProgrammeDefinition]:
        """Return the programmes that the rows name and that are loaded and scored, as named."""
        named = {
            value.strip()
            for row in rows
            for name, value in row.values.items()
            if COLUMNS.get(_plain(name)) == "programme"
        }
        found = {identity: _find_programme(identity) for identity in sorted(named)}
        return {name: programme for name, programme in found.items() if programme is not None}

    def _read_header(self, programmes: Collection[ProgrammeDefinition]) -> dict[str, str]:
        """Return what each column holds, by its name in the file: one of ours, or a plain name.

        A column that is no theme of any programme in the file is noted.
        """
        themes = {name for p in programmes for theme in p.themes for name in _names(theme)}
        columns: dict[str, str] = {}
        for name in self.table.header:
            plain = _plain(name)
            held = COLUMNS.get(plain, plain)
            if held in columns.values():
                self._note(1, f'the column "{name}" is there twice')
            elif plain not in COLUMNS and themes and plain not in themes:
                self._note(1, f'unknown column "{name}"')
                self.unknown.add(plain)
            columns[name] = held
        for missing in sorted(set(COLUMNS.values()) - set(columns.values())):
            self._note(1, f'there is no column "{missing}"')
        for theme in {theme.key: theme for p in programmes for theme in p.themes}.values():
            known = _names(theme)
            given = [name for name, plain in columns.items() if plain in known]
            if not given:
                self._note(1, f'there is no column "{theme.key}", for {theme.title}')
            elif len(given) > 1:
                self._note(1, f"the columns {' and '.join(given)} are the same theme")
        return columns

    def _read_row(
        self,
        row: CsvRow,
        columns: Mapping[str, str],
        programmes: Mapping[str, ProgrammeDefinition],
        known: dict[str, str],
    ) -> NewResult:
        values = {columns[name]: value.strip() for name, value in row.values.items()}
        identity = values.get("programme", "")
        definition = programmes.get(identity)
        if definition is None and "programme" in values:
            self._note(row.line, _explain_programme(identity))
        return NewResult(
            line=row.line,
            area=self._read_area(row.line, values, known),
            programme=definition.slug if definition else "",
            region=self._read_text(row.line, values, "region"),
            date=self._read_date(row.line, values),
            scores=self._read_scores(row.line, values, definition) if definition else {},
        )

    def _read_text(self, line: int, values: Mapping[str, str], column: str) -> str:
        if column not in values:
            return ""
        text, fault = check_text(" ".join(values[column].split(" ")), _LINE)
        if fault:
            self._note(line, f'"{column}" {fault}')
        return text

    def _read_area(self, line: int, values: Mapping[str, str], known: dict[str, str]) -> str:
        """Refuse a name that differs from a known one, by address, in case or signs only."""
        name = self._read_text(line, values, "area")
        address = slugify(name)
        if name and not address:
            reason = f'the area "{name}" must have a letter or digit of the Latin alphabet'
            self._note(line, reason)
        elif name and known.setdefault(address, name) != name:
            self._note(line, f'the area "{name}" is written "{known[address]}" elsewhere')
        return name

    def _read_date(self, line: int, values: Mapping[str, str]) -> str:
        text = values.get("publication_date")
        if text is None:
            return ""
        if not text:
            self._note(line, '"publication_date" is empty')
            return ""
        try:
            return parse_day(text)
        except ValueError:
            reason = (
                f'"publication_date" {text[:60]} is no date, YYYY-MM-DD, or month, YYYY-MM, from '
                f"{YEARS[0]} to {YEARS[1]}"
            )
            self._note(line, reason)
            return ""

    def _read_scores(
        self, line: int, values: Mapping[str, str], definition: ProgrammeDefinition
    ) -> dict[str, int | None]:
        scores: dict[str, int | None] = {}
        of_programme: set[str] = set()
        for theme in definition.themes:
            names = _names(theme)
            of_programme |= names
            held = [values[name] for name in names if name in values]
            if len(held) == 1:  # else the header is at fault
                scores[theme.key] = self._read_percent(line, theme.key, held[0])
        others = values.keys() - of_programme - set(COLUMNS.values()) - self.unknown
        for name in sorted(others):
            if values[name]:
                reason = f'{definition.slug} has no theme "{name}": leave it empty'
                self._note(line, reason)
        return scores

    def _read_percent(self, line: int, theme: str, text: str) -> int | None:
        if text.casefold() == NOT_SCORED:
            return None
        found = _PERCENT.fullmatch(text)
        if found and int(found[1]) <= 100:
            return int(found[1])
        said = f"{text[:20]} is not" if text else "is empty: give"
        reason = f'"{theme}" {said} a whole number from 0 to 100, or “{NOT_SCORED}”'
        self._note(line, reason)
        return None

    def _note_repeats(self, results: Iterable[NewResult]) -> None:
        """Note an area's second result of a date, as finely as both dates are known."""
        by_month: dict[tuple[str, str, str], list[NewResult]] = {}
        for result in results:
            if not (result.area and result.programme and result.date):
                continue
            month = result.area, result.programme, result.date[: len("2012-05")]
            earlier = by_month.setdefault(month, [])
            same = next((r for r in earlier if is_same(r.date, result.date)), None)
            earlier.append(result)
            if same is not None:
                reason = (
                    f"{result.area} is given twice under {result.programme} for {result.date}, "
                    f"first on line {same.line}"
                )
                self._note(result.line, reason)

    def _note(self, line: int | None, message: str) -> None:
        self.problems.append(Problem(self.file, line, message))


def _find_programme(identity: str) -> ProgrammeDefinition | None:
    """Return the scored programme of a slug, its latest version unless one is named."""
    named = _IDENTITY.fullmatch(_hyphenate(identity))
    if named is None:
        return None
    versions = Programme.objects.filter(slug=named[1], scored=True).order_by("-version")
    if named[2]:
        versions = versions.filter(version=int(named[2]))
    programme = versions.first()
    return load_definition(programme) if programme is not None else None


def _explain_programme(identity: str) -> str:
    if not identity:
        return '"programme" is empty'
    slug = _hyphenate(identity).partition("@")[0]
    if Programme.objects.filter(slug=slug[:50], scored=False).exists():
        return f'the programme "{slug}" gives no scores'
    loaded = Programme.objects.filter(scored=True).order_by("slug").values_list("slug", flat=True)
    slugs = list(dict.fromkeys(loaded))
    choice = f": it must be {join_or(slugs)}" if slugs else ""
    return f'no programme "{identity[:60]}" is loaded{choice}'


def _names(theme: Theme) -> set[str]:
    """Return what the column of a theme may be called."""
    return {_plain(name) for name in (theme.key, theme.title, theme.short)}


def _plain(name: str) -> str:
    """Return a column's name in small letters, underscores between words, without its unit."""
    return _UNIT.sub("", re.sub(r"[\s_-]+", "_", name.strip()).casefold())


def _hyphenate(identity: str) -> str:
    """Return a programme's slug as it is stored: people write `CCI 2012` for `cci-2012`."""
    return "-".join(identity.casefold().split())


@transaction.atomic
def _store(results: Iterable[NewResult]) -> Imported:
    results = list(results)
    areas = _find_areas(result.area for result in results)
    slugs = {result.programme for result in results}
    held = AreaResult.objects.select_for_update().filter(programme__in=slugs)
    stored = {(row.area_id, row.programme, row.publication_date): row for row in held}
    new: list[AreaResult] = []
    changed: list[AreaResult] = []
    now = timezone.now()
    for result in results:
        told: dict[str, Any] = {"region": result.region, "scores": dict(result.scores)}
        area = areas[result.area]
        row = stored.get((area.pk, result.programme, result.date))
        if row is None:
            row = AreaResult(area=area, programme=result.programme, publication_date=result.date)
            new.append(row)
        elif (row.region, row.scores) == (told["region"], told["scores"]):
            continue
        else:
            changed.append(row)
        row.region, row.scores, row.imported_at = told["region"], told["scores"], now
    AreaResult.objects.bulk_create(new)
    AreaResult.objects.bulk_update(changed, ["region", "scores", "imported_at"])
    return Imported(len(new), len(changed), len(results) - len(new) - len(changed))


def _find_areas(names: Iterable[str]) -> dict[str, Area]:
    """Return the areas of these names, made where there is none."""
    found = {area.name: area for area in Area.objects.all()}
    return {name: found.get(name) or create_area(name) for name in dict.fromkeys(names)}
