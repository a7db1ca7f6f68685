"""The numbers of the lead inspector's room once more: slowly, in plain Python, from raw rows.

It shares no code with what it checks: the programme is the YAML document as it was written, cases
and answers are plain dictionaries as stored, conditions are weighed here, and all arithmetic is in
whole numbers and fractions. A score is named as a report's text names it: `headline safeguarding`,
`section 1`, `criterion 1.1`, `1.1.10`, `2.3.09/a`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import yaml

from cases.models import Assessment, Judgement, RecordedFact

Document = dict[str, Any]
Place = tuple[str, str]
Case = dict[str, Any]
"""A case of record: `reference`, `manager`, `assessor` (its name), whether it is `agreed`, `facts`
by key, `answers` by place (each a dictionary as stored), and `standing` by place, in words.
"""

Counts = tuple[int, int, int]
"""Sufficient, relevant and open."""

YES, NO, NOT_APPLICABLE = "sufficient", "insufficient", "not_applicable"
UNANSWERED, UNDECIDED, NOT_ASKED = "unanswered", "undecided", "not asked"
OPEN = (UNANSWERED, UNDECIDED)


@dataclass(frozen=True)
class Raw:
    """An inspection as its rows say it: the programme's document, and the cases of record."""

    programme: Programme
    cases: list[Case]
    caseload: int | None

    def choose(self, chosen: Callable[[Case], bool]) -> Raw:
        """Return the same with only the cases that are chosen."""
        return Raw(self.programme, [case for case in self.cases if chosen(case)], self.caseload)

    def where(self, fact: str, value: str) -> Raw:
        """Return the same with only the cases in which the fact is recorded so."""
        return self.choose(lambda case: case["facts"].get(fact, "") == value)


