"""`manage.py render_report`: what it writes, and how it refuses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from inspections.models import Inspection
from reports.models import Narrative, PublishedDocument
from reports.publication import publish
from tests.casting import make_case, make_inspection, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    inspection = make_inspection()
    make_case(inspection, rest="sufficient")
    Narrative.objects.create(inspection=inspection, document={"foreword": "As it now stands."})
    return inspection


@pytest.fixture
def slug(inspection: Inspection) -> str:
    return inspection.slug


@pytest.fixture
def issued(inspection: Inspection) -> PublishedDocument:
    """Issue 1, after which the narrative was changed."""
    document = PublishedDocument.objects.create(
        publication=publish(inspection, member_of(inspection, "lead")),
        html="<p>As it was — then.</p>",
        pdf=b"%PDF-1.7 as it was",
        sha256="0" * 64,
        rendered_at=timezone.now(),
    )
    Narrative.objects.update(document={"foreword": "As it was changed."})
    return document


def refuse(*arguments: object) -> str:
    """Return the one line with which the command refuses `arguments`."""
    with pytest.raises(CommandError) as refused:
        call_command("render_report", *map(str, arguments))
    message = str(refused.value)
    assert "\n" not in message
    assert refused.value.returncode == 1
    return message


def test_the_draft_as_pdf(inspection: Inspection, tmp_path: Path) -> None:
    output = tmp_path / "draft.pdf"
    call_command("render_report", inspection.slug, "--output", str(output))
    assert output.read_bytes().startswith(b"%PDF-")
    assert [file.name for file in tmp_path.iterdir()] == ["draft.pdf"]


def test_the_draft_as_html(inspection: Inspection, tmp_path: Path) -> None:
    output = tmp_path / "draft.html"
    output.write_text("an older one")
    call_command("render_report", inspection.slug, "--output", str(output))
    written = output.read_text(encoding="utf-8")
    assert "As it now stands." in written
    assert "not for publication</p>" in written
    assert '<html lang="en-GB"' in written


def test_the_draft_in_welsh(inspection: Inspection, tmp_path: Path) -> None:
    Narrative.objects.create(
        inspection=inspection, language="cy", document={"foreword": "Fel y mae."}
    )
    output = tmp_path / "draft.html"
    call_command("render_report", inspection.slug, "--output", str(output), "--language", "cy")
    written = output.read_text(encoding="utf-8")
    assert "Fel y mae." in written
    assert '<html lang="cy"' in written


@pytest.mark.parametrize("suffix", ["pdf", "html"])
def test_an_issue_is_written_as_it_was_published(
    issued: PublishedDocument, slug: str, tmp_path: Path, suffix: str
) -> None:
    output = tmp_path / f"issue.{suffix}"
    call_command("render_report", slug, "--output", str(output), "--issue", "1")
    expected = {"pdf": bytes(issued.pdf), "html": issued.html.encode()}
    assert output.read_bytes() == expected[suffix]


def test_an_issue_that_is_not_there_is_refused(
    issued: PublishedDocument, slug: str, tmp_path: Path
) -> None:
    output = tmp_path / "issue.pdf"
    for arguments, message in {
        ("2",): f"“{slug}” has no published issue 2 in English.",
        ("1", "--language", "cy"): f"“{slug}” has no published issue 1 in Welsh.",
        ("999999999",): f"“{slug}” has no published issue 999999999 in English.",
        ("9" * 5000,): f"“{'9' * 5000}” is not the number of an issue.",
        ("first",): "“first” is not the number of an issue.",
        ("²",): "“²” is not the number of an issue.",
    }.items():
        assert refuse(slug, "--output", output, "--issue", *arguments) == message
    assert list(tmp_path.iterdir()) == []


def test_an_issue_that_is_not_rendered_yet_is_refused(
    inspection: Inspection, slug: str, tmp_path: Path
) -> None:
    publish(inspection, member_of(inspection, "lead"))
    message = refuse(slug, "--output", tmp_path / "issue.pdf", "--issue", "1")
    assert message == f"“{slug}” has no published issue 1 in English."


def test_wrong_arguments_are_refused(slug: str, tmp_path: Path) -> None:
    output = tmp_path / "draft.html"
    elsewhere = tmp_path / "missing" / "draft.html"
    too_long = tmp_path / ("a" * 300) / "draft.html"
    assert refuse("nowhere", "--output", output) == "There is no inspection “nowhere”."
    assert refuse(slug, "--output", tmp_path / "draft.docx") == (
        f"“{tmp_path / 'draft.docx'}” must end in .pdf or .html."
    )
    assert refuse(slug, "--output", elsewhere) == f"There is no folder “{elsewhere.parent}”."
    assert refuse(slug, "--output", too_long) == f"There is no folder “{too_long.parent}”."
    assert refuse(slug, "--output", output, "--language", "fr") == (
        "“fr” is no language of a report: en (English), cy (Welsh)."
    )
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_refused_and_leaves_nothing(slug: str, tmp_path: Path) -> None:
    folder = tmp_path / "draft.html"
    folder.mkdir()
    assert refuse(slug, "--output", folder) == f"“{folder}” cannot be written: Is a directory."
    assert list(tmp_path.iterdir()) == [folder]


@pytest.fixture
def strict_umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_the_file_has_the_mode_of_any_new_file(
    strict_umask: None, slug: str, tmp_path: Path
) -> None:
    output = tmp_path / "draft.html"
    call_command("render_report", slug, "--output", str(output))
    assert output.stat().st_mode & 0o777 == 0o640
