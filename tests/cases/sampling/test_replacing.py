"""Replacing a case: what comes in its place, what becomes of its work, and when it is refused."""

from __future__ import annotations

from datetime import date, time
from uuid import uuid4

import pytest
from django.utils import timezone

from cases.alerts import raise_alert
from cases.models import (
    Assessment,
    Case,
    CaseAlert,
    ConflictOfInterest,
    Interview,
    Judgement,
    JudgementRevision,
    SampledCase,
    SecondMarking,
    Timetable,
)
from cases.recording import AnswerChange, record_answers
from cases.sampling.replacing import (
    PUBLISHED,
    Replacement,
    UnconfirmedError,
    look_ahead,
    replace_case,
)
from cases.sampling.storing import NotPossibleError
from inspections.models import Inspection
from reports.models import Publication
from tests.cases.sampling.caseloads import make_entries, make_entry, make_opened, sampled_of
from tests.casting import make_administrator, member_of, user_of

pytestmark = pytest.mark.django_db

REASON = "Transferred to another service."


@pytest.fixture
def inspection() -> Inspection:
    return make_opened()


def replace(inspection: Inspection, reference: str, *, confirmed: bool = False) -> Replacement:
    return replace_case(
        inspection,
        reference,
        reason=REASON,
        by=user_of(inspection, "lead"),
        confirmed=confirmed,
    )


def assessment_of(inspection: Inspection, reference: str) -> Assessment:
    return Assessment.objects.select_related("case", "inspection__programme").get(
        case__reference=reference, inspection=inspection
    )


def allocate(inspection: Inspection, reference: str, key: str) -> None:
    assessment = assessment_of(inspection, reference)
    assessment.assessor = member_of(inspection, key)
    assessment.save()


def judge(inspection: Inspection, reference: str) -> None:
    allocate(inspection, reference, "inspector")
    change = AnswerChange("1.1.01", "", "sufficient", 0)
    assessment = assessment_of(inspection, reference)
    outcome = record_answers(assessment, [change], member_of(inspection, "inspector"))
    assert outcome.complete


def test_the_next_reserve_of_the_same_stratum_takes_its_place(inspection: Inspection) -> None:
    leaving = sampled_of(inspection, "ANY-003")
    reserves = SampledCase.objects.filter(reserve=True, stratum=leaving.stratum)
    first = reserves.order_by("position").first()
    assert first is not None
    done = replace(inspection, "ANY-003")
    assert (str(done.withdrawn), str(done.case)) == ("ANY-003", "ANY-013")
    came = sampled_of(inspection, "ANY-013")
    assert (came.pk, came.reserve, came.stratum) == (first.pk, True, leaving.stratum)
    leaving.refresh_from_db()
    assert (leaving.replaced_by, leaving.reason) == (came, REASON)
    assert leaving.replaced_by_user == user_of(inspection, "lead")
    assert leaving.replaced_at is not None
    facts = assessment_of(inspection, "ANY-013").facts.exclude(value="")
    assert dict(facts.values_list("fact__key", "value")) == came.entry.facts


def test_the_case_leaves_every_list_and_keeps_what_was_recorded(inspection: Inspection) -> None:
    judge(inspection, "ANY-003")
    revisions = JudgementRevision.objects.count()
    replace(inspection, "ANY-003", confirmed=True)
    withdrawn = assessment_of(inspection, "ANY-003")
    assert withdrawn.case.withdrawn
    assert (withdrawn.of_record, withdrawn.closed) == (False, "withdrawn")
    assert withdrawn.judgements.get(question__code="1.1.01").answer == "sufficient"
    assert JudgementRevision.objects.count() == revisions
    late = record_answers(
        withdrawn, [AnswerChange("1.1.01", "", "insufficient", 1)], member_of(inspection, "lead")
    )
    assert [refusal.message for refusal in late.refusals] == [
        "This case was withdrawn from the sample, so its answers can no longer be changed."
    ]


def test_a_case_that_is_begun_is_replaced_only_where_that_is_confirmed(
    inspection: Inspection,
) -> None:
    judge(inspection, "ANY-003")
    assert look_ahead(inspection, "ANY-003", user_of(inspection, "lead")).begun
    with pytest.raises(UnconfirmedError):
        replace(inspection, "ANY-003")
    assert not Case.objects.filter(withdrawn=True).exists()
    assert not look_ahead(inspection, "ANY-004", user_of(inspection, "lead")).begun


def test_whoever_judged_it_has_the_new_one(inspection: Inspection) -> None:
    allocate(inspection, "ANY-003", "inspector")
    done = replace(inspection, "ANY-003")
    assert done.assessor == member_of(inspection, "inspector")
    new = assessment_of(inspection, "ANY-013")
    assert new.assessor == done.assessor
    assert not new.facts.filter(changed_by__isnull=False).exists()


def test_nobody_has_the_new_one_where_something_stands_against_it(
    inspection: Inspection,
) -> None:
    allocate(inspection, "ANY-003", "inspector")
    member = member_of(inspection, "inspector")
    choice = look_ahead(inspection, "ANY-003", user_of(inspection, "lead")).choice
    assert choice is not None
    manager = SampledCase.objects.get(entry__reference=choice.entry.reference).entry.case_manager
    ConflictOfInterest.objects.create(
        member=member, case_manager=manager, declared_by=member, declared_at=timezone.now()
    )
    done = replace(inspection, "ANY-003")
    assert done.assessor is None
    assert done.obstacle == "Inspector has a conflict of interest with this case."
    assert assessment_of(inspection, "ANY-013").assessor is None


