"""The six commands: whatever is wrong ends in a clear message and exit status 1."""

from __future__ import annotations

import json
import os
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection

from inspections.models import Inspection
from tests.casting import make_case, make_inspection
from tests.config.processes import PROJECT, run_python
from tests.programmes import write_programme
from tests.reports.bundle_files import write_bundle

BROKEN = os.fsdecode(b"x\xff")  # an argument whose bytes are no UTF-8
NO_SLUG = "“{}” is not a slug: letters, digits, hyphens and underscores, one or more."
SLUG = "anyshire-2026"
HERE = "FOLDER"  # stands for a folder that is there

MISTAKES: dict[tuple[str, ...], str] = {
    ("scorecard", "nowhere"): "There is no inspection “nowhere”.",
    ("scorecard", ""): NO_SLUG.format(""),
    ("scorecard", "two words"): NO_SLUG.format("two words"),
    ("scorecard", f"{SLUG}\n"): NO_SLUG.format(f"{SLUG}\n"),
    ("scorecard", BROKEN): NO_SLUG.format(BROKEN),
    ("scorecard", SLUG, "--by", BROKEN): (
        f"small@1 has no fact “{BROKEN}”. It has: gender, looked_after, custody, community, "
        "risk_level, safeguarding_need, plan_required."
    ),
    ("export_inspection", "nowhere", f"{HERE}/new"): "There is no inspection “nowhere”.",
    ("export_inspection", BROKEN, f"{HERE}/new"): NO_SLUG.format(BROKEN),
    ("export_inspection", SLUG, ""): "FOLDER is empty: give a path.",
    ("export_inspection", SLUG, "/dev/null"): (
        "nothing was exported\nnull: cannot be written to: File exists"
    ),
    ("import_inspection", ""): "FOLDER is empty: give a path.",
    ("import_inspection", f"{HERE}/none"): "nothing was imported\nnone: does not exist",
    ("import_inspection", "/dev/null"): "nothing was imported\nnull: is not a folder",
    ("load_programme", ""): "FILE.yaml is empty: give a path.",
    ("load_programme", f"{HERE}/none.yaml"): "nothing was loaded\nnone.yaml: does not exist",
    ("load_programme", "/dev/zero"): "nothing was loaded\nzero: is not a file",
    ("render_report", "nowhere", "--output", f"{HERE}/a.pdf"): "There is no inspection “nowhere”.",
    ("render_report", BROKEN, "--output", f"{HERE}/a.pdf"): NO_SLUG.format(BROKEN),
    ("render_report", SLUG, "--output", ""): "--output is empty: give a path.",
    ("render_report", SLUG, "--output", "/nowhere/a.pdf"): "There is no folder “/nowhere”.",
    ("render_report", SLUG, "--output", f"{HERE}/a.pdf", "--issue", "9" * 5000): (
        f"“{'9' * 5000}” is not the number of an issue."
    ),
    ("render_report", SLUG, "--output", f"{HERE}/a.pdf", "--issue", "-1"): (
        "“-1” is not the number of an issue."
    ),
    ("render_report", SLUG, "--output", f"{HERE}/a.pdf", "--language", BROKEN): (
        f"“{BROKEN}” is no language of a report: en (English), cy (Welsh)."
    ),
}


@pytest.fixture
def inspection(db: None) -> Inspection:
    inspection = make_inspection()
    make_case(inspection)
    return inspection


@pytest.mark.usefixtures("inspection")
@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_is_told_in_plain_words(words: tuple[str, ...], tmp_path: Path) -> None:
    printed = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command(*(word.replace(HERE, str(tmp_path)) for word in words), stdout=printed)
    assert str(refused.value) == MISTAKES[words]
    assert refused.value.returncode == 1
    assert (printed.getvalue(), list(tmp_path.iterdir())) == ("", [])


