"""Acting out what happened in a fieldwork week, as a file tells it, through the product itself.

The file is no part of a bundle. It is ours and checked by tests, so what does not fit is an error
of the program and not told as a fault of a file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from cases.alerts import TELL_LEAD, close_alert, raise_alert, record_action, record_service_told
from cases.allocation.allocating import list_first_assessments
from cases.allocation.availability import save_availabilities
from cases.allocation.conflicts_of_interest import declare_conflict
from cases.models import (
    CaseAlert,
    ConflictOfInterest,
    GoodPractice,
    SecondMarking,
    Timetable,
)
from cases.practice import choose_practice, note_practice
from cases.timetable.listing import list_interviews
from cases.timetable.slots import propose_frame
from cases.timetable.storing import Scope, mark_held, plan_interviews, save_frame
from inspections.models import Inspection, TeamMember
from inspections.reading import read_yaml
from jobs.queue import find_latest_job
from jobs.running import run_job
from reports.bundle import build_bundle
from reports.demonstration.markings import act_out_second_markings
from reports.demonstration.stage import (
    Script,
    Stage,
    give_answers,
    load_judgements,
    place_of,
    repeat,
)

SCRIPT = "fieldwork.yaml"
LOADED = ("cases.csv", "judgements.csv")
"""Files of the bundle that stand as they were loaded as long as nobody has worked on the cases."""


def act_out_fieldwork(inspection: Inspection, folder: Path) -> None:
    """Act out the script in `folder`, from which `inspection` was loaded, all of it or nothing.

    It is left alone if it was acted out before, or somebody has worked on the cases. Nobody gets an
    e-mail: the lead inspector counts as told of the alerts.
    """
    locked = inspection.locked_at is not None
    if locked or _is_begun(inspection) or not _is_as_loaded(inspection, folder):
        return
    script, _ = read_yaml(folder / SCRIPT)
    with transaction.atomic():
        alerts = _act_out(inspection, script)
    for alert in alerts:
        job = find_latest_job(TELL_LEAD, str(alert.pk))
        if job is not None:
            run_job(job.pk)  # which finds that nobody is left to tell


def _is_begun(inspection: Inspection) -> bool:
    """Whether there is something that the script makes, or that only people can have made."""
    return (
        Timetable.objects.filter(inspection=inspection).exists()
        or CaseAlert.objects.filter(case__inspection=inspection).exists()
        or SecondMarking.objects.filter(case__inspection=inspection).exists()
        or GoodPractice.objects.filter(inspection=inspection).exists()
        or ConflictOfInterest.objects.filter(member__inspection=inspection).exists()
    )


def _is_as_loaded(inspection: Inspection, folder: Path) -> bool:
    bundle = build_bundle(inspection)
    return all(bundle[name] == (folder / name).read_text(encoding="utf-8") for name in LOADED)


def _act_out(inspection: Inspection, script: Script) -> list[CaseAlert]:
    members = inspection.team.select_related("inspection__programme")
    team = {member.key: member for member in members}
    _declare_conflicts(team, script["conflicts_of_interest"])
    assessments = list_first_assessments(inspection)
    for assessment in assessments:
        assessment.inspection = inspection
    stage = Stage(inspection, team, {each.case.reference: each for each in assessments})
    _hold_interviews(stage, script)
    _give_again(stage, script["given_again"])
    _remark(stage, script["remarks"])
    _note_practice(stage, script["good_practice"])
    act_out_second_markings(stage, script["second_markings"])
    return [_raise_alert(stage, told) for told in script["alerts"]]


def _declare_conflicts(team: Mapping[str, TeamMember], conflicts: Sequence[Script]) -> None:
    for told in conflicts:
        member = team[told["member"]]
        declare_conflict(member, member, case_manager=told["case_manager"], note=told["note"])


def _hold_interviews(stage: Stage, script: Script) -> None:
    """Plan the interviews. Those about cases of which all facts are recorded were held."""
    inspection = stage.inspection
    away = {stage.team[told["member"]].pk: (told["days"], None) for told in script["days_off"]}
    save_availabilities(inspection, away)
    frame = replace(propose_frame(inspection), places=tuple(script["rooms"]))
    save_frame(inspection, frame, revision=0, take_off=False)
    timetable = Timetable.objects.get(inspection=inspection)
    plan_interviews(inspection, Scope.REST, revision=timetable.revision)
    # As if it had been planned ahead, so that those which were not held are late.
    list_interviews(inspection).update(placed_on=inspection.fieldwork_start)
    for interview in list_interviews(inspection):
        if not stage.assessments[interview.case.reference].facts_missing:
            mark_held(interview, held=True)


def _give_again(stage: Stage, answers: Sequence[Script]) -> None:
    """Clear answers and give them again, after which the assessments are no longer completed."""
    for told in answers:
        assessment, assessor = stage.find(told["case"])
        judgement = load_judgements(assessment)[place_of(told)]
        given = repeat(judgement)
        cleared = replace(given, answer="", reasons=(), evidence="")
        give_answers(assessment, [cleared], assessor)
        give_answers(assessment, [replace(given, base_version=judgement.version + 1)], assessor)


def _remark(stage: Stage, remarks: Sequence[Script]) -> None:
    """Add evidence, flags and private notes to answers, which stay as they are."""
    of_case: dict[str, list[Script]] = defaultdict(list)
    for told in remarks:
        of_case[told["case"]].append(told)
    for reference, all_told in of_case.items():
        assessment, assessor = stage.find(reference)
        judgements = load_judgements(assessment)
        changes = []
        for told in all_told:
            given = repeat(judgements[place_of(told)])
            changes.append(
                replace(
                    given,
                    evidence=told.get("evidence", given.evidence),
                    flagged=told.get("flagged", given.flagged),
                    note_to_lead=told.get("note_to_lead", given.note_to_lead),
                )
            )
        give_answers(assessment, changes, assessor)


def _note_practice(stage: Stage, examples: Sequence[Script]) -> None:
    for told in examples:
        case = stage.assessments[told["case"]].case if "case" in told else None
        example = note_practice(
            case,
            stage.team[told["by"]],
            criterion=told["criterion"],
            text=told["text"],
            mutation=uuid4(),
        )
        if told.get("chosen"):
            choose_practice(example, stage.lead, chosen=True)


def _raise_alert(stage: Stage, told: Script) -> CaseAlert:
    """Raise an alert, and deal with it if that is told too; the lead inspector counts as told."""
    assessment, assessor = stage.find(told["case"])
    alert = raise_alert(assessment.case, assessor, concern=told["concern"], mutation=uuid4())
    CaseAlert.objects.filter(pk=alert.pk).update(told_lead_at=alert.raised_at)
    for action in told.get("actions", ()):
        record_action(alert, stage.lead, action=action, done_at=timezone.now())
    if whom := told.get("told"):
        record_service_told(alert, stage.lead, whom=whom, told_at=timezone.now())
        close_alert(alert, stage.lead)
    return alert
