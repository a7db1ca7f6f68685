"""Raising alerts, telling the lead inspector, and recording what is done about them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from cases.alerts import (
    close_alert,
    count_open_alerts,
    list_alerts,
    raise_alert,
    record_action,
    record_service_told,
)
from cases.models import AlertAction, Assessment, CaseAlert
from cases.telling import Telling, find_telling, find_tellings, tell_again, tell_lead
from inspections.models import Inspection
from inspections.problems import RefusedError
from jobs.models import Job
from jobs.registry import WorkError, find_kind
from jobs.running import run_job
from tests.casting import make_administrator, make_case, make_inspection, member_of, user_of

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


def leave_without_lead(inspection: Inspection) -> None:
    """Let nobody play the lead inspector."""
    inspection.team.filter(key="lead").update(user=None)


def run_job_of(alert: CaseAlert) -> None:
    """Do the alert's waiting job, as a worker would."""
    run_job(Job.objects.get(subject=str(alert.pk), status="queued").pk)


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


def test_the_email_says_that_there_is_an_alert_and_nothing_of_the_case(
    assessment: Assessment,
) -> None:
    alert = raise_one(assessment)
    run_job_of(alert)
    (message,) = mail.outbox
    assert message.to == [user_of(assessment.inspection, "lead").email]
    assert message.subject == "A case alert was raised: Anyshire 2026"
    assert f"http://127.0.0.1:8000/inspections/anyshire-2026/alerts/{alert.pk}/" in message.body
    for detail in ("ANY-001", "afraid", "Inspector"):
        assert detail not in message.body + message.subject
    alert.refresh_from_db()
    assert alert.told_lead_at is not None
    assert find_telling(alert) == Telling.TOLD


def test_done_twice_the_work_sends_one_email(assessment: Assessment) -> None:
    alert = raise_one(assessment)
    tell_lead(alert.pk)
    tell_lead(alert.pk)
    assert len(mail.outbox) == 1


def test_an_email_that_cannot_be_sent_is_told_and_can_be_sent_again(
    assessment: Assessment, settings: Settings
) -> None:
    alert = raise_one(assessment)
    assert find_telling(alert) == Telling.WAITING
    sound = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    settings.JOBS_MAX_ATTEMPTS = 1
    run_job_of(alert)
    assert find_telling(alert) == Telling.FAILED
    settings.EMAIL_BACKEND = sound
    assert tell_again(alert) is not None
    assert find_telling(alert) == Telling.WAITING
    run_job_of(alert)
    alert.refresh_from_db()
    assert find_telling(alert) == Telling.TOLD
    assert tell_again(alert) is None
    assert len(mail.outbox) == 1


def test_where_e_mails_are_thrown_away_none_is_called_sent(
    assessment: Assessment, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    alert = raise_one(assessment)
    run_job_of(alert)
    alert.refresh_from_db()
    assert (alert.told_lead_at, find_telling(alert)) == (None, Telling.FAILED)


def test_without_a_lead_inspector_nobody_is_told(assessment: Assessment) -> None:
    leave_without_lead(assessment.inspection)
    alert = raise_one(assessment)
    assert (find_telling(alert), Job.objects.count()) == (Telling.NOBODY, 0)
    assert tell_again(alert) is None
    with pytest.raises(WorkError):
        tell_lead(alert.pk)
    with pytest.raises(WorkError):
        tell_lead(0)


def test_a_lead_inspector_who_can_no_longer_sign_in_is_not_told(assessment: Assessment) -> None:
    user = user_of(assessment.inspection, "lead")
    user.is_active = False
    user.save()
    assert find_telling(raise_one(assessment)) == Telling.NOBODY


def test_the_job_may_be_watched_by_those_who_may_see_the_alert(assessment: Assessment) -> None:
    alert = raise_one(assessment)
    kind = find_kind("tell_lead_of_alert")
    watchers = [
        key
        for key in ("lead", "inspector", "practice-assessor", "support")
        if kind.may_see(user_of(assessment.inspection, key), str(alert.pk))
    ]
    assert watchers == ["lead", "inspector"]
    assert not kind.may_see(make_administrator(), str(alert.pk))
    assert kind.page is not None
    assert kind.page(str(alert.pk)) == f"/inspections/anyshire-2026/alerts/{alert.pk}/"
    assert kind.page("0") == ""


def test_tellings_of_many_alerts_take_one_query(
    assessment: Assessment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alerts = [raise_one(assessment) for _ in range(5)]
    with django_assert_num_queries(1):
        assert set(find_tellings(alerts).values()) == {Telling.WAITING}
    with django_assert_num_queries(0):
        assert find_tellings([]) == {}


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


def test_an_alert_is_closed_only_after_the_service_was_told(assessment: Assessment) -> None:
    alert, lead = raise_one(assessment), member_of(assessment.inspection, "lead")
    with pytest.raises(RefusedError) as error:
        close_alert(alert, lead)
    assert refusal_of(error) == "Record that the service was told before you close the alert."
    told_at = timezone.now()
    alert = record_service_told(alert, lead, whom=" Head  of service ", told_at=told_at)
    assert (alert.service_told_at, alert.service_told_whom) == (told_at, "Head of service")
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
    close_alert(closed, lead)
    raise_one(make_case(make_inspection("Elsewhere"), "ELS-001"))
    assert list(list_alerts(lead)) == [last, first, closed]
    assert list(list_alerts(member_of(inspection, "local-assessor"))) == [first]
    assert count_open_alerts(inspection) == 2
