"""The page of facts: what it asks, what a save stores and decides, and what it refuses."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.checking import NO_PHASE
from cases.models import Assessment, FactRevision
from tests.cases.filling import (
    CASE,
    FACTS_PAGE,
    banners_of,
    client_of,
    errors_of,
    heading_of,
    open_sheet,
    sheet_of,
)
from tests.casting import FACTS, make_case, make_inspection
from tests.pages import read_page, text_of, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def client(assessment: Assessment) -> Client:
    return client_of(assessment.inspection, "inspector")


def values_of(assessment: Assessment) -> dict[str, str]:
    return dict(assessment.facts.values_list("fact__key", "value"))


def test_asks_for_each_fact_and_shows_what_is_recorded(
    client: Client, assessment: Assessment
) -> None:
    sheet = open_sheet(client, FACTS_PAGE)
    assert heading_of(sheet.page) == "Anyshire 2026: case ANY-001 Facts and screening"
    assert texts_of(sheet.page, "//main//legend") == [
        "About the case",
        "Gender",
        "Looked after child",
        "Custodial phase inspected",
        "Community phase inspected",
        "Your screening judgements",
        "Level of risk",
        "Safeguarding needs",
        "Safeguarding plan required",
    ]
    assert sheet.sent == {
        "assessment-key": [str(assessment.pk)],
        **{key: [value] for key, value in FACTS.items()},
        **{f"{key}-version": ["1"] for key in FACTS},
    }
    assert texts_of(sheet.page, "//*[@id='id_risk_level-hint']") == ["In your own judgement."]


def test_stores_what_changed_and_says_what_it_decided(
    client: Client, assessment: Assessment
) -> None:
    answer = open_sheet(client, FACTS_PAGE).fill(custody="yes", risk__level="low").save()
    assert (answer.status_code, answer["Location"]) == (302, CASE)
    assert values_of(assessment) == FACTS | {"custody": "yes", "risk_level": "low"}
    assert list(
        FactRevision.objects.filter(version=2).values_list("recorded_fact__fact__key", "value")
    ) == [("custody", "yes"), ("risk_level", "low")]
    assert banners_of(read_page(client.get(CASE))) == [
        ("Success", "Saved 2 changes. 1 further question now applies.")
    ]


def test_says_what_is_set_aside(client: Client, assessment: Assessment) -> None:
    judgement = assessment.judgements.get(question__code="1.2.03")
    judgement.answer, judgement.version = "sufficient", 1
    judgement.save()
    open_sheet(client, FACTS_PAGE).fill(risk__level="low").save()
    assert banners_of(read_page(client.get(CASE))) == [
        (
            "Success",
            "Saved 1 change. 1 answered question no longer applies. Its answer is kept, and comes "
            "back if the question applies again.",
        )
    ]
    open_sheet(client, FACTS_PAGE).fill(risk__level="high").save()
    assert banners_of(read_page(client.get(CASE))) == [
        ("Success", "Saved 1 change. 1 question applies again, with the answer that it had.")
    ]


def test_saving_what_stands_stores_and_says_nothing(client: Client, assessment: Assessment) -> None:
    assert open_sheet(client, FACTS_PAGE).save().status_code == 302
    assert FactRevision.objects.filter(version=2).count() == 0
    assert banners_of(read_page(client.get(CASE))) == []


def test_clears_one_fact_and_saves_the_rest(client: Client, assessment: Assessment) -> None:
    answer = open_sheet(client, FACTS_PAGE).fill(gender="female").save(clear="custody")
    assert answer["Location"] == f"{FACTS_PAGE}#custody"
    assert values_of(assessment) == FACTS | {"custody": "", "gender": "female"}
    page = open_sheet(client, FACTS_PAGE).page
    assert banners_of(page) == [("Important", "Saved 2 changes.")]
    assert page.xpath("//p[not(@hidden)]/button[@name='clear']/@value") == [
        key for key in FACTS if key != "custody"
    ]
    assessment.refresh_from_db()
    assert assessment.facts_missing == 1


def test_facts_that_do_not_go_together_are_refused_and_kept_on_the_page(
    client: Client, assessment: Assessment
) -> None:
    sheet = open_sheet(client, FACTS_PAGE)
    sheet.fill(plan__required="yes", safeguarding__need="no", gender="female")
    answer = sheet.save()
    page = read_page(answer)
    assert answer.status_code == 422
    assert errors_of(page) == [
        (
            "Safeguarding needs: This cannot be no while “Safeguarding plan required” is yes.",
            "#id_safeguarding_need_0",
        ),
        (
            "Safeguarding plan required: This cannot be yes while “Safeguarding needs” is no.",
            "#id_plan_required_0",
        ),
    ]
    assert banners_of(page) == [("Important", "Saved 1 change.")]
    assert text_of(page.xpath("//title")[0]).startswith("Error: ")
    again = sheet_of(client, FACTS_PAGE, answer)
    assert again.sent == {**sheet.sent, "gender-version": ["2"]}
    assert values_of(assessment) == FACTS | {"gender": "female"}
    assert again.fill(safeguarding__need="yes").save().status_code == 302
    assert values_of(assessment) == FACTS | {"gender": "female", "plan_required": "yes"}


def test_one_phase_or_both_were_inspected(client: Client, assessment: Assessment) -> None:
    answer = open_sheet(client, FACTS_PAGE).fill(community="no").save()
    assert answer.status_code == 422
    assert errors_of(read_page(answer)) == [
        (
            f"Community phase inspected: {NO_PHASE}",
            "#id_community_0",
        )
    ]
    assert values_of(assessment) == FACTS


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        ({"gender": "none"}, [("Choose one of the answers for “Gender”.", "#id_gender_0")]),
        ({"gender": "\x00"}, [("Choose one of the answers for “Gender”.", "#id_gender_0")]),
        *(
            (
                {"gender": "female", "gender-version": version},
                [("The page was not sent as it was made. Open it again before you save.", "")],
            )
            for version in ("", "-1", "x", "9" * 30)
        ),
    ],
)
def test_what_no_page_sends_is_refused_and_the_rest_saved(
    client: Client,
    assessment: Assessment,
    fields: dict[str, str],
    messages: list[tuple[str, str]],
) -> None:
    sheet = open_sheet(client, FACTS_PAGE).fill(custody="yes")
    sheet.sent |= {name: [value] for name, value in fields.items()}
    answer = sheet.save()
    assert answer.status_code == 422
    assert errors_of(read_page(answer)) == messages
    assert values_of(assessment) == FACTS | {"custody": "yes"}


def test_what_is_not_sent_stands(client: Client, assessment: Assessment) -> None:
    assert client.post(FACTS_PAGE, {"custody": "yes"}).status_code == 302
    assert client.post(FACTS_PAGE, {"clear": "gender-version"}).status_code == 302
    assert values_of(assessment) == FACTS


@pytest.mark.parametrize("cases", [1, 12])
def test_takes_the_same_queries_for_any_number_of_cases(
    django_assert_num_queries: DjangoAssertNumQueries, cases: int
) -> None:
    """Session, person, part in the team, the case, and its facts."""
    inspection = make_inspection()
    for number in range(1, cases + 1):
        make_case(inspection, f"ANY-{number:03}", rest="sufficient")
    client = client_of(inspection, "inspector")
    client.get(FACTS_PAGE)
    with django_assert_num_queries(6):
        assert client.get(FACTS_PAGE).status_code == 200
