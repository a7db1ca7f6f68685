"""Making the changes that a device sent: each once, whatever comes twice or at the same moment."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from cases.access import find_own_assessment, refuse_key
from cases.alerts import raise_alert
from cases.checking import make_storable
from cases.forms.items import name_answer
from cases.forms.versions import describe_conflict
from cases.models import (
    Assessment,
    DeclinedChange,
    FactRevision,
    Judgement,
    JudgementRevision,
    RecordedFact,
)
from cases.practice import note_practice
from cases.recording import (
    AnswerChange,
    ChangesOutcome,
    FactChange,
    Outcome,
    complete_assessment,
    decline_answer,
    decline_fact,
    write_changes,
)
from cases.syncing.reading import AlertNote, Completion, PracticeNote, Sent
from inspections.catalogue import load_definition
from inspections.definition import ProgrammeDefinition
from inspections.models import TeamMember
from inspections.problems import RefusedError

Status = Literal["saved", "unchanged", "conflict", "refused"]

NOT_DONE = (
    "The case is not recorded as completed, because not all of your changes could be saved. Look "
    "at those first."
)

STAYS = "It stays on this device: open the case again, and copy what you still need."


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one change: the version that it made, and what stands where that matters.

    `message` says to the person why it was not saved.
    """

    status: Status
    version: int | None = None
    message: str = ""
    current: Judgement | RecordedFact | None = None


@dataclass
class Made:
    """What became of a request: the result of each change by its id, and of all of them."""

    assessment: Assessment
    member: TeamMember
    results: dict[UUID, Result] = field(default_factory=dict)
    outcome: ChangesOutcome = field(default_factory=ChangesOutcome)

    @property
    def implied(self) -> dict[str, tuple[str, int]]:
        """Facts that others made yes: value and version by key."""
        return {
            change.key: (change.value, version)
            for change, version in self.outcome.facts.saved
            if change.mutation is None
        }


def make_changes(user: User, slug: str, reference: str, sent: Sequence[Sent]) -> Made:
    """Make the changes that `user` sent for a case, and return what became of each.

    Facts come first, since they open questions, then answers, then what was given up, and that the
    case is completed. All of these are made in one transaction in which the assessment is held.
    Alerts and examples are made before it, each by itself, so that nothing keeps an alert back.
    A change that was made before is answered as it was then. Raises Http404 if the case is not
    theirs to write to.
    """
    notes = _make_notes(user, slug, reference, sent)
    try:
        made = _make_held(user, slug, reference, sent, used=())
    except IntegrityError:
        # An id names a change of another case or question; the rest of the request is no worse.
        used = _find_used([change.id for change in sent])
        made = _make_held(user, slug, reference, sent, used)
    results = made.results | notes
    made.results = {change.id: results[change.id] for change in sent}
    return made


def _make_notes(user: User, slug: str, reference: str, sent: Sequence[Sent]) -> dict[UUID, Result]:
    notes = [change for change in sent if isinstance(change.content, AlertNote | PracticeNote)]
    if not notes:
        return {}
    assessment, member = find_own_assessment(user, slug, reference)
    return {change.id: _make_note(assessment, member, change) for change in notes}


def _make_note(assessment: Assessment, member: TeamMember, sent: Sent) -> Result:
    """Make a note of its own. A character that cannot be stored must not keep an alert back."""
    try:
        match sent.content:
            case AlertNote(concern):
                concern = make_storable(concern)
                raise_alert(assessment.case, member, concern=concern, mutation=sent.id)
            case PracticeNote(criterion, text):
                text = make_storable(text)
                note_practice(
                    assessment.case, member, criterion=criterion, text=text, mutation=sent.id
                )
    except RefusedError as error:
        return _refused(error)
    return Result("saved")


@transaction.atomic
def _make_held(
    user: User, slug: str, reference: str, sent: Sequence[Sent], used: Collection[UUID]
) -> Made:
    assessment, member = find_own_assessment(user, slug, reference, hold=True)
    definition = load_definition(assessment.inspection.programme)
    made = Made(assessment, member)
    own, strays = _sort_by_assessment(assessment, sent)
    known = []
    for change in own:
        if message := _name_unknown(definition, change):
            made.results[change.id] = Result("refused", message=message)
        else:
            known.append(change)
    made.outcome = write_changes(
        assessment,
        [s.content for s in known if s.kind == "fact" and isinstance(s.content, FactChange)],
        [s.content for s in known if s.kind == "answer" and isinstance(s.content, AnswerChange)],
        member,
        used,
    )
    made.results |= _list_results(made.outcome.facts, definition, member)
    made.results |= _list_results(made.outcome.answers, definition, member)
    for change in known:
        if change.kind.startswith("decline_"):
            made.results[change.id] = _decline(assessment, member, change)
    all_stored = not any(r.status in ("conflict", "refused") for r in made.results.values())
    for change in known:
        if isinstance(change.content, Completion):
            made.results[change.id] = _complete(assessment, member, all_stored, change.content)
    made.results |= _answer_strays(assessment, member, strays)
    return made


