"""Where sign-off stands: what is signed, and what keeps the scorecard from being locked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import numpy as np
from django.db.models import Q

from cases.models import Assessment, Judgement
from cases.open_matters import describe_reopened, list_open_matters
from inspections.catalogue import question_ids
from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection, TeamMember
from scoring.answer_table import AnswerTable, Standing, read_answer_table
from scoring.arithmetic import Score, pool, score_tally
from scoring.models import CriterionSignature, ScorecardLock
from scoring.names import ScoreName

State = Judgement.State


@dataclass(frozen=True)
class CriterionStanding:
    """A criterion as it stands, and its signature, if it has one that is not withdrawn.

    `open` counts answers that may yet come, to questions in no score too; `flagged` those that
    somebody means to come back to; `disputed` those not settled between two assessors. `digest` is
    another one as soon as any judgement of it is written.
    """

    number: str
    title: str
    score: Score
    digest: str
    open: int = 0
    flagged: int = 0
    disputed: int = 0
    signature: CriterionSignature | None = None

    @property
    def is_signed(self) -> bool:
        """Whether it is signed as it stands."""
        return self.signature is not None and self.signature.digest == self.digest

    @property
    def has_lapsed(self) -> bool:
        """Whether a judgement behind it was written since it was signed."""
        return self.signature is not None and self.signature.digest != self.digest

    @property
    def signed_the_same(self) -> bool:
        """Whether the counts are still those that were signed."""
        signature = self.signature
        return signature is not None and (signature.sufficient, signature.relevant) == (
            self.score.sufficient,
            self.score.relevant,
        )


@dataclass(frozen=True)
class SignOff:
    """Where sign-off stands. `matters` are sentences: whatever keeps the scores from being locked,
    but for criteria that are not signed. `lock` is the one in force.
    """

    cases: int
    criteria: Sequence[CriterionStanding]
    matters: Sequence[str]
    lock: ScorecardLock | None

    def find(self, number: str) -> CriterionStanding | None:
        """Return the criterion with this number, or None."""
        return next((each for each in self.criteria if each.number == number), None)

    @property
    def unsigned(self) -> list[CriterionStanding]:
        """The criteria that are not signed as they stand."""
        return [each for each in self.criteria if not each.is_signed]

    @property
    def may_be_locked(self) -> bool:
        """Whether all is signed, and nothing is open."""
        return self.lock is None and not self.unsigned and not self.matters

    def would_lock(self, number: str) -> bool:
        """Whether it would be locked if the criterion `number` were signed too."""
        left = [each.number for each in self.unsigned]
        return self.lock is None and left == [number] and not self.matters


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done about sign-off: what, by whom, when and why."""

    at: datetime
    what: str
    by: TeamMember | None
    because: str = ""


def read_sign_off(inspection: Inspection) -> SignOff:
    """Return where sign-off stands, in eleven queries or a few less, however many cases there are.

    `inspection.programme` is at hand.
    """
    table = read_answer_table(inspection)
    disputed = _count_disputed(inspection, table.definition)
    return SignOff(
        cases=len(table.cases),
        criteria=stand_criteria(inspection, table, disputed),
        matters=_list_matters(inspection, table),
        lock=find_lock(inspection),
    )


def stand_criteria(
    inspection: Inspection, table: AnswerTable, disputed: Mapping[str, int]
) -> list[CriterionStanding]:
    """Return every criterion as it stands in a table of answers, and its signature, in one query.

    `disputed` counts by criterion what two assessors have not settled.
    """
    definition = table.definition
    signatures = {
        signature.criterion: signature
        for signature in CriterionSignature.objects.filter(
            inspection=inspection, withdrawn_at__isnull=True
        ).select_related("signed_by")
    }
    by_place = np.stack(
        [
            table.mark_open().sum(axis=0),
            (table.flagged & ~table.mark(Standing.NOT_ASKED)).sum(axis=0),
        ]
    )
    scores = _score_criteria(table)
    criteria = []
    for number, criterion in definition.criteria.items():
        codes = {question.code for question in criterion.questions}
        columns = [at for at, (code, _) in enumerate(table.places) if code in codes]
        is_open, flagged = by_place[:, columns].sum(axis=1).tolist()
        criteria.append(
            CriterionStanding(
                number=number,
                title=criterion.title,
                score=scores[number],
                digest=_digest(table, columns),
                open=is_open,
                flagged=flagged,
                disputed=disputed.get(number, 0),
                signature=signatures.get(number),
            )
        )
    return criteria


