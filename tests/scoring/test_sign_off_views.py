"""The pages of sign-off: what they show, what they do, and whom they are for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inspections.catalogue import store_programme
from inspections.models import Inspection
from inspections.programmes import read_programme
from scoring.models import CriterionSignature, ScorecardLock
from tests.cases.filling import banners_of, client_of, errors_of
from tests.casting import make_administrator, make_case, make_inspection, make_manager, user_of
from tests.pages import Element, read_page, rows_of, texts_of
from tests.scoring.test_signing import change, sign

pytestmark = pytest.mark.django_db

SIGN_OFF = "/inspections/anyshire-2026/scorecard/sign-off/"
LOCK, UNLOCK = f"{SIGN_OFF}lock/", f"{SIGN_OFF}unlock/"
DEEDS = "//ol[contains(@class, 'app-deeds')]/li"
REASON = "A case was misread."
FIXTURE = Path(settings.BASE_DIR) / "fixtures" / "programmes" / "sqs-2013.yaml"


@pytest.fixture
def inspection() -> Inspection:
    inspection = make_inspection()
    make_case(inspection, rest="sufficient")
    make_case(inspection, "ANY-002", answers={"2.1.01": "insufficient"}, rest="sufficient")
    return inspection


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    return client_of(inspection, "lead")


def press(client: Client, page: Element, number: str) -> Any:
    """Press the button that signs a criterion, as it is on a page."""
    (form,) = page.xpath(f"//form[contains(@action, '/sign-off/{number}/sign/')]")
    return client.post(form.get("action"), dict(form.form_values()))


def test_lists_every_criterion(lead: Client, inspection: Inspection) -> None:
    page = read_page(lead.get(SIGN_OFF))
    assert rows_of(page, "criteria") == [
        ["Criterion", "Score", "To look at", "Signed"],
        ["1.1 Risk", "100%6 of 6MINIMUM improvement required", "Nothing", "Sign 1.1"],
        ["1.2 Planning", "100%2 of 2MINIMUM improvement required", "Nothing", "Sign 1.2"],
        ["2.1 Working together", "83%5 of 6MINIMUM improvement required", "Nothing", "Sign 2.1"],
    ]


def test_says_what_is_open(lead: Client, inspection: Inspection) -> None:
    change(inspection, "2.1.01", "")
    sign(inspection, "1.1")
    page = read_page(lead.get(SIGN_OFF))
    rows = rows_of(page, "criteria")
    assert rows[3] == [
        "2.1 Working together",
        "80% so far (67–83%)4 of 5",
        "1 answer open",
        "Not while answers are open",
    ]
    assert texts_of(page, "//ul[preceding-sibling::h2[1][@id='matters']]/li") == [
        "Judgements that are still open: 1."
    ]


def test_signing_one_by_one_locks_it(lead: Client, inspection: Inspection) -> None:
    for number in ("1.1", "1.2"):
        response = press(lead, read_page(lead.get(SIGN_OFF)), number)
        assert (response.status_code, response["Location"]) == (302, SIGN_OFF)
    page = read_page(lead.get(SIGN_OFF))
    assert rows_of(page, "criteria")[3][3] == (
        "This last signature locks the scorecard.Sign and lock 2.1"
    )
    press(lead, page, "2.1")
    page = read_page(lead.get(SIGN_OFF))
    assert banners_of(page)[-1] == (
        "Success",
        "That was the last signature. The scorecard is locked.",
    )
    assert texts_of(page, "//*[contains(@class, 'app-lock')]")[0].startswith("Locked Signed off")
    assert page.xpath("//main//form[@method='post']") == []
    assert texts_of(page, DEEDS)[0].endswith("Locked the scorecard.")


def test_what_changed_since_the_page_was_read_is_not_signed(
    lead: Client, inspection: Inspection
) -> None:
    page = read_page(lead.get(SIGN_OFF))
    change(inspection, "2.1.01", "insufficient")
    response = press(lead, page, "2.1")
    assert response.status_code == 409
    assert errors_of(read_page(response)) == [
        (
            "2.1 changed after you opened this page, so it was not signed. Look at it as it is "
            "now.",
            "#criterion-2-1",
        )
    ]
    assert (
        rows_of(read_page(response), "criteria")[3][1] == "67%4 of 6MODERATE improvement required"
    )
    assert CriterionSignature.objects.count() == 0


def test_a_signature_that_lapsed_is_told_and_signed_anew(
    lead: Client, inspection: Inspection
) -> None:
    sign(inspection, "2.1")
    change(inspection, "2.1.01", "insufficient")
    page = read_page(lead.get(SIGN_OFF))
    assert "Changed since you signed: 2.1." in texts_of(page, "//*[@class='govuk-inset-text']")[0]
    cell = rows_of(page, "criteria")[3][3]
    assert cell.startswith("Changed since signed Lead inspector signed 5 of 6 on ")
    assert press(lead, page, "2.1").status_code == 302


def test_a_signature_is_withdrawn_for_a_reason(lead: Client, inspection: Inspection) -> None:
    sign(inspection, "1.1")
    url = f"{SIGN_OFF}1.1/withdraw/"
    assert url in read_page(lead.get(SIGN_OFF)).xpath("//main//a/@href")
    response = lead.post(url, {"reason": " "})
    assert (response.status_code, errors_of(read_page(response))) == (
        422,
        [("Give a reason.", "#id_reason")],
    )
    assert lead.post(url, {"reason": REASON})["Location"] == SIGN_OFF
    response = lead.post(url, {"reason": REASON})
    page = read_page(response)
    assert (response.status_code, errors_of(page)) == (409, [("1.1 is not signed.", "")])
    assert texts_of(page, "//textarea") == [REASON]


def test_unlocking_asks_why_and_is_recorded(lead: Client, inspection: Inspection) -> None:
    assert lead.get(UNLOCK)["Location"] == SIGN_OFF
    assert lead.post(UNLOCK, {"reason": REASON}).status_code == 409
    sign(inspection, "1.1", "1.2", "2.1")
    assert lead.post(UNLOCK, {"reason": "a\0b"}).status_code == 422
    assert lead.post(UNLOCK, {"reason": REASON}).status_code == 302
    lock = ScorecardLock.objects.get()
    assert (lock.unlocked_because, lock.unlocked_by) == (REASON, inspection.team.get(key="lead"))
    page = read_page(lead.get(SIGN_OFF))
    assert f"Unlocked the scorecard. “{REASON}”" in texts_of(page, DEEDS)[0]
    assert len(page.xpath(f"//form[@action='{LOCK}']//button")) == 1
    assert lead.post(LOCK).status_code == 302
    assert ScorecardLock.objects.filter(unlocked_at__isnull=True).count() == 1


def test_it_is_not_locked_before_all_is_signed(lead: Client, inspection: Inspection) -> None:
    response = lead.post(LOCK)
    assert (response.status_code, errors_of(read_page(response))) == (
        409,
        [("Not signed as they stand: 1.1, 1.2, 2.1.", "#matters")],
    )


def test_a_programme_without_scores_is_signed_on_its_counts() -> None:
    programme, _ = store_programme(read_programme(FIXTURE))
    inspection = make_inspection(programme=programme)
    facts = {fact.key: "" for fact in programme.facts.all()}
    make_case(inspection, facts=facts)
    page = read_page(client_of(inspection, "lead").get(SIGN_OFF))
    assert rows_of(page, "criteria")[0] == ["Criterion", "Answers", "To look at", "Signed"]
    assert rows_of(page, "criteria")[1][1].endswith("0 of 0 sufficient")


@pytest.mark.parametrize("cases", [1, 5])
def test_takes_as_many_queries_for_many_cases(
    cases: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    inspection = make_inspection()
    for number in range(cases):
        make_case(inspection, f"ANY-{number:03}", rest="sufficient")
    sign(inspection, "1.1", "1.2", "2.1")
    client = client_of(inspection, "lead")
    client.get(SIGN_OFF)
    with django_assert_num_queries(15):
        client.get(SIGN_OFF)


@pytest.mark.parametrize(
    "path", ["", "lock/", "unlock/", "1.1/sign/", "1.1/withdraw/", "../export/csv/", "../export/"]
)
def test_it_is_the_lead_inspectors_alone(path: str, inspection: Inspection) -> None:
    url = SIGN_OFF + path if not path.startswith("..") else SIGN_OFF[:-9] + path[3:]
    post = path in ("lock/", "1.1/sign/")

    def ask(client: Client, address: str = url) -> int:
        return (client.post if post else client.get)(address).status_code

    assert ask(client_of(inspection, "inspector")) == 403
    for user in (user_of(inspection, "support"), make_manager(), make_administrator()):
        client = Client()
        client.force_login(user)
        assert ask(client) == 404
    assert ask(Client()) == 302
    lead = client_of(inspection, "lead")
    assert ask(lead, url.replace("anyshire", "nowhere")) == 404
    assert lead.delete(url).status_code == 405


@pytest.mark.parametrize("path", ["9.9/sign/", "9.9/withdraw/", "1%001/sign/", "1.1.01/sign/"])
def test_what_is_not_there_is_not_found(path: str, lead: Client, inspection: Inspection) -> None:
    assert lead.post(SIGN_OFF + path).status_code == 404


@pytest.mark.parametrize("digest", ["", "x", "a\0b", "é" * 5000])
def test_a_digest_that_is_none_signs_nothing(
    digest: str, lead: Client, inspection: Inspection
) -> None:
    response = lead.post(f"{SIGN_OFF}1.1/sign/", {"digest": digest})
    assert (response.status_code, CriterionSignature.objects.count()) == (409, 0)
