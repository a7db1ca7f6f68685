"""Telling the lead inspector of alerts by e-mail, and who is told where there is none."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.people import switch_off, switch_on
from cases.models import Assessment, CaseAlert
from cases.telling import Telling, find_telling, find_tellings, tell_again, tell_lead
from inspections.access import give_part
from inspections.models import Inspection
from inspections.setting_up.teams import Part, change_member
from jobs.models import Job
from jobs.registry import WorkError, find_kind
from jobs.running import run_job
from tests.cases.test_alerts import raise_one
from tests.casting import (
    make_administrator,
    make_case,
    make_inspection,
    make_user,
    member_of,
    user_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


def leave_without_lead(inspection: Inspection) -> None:
    """Let nobody play the lead inspector."""
    inspection.team.filter(key="lead").update(user=None)


def run_job_of(alert: CaseAlert) -> None:
    """Do the alert's waiting job, as a worker would."""
    jobs = Job.objects.filter(kind="tell_lead_of_alert", status="queued")
    run_job(jobs.get(subject=str(alert.pk)).pk)


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
    assert find_telling(alert) == Telling.NOBODY
    assert not Job.objects.filter(kind="tell_lead_of_alert").exists()
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


def test_administrators_are_asked_for_a_lead_inspector_and_learn_nothing_of_the_case(
    assessment: Assessment,
) -> None:
    administrator = make_administrator()
    switched_off = make_user("administrator-before", is_staff=True, is_active=False)
    leave_without_lead(assessment.inspection)
    raise_one(assessment)
    run_job(Job.objects.get().pk)
    (message,) = mail.outbox
    assert (message.to, switched_off.email in message.to) == ([administrator.email], False)
    assert message.subject == "An alert waits for a lead inspector: Anyshire 2026"
    assert "http://127.0.0.1:8000/inspections/anyshire-2026/team/" in message.body
    for detail in ("ANY-001", "afraid"):
        assert detail not in message.body
    kind = find_kind("ask_for_lead")
    subject = str(assessment.inspection.pk)
    assert kind.may_see(administrator, subject)
    assert not kind.may_see(user_of(assessment.inspection, "inspector"), subject)
    assert kind.page is not None
    assert kind.page(subject) == "/inspections/anyshire-2026/team/"


def test_administrators_are_asked_where_the_lead_inspector_goes_before_the_email_does(
    assessment: Assessment,
) -> None:
    alert = raise_one(assessment)
    leave_without_lead(assessment.inspection)
    run_job_of(alert)
    assert find_telling(alert) == Telling.FAILED
    assert Job.objects.filter(kind="ask_for_lead", status="queued").count() == 1


def test_administrators_are_not_asked_once_somebody_leads(assessment: Assessment) -> None:
    make_administrator()
    user = user_of(assessment.inspection, "lead")
    leave_without_lead(assessment.inspection)
    raise_one(assessment)
    give_part(member_of(assessment.inspection, "lead"), user)
    run_job(Job.objects.get(kind="ask_for_lead").pk)
    assert mail.outbox == []


def test_whoever_is_appointed_is_told_of_what_nobody_was_told(assessment: Assessment) -> None:
    inspection, administrator = assessment.inspection, make_administrator()
    lead, newcomer = member_of(inspection, "lead"), make_user("newcomer")
    told = raise_one(assessment)
    run_job_of(told)
    mail.outbox.clear()
    change_member(lead, Part(lead.role, lead.name, None, None), by=administrator)
    untold, closed = raise_one(assessment), raise_one(assessment)
    CaseAlert.objects.filter(pk=closed.pk).update(
        service_told_at=timezone.now(), closed_at=timezone.now()
    )
    raise_one(make_case(make_inspection("Elsewhere"), "ELS-001"))
    change_member(lead, Part(lead.role, lead.name, None, newcomer), by=administrator)
    tellings = find_tellings([told, untold, closed])
    told.refresh_from_db()
    assert [find_telling(told), *list(tellings.values())[1:]] == [
        Telling.TOLD,
        Telling.WAITING,
        Telling.NOBODY,
    ]
    run_job_of(untold)
    assert [message.to for message in mail.outbox] == [[newcomer.email]]


def test_a_lead_inspector_who_is_switched_on_again_is_told(assessment: Assessment) -> None:
    user, administrator = user_of(assessment.inspection, "lead"), make_administrator()
    switch_off(user, by=administrator)
    alert = raise_one(assessment)
    assert find_telling(alert) == Telling.NOBODY
    switch_on(user, by=administrator)
    assert find_telling(alert) == Telling.WAITING


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