def run_on(database: str, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these words on `database`, as from a shell."""
    settings |= {"DJANGO_ENV": "test", "SECRET_KEY": "x", "DATABASE_URL": database}
    return run_python(*words, **settings)


def find_empty_database(folder: Path) -> str:
    """Return the address of a database in which no table can be found."""
    if connection.vendor == "postgresql":
        return f"{os.environ['DATABASE_URL']}?options=-csearch_path%3Dnowhere"
    return f"sqlite:///{folder / 'empty.sqlite3'}"


def test_no_command_works_on_a_database_without_tables(tmp_path: Path) -> None:
    commands = [
        ("scorecard", SLUG),
        ("export_inspection", SLUG, str(tmp_path / "out")),
        ("import_inspection", str(PROJECT / "fixtures" / "inspections" / "northmere-2012")),
        ("load_programme", str(write_programme(tmp_path))),
        ("render_report", SLUG, "--output", str(tmp_path / "out.html")),
        ("seed_demo",),
    ]
    script = """
import json, sys
import django
from django.core.management import CommandError, call_command
django.setup()
for words in json.loads(sys.argv[1]):
    try:
        call_command(*words)
    except CommandError as error:
        print(error)
"""
    ended = run_on(find_empty_database(tmp_path), "-c", script, json.dumps(commands))
    message = "The database is not ready: run manage.py migrate."
    assert (ended.stderr, ended.stdout.splitlines()) == ("", [message] * 6)


def test_from_the_shell_it_is_one_line_on_standard_error(tmp_path: Path) -> None:
    ended = run_on(find_empty_database(tmp_path), "manage.py", "scorecard", SLUG)
    assert (ended.returncode, ended.stdout, ended.stderr) == (
        1,
        "",
        "CommandError: The database is not ready: run manage.py migrate.\n",
    )


@pytest.mark.parametrize("database", ["postgres://127.0.0.1:1/none", "sqlite:////nowhere/db"])
def test_a_database_that_is_not_there_cannot_be_reached(database: str) -> None:
    ended = run_on(database, "manage.py", "scorecard", SLUG)
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("CommandError: The database cannot be reached: ")


def test_what_is_no_database_cannot_be_reached(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("no database, but text enough to be looked at\n" * 99)
    ended = run_on(f"sqlite:///{tmp_path / 'notes'}", "manage.py", "scorecard", SLUG)
    assert (ended.returncode, ended.stdout, ended.stderr) == (
        1,
        "",
        "CommandError: The database cannot be reached: file is not a database\n",
    )


@pytest.mark.usefixtures("inspection")
def test_a_database_that_refuses_is_told_and_a_fault_of_ours_is_not_hidden() -> None:
    def fail(error: DatabaseError) -> None:
        def refuse(*_: object) -> None:
            raise error

        with connection.execute_wrapper(refuse):
            call_command("scorecard", SLUG)

    with pytest.raises(CommandError) as told:
        fail(OperationalError("database is locked"))
    assert str(told.value) == "The database cannot be used: database is locked"
    with pytest.raises(DatabaseError, match=r"^bad query$"):
        fail(DatabaseError("bad query"))


def test_what_the_terminal_cannot_print_is_escaped(tmp_path: Path) -> None:
    """Both in what is said of a success, and in what is told of a mistake."""
    script = """
import os, sys
from django.core.management import execute_from_command_line as run
programme, bundle, target = sys.argv[1:]
run(["manage.py", "migrate", "--verbosity", "0"])
run(["manage.py", "load_programme", programme])
run(["manage.py", "import_inspection", bundle])
run(["manage.py", "export_inspection", "anyshire-2026", target])
run(["manage.py", "scorecard", os.fsdecode(b"x\\xff")])
"""
    programme, bundle = write_programme(tmp_path), write_bundle(tmp_path / "bundle")
    target = tmp_path / BROKEN
    ended = run_on(
        f"sqlite:///{tmp_path / 'db.sqlite3'}",
        *("-c", script, str(programme), str(bundle), str(target)),
        PYTHONIOENCODING="ascii",
    )
    assert (ended.returncode, ended.stdout.splitlines(), ended.stderr.splitlines()) == (
        1,
        [
            "Loaded small@1: 9 questions, 7 facts.",
            "Imported anyshire-2026: 2 cases.",
            f"Exported anyshire-2026 to {tmp_path}/x\\udcff.",
        ],
        [
            "CommandError: \\u201cx\\udcff\\u201d is not a slug: letters, digits, hyphens and "
            "underscores, one or more."
        ],
    )
    assert target.is_dir()
