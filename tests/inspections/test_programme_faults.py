"""What is said of a faulty programme file: every fault, each at its place, and never a crash."""

import copy
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.problems import RefusedError
from inspections.programmes import digest_programme, read_programme
from tests.programmes import SMALL_PROGRAMME, write_programme

SMALL = yaml.safe_load(SMALL_PROGRAMME)
FAULTY = yaml.safe_load(Path(__file__).with_name("faulty_programmes.yaml").read_text("utf-8"))


def change(old: str, new: str, text: str = SMALL_PROGRAMME) -> str:
    """Return the small programme with the only `old` in it made `new`."""
    assert text.count(old) == 1, f"{text.count(old)} of {old!r}"
    return text.replace(old, new)


def faults_of(folder: Path, text: str) -> list[tuple[str, str]]:
    """Return, for each fault in the file, the line as it is written and the message."""
    with pytest.raises(RefusedError) as caught:
        read_programme(write_programme(folder, text))
    lines = text.splitlines()
    return [
        (lines[problem.line - 1].strip() if problem.line else "", problem.message)
        for problem in caught.value.problems
    ]


def number_lines(message: str, text: str) -> str:
    """Return `message` with <words> made the number of the first line of `text` with them."""
    lines = text.splitlines()

    def number(found: re.Match[str]) -> str:
        return str(next(n for n, line in enumerate(lines, 1) if found[1] in line))

    return re.sub("<(.+)>", number, message)


@pytest.mark.parametrize("case", FAULTY, ids=lambda case: case["faults"][0]["says"])
def test_a_fault_is_told_at_its_place(tmp_path: Path, case: dict[str, Any]) -> None:
    text = change(case["change"], case["into"])
    expected = [(fault["at"], number_lines(fault["says"], text)) for fault in case["faults"]]
    assert faults_of(tmp_path, text) == expected


def test_all_faults_are_told_together_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = change("kind: cci", "kind: abc\nkind: cci")
    text = change("{label: DRASTIC, floor: 0}", "{label: DRASTIC, floor: 1}", text)
    text = change("{words: all, from: 100, to: 100}", "{words: all, from: 100}", text)
    text = change("  - {value: low, label: Low}\n", "  - {label: Low}\n", text)
    text = change("- code: '1.1.03'", "- code: 1.1", text)
    text = change("- {fact: custody}", "- {fact: prison}", text)
    text = change("grid: factors", "grid: actors", text)
    assert faults_of(tmp_path, text) == [
        ("kind: abc", '"kind" must be cci or sqs'),
        ("kind: cci", 'the key "kind" is given twice, first on line 5'),
        (
            "- {label: DRASTIC, floor: 1}",
            "the last band must have floor 0: 0 would have no band",
        ),
        ("- {words: all, from: 100}", '"to" is missing'),
        ("- {label: Low}", '"value" is missing'),
        ("- code: 1.1", '"code" must be in quotes: it was read as the number 1.1'),
        ("- {fact: prison}", 'there is no fact "prison"'),
        ("grid: actors", 'there is no grid "actors"'),
    ]


def test_a_scored_programme_needs_bands_and_themes(tmp_path: Path) -> None:
    text = SMALL_PROGRAMME
    for start, end in (("bands:", "themes:"), ("themes:", "quantifiers:")):
        text = text[: text.index(start)] + f"{start} []\n" + text[text.index(end) :]
    faults = faults_of(tmp_path, text)
    assert faults[:2] == [
        ("bands: []", "a scored programme must have bands"),
        ("themes: []", "a scored programme must have themes"),
    ]
    assert {message for _, message in faults[2:]} == {
        'there is no theme "safeguarding"',
        'there is no theme "risk_of_harm"',
    }


def test_an_unscored_programme_scores_no_question(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, change("scored: true", "scored: false"))
    message = 'the programme is not scored, so "scoring" must be none'
    assert faults == [("scoring: question", message)] * 6 + [("scoring: rows", message)]


