"""Publishing: a report and all that it rests on are frozen, then rendered from that alone.

An issue exists from the moment at which it is frozen, and is issued (can be downloaded) from the
moment at which its document is stored. In between it is pending, and there is one at most. No issue
is frozen, rendered again or issued while an alert is open or a second marking is not settled.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, QuerySet, Sum
from django.utils import timezone

from cases.locking import hold_judgements
from cases.models import Assessment, Judgement, SecondMarking
from cases.open_matters import describe_reopened, list_open_matters
from inspections.models import Inspection, TeamMember
from inspections.problems import RefusedError
from jobs.models import Job
from jobs.queue import enqueue, find_latest_job
from jobs.registry import ReportProgress, WorkError
from reports.bundle import build_bundle
from reports.content import ReportContent
from reports.gathering import Gathered, gather_content
from reports.models import Language, Narrative, Publication, PublishedDocument
from reports.rendering import hash_pdf, render_html, render_pdf, render_web

RENDER_PUBLICATION = "render_publication"

DISCARDED = "This issue was discarded before it was ready."


class NotPublishableError(Exception):
    """The report cannot be published as it stands; `reasons` says why, for its lead inspector."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


@transaction.atomic
def publish(
    inspection: Inspection, by: TeamMember, *, language: str = Language.ENGLISH
) -> Publication:
    """Freeze the next issue of the inspection's report and have it rendered after the commit.

    Raises PermissionDenied unless `by` is its lead inspector, and NotPublishableError while it is
    not complete, has faulty figures, or an issue of it is pending; then nothing is stored.
    """
    _check_leads(by, inspection)
    inspection = _hold(inspection)
    if find_pending(inspection, language) is not None:
        raise NotPublishableError(["An issue of this report is already being prepared."])
    number = _next_number(inspection, language)
    gathered = gather_content(inspection, language=language, number=number)
    if reasons := list_obstacles(inspection, gathered):
        raise NotPublishableError(reasons)
    publication = Publication.objects.create(
        inspection=inspection,
        number=number,
        language=language,
        programme_digest=inspection.programme.digest,
        scorecard=gathered.scorecard.to_json(),
        content=gathered.content.to_document(),
        bundle=_freeze_bundle(inspection),
        published_by=by,
        published_at=timezone.now(),
    )
    enqueue(RENDER_PUBLICATION, str(publication.pk))
    return publication


def list_obstacles(inspection: Inspection, gathered: Gathered) -> list[str]:
    """Return what keeps a report from being published, a sentence each: none if it is ready.

    That is whatever the inspection lacks to be complete, case alerts that are open, conflicts of
    interest about which the lead inspector has not decided, second markings that are not settled,
    cases that were opened again and are not completed since, each figure without a value, and a
    choice of comparators that leaves none.
    """
    scorecard = gathered.scorecard
    matters = [*list_open_matters(inspection), *describe_reopened(inspection)]
    obstacles = [*matters, *map(str, gathered.faults), *filter(None, [gathered.lack])]
    if scorecard.complete:
        return obstacles
    if not scorecard.cases:
        return ["There are no cases.", *obstacles]
    of_record = Assessment.objects.filter(inspection=inspection, of_record=True)
    facts = of_record.aggregate(missing=Sum("facts_missing"))["missing"]
    judgements = sum(question.score.open for question in scorecard.questions.values())
    if judgements:
        obstacles.insert(0, _describe_open(inspection, judgements))
    if facts:
        obstacles.insert(0, f"Facts about cases that are not yet recorded: {facts:,}.")
    return obstacles


def _describe_open(inspection: Inspection, judgements: int) -> str:
    """Return how many judgements are open, and in the board's words how they come about."""
    undecided = Judgement.objects.filter(
        assessment__inspection=inspection,
        assessment__of_record=True,
        state=Judgement.State.UNDECIDED,
    ).count()
    parts = [f"{judgements - undecided:,} unanswered", f"{undecided:,} that may yet apply"]
    told = f" ({', '.join(parts)})" if undecided else ""
    return f"Judgements that are still open: {judgements:,}{told}."


def list_reasons_to_withhold(publication: Publication) -> list[str]:
    """Return what keeps a pending issue from being issued, a sentence each: none if nothing does.

    That is an open alert, an undecided conflict of interest or an unsettled second marking, until
    it is seen to. Where a second marking was settled since the issue was frozen, what is of record
    is no longer what it holds, so that it can only be taken back.
    """
    reasons = list_open_matters(publication.inspection)
    settled_since = SecondMarking.objects.filter(
        case__inspection=publication.inspection, settled_at__gte=publication.published_at
    ).count()
    if settled_since:
        reasons.append(
            f"Second markings that were settled after this issue was frozen: {settled_since:,}. "
            "Take it back and publish anew."
        )
    return reasons