def test_its_interview_is_taken_off_unless_it_was_held(inspection: Inspection) -> None:
    timetable = Timetable.objects.create(inspection=inspection, revision=7)
    for reference, held in (("ANY-003", None), ("ANY-004", timezone.now())):
        Interview.objects.create(
            inspection=inspection,
            case=Case.objects.get(reference=reference),
            assessor=member_of(inspection, "inspector"),
            case_manager=reference,
            day=date(2026, 1, 12),
            start=time(9 if held else 11),
            end=time(10 if held else 12),
            place="Room 1",
            held_at=held,
        )
        replace(inspection, reference)
    assert [str(interview.case) for interview in Interview.objects.all()] == ["ANY-004"]
    timetable.refresh_from_db()
    assert timetable.revision == 8  # so that a page that still shows it is known to be old


def test_an_open_alert_stays_open(inspection: Inspection) -> None:
    lead = member_of(inspection, "lead")
    raise_alert(Case.objects.get(reference="ANY-003"), lead, concern="Concern.", mutation=uuid4())
    assert look_ahead(inspection, "ANY-003", user_of(inspection, "lead")).open_alerts == 1
    replace(inspection, "ANY-003")
    assert CaseAlert.objects.filter(closed_at__isnull=True).count() == 1


def test_replacements_are_replaced_in_turn_until_no_reserve_is_left() -> None:
    entries = [make_entry(f"A{n}") for n in range(9)]
    inspection = make_opened(entries)
    assert Case.objects.count() == 8
    done = replace(inspection, "ANY-001")
    assert (str(done.case), done.choice is not None) == ("ANY-009", True)
    done = replace(inspection, "ANY-009")
    assert (done.case, done.choice) == (None, None)
    last = sampled_of(inspection, "ANY-009")
    assert (last.replaced_by, last.reason) == (None, REASON)
    standing = Assessment.objects.filter(of_record=True, inspection=inspection)
    assert standing.count() == 7


def test_one_of_another_stratum_comes_where_there_is_none_of_the_same() -> None:
    entries = [
        *(make_entry(f"F{n}", sentence_family="first_tier") for n in range(20)),
        make_entry("C1", sentence_family="custody"),
    ]
    inspection = make_opened(entries)
    only = SampledCase.objects.get(stratum="custody").case
    assert only is not None
    done = replace(inspection, only.reference)
    assert done.choice is not None
    assert not done.choice.same_stratum
    assert sampled_of(inspection, str(done.case)).stratum == "first_tier"


def test_a_case_is_replaced_once(inspection: Inspection) -> None:
    replace(inspection, "ANY-003")
    before = Case.objects.count()
    with pytest.raises(NotPossibleError, match="Case ANY-003 was withdrawn from the sample alr"):
        replace(inspection, "ANY-003")
    assert Case.objects.count() == before


def test_nothing_is_replaced_once_a_report_is_published_or_on_its_way(
    inspection: Inspection,
) -> None:
    Publication.objects.create(
        inspection=inspection,
        number=1,
        programme_digest="",
        scorecard={},
        content={},
        bundle={},
        published_by=member_of(inspection, "lead"),
        published_at=timezone.now(),
    )
    with pytest.raises(NotPossibleError, match=PUBLISHED):
        replace(inspection, "ANY-003")


def test_a_case_in_second_marking_is_not_replaced_until_that_is_called_off(
    inspection: Inspection,
) -> None:
    first = assessment_of(inspection, "ANY-003")
    second = Assessment.objects.create(
        case=first.case, inspection=inspection, kind="second", of_record=False
    )
    lead = member_of(inspection, "lead")
    marking = SecondMarking.objects.create(
        case=first.case, first=first, second=second, picked_by=lead, picked_at=timezone.now()
    )
    with pytest.raises(NotPossibleError, match="Case ANY-003 was picked for second marking"):
        replace(inspection, "ANY-003")
    with pytest.raises(NotPossibleError) as told:  # it may be the first assessor who asks
        look_ahead(inspection, "ANY-003", make_administrator())
    assert str(told.value) == "Case ANY-003 cannot be replaced now. Ask the lead inspector."
    marking.cancelled_at, marking.cancelled_by = timezone.now(), lead
    marking.cancelled_because = "Nobody is free."
    marking.save()
    replace(inspection, "ANY-003")
    assert set(Assessment.objects.filter(case=first.case).values_list("closed", flat=True)) == {
        "withdrawn"
    }


@pytest.mark.parametrize("reference", ["ANY-999", "OTH-001", "x" * 200])
def test_a_case_that_was_not_drawn_here_is_not_found(
    inspection: Inspection, reference: str
) -> None:
    make_opened(make_entries(20), "Othershire")
    with pytest.raises(SampledCase.DoesNotExist):
        replace(inspection, reference)
    assert not Judgement.objects.exclude(answer="").exists()
