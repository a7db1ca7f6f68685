"""An assessment that can no longer be written to: its pages are read, and say why."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.access import ANOTHER
from cases.models import Assessment, Judgement, RecordedFact
from cases.recording.holding import SETTLED
from tests.cases.filling import (
    CASE,
    DELIVERY,
    FACTS_PAGE,
    PLANS,
    REVIEW,
    Sheet,
    client_of,
    errors_of,
    open_sheet,
)
from tests.casting import FACTS, make_case, make_inspection
from tests.pages import Element, read_page, texts_of

pytestmark = pytest.mark.django_db

WHY = (
    "This case is being compared with its second marking, so its answers can no longer be changed "
    "here."
)
LOST = f"Nothing of what you sent was saved. {WHY}"


@pytest.fixture
def assessment() -> Assessment:
    assessment = make_case(
        make_inspection(), answers={"2.1.01": "insufficient", "2.1.02/b": "not_applicable"}
    )
    assessment.judgements.filter(question__code="2.1.01").update(
        evidence="None\nseen.", note_to_lead="Ask me.", flagged=True
    )
    return assessment


@pytest.fixture
def client(assessment: Assessment) -> Client:
    return client_of(assessment.inspection, "inspector")


def close() -> None:
    Assessment.objects.update(closed="second_marking")


def answers_on(page: Element) -> list[str]:
    return texts_of(page, "//div[@class='read']")


def test_a_topic_is_read(client: Client) -> None:
    close()
    page = read_page(client.get(DELIVERY))
    assert texts_of(page, "//*[@class='govuk-inset-text']") == [WHY]
    assert answers_on(page) == [
        "2.1.01 Was the planned work delivered? No. To come back to Evidence note: “None seen.” "
        "Private note to the lead inspector: “Ask me.”",
        "2.1.02 Did the service and each agency work together? Social care: Not answered Health: "
        "Not applicable",
    ]
    assert page.xpath("//main//form | //main//textarea | //main//button") == []
    assert texts_of(read_page(client.get(PLANS)), "//*[@class='read']")[0].startswith("1.2.02 ")


def test_facts_are_read(client: Client) -> None:
    close()
    RecordedFact.objects.filter(fact__key="gender").update(value="")
    page = read_page(client.get(FACTS_PAGE))
    assert texts_of(page, "//*[@class='govuk-inset-text']") == [WHY]
    rows = page.xpath("//dl/div")
    assert [texts_of(row, "./dt | ./dd") for row in rows][:2] == [
        ["Gender", "Not recorded"],
        ["Looked after child", "No"],
    ]
    assert page.xpath("//main//form") == []


def test_what_was_sent_too_late_is_shown_and_nothing_stored(
    client: Client, assessment: Assessment
) -> None:
    sheet: Sheet = open_sheet(client, DELIVERY).fill(q2_1_01_answer="sufficient")
    sheet.fill(q2_1_01_evidence="All six.", q2_1_02_a_answer="insufficient")
    before = list(Judgement.objects.order_by("pk").values("answer", "evidence", "version"))
    close()
    answer = sheet.save()
    page = read_page(answer)
    assert answer.status_code == 409
    assert errors_of(page) == [(LOST, "#lost")]
    assert texts_of(page, "//*[@id='lost']/div") == [
        "2.1.01 Yes. To come back to Evidence note: “All six.” Private note to the lead "
        "inspector: “Ask me.”",
        "2.1.02 Social care No",
    ]
    assert texts_of(page, "//title")[0].startswith("Error: ")
    assert list(Judgement.objects.order_by("pk").values("answer", "evidence", "version")) == before


def test_facts_that_were_sent_too_late_are_shown_and_not_stored(
    client: Client, assessment: Assessment
) -> None:
    sheet = open_sheet(client, FACTS_PAGE).fill(custody="yes")
    close()
    answer = sheet.save()
    page = read_page(answer)
    assert answer.status_code == 409
    assert errors_of(page) == [(LOST, "#lost")]
    assert texts_of(page, "//*[@id='lost']//dt | //*[@id='lost']//dd") == [
        "Custodial phase inspected",
        "Yes",
    ]
    assert dict(assessment.facts.values_list("fact__key", "value")) == FACTS


def test_what_a_page_of_another_assessment_sends_is_shown_and_not_stored(
    client: Client, assessment: Assessment
) -> None:
    """The case keeps its address: the page was opened before this assessment was the person's."""
    topic = open_sheet(client, DELIVERY).fill(q2_1_01_evidence="All six.")
    facts = open_sheet(client, FACTS_PAGE).fill(custody="yes")
    for sheet, told in ((topic, "Evidence note: “All six.”"), (facts, "Custodial phase inspected")):
        answer = sheet.fill(**{"assessment-key": "0"}).save()
        page = read_page(answer)
        assert answer.status_code == 409
        assert errors_of(page) == [(f"Nothing of what you sent was saved. {ANOTHER}", "#lost")]
        assert told in texts_of(page, "//*[@id='lost']")[0]
    assert assessment.judgements.get(question__code="2.1.01").evidence == "None\nseen."
    assert dict(assessment.facts.values_list("fact__key", "value")) == FACTS


def test_what_was_settled_after_second_marking_is_read(assessment: Assessment) -> None:
    """It is the assessment of record: whoever settles does so with a reason, elsewhere."""
    lead = client_of(assessment.inspection, "lead")
    sheets = [
        open_sheet(lead, DELIVERY).fill(q2_1_01_answer="sufficient"),
        open_sheet(lead, FACTS_PAGE).fill(custody="yes"),
    ]
    Assessment.objects.update(kind="agreed", assessor=None, completed_at="2026-01-20T10:00Z")
    before = list(Judgement.objects.order_by("pk").values("answer", "version"))
    for page in (DELIVERY, FACTS_PAGE, REVIEW, CASE):
        read = read_page(lead.get(page))
        assert SETTLED in texts_of(read, "//*[@class='govuk-inset-text']")
        assert read.xpath("//main//form") == []
    for sheet in sheets:
        assert sheet.save().status_code == 409
    answer = lead.post(REVIEW, {"looked": "on"})
    assert (answer.status_code, errors_of(read_page(answer))) == (422, [(SETTLED, "")])
    assert list(Judgement.objects.order_by("pk").values("answer", "version")) == before
    assert dict(assessment.facts.values_list("fact__key", "value")) == FACTS


def test_a_case_that_was_withdrawn_is_gone_for_everybody(
    client: Client, assessment: Assessment
) -> None:
    Assessment.objects.update(closed="withdrawn", of_record=False)
    for user in (client, client_of(assessment.inspection, "lead")):
        assert user.get(DELIVERY).status_code == 404
        assert user.get(FACTS_PAGE).status_code == 404
