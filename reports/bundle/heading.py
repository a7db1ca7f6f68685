"""Reading `inspection.yaml`: what is inspected, when, under which programme, and by whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import CharField, Model
from django.utils.text import slugify

from inspections.catalogue import find_programme, load_definition
from inspections.dates import is_before
from inspections.definition import ProgrammeDefinition
from inspections.isbn import check_isbn
from inspections.models import Area, Inspection, Programme, TeamMember
from inspections.problems import Problem
from inspections.reading import scan_yaml
from inspections.shape import Entry, Faults, Form, note_repeats
from reports.bundle.narrative import take_entry

HEADING_FILE = "inspection.yaml"

SLUG = Form(100, "[-a-zA-Z0-9_]+", "letters, digits, hyphens and underscores")
MEMBER_KEY = Form(50, SLUG.pattern, SLUG.rule)
IDENTITY = Form(60)
DATE = Form(100, "[0-9]{4}-[0-9]{2}(-[0-9]{2})?", "a date, YYYY-MM-DD, or a month, YYYY-MM")
SCOPE = Form(200, "[^\n]+", "one line")
LARGEST_CASELOAD = 1_000_000


@dataclass(frozen=True)
class Heading:
    """What `inspection.yaml` says; faulty values are empty, and `team` None where it is no list."""

    definition: ProgrammeDefinition | None
    programme: Programme | None
    area: str
    columns: dict[str, Any]
    team: dict[str, TeamMember] | None
    homes: dict[str, str]


def read_heading(path: Path, problems: list[Problem]) -> Heading:
    """Return what the file at `path` says, adding its faults to `problems`.

    The members of the team are not stored yet; their home areas are in `homes`, by member key.
    Raises RefusedError where the file cannot be read at all.
    """
    file = scan_yaml(path)
    faults = Faults(path.name, file.places, list(file.problems))
    entry = Entry(faults, (), file.data)
    programme = _read_programme(entry)
    definition = load_definition(programme) if programme else None
    columns = _read_columns(entry)
    area = entry.take_text("area", one_line(Area, "name"))
    # By name, not by address: an area that was renamed keeps its address.
    known = {slugify(name): name for name in Area.objects.values_list("name", flat=True)}
    _check_area(entry, "area", area, known)
    team, homes = _read_team(entry, area, known)
    columns["comparators"] = _read_comparators(entry, definition)
    entry.close()
    problems.extend(faults.problems)
    return Heading(definition, programme, area, columns, team, homes)


def one_line(model: type[Model], column: str, may_be_empty: bool = False) -> Form:
    """Return the form of a text on one line that `column` of `model` has room for."""
    field = model._meta.get_field(column)
    if not isinstance(field, CharField) or field.max_length is None:
        raise TypeError(f"{column} has no limit")
    return Form(field.max_length, "[^\n]+", "one line", may_be_empty)


def _read_programme(entry: Entry) -> Programme | None:
    identity = entry.take_text("programme", IDENTITY)
    if not identity:
        return None
    try:
        return find_programme(identity)
    except Programme.DoesNotExist:
        entry.note(f'no programme "{identity}" is loaded', "programme")
        return None


def _read_columns(entry: Entry) -> dict[str, Any]:
    """Return the columns of the inspection that are its own, by name."""
    columns: dict[str, Any] = {"slug": entry.take_text("slug", SLUG)}
    if Inspection.objects.filter(slug=columns["slug"]).exists():
        entry.note(f"there is an inspection {columns['slug']} already", "slug")
    columns["country"] = entry.take_word("country", Inspection.Country.values)
    for column in ("region", "service_title", "service_name", "manager_title", "chief_inspector"):
        columns[column] = entry.take_text(column, one_line(Inspection, column))
    columns["isbn"] = entry.take_text("isbn", one_line(Inspection, "isbn", may_be_empty=True), "")
    if columns["isbn"] and not check_isbn(columns["isbn"]):
        entry.note(f'"isbn" {columns["isbn"]} is not a valid ISBN of 13 digits', "isbn")
    columns |= _read_dates(entry)
    columns["caseload"] = None
    if entry.values.get("caseload") is not None:
        columns["caseload"] = entry.take_number("caseload", 0, LARGEST_CASELOAD)
    entry.take("caseload")
    return columns


def _read_dates(entry: Entry) -> dict[str, str]:
    """Return the three dates, each a day or a month that exists, in their order in time."""
    dates = {
        "fieldwork_start": entry.take_text("fieldwork_start", DATE),
        "fieldwork_end": entry.take_text("fieldwork_end", DATE),
        "publication_date": entry.take_text(
            "publication_date", replace(DATE, may_be_empty=True), ""
        ),
    }
    earlier = ""
    for key, value in dates.items():
        if value and not _exists(value):
            entry.note(f'"{key}" {value} does not exist', key)
        elif value:
            if earlier and is_before(value, dates[earlier]):
                entry.note(f'"{key}" {value} is before "{earlier}" {dates[earlier]}', key)
            earlier = key
    return dates


def _exists(day_or_month: str) -> bool:
    try:
        date.fromisoformat(day_or_month if len(day_or_month) == 10 else f"{day_or_month}-01")
    except ValueError:
        return False
    return True


def _read_team(
    entry: Entry, area: str, known: dict[str, str]
) -> tuple[dict[str, TeamMember] | None, dict[str, str]]:
    """Return the members by key, in order, and the names of their home areas."""
    items = entry.take_entries("team", at_least=1)
    if not items:
        return None, {}
    team: dict[str, TeamMember] = {}
    homes: dict[str, str] = {}
    keys = []
    for position, item in enumerate(items):
        member = TeamMember(
            key=item.take_text("key", MEMBER_KEY),
            role=item.take_word("role", TeamMember.Role.values),
            name=item.take_text("name", one_line(TeamMember, "name")),
            position=position,
        )
        homes[member.key] = _read_home(item, member, area, known)
        item.close()
        keys.append((item, member.key))
        team.setdefault(member.key, member)
    note_repeats(keys, "key", "key")
    leads = sum(member.leads for member in team.values())
    if leads != 1 and all(member.role for member in team.values()):
        entry.note(f"a team has one lead_inspector, this one has {leads}", "team")
    team.pop("", None)
    return team, {key: home for key, home in homes.items() if home}


def _read_home(item: Entry, member: TeamMember, area: str, known: dict[str, str]) -> str:
    """Whoever is borrowed has a home area; nobody inspects their own."""
    home = item.take_text("home_area", one_line(Area, "name"), "")
    if "home_area" not in item and member.role in TeamMember.BORROWED_ROLES:
        item.note(f'a {member.role} must have a "home_area"')
    if home and slugify(home) == slugify(area):
        item.note(f"nobody whose home area is {home} can be put on its inspection", "home_area")
    else:
        _check_area(item, "home_area", home, known)
    return home


def _check_area(entry: Entry, key: str, name: str, known: dict[str, str]) -> None:
    """Refuse a name that differs from a known one, by address, in case or signs only."""
    address = slugify(name)
    if name and not address:
        entry.note(f'the area "{name}" must have a letter or digit of the Latin alphabet', key)
    elif name and known.setdefault(address, name) != name:
        entry.note(f'the area "{name}" is written "{known[address]}" elsewhere', key)


def _read_comparators(
    entry: Entry, definition: ProgrammeDefinition | None
) -> dict[str, Any] | None:
    """Return the scores of other places that this one is set beside, by theme."""
    if entry.values.get("comparators") is None:
        entry.take("comparators")
        return None
    item = take_entry(entry, "comparators")
    comparators: dict[str, Any] = {"scope": item.take_text("scope", SCOPE)}
    if "as_of" in item:
        comparators["as_of"] = item.take_text("as_of", DATE)
        if comparators["as_of"] and not _exists(comparators["as_of"]):
            item.note(f'"as_of" {comparators["as_of"]} does not exist', "as_of")
    if definition is None:
        return comparators
    for theme in definition.themes:
        if theme.key in item:
            comparators[theme.key] = _read_range(take_entry(item, theme.key))
    item.close()
    return comparators


def _read_range(entry: Entry) -> dict[str, int]:
    values = {key: entry.take_number(key, 0, 100) for key in ("lowest", "highest", "average")}
    entry.close()
    if entry.is_sound(*values) and not (values["lowest"] <= values["average"] <= values["highest"]):
        entry.note("the average must be from the lowest to the highest")
    return values
