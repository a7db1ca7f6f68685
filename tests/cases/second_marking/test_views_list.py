"""The list of second markings: to each what they may know."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cases.models import SecondMarking
from cases.second_marking.picking import cancel_second_marking
from inspections.models import Inspection
from tests.cases.filling import client_of
from tests.cases.second_marking.pages import COMPARE, LIST, read, rows
from tests.cases.second_marking.pairs import choose, judge, make_compared, pick, reload
from tests.casting import (
    make_case,
    member_of,
)
from tests.pages import links_of, rows_of, text_of, texts_of

pytestmark = pytest.mark.django_db


class TestTheList:
    def test_says_where_there_is_none(self, inspection: Inspection, lead: Client) -> None:
        assert texts_of(read(lead, LIST), "//*[@class='app-empty']") == [
            "No case has been picked for second marking yet."
        ]
        page = read(client_of(inspection, "inspector"), LIST)
        assert texts_of(page, "//*[@class='app-empty']") == [
            "You have no second markings. The lead inspector picks cases for it."
        ]

    def test_tells_the_lead_inspector_how_far_each_is(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_compared(inspection, "ANY-001")
        make_compared(inspection, "ANY-002", second={"1.2.02": "insufficient"})
        for reference in ("ANY-003", "ANY-004", "ANY-005"):
            make_case(inspection, reference, rest="sufficient")
        judge(pick(inspection, "ANY-003").second)
        pick(inspection, "ANY-004", "local-assessor")
        cancel_second_marking(
            pick(inspection, "ANY-005"), member_of(inspection, "lead"), "No time."
        )
        settled_on = f"{reload_first(inspection).settled_at:%-d %B %Y}"
        both = "Inspector, Practice assessor"
        assert rows(lead) == [
            [
                "ANY-001", both, "Settled", f"On {settled_on}. The settled answers count.",
                "See what was settled ANY-001",
            ],
            [
                "ANY-002", both, "To be settled", "1 difference left to settle.",
                "Compare and settle ANY-002 Call off ANY-002",
            ],
            [
                "ANY-003", both, "Both completed",
                "Inspector: completed Practice assessor: completed",
                "Call off ANY-003 Compare now ANY-003",
            ],
            [
                "ANY-004", "Inspector, Local assessor", "Being judged",
                "Inspector: completed Local assessor: 0 of 8 answered", "Call off ANY-004",
            ],
            ["ANY-005", both, "Called off", "No time.", ""],
        ]  # fmt: skip
        assert texts_of(read(lead, LIST), "//main/p") == [
            "1 of 4 settled. Until a case is settled, its first marking counts in the scores, and "
            "the report cannot be published."
        ]

    def test_tells_a_second_assessor_of_theirs_and_nothing_of_the_other(
        self, inspection: Inspection
    ) -> None:
        make_case(inspection, rest="sufficient")
        make_case(inspection, "ANY-002", rest="sufficient")
        second = pick(inspection).second
        pick(inspection, "ANY-002", "local-assessor")
        client = client_of(inspection, "practice-assessor")
        assert rows(client) == [
            ["ANY-001", "Being judged", "0 of 8 answered", "Judge ANY-001"],
        ]
        judge(second)
        assert rows(client) == [
            [
                "ANY-001", "Both completed",
                "You have completed it. It is compared once the other assessor has, too.",
                "See ANY-001",
            ],
        ]  # fmt: skip

    def test_tells_a_first_assessor_only_once_both_are_compared(
        self, inspection: Inspection
    ) -> None:
        make_case(inspection, rest="sufficient")
        second = pick(inspection).second
        client = client_of(inspection, "inspector")
        judge(second)
        assert "ANY-001" not in text_of(read(client, LIST))
        read(client_of(inspection, "lead"), LIST)  # looking starts nothing
        assert "ANY-001" not in text_of(read(client, LIST))
        make_compared(inspection, "ANY-002", second={"1.2.02": "insufficient"})
        assert rows(client) == [
            [
                "ANY-002", "To be settled", "1 difference left to settle.",
                "Compare and settle ANY-002",
            ],
        ]  # fmt: skip

    @pytest.mark.parametrize("cases", [1, 6])
    @pytest.mark.parametrize("key", ["lead", "practice-assessor"])
    def test_takes_the_same_queries_for_any_number(
        self,
        inspection: Inspection,
        key: str,
        cases: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(cases):
            make_compared(inspection, f"ANY-00{number}", second={"1.2.02": "insufficient"})
            make_case(inspection, f"ANY-10{number}")
            pick(inspection, f"ANY-10{number}")
        client = client_of(inspection, key)
        read(client, LIST)
        with django_assert_num_queries(7):
            page = read(client, LIST)
        assert len(rows_of(page, "second-markings")) == 1 + 2 * cases


def reload_first(inspection: Inspection) -> SecondMarking:
    return reload(SecondMarking.objects.select_related("case").get(case__reference="ANY-001"))


def test_the_steps_lead_here(inspection: Inspection, lead: Client) -> None:
    for key in ("lead", "inspector"):
        page = read(client_of(inspection, key), "/inspections/anyshire-2026/")
        assert ("Second marking", LIST) in links_of(page, "//main")
    assert ("Agreement", reverse("scoring:agreement", args=["anyshire-2026"])) in links_of(
        read(lead, "/inspections/anyshire-2026/"), "//main"
    )


def test_a_settled_case_is_two_peoples_on_the_list_of_cases(
    inspection: Inspection, lead: Client
) -> None:
    pair = make_compared(inspection, second={"1.2.02": "insufficient"})
    choose(pair, "lead", q1_2_02="insufficient")
    page = read(lead, "/inspections/anyshire-2026/cases/")
    assert [row[1] for row in rows_of(page, "cases")[1:]] == ["Two assessors"]
    detail = read(lead, "/inspections/anyshire-2026/cases/ANY-001/")
    assert ("Compare the two markings", COMPARE) in links_of(detail, "//main")
    assert "Judged by two assessors, and settled" in text_of(detail)
    assert any("Can no longer be changed" in cell for cell in rows_of(page, "cases")[1])
