"""The conditions of a programme file: their grammar, and what they may name."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspections.definition import Condition, FactDefinition, QuestionDefinition
from inspections.shape import Entry, Form, check_text, join_or

KEY = Form(50, "[a-z0-9_]+", "small letters, digits and underscores")
CODE = Form(20, r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*", "letters, digits and single dots between them")

GATE_ANSWERS = ("sufficient", "insufficient")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A condition on one fact or one question, and where it stands."""

    entry: Entry
    condition: Condition


def take_conditions(
    entry: Entry, key: str, optional: bool = False
) -> tuple[list[Condition], list[Leaf]]:
    """Return the conditions in the list at `key`, and those on a fact or a question in them.

    What is not within the grammar is noted and left out.
    """
    conditions: list[Condition] = []
    leaves: list[Leaf] = []
    for item in entry.take_entries(key, optional, at_least=0 if optional else 1):
        if "any" in item:
            inner, inner_leaves = take_conditions(item, "any")
            conditions.append({"any": inner})
            leaves.extend(inner_leaves)
        elif "fact" in item or "question" in item:
            condition = _take_fact(item) if "fact" in item else _take_question(item)
            conditions.append(condition)
            leaves.append(Leaf(item, condition))
        else:
            item.note('a condition must have "fact", "question" or "any"')
            continue
        item.close()
    return conditions, leaves


def check_conditions(
    questions: Sequence[tuple[QuestionDefinition, Sequence[Leaf]]],
    facts: Mapping[str, FactDefinition],
) -> None:
    """Note each condition on a fact or question that it may not name, and circles of conditions.

    `questions` are all of the programme in the order of the file, each with its conditions.
    """
    graph = _Gates(questions)
    for question, leaves in questions:
        for leaf in leaves:
            if "fact" in leaf.condition:
                _check_fact(leaf, facts)
            else:
                graph.check(leaf, question.code)


def find_path(edges: Mapping[str, Iterable[str]], start: str, goal: str) -> list[str]:
    """Return a shortest path along one edge or more from `start` to `goal`; empty if none is."""
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for there in edges.get(here, ()):
            if there == goal:
                path = [there, here]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return path[::-1]
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    return []


class _Gates:
    """Which question asks for the answer of which, and in what order they stand."""

    def __init__(self, questions: Sequence[tuple[QuestionDefinition, Sequence[Leaf]]]) -> None:
        self.by_code: dict[str, QuestionDefinition] = {}
        self.position: dict[str, int] = {}
        self.edges: dict[str, list[str]] = {}
        for index, (question, leaves) in enumerate(questions):
            self.by_code.setdefault(question.code, question)
            self.position.setdefault(question.code, index)
            gates = [leaf.condition["question"] for leaf in leaves if "question" in leaf.condition]
            self.edges.setdefault(question.code, []).extend(gates)

    def check(self, leaf: Leaf, code: str) -> None:
        gate = leaf.condition["question"]
        if not gate or not code:
            return
        if gate not in self.by_code:
            leaf.entry.note(f'there is no question "{gate}"', "question")
        elif self.by_code[gate].grid:
            message = f"{gate} is a grid question: no condition may name it"
            leaf.entry.note(message, "question")
        elif self.position[gate] >= self.position[code]:
            circle = [code] if gate == code else find_path(self.edges, gate, code)
            message = f"{gate} comes later than {code}: a condition may name earlier questions only"
            if circle:
                message = f"conditions go round in a circle: {', '.join([code, *circle])}"
            leaf.entry.note(message, "question")


def _take_fact(entry: Entry) -> Condition:
    condition: Condition = {"fact": entry.take_text("fact", KEY)}
    if "is" in entry:
        condition["is"] = _take_wanted(entry)
    return condition


def _take_wanted(entry: Entry) -> Any:
    """Return the value, or list of values, that the fact must have; "" for a faulty one."""
    if not isinstance(entry.take("is"), list):
        return _take_value(entry, entry.take("is"))
    return [_take_value(entry, value) for value in entry.take_list("is", at_least=1)]


def _take_value(entry: Entry, value: Any) -> Any:
    if isinstance(value, bool):
        return value
    text, fault = check_text(value, KEY)
    if fault:
        entry.note(f'"is" {fault}', "is")
    return text


def _take_question(entry: Entry) -> Condition:
    return {
        "question": entry.take_text("question", CODE),
        "answer": entry.take_word("answer", GATE_ANSWERS),
    }


def _check_fact(leaf: Leaf, facts: Mapping[str, FactDefinition]) -> None:
    key = leaf.condition["fact"]
    fact = facts.get(key)
    if not fact:
        if key:
            leaf.entry.note(f'there is no fact "{key}"', "fact")
        return
    if fact.type == "choice" and "is" not in leaf.condition:
        leaf.entry.note(f'"{key}" is a choice: "is" must say which', "fact")
        return
    wanted = leaf.condition.get("is", True)
    values = wanted if isinstance(wanted, list) else [wanted]
    for index, value in enumerate(values):
        if value == "":
            continue
        if value in values[:index]:
            leaf.entry.note(f'"is" names {_show(value)} twice', "is")
        elif fault := _value_fault(fact, value):
            leaf.entry.note(fault, "is")


def _value_fault(fact: FactDefinition, value: str | bool) -> str:
    """Return why `fact` cannot have `value`; "" if it can, or its own faults leave that open."""
    if fact.type == "boolean" and not isinstance(value, bool):
        return f'"{fact.key}" is true or false, never {_show(value)}'
    sound = fact.type == "choice" and fact.values and all(fact.values)
    if sound and value not in fact.values:
        return f'"{fact.key}" is {join_or(fact.values)}, never {_show(value)}'
    return ""


def _show(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'
