"""The commands that import and export a bundle."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from inspections.models import Inspection
from reports.bundle import build_bundle
from reports.bundle.importing import BUNDLE_FILES
from tests.programmes import load_small_programme
from tests.reports.bundle_files import write_bundle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _programme() -> None:
    load_small_programme()


def run(*words: object) -> str:
    out = StringIO()
    call_command(*map(str, words), stdout=out)
    return out.getvalue()


def test_import_says_what_it_stored(tmp_path: Path) -> None:
    said = run("import_inspection", write_bundle(tmp_path / "bundle"))

    assert said == "Imported anyshire-2026: 2 cases.\n"
    assert Inspection.objects.get().slug == "anyshire-2026"


def test_import_tells_every_problem(tmp_path: Path) -> None:
    changes = [
        ("inspection.yaml", "country: england", "country: france"),
        ("cases.csv", "A-2,local", "A-2,nobody"),
    ]

    with pytest.raises(CommandError) as failed:
        run("import_inspection", write_bundle(tmp_path / "bundle", changes))

    assert str(failed.value).splitlines() == [
        "nothing was imported",
        'inspection.yaml, line 5: "country" must be england or wales',
        'cases.csv, line 3: there is no "nobody" in the team',
    ]
    assert Inspection.objects.count() == 0


def test_import_of_no_folder_fails(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^nothing was imported\nabsent: does not exist$"):
        run("import_inspection", tmp_path / "absent")


def test_export_writes_the_files_of_the_bundle(tmp_path: Path) -> None:
    run("import_inspection", write_bundle(tmp_path / "bundle"))
    target = tmp_path / "new" / "folder"

    said = run("export_inspection", "anyshire-2026", target)

    assert said == f"Exported anyshire-2026 to {target}.\n"
    written = {path.name: path.read_bytes() for path in target.iterdir()}
    built = build_bundle(Inspection.objects.get())
    assert written == {name: text.encode() for name, text in built.items()}


def test_export_of_an_unknown_slug_fails(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^There is no inspection “nowhere-2026”\.$"):
        run("export_inspection", "nowhere-2026", tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_export_never_overwrites_a_file_of_a_bundle(tmp_path: Path) -> None:
    run("import_inspection", write_bundle(tmp_path / "bundle"))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.cy.yaml").write_text("kept", encoding="utf-8")
    (tmp_path / "out" / "README.md").write_text("not of a bundle", encoding="utf-8")

    with pytest.raises(CommandError) as failed:
        run("export_inspection", "anyshire-2026", tmp_path / "out")

    assert str(failed.value).splitlines() == [
        "nothing was exported",
        "report.cy.yaml: is in the folder already, and is not overwritten",
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "README.md",
        "report.cy.yaml",
    ]


def test_export_leaves_other_files_alone(tmp_path: Path) -> None:
    run("import_inspection", write_bundle(tmp_path / "bundle"))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "README.md").write_text("not of a bundle", encoding="utf-8")

    run("export_inspection", "anyshire-2026", tmp_path / "out")

    assert (tmp_path / "out" / "README.md").read_text(encoding="utf-8") == "not of a bundle"
    written = {path.name for path in (tmp_path / "out").iterdir()} - {"README.md"}
    assert written == set(BUNDLE_FILES) - {"report.cy.yaml"}


def test_export_onto_a_file_fails(tmp_path: Path) -> None:
    run("import_inspection", write_bundle(tmp_path / "bundle"))
    (tmp_path / "out").write_text("kept", encoding="utf-8")

    with pytest.raises(CommandError, match=r"^nothing was exported\nout: cannot be written to: "):
        run("export_inspection", "anyshire-2026", tmp_path / "out")

    assert (tmp_path / "out").read_text(encoding="utf-8") == "kept"
