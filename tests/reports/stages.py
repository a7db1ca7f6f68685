"""An inspection at each stage of its report, and the browsers of those who look at it."""

from __future__ import annotations

import hashlib
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from cases.models import Assessment
from cases.recording import AnswerChange, record_answers
from inspections.models import Inspection
from jobs.models import Job
from reports.content import ReportContent
from reports.models import Narrative, Preview, Publication, PublishedDocument
from reports.publication import publish
from reports.rendering import render_web
from tests.casting import make_case, make_inspection, make_user, member_of, user_of

REPORT = "/inspections/anyshire-2026/report/"
ISSUE = "/reports/anyshire-2026/1/"
ISSUE_PDF = "/reports/anyshire-2026/1.pdf"
FOREWORD = "Screening was sufficient in [[1.1.01:both]]."


def make_ready(area: str = "Anyshire", **fields: Any) -> Inspection:
    """Return an inspection of two cases, judged whole, whose foreword has a figure in it."""
    inspection = make_inspection(area, **fields)
    make_case(inspection, "CASE-001", rest="sufficient")
    make_case(inspection, "CASE-002", answers={"1.1.01": "insufficient"}, rest="sufficient")
    Narrative.objects.create(inspection=inspection, document={"foreword": FOREWORD})
    return inspection


def make_pending(inspection: Inspection, status: str = "queued", **fields: Any) -> Publication:
    """Return the next issue, frozen and not rendered, whose job stands as said."""
    publication = publish(inspection, member_of(inspection, "lead"))
    Job.objects.filter(subject=publication.pk).update(status=status, **fields)
    return publication


def make_issued(inspection: Inspection) -> Publication:
    """Return the next issue, with a document that took no time to render."""
    publication = make_pending(inspection, "done")
    store_document(publication)
    return publication


def store_document(publication: Publication) -> PublishedDocument:
    """Give a pending issue a document: a few bytes that tell the issue, and their hash."""
    pdf = f"%PDF-1.7\n{publication}\n%\xe2\xe3\r\n%%EOF".encode("latin-1")
    return PublishedDocument.objects.create(
        publication=publication,
        html="<p>",
        web=render_web(ReportContent.from_document(publication.content), draft=False),
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        rendered_at=timezone.now(),
    )


def make_preview(inspection: Inspection) -> Preview:
    """Return a draft PDF that was rendered before."""
    return Preview.objects.create(
        inspection=inspection, pdf=b"%PDF-draft", rendered_at=timezone.now()
    )


def change_answer(inspection: Inspection, code: str, answer: str) -> None:
    """Change a judgement of CASE-001, as its assessor would."""
    assessment = Assessment.objects.get(inspection=inspection, case__reference="CASE-001")
    version = assessment.judgements.get(question__code=code).version
    outcome = record_answers(
        assessment, [AnswerChange(code, "", answer, version)], member_of(inspection, "inspector")
    )
    assert outcome.complete


def lead_another(area: str = "Otherton") -> User:
    """Return the lead inspector of an inspection of `area`, who plays no part elsewhere."""
    user = make_user("lead-elsewhere", name="Lead elsewhere")
    make_inspection(area).team.filter(key="lead").update(user=user)
    return user


def client_of(user: User | None) -> Client:
    """Return the browser of somebody who has signed in; of a visitor, if nobody."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def lead_of(inspection: Inspection) -> Client:
    """Return the browser of the lead inspector."""
    return client_of(user_of(inspection, "lead"))