def test_a_file_that_cannot_be_read_is_refused_likewise(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        read_programme(tmp_path / "none.yaml")
    assert str(caught.value) == "none.yaml: does not exist"


@pytest.mark.parametrize("value", ["!!python/object/apply:os.getcwd []", "&a [x]", "*a"])
def test_python_objects_and_expansion_are_refused(tmp_path: Path, value: str) -> None:
    text = change("kind: cci", f"kind: {value}")
    ((line, message),) = faults_of(tmp_path, text)
    assert line == f"kind: {value}"
    assert message.endswith("are not allowed")


@settings(deadline=None)
@given(floors=st.lists(st.integers(-2, 103), min_size=1, max_size=5, unique=True).map(sorted))
def test_bands_are_taken_only_if_they_descend_to_0(
    tmp_path_factory: pytest.TempPathFactory, floors: list[int]
) -> None:
    bands = [{"label": f"B{floor}", "floor": floor} for floor in reversed(floors)]
    sound = floors[0] == 0 and floors[-1] <= 100
    assert is_sound(tmp_path_factory, {**SMALL, "bands": bands}) == sound
    if len(bands) > 1:
        assert not is_sound(tmp_path_factory, {**SMALL, "bands": bands[::-1]})


@st.composite
def ranges_that_nearly_cover(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Return ranges that cover 0 to 100 once, unless one end of one of them was moved."""
    cuts = sorted(draw(st.sets(st.integers(1, 100), max_size=5)))
    ranges = [(low, high - 1) for low, high in pairwise([0, *cuts, 101])]
    index = draw(st.integers(0, len(ranges) - 1))
    low, high = ranges[index]
    ranges[index] = (low + draw(st.integers(-1, 1)), high + draw(st.integers(-1, 1)))
    return draw(st.permutations(ranges))


@settings(deadline=None)
@given(ranges=ranges_that_nearly_cover())
def test_quantifiers_are_taken_only_if_each_percentage_is_in_one(
    tmp_path_factory: pytest.TempPathFactory, ranges: list[tuple[int, int]]
) -> None:
    quantifiers = [
        {"words": f"w{n}", "from": low, "to": high} for n, (low, high) in enumerate(ranges)
    ]
    sound = all(0 <= low <= high <= 100 for low, high in ranges) and all(
        sum(low <= percent <= high for low, high in ranges) == 1 for percent in range(101)
    )
    assert is_sound(tmp_path_factory, {**SMALL, "quantifiers": quantifiers}) == sound


@settings(deadline=None, max_examples=200)
@given(
    changes=st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=20
    )
)
def test_no_change_ends_in_anything_but_a_programme_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    data = copy.deepcopy(SMALL)
    for place, kind in changes:
        mutate(data, place, kind)
    path = write_programme(tmp_path_factory.mktemp("changed"), json.dumps(data, indent=1))
    try:
        digest = digest_programme(read_programme(path))
    except RefusedError as error:
        refused = error
    else:
        assert len(digest) == 64
        return
    assert all(problem.line for problem in refused.problems)


def is_sound(folders: pytest.TempPathFactory, data: dict[str, Any]) -> bool:
    """Whether the programme is read."""
    try:
        read_programme(write_programme(folders.mktemp("programme"), json.dumps(data, indent=1)))
    except RefusedError:
        return False
    return True


def mutate(data: Any, place: int, kind: int) -> None:
    """Change, remove or double one value inside `data`, chosen by `place` and `kind`."""
    spots = list(find_spots(data))
    if not spots:
        return
    holder, key = spots[place % len(spots)]
    texts = ["", "x", "1.1.01", "custody", "safeguarding", "rows", "choice", "boolean", "high"]
    values: list[Any] = [None, True, False, -1, 0, 50, 101, 1.1, [], {}, ["x"], [{}], *texts]
    choice = kind % (len(values) + 4)
    if choice < len(values):
        holder[key] = copy.deepcopy(values[choice])
    elif choice == len(values):
        del holder[key]
    elif choice == len(values) + 1:
        other, other_key = spots[kind % len(spots)]
        holder[key] = copy.deepcopy(other[other_key])
    elif isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    else:
        holder[f"{key}x"] = copy.deepcopy(holder[key])


def find_spots(data: Any) -> Any:
    """Yield each place inside `data`: what holds it, and its key or index."""
    for key in list(data) if isinstance(data, dict) else range(len(data)):
        yield data, key
        if isinstance(data[key], (dict, list)):
            yield from find_spots(data[key])