class Programme:
    """A programme's document, and what it says."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.bands = [(band["label"], band["floor"]) for band in document["bands"]]
        self.facts = {fact["key"]: fact for fact in document["facts"]}

    @cached_property
    def questions(self) -> dict[str, Document]:
        """Every question by code, told which section and criterion it is in, and its rows."""
        rows = {
            grid["key"]: [row["key"] for row in grid["rows"]]
            for grid in self.document.get("grids", [])
        }
        return {
            question["code"]: {
                **question,
                "section": section["number"],
                "criterion": criterion["number"],
                "rows": rows[question["grid"]] if question.get("grid") else [""],
            }
            for section in self.document["sections"]
            for criterion in section["criteria"]
            for question in criterion["questions"]
        }

    @cached_property
    def names(self) -> dict[str, list[Place]]:
        """Every score by its name, with the places that count in it."""
        names: dict[str, list[Place]] = {}
        for theme in self.document["themes"]:
            names[f"headline {theme['key']}"] = []
        for section in self.document["sections"]:
            names[f"section {section['number']}"] = []
        for section in self.document["sections"]:
            for criterion in section["criteria"]:
                names[f"criterion {criterion['number']}"] = []
        for code, question in self.questions.items():
            places = [(code, row) for row in question["rows"]]
            names[code] = places
            for row in question["rows"] if question.get("grid") else []:
                names[f"{code}/{row}"] = [(code, row)]
            if question["scoring"] == "none":
                continue
            names[f"section {question['section']}"] += places
            names[f"criterion {question['criterion']}"] += places
            for theme in question.get("key_for", []):
                names[f"headline {theme}"] += places
        return names

    @cached_property
    def deciding_facts(self) -> list[str]:
        """The facts that a condition asks for."""

        def look(conditions: Iterable[Document]) -> Iterator[str]:
            for condition in conditions:
                yield from look(condition.get("any", ()))
                if "fact" in condition:
                    yield condition["fact"]

        every = (question.get("applies_when") or () for question in self.questions.values())
        return sorted({key for conditions in every for key in look(conditions)})

    @property
    def banded(self) -> list[str]:
        """The scores that have a band."""
        return [name for name in self.names if name.split()[0] in ("headline", "criterion")]

    def values_of(self, fact: str) -> list[str]:
        """The values that a fact may be recorded with."""
        if self.facts[fact]["type"] == "boolean":
            return ["yes", "no"]
        return [choice["value"] for choice in self.facts[fact]["choices"]]

    def stand(self, case: Case) -> dict[Place, str]:
        """Say of every place of a case how it stands, from its facts and answers alone."""
        asked: dict[str, str] = {}
        standing: dict[Place, str] = {}
        for code, question in self.questions.items():
            conditions = question.get("applies_when") or []
            asked[code] = {True: "asked", False: NOT_ASKED, None: UNDECIDED}[
                every(self.holds(condition, case, asked) for condition in conditions)
            ]
            for row in question["rows"]:
                answer = case["answers"].get((code, row), {}).get("answer", "")
                standing[code, row] = (
                    (answer or UNANSWERED) if asked[code] == "asked" else asked[code]
                )
        return standing

    def holds(self, condition: Document, case: Case, asked: dict[str, str]) -> bool | None:
        """Say whether a condition holds; None where that is not known yet."""
        if "any" in condition:
            inner = [self.holds(each, case, asked) for each in condition["any"]]
            return True if True in inner else (None if None in inner else False)
        if "fact" in condition:
            recorded = case["facts"].get(condition["fact"], "")
            wanted = condition.get("is", True)
            listed = wanted if isinstance(wanted, list) else [wanted]
            words = [{True: "yes", False: "no"}.get(each, each) for each in listed]
            return recorded in words if recorded else None
        gate = condition["question"]
        if asked[gate] == NOT_ASKED:
            return False
        answer = case["answers"].get((gate, ""), {}).get("answer", "")
        return None if asked[gate] == UNDECIDED or not answer else answer == condition["answer"]


def every(values: Iterable[bool | None]) -> bool | None:
    """One that fails is enough; failing that, one that is not known."""
    listed = list(values)
    return False if False in listed else (None if None in listed else True)


def read_raw(inspection: Any, document: str) -> Raw:
    """Read the rows of record of an inspection, whose programme was written as `document`."""
    programme = Programme(yaml.safe_load(document))
    cases = read_cases(programme, inspection=inspection.pk, of_record=True)
    return Raw(programme, list(cases.values()), inspection.caseload)


def read_cases(programme: Programme, **assessments: Any) -> dict[int, Case]:
    """Return what is stored of some assessments, by their ids, in the order of their cases."""
    cases: dict[int, Case] = {
        row["pk"]: {
            "assessment": row["pk"],
            "reference": row["case__reference"],
            "manager": row["case__case_manager"],
            "assessor": row["assessor__name"] or "",
            "assessor_id": row["assessor_id"],
            "agreed": row["kind"] == "agreed",
            "facts": {},
            "answers": {},
        }
        for row in Assessment.objects.filter(**assessments)
        .order_by("case__position", "case__reference")
        .values(
            "pk", "case__reference", "case__case_manager", "assessor_id", "assessor__name", "kind"
        )
    }
    facts = RecordedFact.objects.filter(assessment__in=list(cases))
    for fact in facts.values("assessment", "fact__key", "value"):
        cases[fact["assessment"]]["facts"][fact["fact__key"]] = fact["value"]
    judgements = Judgement.objects.filter(assessment__in=list(cases))
    for row in judgements.values(
        "pk", "assessment", "question__code", "row", "answer", "evidence", "flagged", "changed_by"
    ):
        cases[row["assessment"]]["answers"][row["question__code"], row["row"]] = row
    for case in cases.values():
        case["standing"] = programme.stand(case)
    return cases


# Counts, percentages, bands


def list_standings(raw: Raw, name: str) -> list[str]:
    """Return how each judgement behind a score stands, over all cases."""
    return [case["standing"][place] for case in raw.cases for place in raw.programme.names[name]]


def count_case(raw: Raw, case: Case, name: str) -> Counts:
    """Return what one case adds to a score."""
    found = Counter(case["standing"][place] for place in raw.programme.names[name])
    return found[YES], found[YES] + found[NO], found[UNANSWERED] + found[UNDECIDED]


def count(raw: Raw, name: str) -> Counts:
    """Return a score's counts over all cases."""
    found = Counter(list_standings(raw, name))
    return found[YES], found[YES] + found[NO], found[UNANSWERED] + found[UNDECIDED]


def percent_of(part: int, whole: int) -> int | None:
    """Return a whole percentage, a half upwards; None where nothing is relevant."""
    if not whole:
        return None
    exact = Fraction(100 * part, whole)
    below = exact.numerator // exact.denominator
    return below + 1 if exact - below >= Fraction(1, 2) else below


