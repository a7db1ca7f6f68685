"""The comparison as a page: what it shows, what it refuses, and using it in the report."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inspections.models import Inspection, Programme
from reports.comparing.choice import save_choice
from reports.gathering import gather_content
from reports.models import ComparatorChoice
from reports.publication import publish
from tests.casting import (
    make_administrator,
    make_area,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    member_of,
    user_of,
)
from tests.pages import links_of, read_page, rows_of, text_of, texts_of
from tests.reports.others import make_issue, make_issued_area, make_result
from tests.reports.stages import (
    REPORT,
    client_of,
    lead_another,
    lead_of,
    make_ready,
    store_document,
)

pytestmark = pytest.mark.django_db

PAGE = "/inspections/anyshire-2026/comparison/"


@pytest.fixture
def inspection() -> Inspection:
    """Ready, published in March 2026 by its own date; three others by then, and one after."""
    inspection = make_ready(publication_date="2026-03")
    make_issued_area("Ashby", "2026-01-31", 60, risk_of_harm=49)
    make_result("Barton", "2026-03", 75, 68)
    make_result("Corby", "2026-02-28", 59, None, region="South East")
    make_result("Derby", "2026-04-01", 10, 10, region="North West")
    return inspection


def get(inspection: Inspection, status: int = 200, **asked: Any) -> Any:
    response = lead_of(inspection).get(PAGE, asked)
    assert response.status_code == status
    return read_page(response)


def post(inspection: Inspection, status: int = 302, **sent: Any) -> Any:
    response = lead_of(inspection).post(PAGE, sent)
    assert response.status_code == status
    return response


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("lead", 200), ("inspector", 403), ("practice-assessor", 403), ("local-assessor", 403),
        ("support", 404), ("manager", 404), ("administrator", 404), ("elsewhere", 404),
        ("newcomer", 404), ("visitor", 302),
    ],
)  # fmt: skip
def test_it_is_for_the_lead_inspector_alone(inspection: Inspection, role: str, status: int) -> None:
    people = {
        "manager": make_manager, "administrator": make_administrator, "elsewhere": lead_another,
        "newcomer": lambda: make_user("newcomer"), "visitor": lambda: None,
    }  # fmt: skip
    user = people[role]() if role in people else user_of(inspection, role)
    client = client_of(user)
    assert client.get(PAGE).status_code == status
    sent = client.post(PAGE, {"as_of": "2026-03", "region": ""})
    assert sent.status_code == (302 if status == 200 else status)
    assert ComparatorChoice.objects.exists() == (role == "lead")
    assert client.put(PAGE).status_code == (405 if status != 302 else 302)


def test_it_sets_the_scores_beside_those_of_others(inspection: Inspection) -> None:
    page = get(inspection)
    assert text_of(page.xpath("//h2[@id='others']")[0]) == "Results published by March 2026"
    assert rows_of(page, "standings") == [
        ["Theme", "Lowest", "Highest", "Average", "Areas", "Anyshire"],
        ["Safeguarding", "59% Corby", "75% Barton", "65%", "3", "88%"],
        ["Risk of Harm", "49% Ashby", "68% Barton", "59%", "2", "80%"],
    ]
    assert rows_of(page, "areas") == [
        ["Area", "Region", "Published", "Safeguarding", "Risk of Harm"],
        ["Ashby", "East of England", "31 January 2026", "60%", "49%"],
        ["Barton", "East of England", "March 2026 from a file", "75%", "68%"],
        ["Corby", "South East", "28 February 2026 from a file", "59%", "Not scored"],
    ]
    assert rows_of(page, "regions") == [
        ["Region", "Areas", "Safeguarding", "Risk of Harm"],
        ["East of England", "2", "60% to 75%, average 68%", "49% to 68%, average 59%"],
        ["South East", "1", "59%", "–"],
        ["All regions", "3", "59% to 75%, average 65%", "49% to 68%, average 59%"],
    ]
    told = " ".join(texts_of(page, "//main"))
    assert "samples vary" in told.lower()
    assert "so few say little" in told  # two areas have a score for risk of harm
    (chart,) = page.xpath("//*[@class='chart']")
    assert chart[0].tag == "title"
    assert text_of(chart[0]).startswith(
        "Headline scores among those of other areas. Percentages of each theme. Safeguarding. "
        "Anyshire: 88%; 3 other areas: 59% to 75%; their average: 65%; each of them: 59%, 60%, 75%."
    )


def test_date_region_and_family_are_chosen_in_the_address(inspection: Inspection) -> None:
    page = get(
        inspection, as_of="30/4/2026", region="East of England", family=["corby", "derby", "barton"]
    )
    assert text_of(page.xpath("//h2[@id='others']")[0]) == (
        "Results published by 30 April 2026: East of England"
    )
    assert rows_of(page, "standings")[:2] == [
        ["Theme", "Lowest", "Highest", "Average", "Areas", "Anyshire", "Corby", "Derby", "Barton"],
        ["Safeguarding", "60% Ashby", "75% Barton", "68%", "2", "88%", "59%", "10%", "75%"],
    ]
    page = get(inspection, as_of="2026-02", region="", family="derby")
    assert "nothing was published by then of Derby" in text_of(page.xpath("//main")[0])
    assert rows_of(page, "standings")[0][-1] == "Anyshire"


def test_a_draft_is_shown_with_its_range(inspection: Inspection) -> None:
    make_case(inspection, "CASE-003")
    page = get(inspection)
    assert rows_of(page, "standings")[1][-1] == "88% (58–92%)"
    assert "Its scores are a draft" in text_of(page.xpath("//main")[0])


def test_where_nobody_has_a_result_it_says_so_and_offers_nothing(inspection: Inspection) -> None:
    page = get(inspection, as_of="2025-12")
    assert "No other area has a result by then" in text_of(page.xpath("//main")[0])
    assert rows_of(page, "standings")[1][1:5] == ["–", "–", "–", "0"]
    assert "Use these in the report" not in texts_of(page, "//button")


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"as_of": "", "region": ""}, "Enter the date"),
    ({"as_of": "yesterday"}, "The date must be a real day"),
    ({"as_of": "2026-03\0"}, "The date must be a real day"),
    ({"as_of": "99999999999999-03"}, "The date must be a real day"),
    ({"as_of": "2026-03", "region": "Atlantis"}, "No result is of that region"),
    ({"as_of": "2026-03", "family": "anyshire"}, "One of the areas has no result"),
    ({"as_of": "2026-03", "family": ["ashby", "nowhere"]}, "One of the areas has no result"),
]


@pytest.mark.parametrize(("asked", "message"), FAULTS)
def test_what_cannot_be_compared_is_said_at_its_place(
    inspection: Inspection, asked: dict[str, Any], message: str
) -> None:
    page = get(inspection, 422, **asked)
    (summary,) = page.xpath("//*[contains(@class, 'govuk-error-summary')]//li/a")
    assert text_of(summary).startswith(message)
    assert page.xpath("//*[@id=$id]", id=summary.get("href")[1:])
    assert "standings" not in [table.get("id") for table in page.xpath("//table")]
    post(inspection, 422, **asked)
    assert not ComparatorChoice.objects.exists()


def test_a_family_of_more_than_ten_is_refused(inspection: Inspection) -> None:
    for number in range(11):
        make_result(f"Area {number}", "2026-01", 50)
    family = [f"area-{number}" for number in range(11)]
    page = get(inspection, 422, as_of="2026-03", family=family)
    assert "Choose 10 areas at most: 11 are chosen." in texts_of(
        page, "//*[contains(@class, 'govuk-error-summary')]//a"
    )
    get(inspection, as_of="2026-03", family=family[1:])


def test_what_is_shown_is_used_in_the_report(inspection: Inspection) -> None:
    post(inspection, as_of="2026-04", region="", family=["corby", "ashby"])
    choice = ComparatorChoice.objects.get()
    assert (choice.as_of, choice.region, choice.chosen_by.key) == ("2026-04", "", "lead")
    page = get(inspection)
    assert text_of(page.xpath("//h2[@id='others']")[0]) == "Results published by April 2026"
    assert rows_of(page, "standings")[0][-2:] == ["Ashby", "Corby"]
    (family,) = page.xpath("//details[.//input[@name='family']]")
    assert family.get("open") is None  # so long a list would push the scores off the screen
    assert text_of(family.xpath("./summary")[0]) == "Family of comparators: Ashby, Corby"
    told = text_of(page.xpath("//section[@aria-labelledby='in-report']")[0])
    assert "The report compares with results published by April 2026, all regions." in told
    assert "Lead inspector chose that" in told
    assert "Use these in the report" not in texts_of(page, "//button")
    assert "Use these in the report" in texts_of(get(inspection, as_of="2026-02"), "//button")
    comparators = gather_content(inspection).content.comparators
    assert comparators is not None
    assert [row.values for row in comparators.rows] == [(10, 59, 60, 75), (10, 49, 68)]
    post(inspection, withdraw="1")
    assert gather_content(inspection).content.comparators is None


def test_what_leaves_no_other_area_cannot_be_used(inspection: Inspection) -> None:
    response = post(inspection, 422, as_of="2025-12", region="")
    assert "No other area has a result that was published by December 2025" in (
        response.content.decode()
    )
    assert not ComparatorChoice.objects.exists()


def test_a_choice_whose_areas_are_gone_can_still_be_opened(inspection: Inspection) -> None:
    save_choice(
        inspection, member_of(inspection, "lead"), as_of="2026-03", region="Atlantis",
        family=[make_area("Nowhere")],
    )  # fmt: skip
    page = get(inspection)
    assert "No other area has a result by then" in text_of(page.xpath("//main")[0])
    assert "Withdraw the choice" in texts_of(page, "//button")
    for address in (REPORT, f"{REPORT}publish/"):
        report = read_page(lead_of(inspection).get(address))
        assert ("Choose anew what the report compares with", PAGE) in links_of(report, "//main")


def test_once_published_it_says_that_the_figures_stay(inspection: Inspection) -> None:
    post(inspection, as_of="2026-03", region="")
    assert "worked out anew until an issue is published" in text_of(get(inspection))
    store_document(publish(inspection, member_of(inspection, "lead")))
    page = get(inspection)
    assert "further issues repeat them" in text_of(page)
    assert "Use these in the report" in texts_of(page, "//button")


def test_the_previous_inspection_stands_below(inspection: Inspection) -> None:
    assert "No result of an earlier inspection" in text_of(get(inspection))
    former = make_inspection(slug="before", fieldwork_start="2021-03")
    make_issue(former, "2021-09", 40, 81, criteria={"1.1": 50, "1.2": None, "2.1": 99})
    page = get(inspection)
    assert rows_of(page, "previous-headlines") == [
        ["Theme", "Then", "Now", "Difference"],
        ["Safeguarding", "40%", "88%", "+48 points"],
        ["Risk of Harm", "81%", "80%", "−1 point"],
    ]
    assert rows_of(page, "previous-criteria")[1:] == [
        ["1.1 Risk", "50%", "75%", "+25 points"],
        ["1.2 Planning", "Not scored", "100%", "–"],
        ["2.1 Working together", "99%", "100%", "+1 point"],
    ]
    assert "another programme" not in text_of(page)
    make_result("Anyshire", "2023-01", 88, 80, programme="small")
    page = get(inspection)
    assert "were brought in from a file" in text_of(page)
    assert rows_of(page, "previous-headlines")[1] == ["Safeguarding", "88%", "88%", "no change"]
    assert rows_of(page, "previous-criteria") == []


def test_a_programme_without_scores_has_nothing_to_compare() -> None:
    programme = Programme.objects.create(
        slug="letters", version=1, title="t", short_title="Letters", kind="sqs", scored=False,
        digest="d",
    )  # fmt: skip
    inspection = make_inspection(programme=programme)
    assert "Letters gives no scores" in text_of(get(inspection))
    post(inspection, 404, as_of="2026-03")


def test_without_a_date_of_publication_it_is_today() -> None:
    inspection = make_ready()
    today = timezone.localdate()
    expected = f"Results published by {today.day} {today:%B %Y}"
    assert text_of(get(inspection).xpath("//h2[@id='others']")[0]) == expected


@pytest.mark.parametrize("areas", [1, 60])
def test_the_queries_do_not_grow_with_the_areas(
    areas: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    inspection = make_ready()
    for number in range(areas):
        make_result(f"Area {number}", "2026-01", number)
    make_issued_area("Ashby", "2026-01-31", 60)
    client: Client = lead_of(inspection)
    client.get(PAGE)
    with django_assert_num_queries(9):
        assert client.get(PAGE).status_code == 200
