"""People and where they belong: inviting them, one by one or by a list, and their home areas."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify

from accounts.inviting import invite
from accounts.models import User
from accounts.people import NotAllowedError, list_addresses, record
from inspections.access import give_affiliation
from inspections.models import Affiliation, Area
from inspections.problems import Problem, RefusedError
from inspections.setting_up.texts import check_line

NAME_LIMIT = 150
ADDRESS_LIMIT = 254
LIST_LIMIT = 500
COLUMNS = ("name", "email address", "home area")
HEADINGS = {"name", "email", "e-mail", "email address", "e-mail address", "address", "mail"}
PLACE = "list"


@dataclass(frozen=True)
class NewPerson:
    """Somebody to be invited; `area` is None for those who belong to no area."""

    name: str
    email: str
    area: Area | None = None
    is_manager: bool = False
    is_administrator: bool = False


@transaction.atomic
def invite_people(people: Iterable[NewPerson], *, by: User) -> list[User]:
    """Make an account for each of `people` and send each a link: all of them or none.

    Raises RefusedError, naming the address, where somebody has an account meanwhile.
    """
    invited = []
    for person in people:
        try:
            user = invite(
                person.email, person.name, by=by, is_administrator=person.is_administrator
            )
        except NotAllowedError as error:
            raise RefusedError([Problem(person.email, None, str(error))]) from None
        if person.area is not None:
            attach(user, person.area, is_manager=person.is_manager, by=by)
        invited.append(user)
    return invited


@transaction.atomic
def attach(user: User, area: Area, *, is_manager: bool, by: User) -> None:
    """Record that `area` is home to `user`, or that they manage its service.

    Raises RefusedError where they are in the team of an inspection of it.
    """
    give_affiliation(user, area, is_manager=is_manager)
    tie = "Manages the service of" if is_manager else "Belongs to"
    record(user, by, f"{tie} {area.name}.")


@transaction.atomic
def detach(affiliation: Affiliation, *, by: User) -> None:
    """End a person's tie to an area."""
    tie = "Manages the service of" if affiliation.is_manager else "Belongs to"
    record(affiliation.user, by, f"{tie} {affiliation.area.name} no longer.")
    affiliation.delete()


def read_people(text: str) -> list[NewPerson]:
    """Return the people in a list: on each line name, e-mail address and, if any, home area.

    Between them stand commas, semicolons or tabs, as a spreadsheet saves or copies them; a line of
    headings may come first. Raises RefusedError with every fault and its line.
    """
    problems: list[Problem] = []
    rows = list(_split(text, problems))
    if rows and rows[0].values[0].lower() in HEADINGS:
        del rows[0]
    if len(rows) > LIST_LIMIT:
        problems.append(Problem(PLACE, None, f"the list has more than {LIST_LIMIT} people"))
        del rows[LIST_LIMIT:]
    if not rows and not problems:
        problems.append(Problem(PLACE, None, "the list is empty"))
    areas = {slugify(area.name): area for area in Area.objects.all()}
    for row, faults in zip(rows, _find_faults(rows, areas), strict=True):
        problems.extend(Problem(PLACE, row.line, fault) for fault in faults)
    if problems:
        raise RefusedError(sorted(problems, key=lambda problem: problem.line or 0))
    return [NewPerson(row.name, row.email, areas.get(slugify(row.area))) for row in rows]


@dataclass(frozen=True)
class _Row:
    """One line of a list, and what stands on it."""

    line: int
    values: list[str]

    @property
    def name(self) -> str:
        return self.values[0]

    @property
    def email(self) -> str:
        return self.values[1].lower() if len(self.values) > 1 else ""

    @property
    def area(self) -> str:
        return self.values[2] if len(self.values) > 2 else ""


def _split(text: str, problems: list[Problem]) -> Iterable[_Row]:
    """Yield each line that is not blank; the first fault of the quotation marks is the end."""
    lines = "\n".join(text.splitlines())
    first = lines.strip().partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            values = [value.strip() for value in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            problems.append(Problem(PLACE, line, "the quotation marks do not match"))
            return
        if any(values):
            yield _Row(line, values)


def _find_faults(rows: Sequence[_Row], areas: Container[str]) -> Iterable[list[str]]:
    """Yield what is wrong with each row."""
    taken = list_addresses()
    first_lines: dict[str, int] = {}
    for row in rows:
        faults = [*_check_shape(row), *_check_name(row.name), *_check_email(row.email, taken)]
        if row.email and (first := first_lines.setdefault(row.email, row.line)) != row.line:
            faults.append(f"{row.email} is on line {first} already")
        if row.area and slugify(row.area) not in areas:
            faults.append(f"there is no area “{row.area}”")
        yield faults


def _check_shape(row: _Row) -> Iterable[str]:
    if any(row.values[len(COLUMNS) :]):
        yield f"has more than {len(COLUMNS)} values: {', '.join(COLUMNS)}"


def _check_name(name: str) -> Iterable[str]:
    if not name:
        yield "the name is missing"
    elif fault := check_line(name, NAME_LIMIT):
        yield f"the name {fault}"


def _check_email(email: str, taken: Container[str]) -> Iterable[str]:
    if not email:
        yield "the email address is missing"
    elif not _is_address(email):
        yield f"“{email[:100]}” is not a whole email address"
    elif email in taken:
        yield f"there is an account with the address {email} already"


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= ADDRESS_LIMIT
