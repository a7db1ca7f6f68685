"""The documents tell the truth of the code: links, commands, variables and worked examples."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from inspections.dates import last_day, parse_day
from inspections.definition import Band
from inspections.programmes import read_programme
from reports.comparing.results import Result, select_others
from reports.comparing.standing import stand
from scoring.agreement.coefficients import CrossTable, round_coefficient
from scoring.arithmetic import Score, Tally, pool, round_half_up, score_tally
from tests.docs.assessor_examples import recount_assessor, recount_expected
from tests.docs.hiding_examples import hide
from tests.docs.interval_examples import (
    measure,
    recount_difference,
    recount_gap,
    recount_interval,
)
from tests.docs.markdown import (
    read_anchors,
    read_code_spans,
    read_commands,
    read_links,
    read_marked_tables,
)
from tests.docs.near_examples import recount_near
from tests.docs.worked_examples import FIXTURES, Counted, State, count_inspections

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = sorted(
    path.relative_to(ROOT)
    for pattern in ("*.md", "docs/**/*.md", "fixtures/**/*.md", "templates/**/*.md")
    for path in ROOT.glob(pattern)
)
PICTURES = sorted((ROOT / "docs/pictures").glob("*"))
LARGEST_PICTURE = 300_000  # bytes

SCORING = ROOT / "docs/SCORING.md"
TABLES = list(read_marked_tables(SCORING))
BANDS = (Band("MINIMUM", 75), Band("MODERATE", 60), Band("SUBSTANTIAL", 45), Band("DRASTIC", 0))

# --- Links, pictures, paths ---------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_leads_somewhere(document: Path) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    broken = []
    for link in read_links(text):
        target, _, anchor = link.target.partition("#")
        if re.match(r"https?:", target):
            continue
        path = (ROOT / document).parent / target if target else ROOT / document
        found = path.exists()
        if found and anchor:
            found = anchor in read_anchors(path.read_text(encoding="utf-8"))
        if not found:
            broken.append(link.target)
    assert broken == []


def test_every_picture_is_shown_small_enough_and_said_in_words() -> None:
    shown = {
        (ROOT / document).parent / link.target: link.words
        for document in DOCUMENTS
        for link in read_links((ROOT / document).read_text(encoding="utf-8"))
        if link.is_picture
    }
    assert sorted(shown) == PICTURES
    assert [path.name for path, words in shown.items() if len(words) < 40] == []
    assert [path.name for path in PICTURES if path.stat().st_size > LARGEST_PICTURE] == []


@pytest.mark.parametrize(
    "document",
    ["README.md", "docs/ARCHITECTURE.md", *map(str, ROOT.glob("docs/decisions/*.md"))],
    ids=lambda document: Path(document).name,
)
def test_every_path_named_is_there(document: str) -> None:
    named = {span for span in read_code_spans((ROOT / document).read_text()) if _is_path(span)}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def _is_path(span: str) -> bool:
    """A path is named from the root of the project; what is built at set-up is left out."""
    if span.startswith("static/vendor") or not re.fullmatch(r"[\w./-]+", span):
        return False
    return "/" in span or span.endswith((".md", ".toml", ".yml"))


def test_the_paths_of_the_architecture_are_recognised() -> None:
    text = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8")
    named = [span for span in read_code_spans(text) if _is_path(span)]
    assert {"cases/review.py", "config/", "templates/components/README.md"} <= set(named)


def test_the_modules_of_the_diagram_are_there() -> None:
    diagram = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8").split("```")[1]
    modules = re.findall(r"\w+(?:/\w+)+\.py", diagram)
    assert len(modules) > 10
    assert [module for module in modules if not (ROOT / module).exists()] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    for number, path in enumerate(decisions, start=1):
        text = path.read_text(encoding="utf-8")
        assert path.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number}. ")
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == [
            "Context", "Decision", "Consequences",
        ]  # fmt: skip


# --- Commands and variables ---------------------------------------------------------------------


def test_setting_up_takes_two_commands() -> None:
    assert read_commands((ROOT / "README.md").read_text()) == ["script/server", "script/test"]


def test_every_variable_of_the_settings_is_told_and_none_that_nothing_reads() -> None:
    source = (ROOT / "config/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', source))
    assert set(re.findall(r'"([A-Z_]+)" in env', source)) <= read
    operations = (ROOT / "docs/OPERATIONS.md").read_text(encoding="utf-8")
    part = operations.split("## Environment variables")[1].split("\n## ")[0]
    told = re.findall(r"^\| `([A-Z_]+)` \|", part, re.MULTILINE)
    assert len(told) == len(set(told))
    of_scripts = {name for name in told if name not in read}
    assert read | of_scripts == set(told)
    used = "".join(
        path.read_text(encoding="utf-8")
        for path in (*ROOT.glob("script/*"), *ROOT.glob("tests/*.py"))
    )
    assert [name for name in sorted(of_scripts) if not re.search(rf"\b{name}\b", used)] == []


# --- The worked examples ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def counted(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Counted]:
    """Hertfordshire and Northmere, counted once for all tables."""
    with django_db_blocker.unblock():
        return count_inspections("hertfordshire-2012", "northmere-2012")


def test_each_kind_of_table_is_there() -> None:
    assert {mark for mark, _ in TABLES} == {
        "scores hertfordshire-2012", "rounding", "bands cci-2012", "averages hertfordshire-2012",
        "answers hertfordshire-2012", "answers northmere-2012", "ranges northmere-2012",
        "set aside hertfordshire-2012", "figures hertfordshire-2012", "agreement", "comparators",
        "near hertfordshire-2012", "assessor hertfordshire-2012",
        "intervals hertfordshire-2012", "coverage", "differences hertfordshire-2012",
        "gaps hertfordshire-2012",
        "expected hertfordshire-2012", "hidden",
    }  # fmt: skip
    assert all(rows for _, rows in TABLES)


@pytest.mark.slow
@pytest.mark.django_db  # asks for a database, which `counted` fills and leaves empty
@pytest.mark.parametrize(
    ("mark", "row"),
    [(mark, row) for mark, rows in TABLES for row in rows],
    ids=lambda value: next(iter(value.values())) if isinstance(value, dict) else value,
)
def test_a_worked_example_is_what_the_code_makes_of_it(
    mark: str, row: Mapping[str, str], counted: dict[str, Counted]
) -> None:
    kind, _, slug = mark.rpartition(" ")
    if mark == "rounding":
        assert row == _round(row)
    elif mark == "agreement":
        assert row == _measure_agreement(row)
    elif mark == "coverage":
        assert row == measure(row)
    elif mark == "comparators":
        assert row == _compare(row)
    elif mark == "hidden":
        assert row == hide(row)
    elif kind == "bands":
        assert row in _list_bands(slug)
    else:
        assert row == RECOUNT[kind](row, counted[slug])


def _recount_score(row: Mapping[str, str], inspection: Counted) -> dict[str, str]:
    names = _names(row["score"])
    tally = pool(inspection.find_tally(name) for name in names)
    has_band = names[0].startswith(("criterion", "headline"))
    score = score_tally(tally, inspection.definition.bands if has_band else ())
    if len(names) == 1:
        assert score == inspection.find_score(names[0])
    return {
        "score": row["score"],
        "sufficient": str(score.sufficient),
        "relevant": str(score.relevant),
        "exact": f"{100 * score.sufficient / score.relevant:.3f}",
        "printed": _percent(score.percent),
        "band": score.band or "–",
    }


def _recount_average(row: Mapping[str, str], inspection: Counted) -> dict[str, str]:
    (name,) = _names(row["section"])
    number = name.removeprefix("section ")
    criteria = [inspection.find_score(f"criterion {c}") for c in _criteria_of(inspection, number)]
    percents = [score.percent for score in criteria if score.percent is not None]
    return {
        "section": row["section"],
        "counts of its criteria": " + ".join(f"{s.sufficient}/{s.relevant}" for s in criteria),
        "pooled, as scored": _percent(inspection.find_score(name).percent),
        "average of their percentages, which is wrong": _percent(
            round_half_up(sum(percents), 100 * len(percents))
        ),
    }


def _criteria_of(inspection: Counted, section: str) -> list[str]:
    return [c for c, s in inspection.definition.section_of.items() if s == section]


def _recount_answers(row: Mapping[str, str], inspection: Counted) -> dict[str, str]:
    (code,) = _names(row["question"])
    counts = inspection.answers[code]
    return {
        "question": row["question"],
        "Yes": str(counts[State.APPLIES, "sufficient"]),
        "No": str(counts[State.APPLIES, "insufficient"]),
        "Not applicable": str(counts[State.APPLIES, "not_applicable"]),
        "unanswered": str(counts[State.APPLIES, ""]),
        "undecided": str(sum(n for (state, _), n in counts.items() if state == State.UNDECIDED)),
        "not asked": str(sum(n for (state, _), n in counts.items() if state == State.NOT_ASKED)),
        "printed": _percent(inspection.find_score(code).percent),
    }


def _recount_range(row: Mapping[str, str], inspection: Counted) -> dict[str, str]:
    (name,) = _names(row["score"])
    score = inspection.find_score(name)
    return {"score": row["score"], **_describe_range(score), "so far": _percent(score.percent)}


def _recount_set_aside(row: Mapping[str, str], inspection: Counted) -> dict[str, str]:
    (name,) = _names(row["score"])
    after = inspection.find_score(name, inspection.after_setting_aside)
    return {
        "score": row["score"],
        "before": _describe_share(inspection.find_score(name)),
        "after": _describe_share(after),
    }


def _recount_figure(row: Mapping[str, str], inspection: Counted) -> dict[str, str]:
    (written,) = _names(row["written"])
    return {"written": row["written"], "printed": inspection.figures.resolve(written, "here")}


RECOUNT = {
    "scores": _recount_score,
    "averages": _recount_average,
    "answers": _recount_answers,
    "ranges": _recount_range,
    "set aside": _recount_set_aside,
    "figures": _recount_figure,
    "near": recount_near,
    "intervals": recount_interval,
    "differences": recount_difference,
    "gaps": recount_gap,
    "assessor": recount_assessor,
    "expected": recount_expected,
}


def _round(row: Mapping[str, str]) -> dict[str, str]:
    """Return an example of arithmetic alone, with the columns that `row` has."""
    tally = Tally(int(row["sufficient"]), int(row["relevant"]), int(row.get("open", "0")))
    score = score_tally(tally, BANDS)
    columns = _describe_range(score) | {
        "exact": f"{100 * tally.sufficient / tally.relevant:.3f}",
        "printed": _percent(score.percent),
    }
    return {column: columns[column] for column in row}


def _measure_agreement(row: Mapping[str, str]) -> dict[str, str]:
    """Return an example of two people's answers, with what they come to."""
    column = "pairs of answers: the first's down, the second's across"
    (written,) = _names(row[column])
    counts = tuple(tuple(map(int, line.split())) for line in written.split("/"))
    table = CrossTable(tuple(map(str, range(len(counts)))), counts)
    return {
        column: row[column],
        "pairs": str(table.pairs),
        "alike": str(table.alike),
        "same answer": _percent(table.percent),
        "kappa": "not defined" if table.kappa is None else round_coefficient(table.kappa),
        "AC1": "not defined" if table.ac1 is None else round_coefficient(table.ac1),
    }


