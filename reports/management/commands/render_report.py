"""`manage.py render_report SLUG --output FILE.pdf|.html [--language en|cy] [--issue N]`."""

from __future__ import annotations

import os
import re
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from inspections.commands import PlainCommand, find_inspection, take_path
from inspections.models import Inspection
from reports.models import Language
from reports.previews import render_draft_html
from reports.publication import find_issued
from reports.rendering import render_pdf

SUFFIXES = (".pdf", ".html")
ISSUE = re.compile("[0-9]{1,9}")
LANGUAGES = ", ".join(f"{value} ({label})" for value, label in Language.choices)


class Command(PlainCommand):
    """Writes a report to a file: the draft as it now stands, or an issue as it was published."""

    help = "Render the draft of a report, marked DRAFT, or write an issue of it to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--output", required=True, metavar="FILE.pdf|.html")
        parser.add_argument("--language", metavar="en|cy", default=Language.ENGLISH.value)
        parser.add_argument("--issue", metavar="N", help="a published issue, unchanged")

    def handle(self, *args: Any, **options: Any) -> None:
        output = check_output(take_path("--output", options["output"]))
        inspection = find_inspection(options["slug"])
        language, issue = options["language"], options["issue"]
        if language not in Language.values:
            raise CommandError(f"“{language}” is no language of a report: {LANGUAGES}.")
        if issue is None:
            written = render_draft(inspection, language, as_pdf=output.suffix == ".pdf")
        else:
            written = read_issue(inspection, language, issue, as_pdf=output.suffix == ".pdf")
        try:
            write_whole(output, written)
        except OSError as error:
            raise CommandError(f"“{output}” cannot be written: {error.strerror}.") from error


def check_output(output: Path) -> Path:
    """Return `output` if a report can be written there. Raises CommandError."""
    if output.suffix not in SUFFIXES:
        raise CommandError(f"“{output}” must end in {' or '.join(SUFFIXES)}.")
    if not os.path.isdir(output.absolute().parent):  # of a name too long too, without an error
        raise CommandError(f"There is no folder “{output.absolute().parent}”.")
    return output


def render_draft(inspection: Inspection, language: str, *, as_pdf: bool) -> bytes:
    """Return the draft as it now stands."""
    html = render_draft_html(inspection, language=language)
    return render_pdf(html) if as_pdf else html.encode()


def read_issue(inspection: Inspection, language: str, issue: str, *, as_pdf: bool) -> bytes:
    """Return what was published. Raises CommandError if there is no such issue."""
    if not ISSUE.fullmatch(issue):
        raise CommandError(f"“{issue}” is not the number of an issue.")
    document = find_issued(inspection, int(issue), language=language)
    if document is None:
        name = Language(language).label
        raise CommandError(f"“{inspection.slug}” has no published issue {issue} in {name}.")
    return bytes(document.pdf) if as_pdf else document.html.encode()


def write_whole(path: Path, content: bytes) -> None:
    """Write the file so that it appears whole or not at all. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.chmod(0o666 & ~_umask())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _umask() -> int:
    """Return the mode bits that this process leaves out of new files."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
