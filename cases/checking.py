"""What may be recorded: rules of the programme for facts and answers, in words for an assessor."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cases.models import Judgement
from inspections.definition import ProgrammeDefinition, QuestionDefinition

NOTE_LIMIT = 5000
"""Characters that a note may have."""

UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters, but for tabs and ends of lines, and halves of characters: neither print nor
a bundle can hold them."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

NO_PHASE = "The custodial phase, the community phase or both must be yes."


def check_facts(definition: ProgrammeDefinition, values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with recorded facts, a message by fact key.

    `values` holds all facts by key, empty where not recorded. Rules: a value of the fact's own; a
    fact that is yes makes those it implies yes; custody, community or both were inspected.
    """
    problems = {}
    for key, value in values.items():
        fact = definition.facts_by_key[key]
        if value and value not in fact.values:
            problems[key] = f"Choose one of the answers for “{fact.label}”."
            continue
        for implied in fact.implies if value == "yes" else ():
            if values.get(implied) == "no":
                label = definition.facts_by_key[implied].label
                problems[key] = f"This cannot be yes while “{label}” is no."
                problems[implied] = f"This cannot be no while “{fact.label}” is yes."
    if values.get("custody") == "no" and values.get("community") == "no":
        for key in ("custody", "community"):
            problems.setdefault(key, NO_PHASE)
    return problems


def order_reasons(question: QuestionDefinition, reasons: Sequence[str]) -> list[str]:
    """Return `reasons` in the programme's order, as they are stored; unknown ones come last."""
    known = [reason.key for reason in question.reasons if reason.key in reasons]
    return known + [reason for reason in reasons if reason not in known]


def check_answer(
    definition: ProgrammeDefinition,
    code: str,
    answer: str,
    reasons: Sequence[str] = (),
    evidence: str = "",
    note_to_lead: str = "",
) -> str:
    """Return what is wrong with an answer to question `code`, or the empty string.

    Whether the question applies is not decided here.
    """
    question = definition.questions[code]
    if answer and answer not in Judgement.Answer.values:
        return "Choose Yes, No or Not applicable."
    if answer == Judgement.Answer.NOT_APPLICABLE and not question.allow_na:
        return "This question cannot be answered Not applicable."
    if reasons and answer != Judgement.Answer.INSUFFICIENT:
        return "Reasons are given only where the answer is No."
    if unknown := set(reasons) - {reason.key for reason in question.reasons}:
        return f"Unknown reason: {', '.join(sorted(unknown))}."
    return check_note("evidence note", evidence) or check_note(
        "note to the lead inspector", note_to_lead
    )


def make_storable(text: str) -> str:
    """Return `text` with a mark for each character that cannot be stored."""
    return UNSTORABLE.sub(REPLACEMENT, text)


def check_note(name: str, text: str) -> str:
    """Return what is wrong with a note, called `name` in the message, or the empty string."""
    if len(text) > NOTE_LIMIT:
        return f"The {name} must be {NOTE_LIMIT:,} characters or fewer."
    if UNSTORABLE.search(text):
        return f"The {name} holds a character that cannot be stored."
    return ""