def find_lock(inspection: Inspection) -> ScorecardLock | None:
    """Return the lock that is in force, with who locked; None where there is none."""
    locks = ScorecardLock.objects.filter(inspection=inspection, unlocked_at__isnull=True)
    return locks.select_related("locked_by").defer("scorecard").first()


def list_deeds(inspection: Inspection) -> list[Deed]:
    """Return who locked, unlocked and withdrew what, newest first, in two queries."""
    deeds = []
    locks = ScorecardLock.objects.filter(inspection=inspection).defer("scorecard")
    for lock in locks.select_related("locked_by", "unlocked_by"):
        deeds.append(Deed(lock.locked_at, "Locked the scorecard", lock.locked_by))
        if lock.unlocked_at is not None:
            what = "Unlocked the scorecard"
            deeds.append(Deed(lock.unlocked_at, what, lock.unlocked_by, lock.unlocked_because))
    withdrawn = CriterionSignature.objects.filter(inspection=inspection, withdrawn_at__isnull=False)
    for signature in withdrawn.select_related("withdrawn_by", "signed_by"):
        if signature.withdrawn_at is not None:
            what = f"Withdrew the signature of {signature.criterion}"
            who, why = signature.withdrawn_by, signature.withdrawn_because
            deeds.append(Deed(signature.withdrawn_at, what, who, why))
    return sorted(deeds, key=lambda deed: deed.at, reverse=True)


def _score_criteria(table: AnswerTable) -> dict[str, Score]:
    """Return the scores of criteria; where the programme gives none, only the counts matter."""
    definition = table.definition
    if definition.scored:
        names = [ScoreName("criterion", number) for number in definition.criteria]
        tallies = zip(definition.criteria, table.count(names).pool(), strict=True)
        return {number: score_tally(tally, definition.bands) for number, tally in tallies}
    return {
        number: score_tally(
            pool(table.count([ScoreName("question", q.code) for q in criterion.questions]).pool())
        )
        for number, criterion in definition.criteria.items()
    }


def _digest(table: AnswerTable, columns: Sequence[int]) -> str:
    """Return what is another text as soon as any of the judgements in these columns is written,
    or those of another assessment count in its place, as when a second marking is settled.
    """
    cases = [(case.reference, case.assessment_id) for case in table.cases]
    order = sorted(range(len(cases)), key=lambda row: cases[row])
    written = [[cases[row] for row in order], [table.places[column] for column in columns]]
    digest = sha256(repr(written).encode())
    for array in (table.standing, table.version):
        digest.update(array[order][:, columns].astype("<i8").tobytes())
    return digest.hexdigest()


def _count_disputed(inspection: Inspection, definition: ProgrammeDefinition) -> Counter[str]:
    """Return by criterion how many differences between two assessors are not settled."""
    codes = {pk: code for code, pk in question_ids(inspection.programme).items()}
    unsettled = Judgement.objects.filter(
        Q(state=State.UNDECIDED) | Q(state=State.APPLIES, answer=""),
        assessment__inspection=inspection,
        assessment__kind=Assessment.Kind.AGREED,
        assessment__of_record=False,
        assessment__closed=Assessment.Closed.NO,
    )
    return Counter(
        definition.criterion_of[codes[question]]
        for question in unsettled.values_list("question", flat=True)
    )


def _list_matters(inspection: Inspection, table: AnswerTable) -> list[str]:
    matters: list[str] = []
    if not table.cases:
        matters.append("There are no cases.")
    if facts := sum(case.facts_missing for case in table.cases):
        matters.append(f"Facts about cases that are not yet recorded: {facts:,}.")
    if answers := int(table.mark_open().sum()):
        matters.append(f"Judgements that are still open: {answers:,}.")
    return [*matters, *list_open_matters(inspection), *describe_reopened(inspection)]


def join_numbers(criteria: Iterable[CriterionStanding]) -> str:
    """Return the numbers of criteria as a list in a sentence."""
    return ", ".join(each.number for each in criteria)
