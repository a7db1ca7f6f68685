"""Second markings in the words of their pages: rows of the list, and differences as cards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from cases.models import Assessment, Judgement, SecondMarking, Settlement
from cases.progress import Progress
from cases.second_marking.differences import (
    AnswerDifference,
    Comparison,
    Difference,
    FactDifference,
    Standing,
)
from cases.second_marking.listing import Listed, Stage
from cases.views.pages import count
from inspections.models import TeamMember

ANSWERS = dict(Judgement.Answer.choices)

STAGES = {
    Stage.JUDGING: ("Being judged", "blue"),
    Stage.READY: ("Both completed", "yellow"),
    Stage.COMPARING: ("To be settled", "orange"),
    Stage.SETTLED: ("Settled", ""),
    Stage.CANCELLED: ("Called off", "grey"),
}


def address_of(second_marking: SecondMarking, page: str, *key: str) -> str:
    """Return the address of a page of the comparison of a case."""
    inspection = second_marking.first.inspection
    return reverse(f"cases:{page}", args=[inspection.slug, second_marking.case.reference, *key])


def address_of_difference(second_marking: SecondMarking, difference: Difference) -> str:
    """Return the address at which a difference is settled."""
    page = "settle_fact" if isinstance(difference, FactDifference) else "settle_answer"
    return address_of(second_marking, page, *filter(None, difference.key))


def anchor_of(difference: Difference) -> str:
    """Return the id of a difference on the page of the comparison."""
    return "-".join(("d", *filter(None, difference.key))).replace(".", "-").replace("_", "-")


@dataclass(frozen=True)
class Row:
    """A second marking in the list, as `member` may see it."""

    reference: str
    stage: str
    colour: str
    assessors: list[str]
    lines: list[str]
    links: list[dict[str, str]] = field(default_factory=list)
    start_url: str = ""
    drawn: str = ""


def describe_row(listed: Listed, member: TeamMember) -> Row:
    """Return a row of the list. An assessor is told their own progress and nobody else's."""
    second_marking = listed.second_marking
    stage, colour = STAGES[listed.stage]
    return Row(
        reference=second_marking.case.reference,
        stage=stage,
        colour=colour,
        assessors=[name_assessor(second_marking.first), name_assessor(second_marking.second)],
        lines=_describe_progress(listed, member),
        links=_list_links(listed, member),
        start_url=address_of(second_marking, "start_comparison")
        if listed.stage == Stage.READY and member.leads
        else "",
        drawn=f"{second_marking.share}, seed {second_marking.seed}" if second_marking.seed else "",
    )


def name_assessor(assessment: Assessment) -> str:
    """Return who judges it, in words."""
    return assessment.assessor.name if assessment.assessor else "Nobody"


def _describe_progress(listed: Listed, member: TeamMember) -> list[str]:
    second_marking = listed.second_marking
    if listed.stage == Stage.CANCELLED:
        return [second_marking.cancelled_because]
    if listed.stage == Stage.SETTLED:
        return [f"On {_describe_day(second_marking.settled_at)}. The settled answers count."]
    if listed.stage == Stage.COMPARING:
        left = f"{count(listed.left, 'difference')} left to settle."
        waiting = f"{count(listed.waiting, 'question')} may follow from them."
        return [left, waiting] if listed.waiting else [left]
    if member.leads:
        return [
            f"{name_assessor(assessment)}: {_describe_marking(assessment, progress)}"
            for assessment, progress in (
                (second_marking.first, listed.first),
                (second_marking.second, listed.second),
            )
        ]
    if second_marking.second.completed_at:
        return ["You have completed it. It is compared once the other assessor has, too."]
    return [_describe_marking(second_marking.second, listed.second)]


def _describe_marking(assessment: Any, progress: Progress) -> str:
    if assessment.completed_at:
        return "completed"
    return f"{progress.answered} of {progress.asked} answered"


def _list_links(listed: Listed, member: TeamMember) -> list[dict[str, str]]:
    second_marking, slug = listed.second_marking, member.inspection.slug
    reference = second_marking.case.reference
    links = []
    if listed.stage in (Stage.COMPARING, Stage.SETTLED):
        label = "Compare and settle" if listed.stage == Stage.COMPARING else "See what was settled"
        links.append({"label": label, "url": address_of(second_marking, "compare_markings")})
    elif not member.leads:
        url = reverse("cases:detail", args=[slug, reference])
        label = "Judge" if listed.stage == Stage.JUDGING else "See"
        links.append({"label": label, "url": url})
    if member.leads and listed.stage not in (Stage.SETTLED, Stage.CANCELLED):
        links.append({"label": "Call off", "url": address_of(second_marking, "call_off")})
    return links


@dataclass(frozen=True)
class Side:
    """What one assessor said of a difference; `note` is their private note, for the lead alone."""

    name: str
    said: str
    reasons: list[str] = field(default_factory=list)
    evidence: str = ""
    note: str = ""


@dataclass(frozen=True)
class Card:
    """A difference as the page shows it, and what `member` can do about it."""

    anchor: str
    code: str
    title: str
    sides: list[Side]
    standing: str
    chosen: str
    settlement: Settlement | None
    url: str
    told: str = ""
    can_settle: bool = False
    can_agree: bool = False


