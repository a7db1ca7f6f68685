"""Publishing with a locked scorecard, without one, and while a case is opened again."""

from __future__ import annotations

import pytest

from cases.models import Assessment
from cases.moderation import reopen_case
from cases.recording import complete_assessment
from reports.publication import NotPublishableError, publish
from tests.cases.filling import client_of
from tests.casting import member_of
from tests.pages import read_page, text_of, texts_of
from tests.reports.stages import REPORT, make_ready
from tests.scoring.test_signing import sign

pytestmark = pytest.mark.django_db

PUBLISH = f"{REPORT}publish/"


def test_without_a_lock_it_is_said_and_no_obstacle() -> None:
    client = client_of(make_ready(), "lead")
    page = read_page(client.get(PUBLISH))
    (told,) = texts_of(page, "//*[@class='govuk-inset-text']")
    assert told.startswith("The scorecard is not signed and locked. You can publish all the same;")
    assert client.post(PUBLISH, {"issue": "1"})["Location"] == REPORT


def test_with_a_lock_it_is_said_whose() -> None:
    inspection = make_ready()
    sign(inspection, "1.1", "1.2", "2.1")
    client = client_of(inspection, "lead")
    main = text_of(read_page(client.get(PUBLISH)).xpath("//main")[0])
    assert "Lead inspector signed off the scores and locked the scorecard on " in main
    issue = publish(inspection, member_of(inspection, "lead"))
    (lock,) = inspection.scorecard_locks.all()
    assert issue.scorecard == lock.scorecard


def test_a_case_that_was_opened_again_is_completed_first() -> None:
    inspection = make_ready()
    lead = member_of(inspection, "lead")
    assessment = Assessment.objects.select_related("case").get(case__reference="CASE-001")
    assessment.inspection = inspection
    reopen_case(assessment, "Look again.", lead)
    with pytest.raises(NotPublishableError) as refused:
        publish(inspection, lead)
    assert refused.value.reasons == (
        "Cases that you opened again and that are not completed since: 1.",
    )
    complete_assessment(assessment, member_of(inspection, "inspector"))
    assert publish(inspection, lead).number == 1
