"""Loading the demonstration: whatever of it is not there yet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django.conf import settings

from cases.models import Assessment
from cases.progress import Status, progress_of, status_of, with_progress
from cases.recording import complete_assessment
from inspections.catalogue import load_definition, store_programme
from inspections.models import Inspection, Programme, TeamMember
from inspections.programmes import read_programme
from jobs.running import run_job
from reports.bundle import import_inspection
from reports.comparing.importing import import_results
from reports.demonstration.fieldwork import act_out_fieldwork
from reports.demonstration.people import PARTS, Account, open_account
from reports.models import AreaResult, Publication
from reports.publication import find_rendering_job, publish

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
PROGRAMMES = ("cci-2009", "cci-2012", "sqs-2013")
INSPECTIONS = ("stockport-2009", "hertfordshire-2012", "northmere-2012", "westmere-2012")
PUBLISHED = "stockport-2009"
IN_FIELDWORK = "northmere-2012"
TELEPHONE = "01632 960001"
"""A number of those that Ofcom keeps for fiction: nobody has it."""


def seed_demonstration(*, new_passwords: bool = False) -> list[Account]:
    """Make whatever of the demonstration is not there yet, and return its accounts.

    It may be an earlier version's that is completed; what people did with it since stays. Only new
    accounts come with their password, unless `new_passwords` gives everybody a new one. No e-mail
    is sent. Raises RefusedError if a fixture is faulty.
    """
    for name in PROGRAMMES:
        load_programme(name)
    there = set(Inspection.objects.values_list("slug", flat=True))
    missing = [slug for slug in INSPECTIONS if slug not in there]
    for slug in missing:
        import_inspection(FIXTURES / "inspections" / slug)
    if not AreaResult.objects.exists():
        import_results(FIXTURES / "results" / "cci-2012.csv")
    accounts = [
        open_account(part, INSPECTIONS, missing, new_password=new_passwords) for part in PARTS
    ]
    inspections = Inspection.objects.select_related("programme", "area").in_bulk(
        INSPECTIONS, field_name="slug"
    )
    Inspection.objects.filter(slug__in=missing).update(urgent_telephone=TELEPHONE)
    for inspection in inspections.values():
        complete_what_is_done(inspection)
    act_out_fieldwork(inspections[IN_FIELDWORK], FIXTURES / "inspections" / IN_FIELDWORK)
    _publish_once(inspections[PUBLISHED])
    return accounts


def load_programme(name: str) -> None:
    """Load a programme that is not there; give one from before samples were drawn their method.

    Whatever else differs from its file was changed by somebody, and stays.
    """
    definition = read_programme(FIXTURES / "programmes" / f"{name}.yaml")
    stored = Programme.objects.filter(slug=definition.slug, version=definition.version).first()
    if stored is None:
        store_programme(definition)
    elif stored.sampling is None and definition.sampling is not None:
        store_programme(replace(load_definition(stored), sampling=definition.sampling))


def complete_what_is_done(inspection: Inspection) -> None:
    """Complete what is ready if nothing is completed yet: an earlier version has loaded it.

    One whose scorecard somebody has locked is left alone.
    """
    assessments = Assessment.objects.filter(inspection=inspection).select_related("assessor")
    if inspection.locked_at or assessments.filter(completed_at__isnull=False).exists():
        return
    for assessment in with_progress(assessments):
        assessment.inspection = inspection
        ready = status_of(assessment, progress_of(assessment)) == Status.READY
        if ready and assessment.assessor is not None:
            complete_assessment(assessment, assessment.assessor)


def _publish_once(inspection: Inspection) -> None:
    """Publish the inspection if it was not, and render it here: no worker need be running."""
    publication = Publication.objects.filter(inspection=inspection).first()
    if publication is None:
        lead = inspection.team.select_related("inspection").get(role=TeamMember.Role.LEAD_INSPECTOR)
        publication = publish(inspection, lead)
    job = find_rendering_job(publication)
    if job is not None and job.is_live:
        run_job(job.pk)
