"""Picking cases for second marking: by hand, or drawn at random."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment, SecondMarking
from cases.second_marking.drawing import draw_cases
from cases.second_marking.picking import list_pickable
from inspections.models import Inspection
from tests.cases.filling import errors_of
from tests.cases.second_marking.pages import LIST, PICK, read
from tests.cases.second_marking.pairs import pick
from tests.casting import (
    make_case,
)
from tests.pages import Element, read_page, rows_of, text_of, texts_of

pytestmark = pytest.mark.django_db


def picked() -> list[tuple[str, str, str]]:
    """Return case, second assessor and seed of each second marking."""
    return [
        (each.case.reference, each.second.assessor.key, each.seed)
        for each in SecondMarking.objects.select_related("case", "second__assessor")
        if each.second.assessor
    ]


class TestPicking:
    @pytest.fixture(autouse=True)
    def _cases(self, inspection: Inspection) -> None:
        for number, key in enumerate(["inspector"] * 3 + ["practice-assessor"] * 2, start=1):
            make_case(inspection, f"ANY-00{number}", assessor=key)

    def test_shows_the_cases_and_who_may_judge_each(self, lead: Client) -> None:
        page = read(lead, PICK)
        assert [row[:3] for row in rows_of(page, "cases")[1:]] == [
            ["Pick ANY-001", "Inspector", "Not yet"],
            ["Pick ANY-002", "Inspector", "Not yet"],
            ["Pick ANY-003", "Inspector", "Not yet"],
            ["Pick ANY-004", "Practice assessor", "Not yet"],
            ["Pick ANY-005", "Practice assessor", "Not yet"],
        ]
        assert texts_of(page, "//select[@name='second-ANY-001']/option") == [
            "Find one", "Practice assessor", "Local assessor",
        ]  # fmt: skip
        assert texts_of(page, "//select[@name='second-ANY-004']/option") == [
            "Find one", "Inspector", "Local assessor",
        ]  # fmt: skip

    def test_picks_what_is_ticked(self, lead: Client) -> None:
        response = lead.post(
            PICK,
            {
                "pick-ANY-001": "on",
                "second-ANY-001": "local-assessor",
                "pick-ANY-004": "on",
                "second-ANY-004": "",
                "second-ANY-002": "practice-assessor",
            },
        )
        assert (response.status_code, response["Location"]) == (302, LIST)
        assert picked() == [("ANY-001", "local-assessor", ""), ("ANY-004", "inspector", "")]
        assert texts_of(read(lead, LIST), "//*[@role='alert']//p") == [
            "Picked 2 cases for second marking: ANY-001, ANY-004."
        ]
        assert texts_of(read(lead, PICK), "//table[@id='cases']//th[@scope='row']") == [
            "Pick ANY-002", "Pick ANY-003", "Pick ANY-005",
        ]  # fmt: skip

    def test_asks_for_one_case_at_least(self, lead: Client) -> None:
        response = lead.post(PICK, {"second-ANY-001": "local-assessor"})
        assert response.status_code == 422
        page = read_page(response)
        assert errors_of(page) == [("Pick at least one case.", "#id_pick-ANY-001")]
        assert page.xpath("string(//select[@name='second-ANY-001']/option[@selected]/@value)") == (
            "local-assessor"
        )
        assert picked() == []

    def test_refuses_a_second_assessor_who_may_not(self, lead: Client) -> None:
        for key in ("inspector", "lead", "support", "nobody", "a\x00b", "1" * 999):
            sent = {"pick-ANY-001": "on", "second-ANY-001": key, "pick-ANY-002": "on"}
            response = lead.post(PICK, sent)
            assert response.status_code == 422
            page = read_page(response)
            assert errors_of(page) == [
                (
                    "ANY-001: this person cannot judge the case a second time.",
                    "#id_second-ANY-001",
                )
            ]
            assert page.xpath("//input[@type='checkbox'][@checked]/@name") == [
                "pick-ANY-001",
                "pick-ANY-002",
            ]
        assert picked() == []

    def test_a_case_that_was_picked_meanwhile_is_passed_over(
        self, inspection: Inspection, lead: Client
    ) -> None:
        pick(inspection)
        response = lead.post(PICK, {"pick-ANY-001": "on", "second-ANY-001": "local-assessor"})
        assert response.status_code == 422
        assert picked() == [("ANY-001", "practice-assessor", "")]

    def test_a_case_that_nobody_may_judge_cannot_be_ticked(
        self, inspection: Inspection, lead: Client
    ) -> None:
        inspection.team.filter(key__in=("inspector", "local-assessor")).update(user=None)
        page = read(lead, PICK)
        (cell,) = [row[3] for row in rows_of(page, "cases") if row[0] == "ANY-004"]
        assert cell == "Nobody of the team can judge it a second time"
        response = lead.post(PICK, {"pick-ANY-004": "on", "second-ANY-004": "inspector"})
        assert response.status_code == 422
        assert picked() == []

    def test_says_where_there_is_nothing_to_pick(
        self, inspection: Inspection, lead: Client
    ) -> None:
        Assessment.objects.update(closed="withdrawn")
        assert texts_of(read(lead, PICK), "//*[@class='app-empty']") == [
            "There is no case that can be picked: a case must be allocated, and not be picked "
            "already."
        ]
        assert lead.post(PICK, {}).status_code == 422

    @pytest.mark.parametrize("cases", [0, 6])
    def test_takes_the_same_queries_for_any_number(
        self,
        inspection: Inspection,
        lead: Client,
        cases: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(cases):
            make_case(inspection, f"ANY-01{number}")
        with django_assert_num_queries(12):
            read(lead, f"{PICK}?number=50&unit=percent&seed=abc")


class TestDrawing:
    @pytest.fixture(autouse=True)
    def _cases(self, inspection: Inspection) -> None:
        for number, key in enumerate(["inspector"] * 4 + ["practice-assessor"] * 3, start=1):
            make_case(inspection, f"ANY-00{number}", assessor=key)

    def ticked(self, page: Element) -> list[str]:
        return [name.removeprefix("pick-") for name in page.xpath("//input[@checked]/@name")
                if name.startswith("pick-")]  # fmt: skip

    def test_ticks_what_is_drawn_and_stores_nothing(
        self, inspection: Inspection, lead: Client
    ) -> None:
        page = read(lead, f"{PICK}?number=3&unit=cases&seed=4b1d")
        drawn = [a.case.reference for a in draw_cases(list(list_pickable(inspection)), 3, "4b1d")]
        assert self.ticked(page) == drawn
        assert texts_of(page, "//*[@id='drawn']") == [
            "Drawn at random: 3 of 7 cases, with the seed 4b1d, so that each assessor has some of "
            "theirs judged again. They are ticked below; nothing is stored until you pick them."
        ]
        assert not SecondMarking.objects.exists()

    def test_remembers_the_seed_of_what_was_drawn(self, lead: Client) -> None:
        url = f"{PICK}?number=30&unit=percent&seed=4b1d"
        response = lead.get(url)
        sheet = sheet_of_pick(lead, url, response)
        (by_hand, *_) = [
            row for row in rows_of(read_page(response), "cases")[1:]
            if row[0].removeprefix("Pick ") not in self.ticked(read_page(response))
        ]  # fmt: skip
        extra = by_hand[0].removeprefix("Pick ")
        drawn = self.ticked(read_page(response))
        sheet[f"pick-{extra}"] = ["on"]
        assert lead.post(url, sheet).status_code == 302
        assert {reference: seed for reference, _, seed in picked()} == {
            **dict.fromkeys(drawn, "4b1d"),
            extra: "",
        }
        assert set(SecondMarking.objects.exclude(seed="").values_list("share", flat=True)) == {
            "3 of 7"
        }

    def test_stores_what_was_drawn_whatever_was_picked_meanwhile(
        self, inspection: Inspection, lead: Client
    ) -> None:
        url = f"{PICK}?number=3&unit=cases&seed=4b1d"
        response = lead.get(url)
        drawn, sheet = self.ticked(read_page(response)), sheet_of_pick(lead, url, response)
        (other, *_) = {f"ANY-00{number}" for number in range(1, 8)} - set(drawn)
        pick(inspection, other, "local-assessor")
        del sheet[f"pick-{drawn[0]}"], sheet[f"second-{other}"]
        assert lead.post(url, sheet).status_code == 302
        stored = SecondMarking.objects.exclude(seed="")
        assert dict(stored.values_list("case__reference", "share")) == dict.fromkeys(
            drawn[1:], "3 of 7, 2 picked"
        )
        assert "Drawn at random: 3 of 7, 2 picked, seed 4b1d" in text_of(read(lead, LIST))

    def test_a_draw_that_nobody_made_is_refused(self, lead: Client) -> None:
        url = f"{PICK}?number=3&unit=cases&seed=4b1d"
        made_up = sheet_of_pick(lead, url, lead.get(url)) | {"draw": ["x"]}
        response = lead.post(url, made_up)
        assert response.status_code == 422
        assert [text for text, _ in errors_of(read_page(response))] == [
            "What was drawn could not be read. Draw again."
        ]
        assert picked() == []

    def test_makes_a_seed_where_none_is_given(self, lead: Client) -> None:
        response = lead.get(f"{PICK}?number=30&unit=percent&seed=")
        assert response.status_code == 302
        address = urlsplit(response["Location"])
        query = parse_qs(address.query)
        assert (address.path, address.fragment) == (PICK, "pick")
        assert (query["number"], query["unit"]) == (["30"], ["percent"])
        (seed,) = query["seed"]
        assert len(seed) == 8

    def test_a_draw_that_makes_no_sense_is_told(self, lead: Client) -> None:
        for query, message in (
            ("number=", "Enter how many cases to draw."),
            ("number=x&unit=cases", "How many must be a whole number, such as 10."),
            ("number=0&unit=cases", "How many must be 1 or more."),
            ("number=101&unit=percent", "The share must be 100 per cent or less."),
            ("number=99999999999999999999&unit=cases", "How many must be 1,000 or fewer."),
            ("number=5&unit=dozens", "Choose per cent or cases."),
            ("number=5&unit=cases&seed=%00", "The seed holds a character that cannot be stored."),
            (f"number=5&unit=cases&seed={'x' * 65}", "The seed must be 64 characters or fewer."),
        ):
            page = read(lead, f"{PICK}?{query}", status=400)
            assert message in [text for text, _ in errors_of(page)]
            assert self.ticked(page) == []


def sheet_of_pick(client: Client, url: str, response: object) -> dict[str, list[str]]:
    """Return what the form for picking would send as the page stands."""
    page = read_page(response)  # type: ignore[arg-type]
    (form,) = page.xpath("//form[@id='pick']")
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    sent.pop("csrfmiddlewaretoken")
    return sent
