"""Which questions apply, from the recorded facts and the answers to gate questions.

Three values: a condition holds (True), fails (False) or is undecided (None), because a fact is not
yet recorded or a gate not yet answered. static/js/applicability.js decides the same in the
browser; tests/cases/applicability_examples.json binds the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cases.models import Judgement
from inspections.definition import Condition, ProgrammeDefinition

State = Judgement.State


def decide_states(
    definition: ProgrammeDefinition, facts: Mapping[str, str], answers: Mapping[str, str]
) -> dict[str, State]:
    """Return the state of every question by code.

    `facts` holds recorded values by key and `answers` the answers of ungridded questions by code;
    what is missing or empty there is not recorded, not answered.
    """
    states: dict[str, State] = {}
    for code, question in definition.questions.items():
        held = _hold_all(question.applies_when, facts, answers, states)
        states[code] = {
            True: State.APPLIES,
            False: State.NOT_ASKED,
            None: State.UNDECIDED,
        }[held]
    return states


def count_missing_facts(definition: ProgrammeDefinition, facts: Mapping[str, str]) -> int:
    """Return how many facts that a condition asks for are not recorded in `facts`."""
    return sum(1 for key in definition.deciding_facts if not facts.get(key))


def _hold_all(
    conditions: Iterable[Condition],
    facts: Mapping[str, str],
    answers: Mapping[str, str],
    states: Mapping[str, State],
) -> bool | None:
    """One false condition makes the list false; else one undecided makes it undecided."""
    values = [_holds(condition, facts, answers, states) for condition in conditions]
    if False in values:
        return False
    return None if None in values else True


def _holds(
    condition: Condition,
    facts: Mapping[str, str],
    answers: Mapping[str, str],
    states: Mapping[str, State],
) -> bool | None:
    if "any" in condition:
        values = [_holds(inner, facts, answers, states) for inner in condition["any"]]
        if True in values:
            return True
        return None if None in values else False
    if "fact" in condition:
        value = facts.get(condition["fact"], "")
        return value in wanted_values(condition) if value else None
    gate = condition["question"]
    if states[gate] == State.NOT_ASKED:
        return False
    answer = answers.get(gate, "")
    if states[gate] == State.UNDECIDED or not answer:
        return None
    return bool(answer == condition["answer"])


def wanted_values(condition: Condition) -> tuple[str, ...]:
    """Return the recorded values for which a fact condition holds; true is yes, false is no."""
    wanted = condition.get("is", True)
    values = wanted if isinstance(wanted, list) else [wanted]
    words = {True: "yes", False: "no"}
    return tuple(words[value] if isinstance(value, bool) else value for value in values)
