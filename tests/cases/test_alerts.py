"""Raising alerts, and recording what is done about them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cases.alerts import (
    close_alert,
    count_open_alerts,
    list_alerts,
    raise_alert,
    record_action,
    record_service_told,
)
from cases.models import AlertAction, Assessment, CaseAlert
from cases.telling import Telling, find_telling
from inspections.problems import RefusedError
from jobs.models import Job
from tests.casting import (
    make_case,
    make_inspection,
    member_of,
)
from tests.jobs.databases import opened_to_others

pytestmark = pytest.mark.django_db
CONCERN = "The child said that they are afraid to go home."


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


def raise_one(
    assessment: Assessment,
    by: str = "inspector",
    concern: str = CONCERN,
    mutation: UUID | None = None,
) -> CaseAlert:
    member = member_of(assessment.inspection, by)
    return raise_alert(assessment.case, member, concern=concern, mutation=mutation or uuid4())


def withdraw(assessment: Assessment) -> None:
    assessment.case.withdrawn = True
    assessment.case.save()
    assessment.of_record, assessment.closed = False, Assessment.Closed.WITHDRAWN
    assessment.save()


def refusal_of(error: pytest.ExceptionInfo[RefusedError]) -> str:
    (problem,) = error.value.problems
    return problem.message


def test_an_alert_holds_what_was_said_and_asks_for_an_email(assessment: Assessment) -> None:
    alert = raise_one(assessment, concern=f"  {CONCERN}\r\nShe said so twice.\n")
    assert (alert.case, alert.concern) == (assessment.case, f"{CONCERN}\nShe said so twice.")
    assert alert.raised_by == member_of(assessment.inspection, "inspector")
    assert (alert.told_lead_at, alert.service_told_at, alert.closed_at) == (None, None, None)
    job = Job.objects.get()
    assert (job.kind, job.subject, job.status) == ("tell_lead_of_alert", str(alert.pk), "queued")


def test_sent_twice_it_is_raised_once(assessment: Assessment) -> None:
    mutation = uuid4()
    first = raise_one(assessment, mutation=mutation)
    assert raise_one(assessment, mutation=mutation) == first
    assert (CaseAlert.objects.count(), Job.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("concern", "message"),
    [
        ("", "Say what your concern is."),
        (" \n ", "Say what your concern is."),
        ("x" * 5001, "The concern must be 5,000 characters or fewer."),
        ("a\x00b", "The concern holds a character that cannot be stored."),
        ("a\x1bb", "The concern holds a character that cannot be stored."),
        ("a\ud800b", "The concern holds a character that cannot be stored."),
    ],
)
def test_a_concern_that_cannot_be_stored_is_refused(
    assessment: Assessment, concern: str, message: str
) -> None:
    with pytest.raises(RefusedError) as error:
        raise_one(assessment, concern=concern)
    assert refusal_of(error) == message
    assert (CaseAlert.objects.count(), Job.objects.count()) == (0, 0)


def test_only_whoever_judges_the_case_or_leads_may_raise_one(assessment: Assessment) -> None:
    for key in ("local-assessor", "support"):
        with pytest.raises(RefusedError) as error:
            raise_one(assessment, key)
        assert refusal_of(error) == "This is not one of your cases."
    elsewhere = make_inspection("Elsewhere")
    with pytest.raises(RefusedError):
        raise_alert(
            assessment.case, member_of(elsewhere, "lead"), concern=CONCERN, mutation=uuid4()
        )
    assert CaseAlert.objects.count() == 0


def test_the_mutation_of_another_alert_is_refused(assessment: Assessment) -> None:
    mutation = uuid4()
    raise_one(assessment, mutation=mutation)
    other = make_case(assessment.inspection, "ANY-002")
    for case, by in ((other, "inspector"), (assessment, "lead")):
        with pytest.raises(RefusedError) as error:
            raise_one(case, by, mutation=mutation)
        assert "was raised before" in refusal_of(error)
    assert CaseAlert.objects.count() == 1


def test_what_the_lead_inspector_raises_needs_no_email(assessment: Assessment) -> None:
    alert = raise_one(assessment, "lead")
    assert alert.told_lead_at == alert.raised_at
    assert find_telling(alert) == Telling.TOLD
    assert Job.objects.count() == 0


def test_an_alert_can_be_raised_on_a_withdrawn_case_and_stays(assessment: Assessment) -> None:
    first = raise_one(assessment)
    withdraw(assessment)
    second, third = raise_one(assessment), raise_one(assessment, "lead")
    lead = member_of(assessment.inspection, "lead")
    assert list(list_alerts(lead)) == [third, second, first]
    assert count_open_alerts(assessment.inspection) == 3


def test_what_was_done_is_kept_in_order_and_the_same_again_once(assessment: Assessment) -> None:
    alert, lead = raise_one(assessment), member_of(assessment.inspection, "lead")
    now = timezone.now()
    later = record_action(alert, lead, action="Agreed a visit today.", done_at=now)
    earlier = record_action(alert, lead, action="Telephoned.", done_at=now - timedelta(hours=2))
    assert record_action(alert, lead, action="Agreed a visit today.\r\n", done_at=now) == later
    assert list(alert.actions.all()) == [earlier, later]
    later.action = "Something else."
    with pytest.raises(TypeError):
        later.save()


def test_what_was_kept_twice_before_is_not_kept_again(assessment: Assessment) -> None:
    alert, lead = raise_one(assessment), member_of(assessment.inspection, "lead")
    now = timezone.now()
    twice = [
        AlertAction.objects.create(
            alert=alert, done_at=now, action="Telephoned.", recorded_by=lead, recorded_at=now
        )
        for _ in range(2)
    ]
    assert record_action(alert, lead, action="Telephoned.", done_at=now) == twice[0]
    assert alert.actions.count() == 2


def test_what_was_done_is_kept_once_though_it_is_sent_twice_at_one_moment(
    transactional_db: None, tmp_path: Path
) -> None:
    with opened_to_others(tmp_path):
        assessment = make_case(make_inspection())
        alert, lead = raise_one(assessment), member_of(assessment.inspection, "lead")
        now, barrier = timezone.now(), Barrier(4, timeout=20)

        def record(_: int) -> int:
            try:
                barrier.wait()
                return record_action(alert, lead, action="Telephoned.", done_at=now).pk
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as threads:
            assert len(set(threads.map(record, range(4)))) == 1
        assert AlertAction.objects.count() == 1


@pytest.mark.parametrize(
    ("action", "shift", "message"),
    [
        (" ", timedelta(0), "Say what was done."),
        (
            "x" * 5001,
            timedelta(0),
            "The account of what was done must be 5,000 characters or fewer.",
        ),
        ("Told.", timedelta(hours=1), "This is in the future."),
        ("Told.", timedelta(days=-40), "This is more than a month before"),
    ],
)
def test_an_action_that_cannot_be_right_is_refused(
    assessment: Assessment, action: str, shift: timedelta, message: str
) -> None:
    alert, lead = raise_one(assessment), member_of(assessment.inspection, "lead")
    with pytest.raises(RefusedError) as error:
        record_action(alert, lead, action=action, done_at=timezone.now() + shift)
    assert refusal_of(error).startswith(message)
    assert AlertAction.objects.count() == 0


def test_an_alert_is_closed_only_once_the_service_is_told_and_something_done(
    assessment: Assessment,
) -> None:
    alert, lead = raise_one(assessment), member_of(assessment.inspection, "lead")
    with pytest.raises(RefusedError) as error:
        close_alert(alert, lead)
    assert refusal_of(error) == "Record that the service was told before you close the alert."
    told_at = timezone.now()
    alert = record_service_told(alert, lead, whom=" Head  of service ", told_at=told_at)
    assert (alert.service_told_at, alert.service_told_whom) == (told_at, "Head of service")
    assert alert.service_told_recorded_by == lead
    assert alert.service_told_recorded_at is not None
    assert alert.service_told_recorded_at >= told_at
    with pytest.raises(RefusedError) as error:
        close_alert(alert, lead)
    assert refusal_of(error) == "Record what was done before you close the alert."
    record_action(alert, lead, action="Telephoned.", done_at=told_at)
    closed = close_alert(alert, lead)
    assert closed.closed_by == lead
    assert close_alert(alert, lead).closed_at == closed.closed_at
    assert count_open_alerts(assessment.inspection) == 0
    assert record_action(alert, lead, action="A correction.", done_at=told_at).pk


def test_that_the_service_was_told_is_recorded_once(assessment: Assessment) -> None:
    alert, lead = raise_one(assessment), member_of(assessment.inspection, "lead")
    record_service_told(alert, lead, whom="Head of service", told_at=timezone.now())
    with pytest.raises(RefusedError) as error:
        record_service_told(alert, lead, whom="Duty worker", told_at=timezone.now())
    assert refusal_of(error).startswith("It is recorded already")
    alert.refresh_from_db()
    assert alert.service_told_whom == "Head of service"


def test_the_database_closes_no_alert_of_which_the_service_was_not_told(
    assessment: Assessment,
) -> None:
    alert = raise_one(assessment)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseAlert.objects.filter(pk=alert.pk).update(closed_at=timezone.now())


def test_open_alerts_come_first_and_others_see_only_their_own(assessment: Assessment) -> None:
    inspection = assessment.inspection
    lead = member_of(inspection, "lead")
    other = make_case(inspection, "ANY-002", assessor="local-assessor")
    closed, first, last = (
        raise_one(assessment),
        raise_one(other, "local-assessor"),
        raise_one(assessment),
    )
    record_service_told(closed, lead, whom="Head of service", told_at=timezone.now())
    record_action(closed, lead, action="Telephoned.", done_at=timezone.now())
    close_alert(closed, lead)
    raise_one(make_case(make_inspection("Elsewhere"), "ELS-001"))
    assert list(list_alerts(lead)) == [last, first, closed]
    assert list(list_alerts(member_of(inspection, "local-assessor"))) == [first]
    assert count_open_alerts(inspection) == 2