def _sort_by_assessment(
    assessment: Assessment, sent: Sequence[Sent]
) -> tuple[list[Sent], list[tuple[Sent, str]]]:
    """Return the changes for `assessment`, and those for another one of its case, each with why."""
    keys = {change.assessment for change in sent if change.assessment is not None}
    refused = {key: why for key in keys if (why := refuse_key(assessment, key))}
    own = [change for change in sent if change.assessment not in refused]
    strays = [(s, refused[s.assessment]) for s in sent if s.assessment in refused]
    return own, strays


def _answer_strays(
    assessment: Assessment, member: TeamMember, strays: Sequence[tuple[Sent, str]]
) -> dict[UUID, Result]:
    """Refuse changes for another assessment, but for those that were made while it was theirs."""
    if not strays:
        return {}
    made = _find_made(assessment, member, [change.id for change, _ in strays])
    return {
        change.id: Result("saved", made[change.id])
        if change.id in made
        else Result("refused", message=f"{why} {STAYS}")
        for change, why in strays
    }


def _find_made(
    assessment: Assessment, member: TeamMember, mutations: Sequence[UUID]
) -> dict[UUID, int]:
    """Return the version of each change that `member` made in any assessment of the case."""
    by = {"mutation__in": mutations, "changed_by": member}
    case = assessment.case_id
    told = (
        JudgementRevision.objects.filter(**by, judgement__assessment__case=case),
        FactRevision.objects.filter(**by, recorded_fact__assessment__case=case),
        DeclinedChange.objects.filter(**by, judgement__assessment__case=case),
        DeclinedChange.objects.filter(**by, recorded_fact__assessment__case=case),
    )
    return {
        mutation: version
        for rows in told
        for mutation, version in rows.values_list("mutation", "version")
        if mutation
    }


def _name_unknown(definition: ProgrammeDefinition, sent: Sent) -> str:
    """Return in words which fact or question of a change the programme does not have."""
    match sent.content:
        case FactChange(key=key) if key not in definition.facts_by_key:
            return "There is no such fact in this programme."
        case AnswerChange(code=code) if code not in definition.questions:
            return "There is no such question in this programme."
        case AnswerChange(code=code, row=row) if row not in definition.rows_of(
            definition.questions[code]
        ):
            return f"{code}: there is no such row."
    return ""


def _list_results(
    outcome: Outcome, definition: ProgrammeDefinition, member: TeamMember
) -> Iterator[tuple[UUID, Result]]:
    """Give the result of each fact or answer by its id."""
    for change, version in (*outcome.saved, *outcome.repeated):
        if change.mutation:
            yield change.mutation, Result("saved", version)
    for change, current in outcome.unchanged:
        yield change.mutation, Result("unchanged", current.version, current=current)
    for conflict in outcome.conflicts:
        current = conflict.current
        message = describe_conflict(
            current, _name_value(definition, conflict.change, current), member
        )
        yield (
            conflict.change.mutation,
            Result(
                "conflict",
                current.version,
                f"{_name(definition, conflict.change)}: {message}",
                current,
            ),
        )
    for refusal in outcome.refusals:
        if refusal.change.mutation:
            message = f"{_name(definition, refusal.change)}: {refusal.message}"
            yield refusal.change.mutation, Result("refused", message=message)


def _name(definition: ProgrammeDefinition, change: FactChange | AnswerChange) -> str:
    """Return what a message calls the fact, question or row of a change."""
    if isinstance(change, FactChange):
        return definition.facts_by_key[change.key].label
    row = definition.row_labels(definition.questions[change.code]).get(change.row, "")
    return f"{change.code} {row}".strip()


def _name_value(
    definition: ProgrammeDefinition, change: FactChange | AnswerChange, current: object
) -> str:
    """Return what stands now in words."""
    if isinstance(current, Judgement):
        return name_answer(current)
    if isinstance(current, RecordedFact) and isinstance(change, FactChange):
        return definition.facts_by_key[change.key].label_of(current.value)
    return ""


def _decline(assessment: Assessment, member: TeamMember, sent: Sent) -> Result:
    current: Judgement | RecordedFact
    try:
        if isinstance(sent.content, AnswerChange):
            current = decline_answer(assessment, sent.content, by=member)
        else:
            current = decline_fact(assessment, cast(FactChange, sent.content), by=member)
    except RefusedError as error:
        return _refused(error)
    return Result("saved", current.version, current=current)


def _complete(
    assessment: Assessment, member: TeamMember, all_stored: bool, completion: Completion
) -> Result:
    if not all_stored:
        return Result("refused", message=NOT_DONE)
    try:
        complete_assessment(assessment, by=member, looked=completion.looked)
    except RefusedError as error:
        return _refused(error)
    return Result("saved")


def _refused(error: RefusedError) -> Result:
    return Result("refused", message=" ".join(problem.message for problem in error.problems))


def _find_used(mutations: Sequence[UUID]) -> set[UUID]:
    return {
        mutation
        for revisions in (JudgementRevision.objects, FactRevision.objects)
        for mutation in revisions.filter(mutation__in=mutations).values_list("mutation", flat=True)
        if mutation
    }
