"""The kinds of background work. Each app registers its own when Django starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser

ReportProgress = Callable[[int, str], None]
"""Takes per cent (0 to 100) and what is being done, in words."""


class WorkError(Exception):
    """The work cannot be done, and doing it again would not help.

    The message is shown to whoever may see the job: plain words, and nothing about a case.
    """


@dataclass(frozen=True)
class Kind:
    """How to do one kind of work, who may watch it, and where it leads.

    `handler` gets the job's subject and a function to report progress with. It must be safe to
    run twice, even by two workers at once. It raises WorkError where trying again is no use.
    `page` gives the address that shows what the work made of a subject.
    """

    name: str
    title: str
    handler: Callable[[str, ReportProgress], None]
    may_see: Callable[[AbstractBaseUser, str], bool]
    page: Callable[[str], str] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make `kind` known, in place of an earlier one of the same name."""
    _kinds[kind.name] = kind


def find_kind(name: str) -> Kind:
    """Return the kind called `name`. Raises LookupError if no app registered it."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"No app registered jobs of the kind {name!r}.") from None