def band_of(raw: Raw, percent: int | None) -> str | None:
    """Return the band whose floor is the highest that a percentage reaches."""
    reached = [(floor, label) for label, floor in raw.programme.bands if (percent or 0) >= floor]
    return None if percent is None else max(reached)[1]


def score(raw: Raw, name: str) -> dict[str, Any]:
    """Return a score in the form of `manage.py scorecard --format json`."""
    sufficient, relevant, still = count(raw, name)
    percent = low = high = percent_of(sufficient, relevant)
    if still:
        low = percent_of(sufficient, relevant + still)
        high = percent_of(sufficient + still, relevant + still)
    band = band_of(raw, low) if name in raw.programme.banded else None
    return {
        "sufficient": sufficient,
        "relevant": relevant,
        "open": still,
        "percent": percent,
        "low": low,
        "high": high,
        "band": band if band == band_of(raw, high) else None,
    }


def is_complete(raw: Raw) -> bool:
    """Say whether there are cases, every fact that a condition asks for, and every answer."""
    deciding = raw.programme.deciding_facts
    return (
        bool(raw.cases)
        and all(case["facts"].get(key) for case in raw.cases for key in deciding)
        and not any(how in OPEN for case in raw.cases for how in case["standing"].values())
    )


def list_behind(raw: Raw, name: str) -> dict[str, list[tuple[str, str, str]]]:
    """Return the judgements behind a score by how they stand: case, question and row of each."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for case in raw.cases:
        for place in raw.programme.names[name]:
            found.setdefault(case["standing"][place], []).append((case["reference"], *place))
    return found


# What may still come


def complete(raw: Raw) -> Iterator[Raw]:
    """Give every way in which the inspection may end that keeps what is recorded and answered.

    Only for inspections with little left open: their number is a product over all that is.
    """
    for endings in product(*(list(complete_case(raw.programme, case)) for case in raw.cases)):
        yield Raw(raw.programme, list(endings), raw.caseload)


def complete_case(programme: Programme, case: Case) -> Iterator[Case]:
    """Give every way in which one case may end: each fact, and then each answer that is asked."""
    missing = [key for key in programme.deciding_facts if not case["facts"].get(key)]
    for values in product(*(programme.values_of(key) for key in missing)):
        facts = {**case["facts"], **dict(zip(missing, values, strict=True))}
        yield from answer_rest(programme, {**case, "facts": facts})


def answer_rest(programme: Programme, case: Case) -> Iterator[Case]:
    """Give every way to answer what a case is asked and has not answered, first question first."""
    standing = programme.stand(case)
    place = next((place for place, stands in standing.items() if stands == UNANSWERED), None)
    if place is None:
        yield {**case, "standing": standing}
        return
    may = [YES, NO, *([NOT_APPLICABLE] if programme.questions[place[0]].get("allow_na") else [])]
    for answer in may:
        yield from answer_rest(
            programme, {**case, "answers": {**case["answers"], place: {"answer": answer}}}
        )


# Near the line


def find_flips(raw: Raw, name: str, wanted: str) -> tuple[int | None, str | None]:
    """Turn answers to `wanted`, one after the other, until the band is another, recounting all.

    Returns how many it took and the band then; nothing where all are turned and it is the same.
    """
    answers = [stands for stands in list_standings(raw, name) if stands in (YES, NO)]
    before = band_of(raw, percent_of(answers.count(YES), len(answers)))
    for turned in range(1, answers.count(NO if wanted == YES else YES) + 1):
        answers[answers.index(NO if wanted == YES else YES)] = wanted
        after = band_of(raw, percent_of(answers.count(YES), len(answers)))
        if after != before:
            return turned, after
    return None, None


# Groups and people


def cross(raw: Raw, name: str, one: str, other: str) -> dict[tuple[str, str], Counts]:
    """Return a score's counts by the values of two facts, for every pair that a case has."""
    pairs = {(case["facts"].get(one, ""), case["facts"].get(other, "")) for case in raw.cases}
    return {pair: count(raw.where(one, pair[0]).where(other, pair[1]), name) for pair in pairs}


def summarise(percents: Sequence[int]) -> dict[str, Any]:
    """Return the lowest and highest of other areas' percentages, and their mean, each area one."""
    return {
        "lowest": min(percents),
        "highest": max(percents),
        "average": percent_of(sum(percents), 100 * len(percents)),
    }
