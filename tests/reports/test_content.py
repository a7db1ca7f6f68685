"""Frozen content: it survives storage unchanged, refuses what it is not, and protects children."""

import json
from dataclasses import replace
from typing import Any

import pytest

from reports.content import Category, CategoryChart, ContentError, ReportContent, merge_small
from tests.reports.factories_content import hertfordshire, screening, stockport, unfinished


@pytest.mark.parametrize("make", [hertfordshire, stockport, unfinished, screening])
def test_content_is_the_same_after_storage(make: Any) -> None:
    content = make()

    assert ReportContent.from_json(content.to_json()) == content
    assert ReportContent.from_document(content.to_document()) == content


def test_the_same_content_is_the_same_text() -> None:
    shuffled = dict(reversed(hertfordshire().to_document().items()))

    assert ReportContent.from_document(shuffled).to_json() == hertfordshire().to_json()


def test_a_document_from_before_a_field_existed_can_be_read() -> None:
    document = hertfordshire(isbn="").to_document()
    del document["isbn"]

    assert ReportContent.from_document(document) == hertfordshire(isbn="")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 99}, "format 1"),
        ({"surprise": 1}, "content: surprise is not known."),
        ({"cases": "85"}, "content.cases: int is wanted."),
        ({"cases": True}, "content.cases: int is wanted."),
        ({"language": "fr"}, "content.language: 'fr' is none of en, cy."),
        ({"sections": {}}, "content.sections: a list is wanted."),
        ({"sections": [{"number": "1"}]}, r"content.sections\[0\]: .*missing"),
        ({"service": "YJS"}, "content.service: a mapping is wanted."),
    ],
)
def test_a_fault_is_told_with_its_place(change: dict[str, Any], message: str) -> None:
    document = {**hertfordshire().to_document(), **change}

    with pytest.raises(ContentError, match=message):
        ReportContent.from_document(document)


@pytest.mark.parametrize("text", ["", "[]", "null", "{"])
def test_text_that_is_no_content_is_refused(text: str) -> None:
    with pytest.raises(ContentError):
        ReportContent.from_json(text)


def test_content_is_complete_when_no_score_is_open() -> None:
    assert (hertfordshire().is_complete, unfinished().is_complete) == (True, False)


def test_json_holds_plain_values_only() -> None:
    document = hertfordshire().to_document()

    assert json.loads(json.dumps(document)) == document


@pytest.mark.parametrize(
    ("counts", "printed"),
    [
        ([("A", 5), ("B", 9)], [("A", 5), ("B", 9)]),
        ([("A", 9), ("B", 0)], [("A", 9)]),
        ([("A", 9), ("B", 2), ("C", 3)], [("A", 9), ("B, C", 5)]),
        # One small group alone would be known from the total: the next smallest joins it.
        ([("A", 71), ("B", 12), ("C", 2)], [("A", 71), ("B, C", 14)]),
        # What is named stands where it stood.
        ([("12", 2), ("13", 5), ("14", 9)], [("12, 13", 7), ("14", 9)]),
        # Labels read as one list; a single word, and an abbreviation, keep their capital.
        ([("Male", 9), ("Female", 3), ("Not said", 2)], [("Male", 9), ("Female, not said", 5)]),
        ([("Low", 9), ("Medium", 3), ("High", 2)], [("Low", 9), ("Medium, High", 5)]),
        ([("DTO", 9), ("Fine", 3), ("YRO or other", 2)], [("DTO", 9), ("Fine, YRO or other", 5)]),
        # A long name gives way to the general one, at the end.
        ([("A" * 30, 2), ("B" * 30, 4), ("C", 9)], [("C", 9), ("Other", 6)]),
        ([("A", 3), ("B", 2)], [("A, B", 5)]),
        ([("A", 3), ("B", 1)], []),
        ([], []),
    ],
)
def test_small_groups_are_merged(
    counts: list[tuple[str, int]], printed: list[tuple[str, int]]
) -> None:
    merged = merge_small(counts, merged_label="Other")

    assert [(category.label, category.count) for category in merged] == printed


def test_a_chart_of_a_small_group_is_refused() -> None:
    with pytest.raises(ContentError, match="Gender, Female: 4 is too few to print"):
        CategoryChart(key="gender", title="Gender", categories=(Category("Female", 4),))


def test_shares_are_rounded_half_up() -> None:
    chart = CategoryChart(
        key="k", title="K", categories=(Category("A", 5), Category("B", 35))
    )  # fmt: skip

    assert [share for _, share in chart.rows] == [13, 88]


def test_content_cannot_be_changed() -> None:
    content = hertfordshire()

    with pytest.raises(AttributeError):
        content.area = "Elsewhere"  # type: ignore[misc]
    assert replace(content, area="Elsewhere").area == "Elsewhere"


def test_tells_which_parts_are_not_written() -> None:
    content = hertfordshire()
    assert content.list_unwritten() == []
    bare = replace(
        content,
        foreword="",
        recommendations=(),
        sections=(replace(content.sections[0], commentary=""), *content.sections[1:]),
    )
    assert bare.list_unwritten() == [
        "the foreword",
        "recommendations",
        "the commentary on section 1",
    ]
