"""Counts of questionnaires: what is sound, storing them, where they are used, and CSV files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from inspections.models import Inspection
from inspections.problems import RefusedError
from reports.bundle import build_bundle
from reports.models import Language, Narrative
from reports.publication import publish
from reports.questionnaires.counts import (
    ChangedMeanwhileError,
    Item,
    StillUsedError,
    Survey,
    Surveys,
    check_item,
    check_key,
    check_number,
    digest_surveys,
    load_surveys,
    read_surveys,
    save_surveys,
)
from reports.questionnaires.files import merge_counts, read_counts, write_counts
from tests.casting import make_case, make_inspection, member_of
from tests.jobs.databases import opened_to_others

DOCUMENT: dict[str, Any] = {
    "foreword": "Of the children [[survey children.knew_why:both]] knew why.",
    "criteria": {"1.1": {"strengths": ["Nothing.", "Also [[ survey  children.knew_why ]]."]}},
    "service_users": {
        "children": {
            "respondents": 30,
            "items": {"felt_safe": {"count": 20, "of": 28}, "knew_why": {"count": 29, "of": 30}},
            "findings": ["They knew: [[survey children.knew_why]], [[broken"],
        },
        "victims": {"respondents": 6, "findings": ["Six answered."]},
    },
}
STORED: Surveys = {
    "children": Survey(30, {"felt_safe": Item(20, 28), "knew_why": Item(29, 30)}),
    "victims": Survey(6),
}
CSV = """\
group,item,count,of
children,respondents,30,
children,felt_safe,20,28
children,knew_why,29,30
victims,respondents,6,
"""


@pytest.fixture
def inspection(db: None) -> Inspection:
    inspection = make_inspection()
    Narrative.objects.create(inspection=inspection, document=DOCUMENT)
    return inspection


def with_children(respondents: int | None, **items: Item) -> Surveys:
    return {"children": Survey(respondents, items), "victims": Survey(6)}


def document_of(inspection: Inspection, language: str = "en") -> dict[str, Any]:
    document: dict[str, Any] = Narrative.objects.get(
        inspection=inspection, language=language
    ).document
    return document


class TestChecking:
    @pytest.mark.parametrize(
        ("key", "fault"),
        [
            ("knew_why", ""),
            ("a1", ""),
            ("", "Enter a name for the item."),
            ("respondents", "“respondents” cannot be"),
            ("Knew why", "The name of an item has small letters"),
            ("1st", "The name of an item has"),
            ("x" * 51, "The name of an item has"),
            ("a\x00", "The name of an item has"),
        ],
    )
    def test_keys(self, key: str, fault: str) -> None:
        assert check_key(key)[: len(fault) or None] == fault

    @pytest.mark.parametrize(
        ("text", "number", "fault"),
        [
            ("0", 0, ""),
            (" 1,000 ", 1000, ""),
            ("1000000", 1_000_000, ""),
            ("1000001", None, "The count must be 1,000,000 or less."),
            ("", None, "Enter the count."),
            ("2.5", None, "The count must be a whole number, such as 27, not “2.5”."),
            ("-1", None, "The count must be a whole number, such as 27, not “-1”."),
            ("²", None, "The count must be a whole number, such as 27, not “²”."),
            ("٣", None, "The count must be a whole number, such as 27, not “٣”."),
            ("9" * 5000, None, "The count must be 1,000,000 or less."),
            ("x" * 5000, None, f"The count must be a whole number, such as 27, not “{'x' * 20}…”."),
            ("1,5", None, "The count must be a whole number, such as 27, not “1,5”."),
            ("1,0000", None, "The count must be a whole number, such as 27, not “1,0000”."),
            ("1000,000", None, "The count must be a whole number, such as 27, not “1000,000”."),
            (",100", None, "The count must be a whole number, such as 27, not “,100”."),
            ("1,000,000", 1_000_000, ""),
        ],
    )
    def test_numbers(self, text: str, number: int | None, fault: str) -> None:
        assert check_number(text, "the count") == (number, fault)

    @given(st.integers(0, 50), st.integers(0, 50), st.none() | st.integers(0, 50))
    def test_together(self, count: int, of: int, respondents: int | None) -> None:
        sound = count <= of and (respondents is None or of <= respondents)
        assert (check_item(Item(count, of), respondents) == "") == sound


class TestStoring:
    def test_reads_what_the_narrative_holds_and_where_it_is_used(
        self, inspection: Inspection
    ) -> None:
        surveys, uses = load_surveys(inspection)
        assert surveys == STORED
        assert uses == {
            "children.knew_why": [
                "foreword",
                "criterion 1.1, strength 2",
                "service users, children 1",
            ]
        }

    def test_changes_the_counts_and_nothing_else(self, inspection: Inspection) -> None:
        new = with_children(40, knew_why=Item(39, 40), a_new_one=Item(3, 4))
        assert save_surveys(inspection, new, base=digest_surveys(STORED))
        document = document_of(inspection)
        assert read_surveys(document) == new
        for part in ("foreword", "criteria"):
            assert document[part] == DOCUMENT[part]
        for group in ("children", "victims"):
            findings = DOCUMENT["service_users"][group]["findings"]
            assert document["service_users"][group]["findings"] == findings
        assert Narrative.objects.get().version == 2
        assert "count: 39\n" in build_bundle(inspection)["report.yaml"]

    def test_the_same_again_changes_nothing(self, inspection: Inspection) -> None:
        assert not save_surveys(inspection, STORED, base="whatever")
        assert Narrative.objects.get().version == 1

    def test_begins_a_narrative_only_where_there_is_something_to_keep(self, db: None) -> None:
        inspection = make_inspection()
        nothing = {"children": Survey(), "victims": Survey()}
        assert not save_surveys(inspection, nothing, base=digest_surveys(nothing))
        assert Narrative.objects.count() == 0
        some = {"children": Survey(12, {"knew_why": Item(0, 12)}), "victims": Survey()}
        assert save_surveys(inspection, some, base=digest_surveys(nothing))
        assert document_of(inspection) == {
            "service_users": {
                "children": {"respondents": 12, "items": {"knew_why": {"count": 0, "of": 12}}}
            }
        }

    def test_all_languages_have_the_same_counts(self, inspection: Inspection) -> None:
        welsh = {"foreword": "[[survey children.felt_safe]]", "service_users": {}}
        Narrative.objects.create(inspection=inspection, language="cy", document=welsh)
        assert load_surveys(inspection)[1]["children.felt_safe"] == ["foreword (Welsh)"]
        assert save_surveys(inspection, STORED, base=digest_surveys(STORED))
        assert read_surveys(document_of(inspection, Language.WELSH)) == STORED
        assert document_of(inspection, Language.WELSH)["foreword"] == welsh["foreword"]

    def test_refuses_where_somebody_else_changed_the_counts(self, inspection: Inspection) -> None:
        base = digest_surveys(STORED)
        theirs = with_children(30, knew_why=Item(28, 30), felt_safe=Item(20, 28))
        save_surveys(inspection, theirs, base=base)
        mine = with_children(30, knew_why=Item(27, 30), felt_safe=Item(20, 28))
        with pytest.raises(ChangedMeanwhileError) as error:
            save_surveys(inspection, mine, base=base)
        assert error.value.current == theirs
        assert load_surveys(inspection)[0] == theirs
        assert save_surveys(inspection, mine, base=digest_surveys(theirs))

    def test_other_changes_of_the_text_are_no_conflict(self, inspection: Inspection) -> None:
        narrative = Narrative.objects.get()
        narrative.document = {**DOCUMENT, "foreword": "Another."}
        narrative.save()
        new = with_children(30, knew_why=Item(28, 30), felt_safe=Item(20, 28))
        assert save_surveys(inspection, new, base=digest_surveys(STORED))
        assert document_of(inspection)["foreword"] == "Another."

    def test_an_item_that_the_text_uses_goes_only_after_being_told(
        self, inspection: Inspection
    ) -> None:
        base = digest_surveys(STORED)
        without_unused = with_children(30, knew_why=Item(29, 30))
        without_used = with_children(30, felt_safe=Item(20, 28))
        with pytest.raises(StillUsedError) as error:
            save_surveys(inspection, without_used, base=base)
        assert list(error.value.uses) == ["children.knew_why"]
        assert load_surveys(inspection)[0] == STORED
        assert save_surveys(inspection, without_unused, base=base)
        nothing = with_children(30)
        assert save_surveys(
            inspection, nothing, base=digest_surveys(without_unused), remove_used=True
        )
        assert load_surveys(inspection)[0] == nothing


class TestFiles:
    def test_a_file_holds_all_counts(self) -> None:
        assert write_counts(STORED).replace("\r\n", "\n") == CSV
        assert read_counts(CSV.encode()) == STORED

    def test_what_a_file_leaves_out_stays(self) -> None:
        given = read_counts(b"group,item,count,of\nchildren,knew_why,10,11\n")
        assert given == {"children": Survey(None, {"knew_why": Item(10, 11)}), "victims": Survey()}
        merged = merge_counts(STORED, given)
        assert merged == with_children(30, felt_safe=Item(20, 28), knew_why=Item(10, 11))

    def test_columns_are_found_by_name_as_spreadsheets_write_them(self) -> None:
        text = "\ufeffOf;Note;Count;Item;Group\r\n30;x;29;Knew_Why;Children\r\n\r\n"
        assert read_counts(text.encode())["children"].items == {"knew_why": Item(29, 30)}

    @pytest.mark.parametrize(
        ("content", "problems"),
        [
            (b"", [(None, "The file is empty.")]),
            (b"\x00\x01", [(1, "There is a character that no text has. Save the file as CSV.")]),
            (
                b"PK\x03\x04",
                [(None, "The file is a workbook. Save it as CSV, and choose that file.")],
            ),
            (b"x" * 2_000_001, [(None, "The file is larger than 2 MB.")]),
            (b"group,item,count\nchildren,a,1\n", [(1, "There is no column “of”.")]),
            (b"group,item,count,of\n", [(1, "There are no items under the names of the columns.")]),
        ],
    )
    def test_a_file_that_is_none_is_refused(
        self, content: bytes, problems: list[tuple[int | None, str]]
    ) -> None:
        with pytest.raises(RefusedError) as error:
            read_counts(content)
        assert [(p.line, p.message) for p in error.value.problems] == problems

    def test_every_fault_is_told_with_its_line(self) -> None:
        content = """\
