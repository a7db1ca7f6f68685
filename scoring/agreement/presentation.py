"""Agreement as its page shows it: most disputed first, coefficients in print, words of caution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse

from cases.models import Judgement
from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection
from scoring.agreement.coefficients import FEWEST_PAIRS, CrossTable, round_coefficient
from scoring.agreement.tables import Agreement, AssessorCounted, Counted, Difference

ANSWERS: Mapping[str, str] = {str(key): str(label) for key, label in Judgement.Answer.choices}
NOT_ASKED = "Not asked"
NOT_DEFINED = "Not defined"


@dataclass(frozen=True)
class Grid:
    """A table of pairs: the words of its rows and columns, and the counts with their sums."""

    id: str
    caption: str
    down: str
    across: str
    labels: list[str]
    rows: list[tuple[str, list[int], int]]
    sums: list[int]
    pairs: int


@dataclass(frozen=True)
class Line:
    """One figure of agreement in print; `grid` holds the counts behind it."""

    name: str
    pairs: int
    alike: int
    unlike: int
    one_sided: int
    percent: str
    kappa: str
    ac1: str
    few: bool
    grid: Grid
    code: str = ""
    url: str = ""
    cases: int = 0
    milder: int = 0
    stricter: int = 0


def describe_overall(agreement: Agreement) -> Line:
    """Return the figures over all questions and cases."""
    return _line("All questions", agreement.overall, "overall")


def list_disputed(
    agreement: Agreement, definition: ProgrammeDefinition, inspection: Inspection
) -> tuple[list[Line], list[Line]]:
    """Return the questions on which some pairs differ, most disputed first, and the others asked.

    Most disputed is what has most pairs that differ; among equals, the larger share of them.
    """
    lines = [
        _line(
            question.text,
            agreement.questions[code],
            f"q{code.replace('.', '-')}",
            code=code,
            url=reverse("scoring:agreement_question", args=[inspection.slug, code]),
        )
        for code, question in definition.questions.items()
        if agreement.questions[code].table.pairs or agreement.questions[code].one_sided
    ]
    disputed = [line for line in lines if line.unlike]
    disputed.sort(key=lambda line: (-line.unlike, Fraction(line.alike, line.pairs)))
    return disputed, [line for line in lines if not line.unlike]


def list_criteria(agreement: Agreement, definition: ProgrammeDefinition) -> list[Line]:
    """Return the criteria of which something was asked twice, in order."""
    return [
        _line(criterion.title, counted, f"c{number.replace('.', '-')}", code=number)
        for number, criterion in definition.criteria.items()
        if (counted := agreement.criteria[number]).table.pairs
    ]


def list_facts(agreement: Agreement, definition: ProgrammeDefinition) -> list[Line]:
    """Return the screening judgements that two made, most disputed first."""
    lines = [
        _line(
            definition.facts_by_key[key].label,
            counted,
            f"f-{key.replace('_', '-')}",
            labels={v: definition.facts_by_key[key].label_of(v) for v in counted.table.categories},
        )
        for key, counted in agreement.facts.items()
        if counted.table.pairs
    ]
    return sorted(lines, key=lambda line: (-line.unlike, Fraction(line.alike, line.pairs)))


def list_assessors(agreement: Agreement) -> list[Line]:
    """Return the assessors with their agreement with all others, in the order of the team."""
    return [_describe_assessor(counted, place) for place, counted in enumerate(agreement.assessors)]


def _describe_assessor(counted: AssessorCounted, place: int) -> Line:
    name = counted.assessor.name if counted.assessor else "Not allocated"
    pairs = {
        (row, column): count
        for row, counts in zip(counted.table.categories, counted.table.counts, strict=True)
        for column, count in zip(counted.table.categories, counts, strict=True)
    }
    sufficient, insufficient = Judgement.Answer.SUFFICIENT, Judgement.Answer.INSUFFICIENT
    return _line(
        name,
        counted,
        f"a{place}",
        down=name,
        across="The other assessor",
        cases=counted.cases,
        milder=pairs[sufficient, insufficient],
        stricter=pairs[insufficient, sufficient],
    )


def describe_question(counted: Counted, code: str) -> Line:
    """Return the figures of one question."""
    return _line(code, counted, "question")


@dataclass(frozen=True)
class DifferenceLine:
    """A case in which the two did not agree: who said what, and where it is compared."""

    reference: str
    url: str
    row: str
    first: tuple[str, str]
    second: tuple[str, str]


def list_difference_lines(
    differences: Sequence[Difference], rows: Mapping[str, str], inspection: Inspection
) -> list[DifferenceLine]:
    """Return differences in words; `rows` holds the labels of a grid's rows."""
    return [
        DifferenceLine(
            reference=each.second_marking.case.reference,
            url=reverse(
                "cases:compare_markings",
                args=[inspection.slug, each.second_marking.case.reference],
            ),
            row=rows.get(each.row, ""),
            first=(
                str(each.second_marking.first.assessor or "Not allocated"),
                ANSWERS.get(each.first, NOT_ASKED),
            ),
            second=(
                str(each.second_marking.second.assessor or "Not allocated"),
                ANSWERS.get(each.second, NOT_ASKED),
            ),
        )
        for each in differences
    ]


def _line(
    name: str,
    counted: Counted,
    key: str,
    *,
    labels: Mapping[str, str] = ANSWERS,
    down: str = "First assessor",
    across: str = "Second assessor",
    code: str = "",
    url: str = "",
    cases: int = 0,
    milder: int = 0,
    stricter: int = 0,
) -> Line:
    table = counted.table
    return Line(
        name=name,
        pairs=table.pairs,
        alike=table.alike,
        unlike=table.unlike,
        one_sided=counted.one_sided,
        percent="–" if table.percent is None else f"{table.percent}%",
        kappa=_print(table.kappa),
        ac1=_print(table.ac1),
        few=0 < table.pairs < FEWEST_PAIRS,
        grid=_make_grid(table, key, code or name, labels, down, across),
        code=code,
        url=url,
        cases=cases,
        milder=milder,
        stricter=stricter,
    )


def _print(value: Fraction | None) -> str:
    return NOT_DEFINED if value is None else round_coefficient(value)


def _make_grid(
    table: CrossTable, key: str, subject: str, labels: Mapping[str, str], down: str, across: str
) -> Grid:
    return Grid(
        id=f"counts-{key}",
        caption=f"Pairs of answers: {subject}",
        down=down,
        across=across,
        labels=[labels[category] for category in table.categories],
        rows=[
            (labels[category], list(counts), sum(counts))
            for category, counts in zip(table.categories, table.counts, strict=True)
        ],
        sums=[sum(column) for column in zip(*table.counts, strict=True)],
        pairs=table.pairs,
    )