def render_publication(publication_id: int, report_progress: ReportProgress) -> None:
    """Render an issue from what is frozen and store its document. Safe to do twice.

    Raises WorkError if the issue was discarded, or is to be withheld by now: it stays pending.
    """
    publication = Publication.objects.select_related("inspection").filter(pk=publication_id).first()
    if publication is None:
        raise WorkError(DISCARDED)
    if PublishedDocument.objects.filter(publication=publication).exists():
        return
    _refuse_to_issue(publication)
    content = ReportContent.from_document(publication.content)
    html = render_html(content, draft=False)
    pdf = render_pdf(html, progress=report_progress)
    document = PublishedDocument(
        publication=publication,
        html=html,
        web=render_web(content, draft=False),
        pdf=pdf,
        sha256=hash_pdf(pdf),
        rendered_at=timezone.now(),
    )
    issue(publication, document)


@transaction.atomic
def issue(publication: Publication, document: PublishedDocument) -> None:
    """Store the document of an issue, which anybody entitled can download from then on.

    Raises WorkError as `render_publication` does. Whoever raises an alert or picks a case meanwhile
    is waited for, or waits: so it is seen here, or comes after the issue.
    """
    _hold(publication.inspection)
    if not Publication.objects.filter(pk=publication.pk).exists():
        raise WorkError(DISCARDED)
    # Another worker may have been given the same work, and have been quicker.
    if not PublishedDocument.objects.filter(publication=publication).exists():
        _refuse_to_issue(publication)
        document.save()


def list_issued(inspection: Inspection) -> QuerySet[Publication]:
    """Return the issues that can be downloaded, newest first, without their large columns.

    `document.sha256` and `document.rendered_at` are at hand.
    """
    return (
        Publication.objects.filter(inspection=inspection, document__isnull=False)
        .select_related("document", "published_by")
        .defer("scorecard", "content", "bundle", "document__html", "document__web", "document__pdf")
    )


def find_issued(
    inspection: Inspection, number: int, *, language: str = Language.ENGLISH
) -> PublishedDocument | None:
    """Return the document of an issue; None if there is no such issue or it is not rendered."""
    return PublishedDocument.objects.filter(
        publication__inspection=inspection,
        publication__number=number,
        publication__language=language,
    ).first()


def find_pending(inspection: Inspection, language: str = Language.ENGLISH) -> Publication | None:
    """Return the issue that is frozen and not yet rendered, if there is one."""
    pending = Publication.objects.filter(
        inspection=inspection, language=language, document__isnull=True
    ).first()
    if pending is not None:
        pending.inspection = inspection
    return pending


def find_rendering_job(publication: Publication) -> Job | None:
    """Return the job that renders an issue, or last tried to."""
    return find_latest_job(RENDER_PUBLICATION, str(publication.pk))


@transaction.atomic
def retry_rendering(publication: Publication, by: TeamMember) -> Job:
    """Have a pending issue rendered after all; returns the job, the live one if there is one.

    Raises PermissionDenied unless `by` is the lead inspector, and NotPublishableError while the
    issue is to be withheld.
    """
    _check_leads(by, publication.inspection)
    _hold(publication.inspection)
    if reasons := list_reasons_to_withhold(publication):
        raise NotPublishableError(reasons)
    return enqueue(RENDER_PUBLICATION, str(publication.pk))


@transaction.atomic
def discard_pending(publication: Publication, by: TeamMember) -> None:
    """Take back an issue that could not be rendered; its number is free again.

    Raises PermissionDenied unless `by` is the lead inspector, and NotPublishableError if the issue
    is issued, or its rendering may yet succeed.
    """
    _check_leads(by, publication.inspection)
    _hold(publication.inspection)
    job = find_rendering_job(publication)
    if job is not None and job.is_live:
        raise NotPublishableError(["This issue is still being prepared."])
    if PublishedDocument.objects.filter(publication=publication).exists():
        raise NotPublishableError(["This issue is published, and stays so."])
    publication.delete()


def _refuse_to_issue(publication: Publication) -> None:
    """Raise WorkError if the issue is to be withheld."""
    if reasons := list_reasons_to_withhold(publication):
        raise WorkError(f"This issue was withheld when it was last tried. {' '.join(reasons)}")


def _check_leads(member: TeamMember, inspection: Inspection) -> None:
    if not member.leads or member.inspection_id != inspection.pk:
        raise PermissionDenied("Only the lead inspector of this inspection may publish its report.")


def _hold(inspection: Inspection) -> Inspection:
    """Keep everybody from writing to the inspection until this transaction ends.

    Whoever judges a case, adds one, or changes the text holds one of these rows meanwhile.
    """
    inspection = hold_judgements(inspection)
    texts = Narrative.objects.select_for_update().filter(inspection=inspection)
    list(texts.order_by("pk").values("pk"))
    return inspection


def _freeze_bundle(inspection: Inspection) -> dict[str, str]:
    try:
        return build_bundle(inspection)
    except RefusedError as error:
        raise NotPublishableError(map(str, error.problems)) from error


def _next_number(inspection: Inspection, language: str) -> int:
    issues = Publication.objects.filter(inspection=inspection, language=language)
    latest: int = issues.aggregate(latest=Max("number", default=0))["latest"]
    return latest + 1