group,item,count,of
children,respondents,20,3
parents,knew_why,1,2
children,Knew why,1,2
children,felt_safe,9,8
children,knew_why,x,
children,too_many,21,21
victims,satisfied,1,2
victims,satisfied,1,2
children,respondents,20,
"""
        with pytest.raises(RefusedError) as error:
            read_counts(content.encode())
        assert [(p.line, p.message) for p in error.value.problems] == [
            (2, "The line of the respondents has a count, and nothing under “of”."),
            (3, "The group must be children or victims, not “parents”."),
            (
                4,
                "The name of an item has small letters, digits and underscores, a letter first, "
                "and at most 50 of them: knew_why.",
            ),
            (5, "9 of 8 is more than all of them."),
            (6, "The count must be a whole number, such as 27, not “x”."),
            (6, "Enter the number who answered it."),
            (7, "21 answered this, but only 20 answered at all."),
            (9, "“satisfied” of victims is given twice, first on line 8."),
            (10, "The respondents of children are given twice."),
        ]

    def test_a_decimal_comma_parts_no_thousands(self) -> None:
        with pytest.raises(RefusedError) as error:
            read_counts(b"group;item;count;of\nchildren;knew_why;1,5;2,7\n")
        assert [(p.line, p.message) for p in error.value.problems] == [
            (2, "The count must be a whole number, such as 27, not “1,5”."),
            (2, "The number who answered it must be a whole number, such as 27, not “2,7”."),
        ]


def test_a_change_waits_for_the_report_that_is_being_published(
    transactional_db: None, tmp_path: Path
) -> None:
    with opened_to_others(tmp_path):
        inspection = make_inspection()
        make_case(inspection, rest="sufficient")
        Narrative.objects.create(inspection=inspection, document=DOCUMENT)
        new = with_children(40, knew_why=Item(39, 40), felt_safe=Item(20, 28))

        def save() -> bool:
            try:
                return save_surveys(inspection, new, base=digest_surveys(STORED))
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                publication = publish(inspection, member_of(inspection, "lead"))
                future = pool.submit(save)
                with pytest.raises(TimeoutError):
                    future.result(timeout=0.5)
            assert future.result(timeout=30)
        assert "count: 29\n" in publication.bundle["report.yaml"]
        assert load_surveys(inspection)[0] == new


@pytest.fixture
def empty_inspection(transactional_db: None, tmp_path: Path) -> Iterator[Inspection]:
    with opened_to_others(tmp_path):
        yield make_inspection()


def test_of_two_who_begin_at_once_one_is_told(empty_inspection: Inspection) -> None:
    nothing = {"children": Survey(), "victims": Survey()}
    barrier = threading.Barrier(2)

    def save(count: int) -> bool | Surveys:
        try:
            barrier.wait(timeout=10)
            surveys = with_children(20, knew_why=Item(count, 20))
            return save_surveys(empty_inspection, surveys, base=digest_surveys(nothing))
        except ChangedMeanwhileError as error:
            return error.current
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = [f.result(timeout=30) for f in [pool.submit(save, n) for n in (11, 12)]]
    stored = load_surveys(empty_inspection)[0]
    assert True in results
    assert stored in results
