"""What is behind a score, as its page shows it: lines with addresses and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from inspections.definition import ProgrammeDefinition
from scoring.answer_table import Standing
from scoring.arithmetic import Score
from scoring.names import ScoreName, title_of
from scoring.room_pages import url_of_score
from scoring.tracing.missing import MissingWork
from scoring.tracing.scores import Account, PartGroup, Trace, TracedCase

ANSWERS = {
    Standing.NOT_ASKED: "Not asked",
    Standing.SUFFICIENT: "Yes",
    Standing.INSUFFICIENT: "No",
    Standing.NOT_APPLICABLE: "Not applicable",
    Standing.UNANSWERED: "Not answered yet",
    Standing.UNDECIDED: "May yet apply",
}
"""What a judgement is to a score, in words."""

SET_ASIDE = "Not asked; an earlier answer is set aside"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some judgements are left out of a score, how many, and what that means."""

    words: str
    count: int
    meaning: str


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of a score: a question, or a row of a grid. A group's line has no `standing`."""

    code: str
    title: str
    url: str
    account: Account
    standing: str
    left_out: str
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case of a score; `answer` is empty where more than one judgement counts in it."""

    reference: str
    url: str
    assessor: str
    account: Account
    answer: str
    left_out: str
    awaits_settlement: bool


@dataclass(frozen=True, slots=True)
class MissingLine:
    """A case in which something is missing, and where it is."""

    reference: str
    url: str
    unanswered: int
    undecided: int
    facts: int


@dataclass(frozen=True, slots=True)
class MissingPart:
    """What is missing with one assessor."""

    assessor: str
    work: MissingWork
    lines: list[MissingLine]


def label_of(definition: ProgrammeDefinition, name: ScoreName) -> str:
    """Return what a page calls a score: `Safeguarding`, `1.1 Risk`, `Question 1.1.01`."""
    if name.kind == "headline":
        return title_of(definition, name)
    if name.kind == "question" and not name.row:
        return f"Question {name.key}"
    return f"{name.key} {title_of(definition, name)}"


def subtitle_of(definition: ProgrammeDefinition, name: ScoreName) -> str:
    """Return the text of a question that a score is of; empty where its label says it all."""
    return definition.questions[name.key].text if name.kind == "question" else ""


def trail_to(slug: str, definition: ProgrammeDefinition, name: ScoreName) -> list[dict[str, str]]:
    """Return the crumbs above the page of a score: the scorecard, and what the score is part of."""
    above = []
    if name.kind == "question":
        number = definition.criterion_of[name.key]
        above += [
            ScoreName("section", definition.section_of[number]),
            ScoreName("criterion", number),
        ]
    if name.kind == "criterion":
        above.append(ScoreName("section", definition.section_of[name.key]))
    if name.row:
        above.append(ScoreName("question", name.key))
    return [
        {"label": "Scorecard", "url": reverse("scoring:scorecard", args=[slug])},
        *({"label": label_of(definition, each), "url": url_of_score(slug, each)} for each in above),
    ]


def url_of_case_in(slug: str, name: ScoreName, reference: str) -> str:
    """Return the address of the judgements of a score in one case."""
    if name.row:
        return reverse("scoring:row_score_case", args=[slug, name.key, name.row, reference])
    return reverse("scoring:score_case", args=[slug, name.kind, name.key, reference])


def print_percent(score: Score) -> str:
    """Return the percentage of the answers given so far, in words."""
    return "Not scored" if score.percent is None else f"{score.percent}%"


def list_reasons(account: Account) -> list[Reason]:
    """Return why judgements are left out of a score, every reason with its count."""
    aside = ""
    if account.set_aside:
        answers = "answer was" if account.set_aside == 1 else "answers were"
        aside = f" {account.set_aside:,} {answers} given before, and set aside."
    return [
        Reason(
            "Not applicable",
            account.not_applicable,
            "The assessor’s answer is that the question does not arise in the case.",
        ),
        Reason(
            "Not asked",
            account.not_asked,
            f"A condition on a fact, or on an earlier answer, is not met.{aside}",
        ),
        Reason("Not answered yet", account.unanswered, "The question applies, and is open."),
        Reason(
            "May yet apply",
            account.undecided,
            "It depends on a fact that is not recorded, or on an answer that is not given yet.",
        ),
    ]


def describe_left_out(account: Account) -> str:
    """Return why judgements are left out, counted: `3 not applicable, 2 not asked`."""
    counted = [
        (account.not_applicable, "not applicable"),
        (account.not_asked - account.set_aside, "not asked"),
        (account.set_aside, "set aside"),
        (account.unanswered, "not answered yet"),
        (account.undecided, "may yet apply"),
    ]
    return ", ".join(f"{count:,} {words}" for count, words in counted if count)


def list_part_lines(slug: str, trace: Trace, query: str) -> list[PartLine]:
    """Return the parts of a score, under their criteria where they may be of several.

    `query` is added to their addresses, so that they open for the same cases.
    """
    lines = []
    for group in trace.groups:
        if trace.name.kind in ("headline", "section"):
            lines.append(_describe_group(slug, group, query))
        lines += [
            PartLine(
                code="" if part.name.row else part.name.key,
                title=part.title,
                url=url_of_score(slug, part.name) + query,
                account=part.account,
                standing=print_percent(part.score),
                left_out=describe_left_out(part.account),
            )
            for part in group.parts
        ]
    return lines


def list_case_lines(slug: str, trace: Trace, cases: Sequence[TracedCase]) -> list[CaseLine]:
    """Return `cases` of a score in the order given."""
    return [
        CaseLine(
            reference=traced.case.reference,
            url=url_of_case_in(slug, trace.name, traced.case.reference),
            assessor=traced.case.judged_by,
            account=traced.account,
            answer=_describe_answer(traced),
            left_out="" if traced.standing is not None else describe_left_out(traced.account),
            awaits_settlement=traced.awaits_settlement,
        )
        for traced in cases
    ]


def describe_missing(slug: str, missing: Sequence[MissingWork]) -> list[MissingPart]:
    """Return what is missing by assessor, each case with the address of its page."""
    return [
        MissingPart(
            assessor=work.assessor,
            work=work,
            lines=[
                MissingLine(
                    reference=each.case.reference,
                    url=reverse("cases:detail", args=[slug, each.case.reference]),
                    unanswered=each.unanswered,
                    undecided=each.undecided,
                    facts=each.facts,
                )
                for each in work.cases
            ],
        )
        for work in missing
    ]


def _describe_group(slug: str, group: PartGroup, query: str) -> PartLine:
    name = ScoreName("criterion", group.criterion)
    return PartLine(
        code=group.criterion,
        title=group.title,
        url=url_of_score(slug, name) + query,
        account=group.account,
        standing="",
        left_out="",
        is_group=True,
    )


def _describe_answer(traced: TracedCase) -> str:
    if traced.standing is None:
        return ""
    if traced.account.set_aside:
        return SET_ASIDE
    return ANSWERS[traced.standing]