def _compare(row: Mapping[str, str]) -> dict[str, str]:
    """Return an example of Hertfordshire among the areas of the fixture."""
    with (FIXTURES / "results/cci-2012.csv").open(encoding="utf-8", newline="") as file:
        results = [
            Result(
                area_id=int(given["area"] != "Hertfordshire") * line,
                area=given["area"],
                slug=given["area"],
                region=given["region"],
                published=given["publication_date"],
                percents={name: int(given[name]) for name in list(given)[4:]},
                imported=True,
            )
            for line, given in enumerate(csv.DictReader(file), start=1)
            if given["programme"] == "cci-2012"
        ]
    by = last_day(parse_day(row["published by"]))
    region = row["region"] if row["region"] != "all" else ""
    (theme,) = _names(row["theme"])
    standing = stand(theme, select_others(results, by, own_area=0, region=region))
    return {
        "published by": row["published by"],
        "region": row["region"],
        "theme": row["theme"],
        "percentages of the other areas": " ".join(map(str, standing.values)),
        "lowest": _percent(standing.lowest),
        "highest": _percent(standing.highest),
        "sum": str(sum(standing.values)),
        "exact": f"{sum(standing.values) / standing.areas:.3f}",
        "average": _percent(standing.average),
    }


def _list_bands(programme: str) -> list[dict[str, str]]:
    ceiling = 100
    bands = []
    for band in read_programme(FIXTURES / "programmes" / f"{programme}.yaml").bands:
        label = f"{band.label} improvement required"
        bands.append({"printed": f"{band.floor}% to {ceiling}%", "band": label})
        ceiling = band.floor - 1
    return bands


def _names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _percent(percent: int | None) -> str:
    return "not scored" if percent is None else f"{percent}%"


def _describe_share(score: Score) -> str:
    return f"{score.sufficient} of {score.relevant}, {_percent(score.percent)}"


def _describe_range(score: Score) -> dict[str, str]:
    return {
        "sufficient": str(score.sufficient),
        "relevant": str(score.relevant),
        "open": str(score.open),
        "lowest": _percent(score.low),
        "highest": _percent(score.high),
        "band": score.band or "–",
    }
