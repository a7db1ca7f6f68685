"""A conflict of interest with a case that was begun: it is told, and stands in the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.allocation.conflicts_of_interest import declare_conflict, lift_conflict
from cases.models import Assessment
from cases.recording import complete_assessment
from cases.recording.completing import UNDECIDED
from inspections.problems import RefusedError
from tests.cases.allocation.casework import CONFLICTS
from tests.cases.device import answer, complete, device_of
from tests.cases.filling import (
    ANYSHIRE,
    CASE,
    DELIVERY,
    FACTS_PAGE,
    PAGES,
    REVIEW,
    client_of,
    errors_of,
)
from tests.casting import make_case, make_inspection, member_of
from tests.pages import Element, links_of, read_page, rows_of, texts_of

pytestmark = pytest.mark.django_db

BEGUN = [CASE, FACTS_PAGE, DELIVERY, REVIEW]
WARNING = "//*[@id='undecided']"


@pytest.fixture
def assessment() -> Assessment:
    """A case that is judged whole and not completed, and whose assessor has a conflict with it."""
    whole = make_case(make_inspection(), rest="sufficient")
    Assessment.objects.update(completed_at=None, completed_by=None)
    inspector = member_of(whole.inspection, "inspector")
    assert declare_conflict(inspector, inspector, reference="any-001").to_decide == ["ANY-001"]
    return whole


def decide(assessment: Assessment) -> None:
    lead = member_of(assessment.inspection, "lead")
    conflict = member_of(assessment.inspection, "inspector").conflicts_of_interest.get()
    assert lift_conflict(conflict, lead, "They only met once.")


def completed(assessment: Assessment) -> bool:
    assessment.refresh_from_db()
    return assessment.completed_at is not None


def warning_of(client: Client, url: str) -> list[str]:
    return texts_of(read_page(client.get(url)), WARNING)


@pytest.mark.parametrize("url", BEGUN)
def test_its_pages_say_so_until_the_lead_inspector_has_decided(
    assessment: Assessment, url: str
) -> None:
    inspector, lead = (client_of(assessment.inspection, key) for key in ("inspector", "lead"))
    assert warning_of(inspector, url) == [
        "! Warning You have declared a conflict of interest with this case. Do not judge it until "
        "the lead inspector has decided. Your conflicts of interest"
    ]
    assert warning_of(lead, url) == [
        "! Warning Inspector has a conflict of interest with this case. Decide who judges it"
    ]
    assert ("Decide who judges it", CONFLICTS) in links_of(read_page(lead.get(url)), WARNING)
    decide(assessment)
    assert (warning_of(inspector, url), warning_of(lead, url)) == ([], [])


def test_the_list_of_cases_marks_it(assessment: Assessment) -> None:
    make_case(assessment.inspection, "ANY-002")
    client = client_of(assessment.inspection, "inspector")

    def names() -> list[str]:
        return [row[0] for row in rows_of(read_page(client.get(ANYSHIRE)), "cases")[1:]]

    assert names() == ["ANY-001 Conflict of interest", "ANY-002"]
    decide(assessment)
    assert names() == ["ANY-001", "ANY-002"]


@pytest.mark.parametrize("key", ["inspector", "lead"])
def test_it_cannot_be_completed_by_anybody(assessment: Assessment, key: str) -> None:
    client = client_of(assessment.inspection, key)
    assert read_page(client.get(REVIEW)).xpath("//form[@id='complete-form']") == []
    refused = client.post(REVIEW, {"assessment-key": str(assessment.pk), "looked": "on"})
    assert refused.status_code == 422
    assert errors_of(read_page(refused)) == [(UNDECIDED, "")]
    assert not completed(assessment)
    decide(assessment)
    assert client.post(REVIEW, {"assessment-key": str(assessment.pk)}).status_code == 302
    assert completed(assessment)


def test_what_a_device_kept_is_stored_and_only_the_completion_refused(
    assessment: Assessment,
) -> None:
    device = device_of(assessment.inspection)
    saved, refused = device.send(answer("2.1.01", "insufficient", base=1), complete())
    assert (saved["status"], saved["version"]) == ("saved", 2)
    assert (refused["status"], refused["message"]) == ("refused", UNDECIDED)
    assert not completed(assessment)
    decide(assessment)
    assert device.statuses(complete()) == [("saved", None)]


def give_to_another(assessment: Assessment) -> None:
    Assessment.objects.update(assessor=member_of(assessment.inspection, "practice-assessor"))


@pytest.mark.parametrize("how", [decide, give_to_another])
def test_either_decision_opens_the_way(
    assessment: Assessment, how: Callable[[Assessment], None]
) -> None:
    lead = member_of(assessment.inspection, "lead")
    with pytest.raises(RefusedError, match="until the lead inspector has decided"):
        complete_assessment(assessment, by=lead)
    how(assessment)
    complete_assessment(Assessment.objects.get(pk=assessment.pk), by=lead)
    assert completed(assessment)


def test_that_it_was_completed_before_may_be_said_again(assessment: Assessment) -> None:
    decide(assessment)
    lead = member_of(assessment.inspection, "lead")
    complete_assessment(assessment, by=lead)
    declare_conflict(member_of(assessment.inspection, "inspector"), lead, reference="ANY-001")
    complete_assessment(assessment, by=lead)
    assert completed(assessment)


class TestDeciding:
    def page_of(self, assessment: Assessment, url: str = CONFLICTS) -> Element:
        return read_page(client_of(assessment.inspection, "lead").get(url))

    def test_lifting_names_the_case_that_is_kept(self, assessment: Assessment) -> None:
        conflict = member_of(assessment.inspection, "inspector").conflicts_of_interest.get()
        page = self.page_of(assessment, f"{CONFLICTS}{conflict.pk}/lift/")
        assert "They judge ANY-001 already, and then keep it." in texts_of(page, "//main//p")

    def test_a_second_marking_is_called_off_instead(self, assessment: Assessment) -> None:
        Assessment.objects.update(kind=Assessment.Kind.SECOND)
        (first, _) = links_of(self.page_of(assessment), "//*[@id='decisions-title']/../..")
        assert first == (
            "Call the second marking off: ANY-001",
            "/inspections/anyshire-2026/second-marking/",
        )


@pytest.mark.parametrize("cases", [1, 12])
def test_many_conflicts_take_as_many_queries(
    assessment: Assessment, cases: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    inspector = member_of(assessment.inspection, "inspector")
    for number in range(cases):
        declare_conflict(inspector, inspector, case_manager=f"cm-{number}")
    client = client_of(assessment.inspection, "inspector")
    client.get(REVIEW)
    with django_assert_num_queries(7):
        client.get(REVIEW)


def test_no_other_page_of_the_case_breaks(assessment: Assessment) -> None:
    client = client_of(assessment.inspection, "inspector")
    assert [client.get(url).status_code for url in PAGES] == [200] * len(PAGES)
