"""The page of the sample: what it shows at each stage, drawing, opening, and what it writes out."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.models import Case, SampledCase, SampleDraw
from cases.sampling.replacing import replace_case
from cases.sampling.storing import OTHER_PROGRAMME, NotPossibleError
from inspections.catalogue import load_definition, store_programme
from inspections.models import Inspection, Programme
from inspections.spreadsheets import write_csv
from tests.cases.filling import banners_of, errors_of
from tests.cases.sampling.caseloads import (
    SEED,
    draw,
    make_entries,
    make_entry,
    make_opened,
    make_setting_up,
    read_definition,
    sampled_of,
    store,
)
from tests.cases.sampling.pages import CASELOAD, SAMPLE, lead_of
from tests.casting import make_case, make_inspection, user_of
from tests.pages import links_of, read_page, rows_of, text_of, texts_of
from tests.programmes import SMALL_PROGRAMME

pytestmark = pytest.mark.django_db

BUTTONS = "//main//*[contains(@class, 'govuk-button')]"


@pytest.fixture
def inspection() -> Inspection:
    return make_setting_up()


@pytest.fixture
def client(inspection: Inspection) -> Client:
    return lead_of(inspection)


def summary_of(page: Any) -> dict[str, str]:
    rows = page.xpath("//dl/div")
    return {text_of(row.xpath("./dt")[0]): text_of(row.xpath("./dd")[0]) for row in rows}


def read_csv(answer: Any) -> list[dict[str, str]]:
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


class TestBeforeTheDraw:
    def test_it_asks_for_the_caseload_and_says_how_a_sample_is_drawn(self, client: Client) -> None:
        page = read_page(client.get(SAMPLE))
        assert texts_of(page, "//h1") == ["Anyshire 2026 Sample"]
        assert links_of(page, "//main") == [("Upload the caseload", CASELOAD)]
        assert rows_of(page, "sizes") == [
            ["Cases to draw from", "Sample"],
            ["Up to 20", "8"],
            ["More than 20", "12"],
        ]
        assert rows_of(page, "minimum-rules") == [
            ["Group", "At least"],
            ["High Risk of Harm", "10% of the sample, or 1 if that is more"],
            ["Young women", "10% of the sample, or 2 if that is more"],
        ]
        assert "Sizes and minimums are our inference." in texts_of(page, "//main//p")

    def test_it_shows_the_caseload(self, inspection: Inspection, client: Client) -> None:
        store(inspection, make_entries(30))
        page = read_page(client.get(SAMPLE))
        assert summary_of(page) == {
            "Cases": "30",
            "Date": "5 January 2026",
            "Uploaded by": "Lead inspector",
            "Taken from": "Case ref, Start, End, Case worker, Order type, RoSH, Sex, Ethnic group",
        }
        assert texts_of(page, BUTTONS) == ["Draw the sample"]

    def test_it_says_why_none_can_be_drawn(self, inspection: Inspection, client: Client) -> None:
        make_case(inspection)
        assert texts_of(
            read_page(client.get(SAMPLE)), "//main//div[@class='govuk-inset-text']"
        ) == ["This inspection has cases already that were not drawn from a caseload."]

    def test_it_says_so_where_the_programme_has_no_method(self) -> None:
        page = read_page(lead_of(make_inspection()).get(SAMPLE))
        assert texts_of(page, "//main//div[@class='govuk-inset-text']") == [
            "The programme of this inspection says nothing of how a sample is drawn."
        ]
        assert texts_of(page, BUTTONS) == []


class TestDrawing:
    def test_it_draws_with_a_new_seed(self, inspection: Inspection, client: Client) -> None:
        store(inspection, make_entries(30))
        answer = client.post(f"{SAMPLE}draw/", {"seed": ""})
        assert (answer.status_code, answer["Location"]) == (302, SAMPLE)
        page = read_page(client.get(SAMPLE))
        assert banners_of(page) == [
            ("Success", "A sample of 12 cases was drawn. Look at it, then open its cases.")
        ]
        assert texts_of(page, BUTTONS) == ["Open these 12 cases", "Draw again"]
        assert summary_of(page)["Seed"] == SampleDraw.objects.get().seed

    def test_it_repeats_a_draw(self, inspection: Inspection, client: Client) -> None:
        store(inspection, make_entries(30))
        client.post(f"{SAMPLE}draw/", {"seed": "a-seed-of-old"})
        client.post(f"{SAMPLE}draw/", {"seed": "a-seed-of-old"})
        draw = SampleDraw.objects.get()
        assert (draw.seed, draw.number) == ("a-seed-of-old", 2)
        page = read_page(client.get(SAMPLE))
        assert summary_of(page)["Drawn"].endswith(
            " by Lead inspector: draw number 2 from this caseload"
        )

    @pytest.mark.parametrize(
        ("seed", "message"),
        [
            ("a seed", "A seed has letters, digits and hyphens only."),
            ("=1", "A seed has letters, digits and hyphens only."),
            ("a" * 65, "A seed has 64 characters at the most."),
            ("\x00", "Null characters are not allowed."),
        ],
    )
    def test_a_seed_that_cannot_be_is_refused(
        self, inspection: Inspection, client: Client, seed: str, message: str
    ) -> None:
        store(inspection, make_entries(30))
        answer = client.post(f"{SAMPLE}draw/", {"seed": seed})
        assert answer.status_code == 422
        assert (message, "#id_seed") in errors_of(read_page(answer))
        assert not SampleDraw.objects.exists()

    def test_there_must_be_a_caseload(self, client: Client) -> None:
        answer = client.post(f"{SAMPLE}draw/")
        assert answer.status_code == 409
        assert errors_of(read_page(answer)) == [("There is no caseload yet to draw from.", "")]


class TestComparing:
    def test_shares_stand_side_by_side(self, inspection: Inspection, client: Client) -> None:
        store(
            inspection,
            [
                *(make_entry(f"F{n}", sentence_family="first_tier") for n in range(20)),
                *(make_entry(f"C{n}", current=n % 2 == 0) for n in range(18)),
                make_entry("W1", sentence_family="custody", gender="female", rosh_by_yot="high"),
                make_entry("W2", sentence_family="custody", gender="female"),
                make_entry("OLD1", days=400),
            ],
        )
        draw(inspection)
        page = read_page(client.get(SAMPLE))
        assert [row[:4] for row in rows_of(page, "strata")[1:]] == [
            ["First tier", "50%20 of 40", "42%5 of 12", "6"],
            ["Community", "45%18 of 40", "42%5 of 12", "5"],
            ["Custody", "5%2 of 40", "17%2 of 12", "1"],
        ]
        assert rows_of(page, "minimums")[1:] == [
            ["High Risk of Harm", "3%1 of 40", "8%1 of 12", "1", "All there are"],
            ["Young women", "5%2 of 40", "17%2 of 12", "2", "All there are"],
        ]
        assert [row[:3] for row in rows_of(page, "statuses")[1:]] == [
            ["Current", "78%31 of 40", "83%10 of 12"],
            ["Terminated", "23%9 of 40", "17%2 of 12"],
        ]
        assert texts_of(page, "//h2[.='Exchanges']/following-sibling::ul[1]/li") == [
            "Young women: W2 came in place of F5: custody in place of first tier, since none of "
            "the same group could make way."
        ]
        assert summary_of(page)["Drawn from"] == (
            "40 cases; 1 that began before 5 January 2025 was left out"
        )
        assert "Sizes and minimums are our inference." in texts_of(page, "//main//p")
        assert len(rows_of(page, "cases")) == 13

    def test_a_caseload_taken_whole_is_said_to_be(
        self, inspection: Inspection, client: Client
    ) -> None:
        store(inspection, [make_entry("A1"), make_entry("A2")])
        draw(inspection)
        page = read_page(client.get(SAMPLE))
        assert texts_of(page, "//p[@class='govuk-body-l']") == [
            "2 cases drawn out of 2: the whole caseload. They are not open yet."
        ]
        assert [row[-1] for row in rows_of(page, "minimums")[1:]] == ["None in the caseload"] * 2
        assert summary_of(page)["Reserves left"] == "None: the whole caseload was taken"
        assert page.xpath("//button[normalize-space()='Draw again']") == []


class TestOpening:
    def test_its_cases_are_opened_once(self, inspection: Inspection, client: Client) -> None:
        store(inspection, make_entries(30))
        draw(inspection)
        answer = client.post(f"{SAMPLE}open/", {"seed": SEED})
        assert (answer.status_code, answer["Location"]) == (302, SAMPLE)
        page = read_page(client.get(SAMPLE))
        assert banners_of(page) == [
            ("Success", "12 cases opened. Allocate them to assessors next.")
        ]
        assert [row[0] for row in rows_of(page, "cases")[1:]] == [
            f"ANY-{number:03}" for number in range(1, 13)
        ]
        assert texts_of(page, BUTTONS) == []
        for address in ("open", "draw"):
            answer = client.post(f"{SAMPLE}{address}/", {"seed": SEED})
            assert answer.status_code == 409
            assert errors_of(read_page(answer)) == [
                ("The cases of this sample are open already, so it can no longer be changed.", "")
            ]
        assert Case.objects.count() == 12

    @pytest.mark.parametrize("seed", ["", "other", "\x00"])
    def test_a_sample_that_was_not_seen_is_not_opened(
        self, inspection: Inspection, client: Client, seed: str
    ) -> None:
        store(inspection, make_entries(30))
        draw(inspection)
        answer = client.post(f"{SAMPLE}open/", {"seed": seed})
        assert answer.status_code == 409
        assert errors_of(read_page(answer)) == [
            (
                "The sample was drawn again after you opened this page. Look at it as it is now, "
                "before you open its cases.",
                "",
            )
        ]
        assert not Case.objects.exists()

    def test_replacements_are_listed(self) -> None:
        inspection = make_opened()
        client = lead_of(inspection)
        replace_case(inspection, "ANY-003", reason="Moved away.", by=user_of(inspection, "lead"))
        page = read_page(client.get(SAMPLE))
        withdrawn = sampled_of(inspection, "ANY-003")
        (row,) = rows_of(page, "replaced")[1:]
        assert row[:3] == [f"ANY-003 {withdrawn.entry.reference}", "ANY-013", "Moved away."]
        assert row[3].endswith(" by Lead inspector")
        shown = [row[0] for row in rows_of(page, "cases")[1:]]
        assert shown[-1] == "ANY-013 from reserve"
        assert "ANY-003" not in shown
        assert len(shown) == 12

    @pytest.mark.parametrize("number", [2, 60])
    def test_it_takes_as_many_queries_for_many_cases(
        self, number: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        inspection = make_opened(make_entries(number))
        client = lead_of(inspection)
        load_definition(inspection.programme)
        with django_assert_num_queries(7):
            client.get(SAMPLE)
        with django_assert_num_queries(5):
            client.get(f"{SAMPLE}keys/")


class TestUnderAnotherProgramme:
    """A caseload and a draw that were made before their inspection got another programme."""

    @pytest.fixture
    def drawn(self, inspection: Inspection) -> Inspection:
        store(inspection, make_entries(30))
        draw(inspection)
        Inspection.objects.update(programme=self.make_other())
        return Inspection.objects.get()

    def make_other(self) -> Programme:
        """Return a programme with the same way to draw, and none of the facts that it needs."""
        other = read_definition(SMALL_PROGRAMME)
        return store_programme(replace(other, version=2, sampling=read_definition().sampling))[0]

    def test_the_pages_show_what_is_stored(self, drawn: Inspection, client: Client) -> None:
        page = read_page(client.get(SAMPLE))
        shown = [row[0] for row in rows_of(page, "strata")[1:]]
        assert shown == ["community", "custody", "first_tier"]
        for name in ("sample.csv", "explanation.csv"):
            assert read_csv(client.get(f"{SAMPLE}{name}"))

    def test_no_cases_are_opened_and_none_drawn(self, drawn: Inspection, client: Client) -> None:
        for name in ("open", "draw"):
            answer = client.post(f"{SAMPLE}{name}/", {"seed": SEED})
            assert answer.status_code == 409
            assert errors_of(read_page(answer)) == [(OTHER_PROGRAMME, "")]
        assert not Case.objects.exists()

    def test_a_caseload_read_under_it_is_not_stored_under_the_new_one(
        self, inspection: Inspection
    ) -> None:
        Inspection.objects.update(programme=self.make_other())
        with pytest.raises(NotPossibleError, match="programme was changed meanwhile"):
            store(inspection, make_entries(3))


class TestWritingOut:
    def test_the_sample_with_its_reserves_and_what_was_left_out(self) -> None:
        inspection = make_opened([*make_entries(30), make_entry("OLD1", days=400)])
        replace_case(inspection, "ANY-003", reason="=Moved", by=user_of(inspection, "lead"))
        client = lead_of(inspection)
        rows = read_csv(client.get(f"{SAMPLE}sample.csv"))
        places: dict[str, int] = {}
        for row in rows:
            places[row["place"]] = places.get(row["place"], 0) + 1
        left_out = places["left out: too old"]
        assert places == {
            "sample": 11,
            "withdrawn": 1,
            "sample, from reserve": 1,
            "reserve": 31 - 13 - left_out,
            "left out: too old": left_out,
        }
        by_case = {row["case"]: row for row in rows if row["case"]}
        withdrawn, came = by_case["ANY-003"], by_case["ANY-013"]
        entry = sampled_of(inspection, "ANY-003").entry
        assert (withdrawn["replaced_by"], withdrawn["reason"]) == ("ANY-013", "'=Moved")
        assert (came["replaces"], came["reason"]) == ("ANY-003", "")
        assert withdrawn["service_reference"] == entry.reference
        assert withdrawn["gender"] == entry.facts["gender"]
        assert withdrawn["started_on"] == entry.started_on.isoformat()
        assert "OLD1" in {row["service_reference"] for row in rows}

    def test_the_comparison(self, inspection: Inspection, client: Client) -> None:
        store(inspection, make_entries(30))
        draw(inspection)
        rows = read_csv(client.get(f"{SAMPLE}explanation.csv"))
        assert [row["group"] for row in rows if row["part"] == "Sentence family"] == [
            "First tier",
            "Community",
            "Custody",
        ]
        assert [row["group"] for row in rows if row["part"] == "Minimum"] == [
            "High Risk of Harm",
            "Young women",
        ]
        assert rows[-1]["note"] == SEED
        sample = [int(row["sample_cases"]) for row in rows if row["part"] == "Status"]
        assert sum(sample) == 12

    def test_the_key_list(self) -> None:
        inspection = make_opened()
        client = lead_of(inspection)
        rows = read_csv(client.get(f"{SAMPLE}keys.csv"))
        page = read_page(client.get(f"{SAMPLE}keys/"))
        assert [list(row.values()) for row in rows] == rows_of(page, "keys")[1:]
        assert {row["case"]: row["service_reference"] for row in rows} == {
            str(row.case): row.entry.reference
            for row in SampledCase.objects.filter(reserve=False).select_related("case", "entry")
        }

    def test_nothing_is_written_out_before_it_is_there(
        self, inspection: Inspection, client: Client
    ) -> None:
        def statuses() -> list[int]:
            names = ("sample.csv", "explanation.csv", "keys.csv", "keys/")
            return [client.get(f"{SAMPLE}{name}").status_code for name in names]

        assert statuses() == [404, 404, 404, 404]
        store(inspection, make_entries(30))
        assert statuses() == [404, 404, 404, 404]
        draw(inspection)
        assert statuses() == [200, 200, 404, 404]

    def test_no_value_is_a_formula(self) -> None:
        values = ["=1", "+1", "-1", "@x", "1-1", "", "'="]
        (row,) = list(csv.reader(io.StringIO(write_csv(["a"], [values]))))[1:]
        assert row == ["'=1", "'+1", "'-1", "'@x", "1-1", "", "'="]