def describe_difference(
    comparison: Comparison, difference: Difference, member: TeamMember, *, again: bool = False
) -> Card:
    """Return one difference as a card; `again`: all is settled, and `member` may correct it."""
    pair, settlement = comparison.second_marking, difference.settlement
    standing = difference.standing
    over = pair.settled_at is not None
    own = settlement is not None and settlement.proposed_by_id == member.pk
    proposed = settlement is not None and standing == Standing.PROPOSED
    value = settlement.value if proposed and settlement else difference.value
    return Card(
        anchor=anchor_of(difference),
        code=difference.code,
        title=difference.title,
        sides=list_sides(comparison, difference, member),
        standing=standing.name,
        chosen=difference.values.get(value, ""),
        settlement=settlement,
        url=address_of_difference(pair, difference),
        told=_tell_standing(comparison, difference, own),
        can_settle=(again or not over)
        and (
            standing in (Standing.OPEN, Standing.PROPOSED)
            or (standing == Standing.SETTLED and member.leads)
        ),
        can_agree=proposed and not over and (member.leads or not own),
    )


def _tell_standing(comparison: Comparison, difference: Difference, own: bool) -> str:
    """Return in a sentence how a difference was settled, or what it waits for."""
    settlement = difference.settlement
    if difference.standing == Standing.WAITING:
        return "Whether this is asked depends on facts or answers that are not settled yet."
    if difference.standing == Standing.FALLEN_AWAY:
        return "As facts and answers are settled, this is no longer asked."
    if difference.standing == Standing.SETTLED and settlement is None:
        return "It follows from another fact that was settled."
    if settlement is None:
        return ""
    if difference.standing == Standing.SETTLED:
        people = dict.fromkeys((settlement.proposed_by.name, str(settlement.settled_by)))
        return f"Settled by {' and '.join(people)} on {_describe_day(settlement.settled_at)}."
    if own:
        return (
            f"You proposed this. It is settled when {_name_other(comparison, settlement)} agrees."
        )
    return f"Proposed by {settlement.proposed_by.name}."


def _name_other(comparison: Comparison, settlement: Settlement) -> str:
    pair = (comparison.second_marking.first, comparison.second_marking.second)
    others = [name_assessor(a) for a in pair if a.assessor_id != settlement.proposed_by_id]
    return others[0]


def list_sides(comparison: Comparison, difference: Difference, member: TeamMember) -> list[Side]:
    """Return what each of the two said."""
    pair = comparison.second_marking
    names = (name_assessor(pair.first), name_assessor(pair.second))
    if isinstance(difference, FactDifference):
        facts = (difference.first, difference.second)
        return [
            Side(name, difference.definition.label_of(fact.value))
            for name, fact in zip(names, facts, strict=True)
        ]
    judgements = (difference.first, difference.second)
    return [
        _describe_side(name, difference, judgement, member)
        for name, judgement in zip(names, judgements, strict=True)
    ]


def _describe_side(
    name: str, difference: AnswerDifference, judgement: Judgement, member: TeamMember
) -> Side:
    note = judgement.note_to_lead if member.leads else ""
    if judgement.state != Judgement.State.APPLIES:
        return Side(name, "Not asked", note=note)
    labels = {reason.key: reason.label for reason in difference.question.reasons}
    return Side(
        name=name,
        said=ANSWERS[judgement.answer],
        reasons=[labels[key] for key in judgement.reasons],
        evidence=judgement.evidence,
        note=note,
    )


def list_hints(comparison: Comparison, difference: Difference) -> dict[str, str]:
    """Return who chose each value of a difference: `Inspector’s answer`."""
    pair = comparison.second_marking
    if isinstance(difference, FactDifference):
        said = [difference.first.value, difference.second.value]
    else:
        judgements = (difference.first, difference.second)
        asked = Judgement.State.APPLIES
        said = [j.answer if j.state == asked else "" for j in judgements]
    hints: dict[str, str] = {}
    for value, assessment in zip(said, (pair.first, pair.second), strict=True):
        if value:
            hints[value] = f"As {name_assessor(assessment)} said"
    return hints


def list_earlier(comparison: Comparison, difference: Difference) -> list[dict[str, str]]:
    """Return how a difference was settled before it was settled again, the latest first."""
    if difference.settlement is None:
        return []
    column = "recorded_fact" if isinstance(difference, FactDifference) else "judgement"
    replaced = comparison.second_marking.settlements.filter(
        **{column: difference.agreed}, settled_at__isnull=False, replaced_at__isnull=False
    ).select_related("settled_by")
    return [
        {
            "chosen": difference.values.get(each.value, each.value),
            "told": f"Settled by {each.settled_by} on {_describe_day(each.settled_at)}, until "
            f"{_describe_day(each.replaced_at)}.",
            "reason": each.reason,
        }
        for each in replaced.order_by("-settled_at", "-pk")
    ]


def _describe_day(moment: Any) -> str:
    return date_format(localtime(moment), "j F Y")
