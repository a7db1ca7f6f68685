"""The command that loads a programme: what it prints, and what it stores."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from inspections.management.commands.load_programme import Command
from inspections.models import Programme, Question
from tests.inspections.test_catalogue import use
from tests.programmes import SMALL_PROGRAMME, write_programme

PROGRAMMES = Path(__file__).parents[2] / "fixtures" / "programmes"

pytestmark = pytest.mark.django_db


def load(path: Path) -> str:
    """Run the command and return what it printed."""
    printed = StringIO()
    call_command("load_programme", path, stdout=printed)
    return printed.getvalue()


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("cci-2012", "Loaded cci-2012@1: 155 questions, 27 facts.\n"),
        ("cci-2009", "Loaded cci-2009@1: 157 questions, 27 facts.\n"),
        ("sqs-2013", "Loaded sqs-2013@1: 35 questions, 17 facts.\n"),
    ],
)
def test_a_programme_is_loaded(name: str, printed: str) -> None:
    assert load(PROGRAMMES / f"{name}.yaml") == printed
    assert str(Programme.objects.get()) == f"{name}@1"


def test_it_says_whether_anything_changed(tmp_path: Path) -> None:
    path = write_programme(tmp_path)
    assert load(path) == "Loaded small@1: 9 questions, 7 facts.\n"
    assert load(path) == "small@1 is loaded already, unchanged: 9 questions, 7 facts.\n"
    write_programme(tmp_path, SMALL_PROGRAMME.replace("Was a screening", "Was any screening"))
    assert load(path) == "Replaced small@1: 9 questions, 7 facts.\n"
    assert Question.objects.get(code="1.1.01").text == "Was any screening completed?"


def test_every_fault_is_told_and_nothing_stored(tmp_path: Path) -> None:
    text = SMALL_PROGRAMME.replace("kind: cci", "kind: abc").replace("grid: factors", "grid: none")
    with pytest.raises(CommandError) as caught:
        load(write_programme(tmp_path, text))
    line = text.splitlines().index("      grid: none") + 1
    assert str(caught.value).splitlines() == [
        "nothing was loaded",
        'programme.yaml, line 5: "kind" must be cci or sqs',
        f'programme.yaml, line {line}: there is no grid "none"',
    ]
    assert not Programme.objects.exists()


def test_a_used_programme_is_not_changed(tmp_path: Path) -> None:
    load(write_programme(tmp_path))
    use(Programme.objects.get(), "anyshire-2012")
    path = write_programme(
        tmp_path, SMALL_PROGRAMME.replace("Was a screening", "Was any screening")
    )
    with pytest.raises(CommandError) as caught:
        load(path)
    assert str(caught.value).splitlines() == [
        "nothing was loaded",
        "small@1: is used by anyshire-2012 and cannot change: make a new version of it",
    ]
    assert Question.objects.get(code="1.1.01").text == "Was a screening completed?"


def test_from_the_shell_a_fault_is_exit_status_1_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command: BaseCommand = Command()
    with pytest.raises(SystemExit) as caught:
        command.run_from_argv(["manage.py", "load_programme", str(tmp_path / "none.yaml")])
    assert caught.value.code == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == "CommandError: nothing was loaded\nnone.yaml: does not exist\n"
