"""The scorecard as a file: every figure as on the scorecard, and nobody to be found in it."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from odfdo import Document
from pytest_django import DjangoAssertNumQueries

from inspections.models import Inspection
from scoring.answer_table import read_answer_table
from scoring.arithmetic import choose_hidden
from scoring.exporting import BY_HEAD, HEAD, HIDDEN, gather_export, write_export
from scoring.names import list_score_names
from scoring.scorecard import score_groups, score_inspection
from scoring.statistics.intervals import estimate_intervals
from tests.cases.filling import client_of
from tests.casting import FACTS, make_case, make_inspection
from tests.scoring.test_signing import sign

pytestmark = pytest.mark.django_db

EXPORT = "/inspections/anyshire-2026/scorecard/export/"


@pytest.fixture
def inspection() -> Inspection:
    inspection = make_inspection(caseload=20)
    for number in range(7):
        make_case(
            inspection,
            f"ANY-00{number}",
            facts=FACTS | {"gender": "female" if number == 0 else "male"},
            answers={
                "2.1.01": "insufficient" if number % 2 else "not_applicable",
                "2.1.02/a": "not_applicable" if number == 3 else "sufficient",
            },
            rest="insufficient" if number == 5 else "sufficient",
        )
    make_case(inspection, "ANY-007", facts={"gender": "male"})
    return inspection


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    return client_of(inspection, "lead")


def read_csv(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def read_ods(content: bytes) -> dict[str, list[list[Any]]]:
    """Return the values of every sheet of a spreadsheet, row by row."""
    tables = Document(io.BytesIO(content)).body.tables
    return {str(table.name): [list(row) for row in table.get_values()] for table in tables}


def plain(nested: Any) -> Any:
    """Return a JSON export without what the command line does not give."""
    if not isinstance(nested, dict):
        return nested
    extra = {"as_at", "digest", "lock", "method", "not_applicable", "not_asked", "interval"}
    return {key: plain(value) for key, value in nested.items() if key not in extra}


def test_json_is_the_scorecard_with_counts_and_intervals(
    lead: Client, inspection: Inspection
) -> None:
    response = lead.get(f"{EXPORT}json/")
    today = timezone.localdate().isoformat()
    assert response["Content-Disposition"] == (
        f'attachment; filename="anyshire-2026-scorecard-{today}.json"'
    )
    document = json.loads(response.content)
    card = score_inspection(inspection)
    assert plain(document) == card.to_json()
    assert list(document["criteria"]["1.1"])[:7] == list(card.criteria["1.1"]._fields)
    table = read_answer_table(inspection)
    names = list_score_names(table.definition, rows=True)
    counts = table.count(names)
    intervals = estimate_intervals(counts.sufficient, counts.relevant, 20)
    for name, interval in zip(names, intervals, strict=True):
        found = document[f"{name.kind}s" if name.kind != "criterion" else "criteria"][name.key]
        given_interval = (found["rows"][name.row] if name.row else found)["interval"]
        expected = interval and {
            "low": interval.low,
            "high": interval.high,
            "cases": interval.cases,
        }
        assert given_interval == expected
    delivered = document["questions"]["2.1.01"]
    assert (delivered["not_applicable"], delivered["not_asked"]) == (4, 0)
    assert document["questions"]["1.2.01"]["not_asked"] == 7
    assert document["lock"] is None
    assert datetime.fromisoformat(document["as_at"]).tzinfo is not None


def test_the_fingerprint_changes_with_the_scores_alone(inspection: Inspection) -> None:
    def digest() -> str:
        return str(json.loads(write_export(gather_export(inspection), "json"))["digest"])

    before = digest()
    assert digest() == before
    inspection.cases.get(reference="ANY-000").assessments.get().judgements.filter(
        question__code="2.1.01"
    ).update(answer="insufficient")
    assert digest() != before


def test_csv_has_a_line_for_every_score(lead: Client, inspection: Inspection) -> None:
    response = lead.get(f"{EXPORT}csv/")
    lines = read_csv(response.content)
    card = score_inspection(inspection)
    assert tuple(lines[0]) == HEAD
    definition = read_answer_table(inspection).definition
    assert len(lines) == len(list_score_names(definition, rows=True))
    by_key = {(line["kind"], line["key"], line["row"]): line for line in lines}
    for number, score in card.criteria.items():
        line = by_key["criterion", number, ""]
        shown = [line[column] for column in score._fields]
        assert shown == ["" if value is None else str(value) for value in score]
    row = by_key["row", "2.1.02", "a"]
    assert (row["title"], row["sufficient"], row["not_applicable"]) == ("Social care", "6", "1")


def test_ods_holds_numbers_and_percentages(lead: Client, inspection: Inspection) -> None:
    response = lead.get(f"{EXPORT}ods/")
    assert response["Content-Type"] == "application/vnd.oasis.opendocument.spreadsheet"
    sheets = read_ods(response.content)
    assert list(sheets) == ["Scores", "Questions by row", "About"]
    card = score_inspection(inspection)
    definition = read_answer_table(inspection).definition
    for sheet in ("Scores", "Questions by row"):
        head, *rows = sheets[sheet]
        assert tuple(head) == HEAD
        for cells in rows:
            line = dict(zip(HEAD, [*cells, *[None] * (len(HEAD) - len(cells))], strict=True))
            if line["kind"] == "row":
                score = card.questions[line["key"]].rows[line["row"]]
            elif line["kind"] == "question":
                score = card.questions[line["key"]].score
            else:
                where = {"headline": "headlines", "section": "sections", "criterion": "criteria"}
                score = getattr(card, where[line["kind"]])[line["key"]]
            assert (line["sufficient"], line["relevant"], line["open"]) == score[:3]
            shares = [line[column] for column in ("percent", "low", "high")]
            percents = [None if each is None else round(float(each) * 100) for each in shares]
            assert percents == list(score[3:6])
            assert line["band"] == score.band
    assert len(sheets["Scores"]) + len(sheets["Questions by row"]) - 2 == len(
        list_score_names(definition, rows=True)
    )
    about = {row[0]: row[1] for row in sheets["About"][1:]}
    assert about["Programme"] == "small@1"
    assert (about["State"], about["Locked"]) == ("Not complete", "Not signed and locked")
    document = Document(io.BytesIO(response.content))
    cell = document.body.tables[0].get_cell((HEAD.index("percent"), 1))
    assert (cell.type, cell.style) == ("percentage", "Percent0")


def test_says_who_locked_it(inspection: Inspection) -> None:
    inspection.cases.get(reference="ANY-007").assessments.all().delete()
    sign(inspection, "1.1", "1.2", "2.1")
    document = json.loads(write_export(gather_export(inspection), "json"))
    assert (document["complete"], document["lock"]["locked_by"]) == (True, "Lead inspector")


def test_groups_that_are_too_small_are_hidden_with_the_next(
    lead: Client, inspection: Inspection
) -> None:
    """One girl: hidden alone, she would be all cases less the boys; so the boys are hidden too."""
    lines = read_csv(lead.get(f"{EXPORT}csv/?by=gender").content)
    assert [(line["group"], line["cases"], line["title"]) for line in lines] == [
        ("Female", "", HIDDEN),
        ("Male", "", HIDDEN),
    ]


def test_other_groups_are_shown_as_they_are(lead: Client, inspection: Inspection) -> None:
    for number in range(8, 13):
        make_case(
            inspection, f"ANY-{number:03}", facts=FACTS | {"gender": "female"}, rest="sufficient"
        )
    groups = score_groups(inspection, "gender")
    lines = read_csv(lead.get(f"{EXPORT}csv/?by=gender").content)
    assert tuple(lines[0]) == BY_HEAD
    found = {(line["group"], line["kind"], line["key"]): line for line in lines}
    for label, value, cases in (("Female", "female", "6"), ("Male", "male", "7")):
        score = groups[value].criteria["2.1"]
        line = found[label, "criterion", "2.1"]
        assert (line["cases"], line["sufficient"], line["relevant"]) == (
            cases,
            str(score.sufficient),
            str(score.relevant),
        )
    by = json.loads(lead.get(f"{EXPORT}json/?by=gender").content)["by"]
    assert [(group["label"], group["cases"]) for group in by["groups"]] == [
        ("Female", 6),
        ("Male", 7),
    ]
    sheets = read_ods(lead.get(f"{EXPORT}ods/?by=gender").content)
    assert list(sheets) == ["Scores", "Questions by row", "Breakdown", "About"]
    assert len(sheets["Breakdown"]) == len(lines) + 1


SIZES = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 12), min_size=1)


@settings(max_examples=200, deadline=None)
@given(sizes=SIZES, smallest=st.integers(5, 9))
def test_no_hidden_group_can_be_worked_out(sizes: dict[str, int], smallest: int) -> None:
    hidden = choose_hidden(sizes, smallest)
    small = {name for name, size in sizes.items() if 0 < size < smallest}
    assert small <= hidden
    if not small:
        assert hidden == set()
        return
    left = sum(sizes[name] for name in hidden)
    everything = {name for name, size in sizes.items() if size}
    assert hidden == everything or (len(hidden) > 1 and left >= smallest)
    for name in hidden - small:  # none is hidden that need not be
        fewer = hidden - {name}
        others = hidden - small
        if sizes[name] == max(sizes[each] for each in others):
            assert len(fewer) < 2 or sum(sizes[each] for each in fewer) < smallest


@pytest.mark.parametrize("path", ["xlsx/", "csv/?by=nothing", "csv/?by=%00", "?format=pdf"])
def test_what_is_not_there_is_not_found(path: str, lead: Client) -> None:
    assert lead.get(EXPORT + path).status_code == 404


def test_the_form_leads_to_the_file(lead: Client) -> None:
    response = lead.get(f"{EXPORT}?format=ods&by=gender")
    assert (response.status_code, response["Location"]) == (302, f"{EXPORT}ods/?by=gender")


@pytest.mark.parametrize("cases", [1, 5])
def test_takes_as_many_queries_for_many_cases(
    cases: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    inspection = make_inspection()
    for number in range(cases):
        make_case(inspection, f"ANY-{number:03}", rest="sufficient")
    gather_export(inspection)
    with django_assert_num_queries(4):
        gather_export(inspection, "gender")


def test_a_reference_is_in_no_file(lead: Client) -> None:
    for key in ("csv", "json"):
        assert b"ANY-00" not in lead.get(f"{EXPORT}{key}/").content
