"""What the worked examples of docs/SCORING.md are counted from: the inspections in the fixtures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from cases.models import Assessment, Judgement
from cases.recording import AnswerChange, record_answers
from inspections.catalogue import load_definition, store_programme
from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection
from inspections.programmes import read_programme
from reports.bundle import import_inspection
from reports.figures import FigureSource, make_source
from reports.models import Narrative
from scoring.answer_table import AnswerTable, read_answer_table
from scoring.arithmetic import Score, Tally
from scoring.scorecard import Scorecard, score_groups, score_inspection

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
GROUPED_BY = "looked_after"

State = Judgement.State


@dataclass(frozen=True)
class Counted:
    """An inspection as counted from its fixture; answers by question, each by state and answer."""

    definition: ProgrammeDefinition
    card: Scorecard
    groups: Mapping[str, Scorecard]
    answers: Mapping[str, Counter[tuple[str, str]]]
    figures: FigureSource
    after_setting_aside: Scorecard
    table: AnswerTable
    inspection: Inspection

    def find_score(self, name: str, card: Scorecard | None = None) -> Score:
        """Return the score that SCORING.md calls `name`, in its notation for figures."""
        name, _, condition = name.partition(" where ")
        if condition:
            fact, _, value = condition.partition("=")
            assert fact == GROUPED_BY
            card = self.groups[value]
        card = card or self.card
        kind, _, key = name.partition(" ")
        if key:
            return {
                "criterion": card.criteria,
                "section": card.sections,
                "headline": card.headlines,
            }[kind][key]
        code, _, row = name.partition("/")
        question = card.questions[code]
        return question.rows[row] if row else question.score

    def find_tally(self, name: str) -> Tally:
        """Return the counts behind a score."""
        score = self.find_score(name)
        return Tally(score.sufficient, score.relevant, score.open)


def count_inspections(*slugs: str) -> dict[str, Counted]:
    """Return what is counted of each inspection, leaving nothing in the database."""
    with transaction.atomic():
        store_programme(read_programme(FIXTURES / "programmes" / "cci-2012.yaml"))
        counted = {slug: _count(slug) for slug in slugs}
        transaction.set_rollback(True)
    return counted


def _count(slug: str) -> Counted:
    inspection = import_inspection(FIXTURES / "inspections" / slug)
    definition = load_definition(inspection.programme)
    narrative = Narrative.objects.filter(inspection=inspection).first()
    document = {
        "foreword": f"[[cases where {GROUPED_BY}=yes]]",
        "service_users": narrative.document["service_users"] if narrative else {},
    }
    card = score_inspection(inspection)
    return Counted(
        definition=definition,
        card=card,
        groups=score_groups(inspection, GROUPED_BY),
        answers=_count_answers(inspection),
        figures=make_source(inspection, definition, card, document),
        table=read_answer_table(inspection),
        inspection=inspection,
        after_setting_aside=_set_aside(inspection),
    )


def _count_answers(inspection: Inspection) -> dict[str, Counter[tuple[str, str]]]:
    counts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    rows = Judgement.objects.filter(assessment__inspection=inspection, assessment__of_record=True)
    for code, state, answer in rows.values_list("question__code", "state", "answer"):
        counts[code][state, answer] += 1
    return counts


def _set_aside(inspection: Inspection) -> Scorecard:
    """Return the scorecard once 1.1.01 turns to No where it and 1.1.03 are Yes, in one case."""
    judgement = Judgement.objects.filter(
        assessment__inspection=inspection, question__code="1.1.03", answer="sufficient"
    ).first()
    assert judgement is not None
    assessment = Assessment.objects.select_related("inspection__programme", "assessor").get(
        pk=judgement.assessment_id
    )
    assert assessment.assessor is not None
    gate = assessment.judgements.get(question__code="1.1.01")
    change = AnswerChange("1.1.01", "", "insufficient", base_version=gate.version)
    assert record_answers(assessment, [change], by=assessment.assessor).complete
    return score_inspection(inspection)
