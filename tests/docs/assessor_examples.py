"""An assessor beside the others, as docs/SCORING.md, section 16, says it: counted anew."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from scoring.answer_table import Standing
from scoring.assessors.comparing import CriterionCompared, find_given_answers
from scoring.assessors.presentation import list_criterion_lines
from scoring.names import parse_score_name
from tests.docs.worked_examples import Counted

FACT = "rosh_by_yot"


def recount_assessor(row: Mapping[str, str], inspection: Counted) -> dict[str, str]:
    """Return a line of the table: one person's answers to a criterion, and what to expect."""
    table = inspection.table
    name = parse_score_name(inspection.definition, row["score"].strip("`"))
    member = next(c.assessor_id for c in table.cases if c.assessor == row["assessor"])
    assert member is not None
    fact = FACT if row["comparable cases"] == f"`{FACT}`" else ""
    result = find_given_answers(table).compare(member, fact, table.columns_of(name))
    (line,) = list_criterion_lines([CriterionCompared(name, result)], "x", {name.key: ""}, member)
    return {
        "assessor": row["assessor"],
        "score": row["score"],
        "comparable cases": row["comparable cases"],
        "cases": str(line.cases),
        "answers": str(line.answers),
        "sufficient": f"{line.sufficient}, {line.share}",
        "expected": f"{result.expected:.2f}, {line.expected}",
        "over all cases": str(line.widened),
        "not compared": str(line.unmatched),
        "difference": line.difference,
        "95% interval": line.interval,
    }


def recount_expected(row: Mapping[str, str], inspection: Counted) -> dict[str, str]:
    """Return a line of the other table: one question, and what the others' share comes to."""
    table = inspection.table
    code = row["question"].strip("`")
    column = table.column_of[code, ""]
    given = find_given_answers(table)
    mine = [c.assessor == row["assessor"] for c in table.cases]
    own = [
        table.standing[case, column] == Standing.SUFFICIENT
        for case, is_own in enumerate(mine)
        if is_own and given.own[case, column]
    ]
    others = [
        table.standing[case, column] == Standing.SUFFICIENT
        for case, is_own in enumerate(mine)
        if not is_own and given.own[case, column]
    ]
    share = Fraction(sum(map(int, others)), len(others))
    return {
        "assessor": row["assessor"],
        "question": row["question"],
        "answers": str(len(own)),
        "sufficient": str(sum(map(int, own))),
        "the others": f"{sum(map(int, others))} of {len(others)}",
        "expected": f"{float(len(own) * share):.2f}",
    }
