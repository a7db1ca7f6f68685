"""A case of the small programme in plain Python: what a person would expect of the fieldwork."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cases.recording import AnswerChange, FactChange, Settled

Key = tuple[str, str]
"""Question code and row."""

KEYS: tuple[Key, ...] = (
    ("1.1.01", ""),
    ("1.1.02", ""),
    ("1.1.03", ""),
    ("1.2.01", ""),
    ("1.2.02", ""),
    ("1.2.03", ""),
    ("2.1.01", ""),
    ("2.1.02", "a"),
    ("2.1.02", "b"),
    ("2.1.03", "a"),
    ("2.1.03", "b"),
    ("2.1.03", "c"),
)
FACTS = (
    "gender",
    "looked_after",
    "custody",
    "community",
    "risk_level",
    "safeguarding_need",
    "plan_required",
)
DECIDING = ("custody", "community", "risk_level", "plan_required")


def expect_states(facts: Mapping[str, str], answers: Mapping[Key, str]) -> dict[str, str]:
    """Return the state of each question, by the conditions of the small programme in words."""
    states = dict.fromkeys(("1.1.01", "1.2.02", "2.1.01", "2.1.03"), "applies")
    states["1.1.02"] = _expect_after("applies", answers["1.1.01", ""])
    states["1.1.03"] = _expect_after(states["1.1.02"], answers["1.1.02", ""])
    states["1.2.01"] = _expect_if(facts["custody"])
    states["2.1.02"] = _expect_if(facts["community"])
    risk = {"": "", "low": "no", "high": "yes", "very_high": "yes"}[facts["risk_level"]]
    either = {facts["plan_required"], risk}
    states["1.2.03"] = _expect_if("yes" if "yes" in either else "" if "" in either else "no")
    return states


def _expect_after(gate: str, answer: str) -> str:
    if gate != "applies":
        return gate
    return {"sufficient": "applies", "insufficient": "not_asked", "": "undecided"}[answer]


def _expect_if(value: str) -> str:
    return {"yes": "applies", "no": "not_asked", "": "undecided"}[value]


@dataclass
class Model:
    """The case: facts with their versions, and all that was ever given to each judgement."""

    facts: dict[str, str] = field(default_factory=lambda: dict.fromkeys(FACTS, ""))
    versions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FACTS, 0))
    given: dict[Key, list[tuple[str, str]]] = field(
        default_factory=lambda: {key: [("", "")] for key in KEYS}
    )
    done: bool = False

    @property
    def answers(self) -> dict[Key, str]:
        """The answer to each judgement as it stands."""
        return {key: given[-1][0] for key, given in self.given.items()}

    @property
    def states(self) -> dict[str, str]:
        """The state of each question."""
        return expect_states(self.facts, self.answers)

    @property
    def unanswered(self) -> list[Key]:
        """The judgements that wait for an answer."""
        states, answers = self.states, self.answers
        return [key for key in KEYS if states[key[0]] == "applies" and not answers[key]]

    @property
    def is_open(self) -> bool:
        """Whether anything keeps the case from being done."""
        undecided = "undecided" in self.states.values()
        return undecided or bool(self.unanswered) or not all(self.facts[key] for key in DECIDING)

    def version_of(self, key: Key) -> int:
        """Return the version of a judgement: how often it was changed."""
        return len(self.given[key]) - 1

    def take(
        self, facts: Iterable[tuple[FactChange, int]], answers: Iterable[AnswerChange]
    ) -> Settled:
        """Take what was saved; return what is to be told of it."""
        before, was_done, touched = self.states, self.done, set()
        for change, version in facts:
            self.facts[change.key], self.versions[change.key] = change.value, version
        for answer in answers:
            self.given[answer.code, answer.row].append((answer.answer, answer.evidence))
            touched.add((answer.code, answer.row))
        self.done = self.done and not self.is_open
        settled = Settled(reopened=was_done and not self.done)
        states, now = self.states, self.answers
        settled.states = {code: state for code, state in states.items() if state != before[code]}
        for code, row in KEYS:
            turned, answered = code in settled.states, now[code, row] != ""
            new = (code, row) in touched
            if turned and states[code] == "applies" and not answered:
                settled.opened.append(code)
            elif turned and states[code] == "applies" and not new:
                settled.restored.append(code)
            elif states[code] == "not_asked" and answered and (turned or new):
                settled.set_aside.append(code)
        for codes in (settled.opened, settled.set_aside, settled.restored):
            codes[:] = dict.fromkeys(codes)
        return settled
