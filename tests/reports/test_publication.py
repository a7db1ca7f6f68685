"""Publishing: what is frozen, when it is refused, and that nothing changes it afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment
from cases.recording import AnswerChange, record_answers
from inspections.models import Inspection, TeamMember
from jobs.leases import claim_job
from jobs.models import Job
from jobs.registry import WorkError
from jobs.running import run_job
from reports.bundle import build_bundle
from reports.gathering import gather_content
from reports.models import Narrative, Publication, PublishedDocument
from reports.publication import (
    NotPublishableError,
    discard_pending,
    find_issued,
    find_pending,
    find_rendering_job,
    list_issued,
    publish,
    render_publication,
    retry_rendering,
)
from reports.rendering import hash_pdf
from scoring.scorecard import score_inspection
from tests.casting import make_case, make_inspection, member_of

pytestmark = pytest.mark.django_db

FOREWORD = "Screening was sufficient in [[1.1.01:both]]."


@pytest.fixture
def inspection() -> Inspection:
    """Two cases, judged whole, and a foreword with a figure in it."""
    inspection = make_inspection()
    make_case(inspection, "ANY-001", rest="sufficient")
    make_case(inspection, "ANY-002", answers={"1.1.01": "insufficient"}, rest="sufficient")
    Narrative.objects.create(inspection=inspection, document={"foreword": FOREWORD})
    return inspection


@pytest.fixture
def lead(inspection: Inspection) -> TeamMember:
    return member_of(inspection, "lead")


def ignore_progress(percent: int, step: str) -> None:
    pass


def issue(inspection: Inspection) -> Publication:
    """Publish and render."""
    publication = publish(inspection, member_of(inspection, "lead"))
    run_rendering(publication)
    return publication


def store_document(publication: Publication) -> PublishedDocument:
    """Give an issue a document without the time that rendering takes."""
    return PublishedDocument.objects.create(
        publication=publication,
        html="<p>",
        pdf=b"%PDF-",
        sha256=f"{publication.number:064}",
        rendered_at=timezone.now(),
    )


def run_rendering(publication: Publication) -> None:
    job = find_rendering_job(publication)
    assert job is not None
    run_job(job.pk)


def change_answer(inspection: Inspection, reference: str, code: str, answer: str) -> None:
    """Change a judgement as its assessor would."""
    assessment = Assessment.objects.get(case__reference=reference, inspection=inspection)
    version = assessment.judgements.get(question__code=code).version
    outcome = record_answers(
        assessment, [AnswerChange(code, "", answer, version)], member_of(inspection, "inspector")
    )
    assert outcome.complete


def assert_nothing_stored() -> None:
    assert list(Publication.objects.all()) == []
    assert list(Job.objects.all()) == []


def test_an_issue_holds_all_that_the_report_rests_on(
    inspection: Inspection, lead: TeamMember
) -> None:
    before = timezone.now()
    publication = Publication.objects.get(pk=publish(inspection, lead).pk)
    gathered = gather_content(inspection, number=1)
    assert (publication.number, publication.language) == (1, "en")
    assert publication.published_by == lead
    assert before <= publication.published_at <= timezone.now()
    assert publication.programme_digest == inspection.programme.digest
    assert publication.scorecard == score_inspection(inspection).to_json()
    assert publication.bundle == build_bundle(inspection)
    frozen, now = publication.content, gathered.content.to_document()
    assert frozen["dates"].pop("as_of") <= now["dates"].pop("as_of")
    assert frozen == now
    assert frozen["foreword"] == "Screening was sufficient in 1 out of 2 (50%)."


def test_an_issue_asks_for_its_rendering(inspection: Inspection, lead: TeamMember) -> None:
    publication = publish(inspection, lead)
    job = Job.objects.get()
    assert (job.kind, job.subject) == ("render_publication", str(publication.pk))
    assert find_rendering_job(publication) == job


def test_nothing_can_be_downloaded_before_the_document_is_stored(
    inspection: Inspection, lead: TeamMember
) -> None:
    publication = publish(inspection, lead)
    assert list(list_issued(inspection)) == []
    assert find_issued(inspection, 1) is None
    assert find_pending(inspection) == publication
    run_rendering(publication)
    assert list(list_issued(inspection)) == [publication]
    assert find_pending(inspection) is None
    document = find_issued(inspection, 1)
    assert document is not None
    assert bytes(document.pdf).startswith(b"%PDF-")
    assert document.sha256 == hash_pdf(bytes(document.pdf))
    assert "1 out of 2 (50%)" in document.html
    assert find_issued(inspection, 2) is None
    assert find_issued(inspection, 1, language="cy") is None


def test_the_list_of_issues_takes_one_query_and_no_documents(
    inspection: Inspection, lead: TeamMember, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        store_document(publish(inspection, lead))
    with django_assert_num_queries(1):
        listed = list(list_issued(inspection))
        described = [(p.number, p.document.sha256, p.published_by.name) for p in listed]
    assert described == [
        (2, f"{2:064}", "Lead inspector"),
        (1, f"{1:064}", "Lead inspector"),
    ]
    assert listed[0].get_deferred_fields() == {"content", "bundle", "scorecard"}
    assert listed[0].document.get_deferred_fields() == {"html", "web", "pdf"}


def test_a_later_judgement_changes_nothing_of_an_issue(inspection: Inspection) -> None:
    first = Publication.objects.get(pk=issue(inspection).pk)
    document = first.document
    change_answer(inspection, "ANY-001", "1.1.01", "insufficient")
    Narrative.objects.update(document={"foreword": "Quite another foreword."})
    Inspection.objects.update(service_name="Quite another service")

    document.delete()
    render_publication(first.pk, ignore_progress)
    again = PublishedDocument.objects.get(publication=first)
    assert again.html == document.html
    assert bytes(again.pdf) == bytes(document.pdf)
    assert again.sha256 == document.sha256
    stored = Publication.objects.get(pk=first.pk)
    for column in ("scorecard", "content", "bundle", "programme_digest"):
        assert getattr(stored, column) == getattr(first, column)

    second = issue(inspection)
    assert second.number == 2
    assert second.scorecard["questions"]["1.1.01"]["sufficient"] == 0
    assert first.scorecard["questions"]["1.1.01"]["sufficient"] == 1
    assert "Quite another foreword." in second.document.html


def test_an_issue_is_rendered_once(inspection: Inspection, lead: TeamMember) -> None:
    publication = publish(inspection, lead)
    document = store_document(publication)
    reported: list[int] = []
    render_publication(publication.pk, lambda percent, step: reported.append(percent))
    assert reported == []
    stored = PublishedDocument.objects.get()
    assert (stored.sha256, stored.rendered_at) == (document.sha256, document.rendered_at)


def test_rendering_tells_how_far_it_is(inspection: Inspection, lead: TeamMember) -> None:
    publication = publish(inspection, lead)
    reported: list[int] = []
    render_publication(publication.pk, lambda percent, step: reported.append(percent))
    assert len(reported) > 3
    assert reported == sorted(reported)


def test_issues_of_each_language_are_numbered_apart(
    inspection: Inspection, lead: TeamMember
) -> None:
    store_document(publish(inspection, lead))
    welsh = publish(inspection, lead, language="cy")
    assert (welsh.number, welsh.language, welsh.content["language"]) == (1, "cy", "cy")
    assert find_pending(inspection) is None
    assert find_pending(inspection, "cy") == welsh


@pytest.mark.parametrize("key", ["inspector", "support"])
def test_only_the_lead_inspector_publishes(inspection: Inspection, key: str) -> None:
    with pytest.raises(PermissionDenied):
        publish(inspection, member_of(inspection, key))
    assert_nothing_stored()


def test_the_lead_inspector_of_another_inspection_does_not_publish(
    inspection: Inspection,
) -> None:
    other = make_inspection("Otherton")
    with pytest.raises(PermissionDenied):
        publish(inspection, member_of(other, "lead"))
    assert_nothing_stored()


def test_an_inspection_that_is_not_complete_is_refused_with_counts(
    inspection: Inspection, lead: TeamMember
) -> None:
    change_answer(inspection, "ANY-001", "2.1.01", "")
    make_case(inspection, "ANY-003", facts={"gender": "female", "custody": "no"})
    open_judgements = sum(
        question.score.open for question in score_inspection(inspection).questions.values()
    )
    missing_facts = Assessment.objects.get(case__reference="ANY-003").facts_missing
    with pytest.raises(NotPublishableError) as refused:
        publish(inspection, lead)
    assert refused.value.reasons == (
        f"Facts about cases that are not yet recorded: {missing_facts}.",
        f"Judgements that are still open: {open_judgements} ({open_judgements - 5} unanswered, "
        "5 that may yet apply).",
    )
    assert missing_facts > 0
    assert open_judgements > 1
    assert_nothing_stored()


def test_an_inspection_without_cases_is_refused() -> None:
    inspection = make_inspection()
    with pytest.raises(NotPublishableError) as refused:
        publish(inspection, member_of(inspection, "lead"))
    assert refused.value.reasons == ("There are no cases.",)
    assert_nothing_stored()


def test_figures_without_a_value_are_refused_each_with_its_place(
    inspection: Inspection, lead: TeamMember
) -> None:
    Narrative.objects.update(
        document={
            "foreword": "[[9.9.99]] and [[1.2.01:count]]",
            "criteria": {"1.1": {"strengths": ["[[1.1.01]]", "[[criterion 7.7]]"]}},
        }
    )
    with pytest.raises(NotPublishableError) as refused:
        publish(inspection, lead)
    assert [reason.partition("]]")[0] for reason in refused.value.reasons] == [
        "foreword: [[9.9.99",
        "foreword: [[1.2.01:count",
        "criterion 1.1, strength 2: [[criterion 7.7",
    ]
    assert_nothing_stored()


def test_a_second_issue_is_refused_while_the_first_is_pending(
    inspection: Inspection, lead: TeamMember
) -> None:
    first = publish(inspection, lead)
    with pytest.raises(NotPublishableError, match="already being prepared"):
        publish(inspection, lead)
    assert Publication.objects.get() == first


def test_a_rendering_that_failed_can_be_tried_again(
    inspection: Inspection, lead: TeamMember
) -> None:
    publication = publish(inspection, lead)
    Job.objects.update(status=Job.Status.FAILED)
    job = retry_rendering(publication, lead)
    assert job == retry_rendering(publication, lead) == find_rendering_job(publication)
    assert Job.objects.count() == 2
    assert job.subject == str(publication.pk)


def test_an_issue_that_failed_can_be_discarded_and_its_number_used_again(
    inspection: Inspection, lead: TeamMember
) -> None:
    publication = publish(inspection, lead)
    Job.objects.update(status=Job.Status.FAILED)
    discard_pending(publication, lead)
    assert list(Publication.objects.all()) == []
    assert publish(inspection, lead).number == 1


def test_an_issue_that_may_yet_be_rendered_is_not_discarded(
    inspection: Inspection, lead: TeamMember
) -> None:
    publication = publish(inspection, lead)
    with pytest.raises(NotPublishableError, match="still being prepared"):
        discard_pending(publication, lead)
    job = find_rendering_job(publication)
    assert job is not None
    claim_job(job.pk)
    Job.objects.update(lease_expires_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(NotPublishableError, match="still being prepared"):
        discard_pending(publication, lead)
    assert Publication.objects.get() == publication


def test_an_issue_that_is_published_is_not_discarded(
    inspection: Inspection, lead: TeamMember
) -> None:
    publication = publish(inspection, lead)
    store_document(publication)
    Job.objects.update(status=Job.Status.DONE)
    with pytest.raises(NotPublishableError, match="stays so"):
        discard_pending(publication, lead)
    assert list(list_issued(inspection)) == [publication]


def test_only_the_lead_inspector_retries_and_discards(inspection: Inspection) -> None:
    publication = publish(inspection, member_of(inspection, "lead"))
    Job.objects.update(status=Job.Status.FAILED)
    for act in (retry_rendering, discard_pending):
        with pytest.raises(PermissionDenied):
            act(publication, member_of(inspection, "inspector"))
    assert Publication.objects.get() == publication
    assert Job.objects.count() == 1


def test_a_job_for_a_discarded_issue_fails_in_plain_words(db: None) -> None:
    with pytest.raises(WorkError, match="discarded"):
        render_publication(12345, ignore_progress)
