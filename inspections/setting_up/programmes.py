"""New versions of programmes: a file is read and compared, then accepted or not.

Nothing is stored before it is accepted. What was read travels with the page, signed, so that what
is accepted is what was shown; it is then read and checked once more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core import signing
from django.db.models import Count, Max

from inspections.catalogue import load_definition, store_programme
from inspections.definition import ProgrammeDefinition
from inspections.models import Programme
from inspections.problems import Problem, RefusedError
from inspections.programmes import read_programme

UPLOAD_LIMIT = 1_000_000
"""Bytes of a file that can be uploaded; the largest programme so far has 70,000."""
SHOWN_FOR = 24 * 60 * 60
"""Seconds for which what was shown can be accepted."""
FILE_NAME = "programme.yaml"

_SALT = "inspections.setting_up.programmes"


class Kind(StrEnum):
    """What accepting a definition does."""

    FIRST = "first"
    NEXT = "next"
    REPLACEMENT = "replacement"
    SAMPLING = "sampling"
    SAME = "same"


@dataclass(frozen=True)
class Proposal:
    """A definition that may be accepted, and the stored one that it is compared with."""

    definition: ProgrammeDefinition
    kind: Kind
    before: Programme | None
    text: str

    @property
    def old(self) -> ProgrammeDefinition | None:
        """The definition that it is compared with; None for a first version."""
        return load_definition(self.before) if self.before else None

    @property
    def later(self) -> int | None:
        """The highest version that is stored already, where it is above this one."""
        highest = _find_highest(self.definition.slug)
        return highest if highest > self.definition.version else None

    def seal(self) -> str:
        """Return the proposal as a page carries it."""
        return signing.dumps([self.text, _mark(self.before)], salt=_SALT, compress=True)


class OutOfDateError(Exception):
    """What was shown cannot be accepted as it was shown; `proposal` is how it would be now."""

    def __init__(self, proposal: Proposal | None = None) -> None:
        super().__init__("What was shown is out of date.")
        self.proposal = proposal


def propose(content: bytes) -> Proposal:
    """Return what the file with this content would change, if it is accepted.

    Raises RefusedError with every fault of the file, each with its line, or where an inspection
    uses the version that it would change.
    """
    if len(content) > UPLOAD_LIMIT:
        raise _refusal(f"is larger than {UPLOAD_LIMIT // 1000:,} KB")
    with TemporaryDirectory() as folder:
        path = Path(folder) / FILE_NAME
        path.write_bytes(content)
        definition = read_programme(path)
    return _compare(definition, content.decode("utf-8-sig"))


def accept(sealed: str) -> Proposal:
    """Store what was shown, and return it.

    Raises OutOfDateError where the page was made too long ago or by somebody else's hand, or what
    it was compared with is another now; RefusedError where it cannot be stored any more.
    """
    try:
        text, mark = signing.loads(sealed, salt=_SALT, max_age=SHOWN_FOR)
    except signing.BadSignature:
        raise OutOfDateError from None
    proposal = propose(text.encode())
    if _mark(proposal.before) != mark:
        raise OutOfDateError(proposal)
    store_programme(proposal.definition)
    return proposal


def list_programmes() -> list[Programme]:
    """Return every version, newest first within its programme, with the inspections that use it."""
    return list(
        Programme.objects.annotate(question_count=Count("questions"))
        .prefetch_related("inspections__area")
        .order_by("slug", "-version")
    )


def find_before(programme: Programme) -> Programme | None:
    """Return the version before this one, if there is any."""
    earlier = Programme.objects.filter(slug=programme.slug, version__lt=programme.version)
    return earlier.order_by("-version").first()


def _compare(definition: ProgrammeDefinition, text: str) -> Proposal:
    versions = Programme.objects.filter(slug=definition.slug)
    stored = versions.filter(version=definition.version).first()
    if stored is None:
        before = versions.filter(version__lt=definition.version).order_by("-version").first()
        return Proposal(definition, Kind.NEXT if before else Kind.FIRST, before, text)
    old = load_definition(stored)
    if definition.sampling is None:
        # As the loader has it: a file that says nothing of samples changes nothing of them.
        definition = replace(definition, sampling=old.sampling)
    if definition == old:
        return Proposal(definition, Kind.SAME, stored, text)
    if replace(definition, sampling=old.sampling) == old:
        return Proposal(definition, Kind.SAMPLING, stored, text)
    used_by = [str(inspection) for inspection in stored.inspections.select_related("area")]
    if used_by:
        free = _find_highest(definition.slug) + 1
        raise _refusal(
            f"version {definition.version} is used by {_list(used_by)}, so it cannot change: write "
            f'"version: {free}" in the file and upload it again'
        )
    return Proposal(definition, Kind.REPLACEMENT, stored, text)


def _find_highest(slug: str) -> int:
    versions = Programme.objects.filter(slug=slug).aggregate(highest=Max("version"))
    return versions["highest"] or 0


def _mark(programme: Programme | None) -> str:
    """Return what tells a stored version from any other state of it."""
    return f"{programme.pk} {programme.loaded_at.isoformat()}" if programme else ""


def _list(names: list[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


def _refusal(message: str) -> RefusedError:
    return RefusedError([Problem(FILE_NAME, None, message)])
