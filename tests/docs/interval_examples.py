"""The tables of docs/SCORING.md on intervals and breakdowns, made anew."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scoring.breakdowns.counting import GroupScore, divide_cases, score_division, suggest_gaps
from scoring.breakdowns.presentation import describe_gaps, describe_points
from scoring.names import parse_score_name
from scoring.scored import score_names
from tests.docs.worked_examples import Counted
from tests.scoring.simulation import Setting, measure_coverage

SAMPLES = 5000


def recount_interval(row: Mapping[str, str], counted: Counted) -> dict[str, str]:
    """Return a score with its interval, as the scorecard page prints it."""
    name = parse_score_name(counted.definition, _name(row["score"]))
    (scored,) = score_names(counted.inspection, counted.table, [name])
    assert scored.interval is not None
    return {
        "score": row["score"],
        "cases that count": str(scored.interval.cases),
        "sufficient": str(scored.score.sufficient),
        "relevant": str(scored.score.relevant),
        "printed": f"{scored.score.percent}%",
        "95% interval": scored.interval.printed + ("; few cases" if scored.interval.few else ""),
    }


def recount_difference(row: Mapping[str, str], counted: Counted) -> dict[str, str]:
    """Return a group beside all other cases, as the page of breakdowns prints it."""
    written, _, condition = _name(row["score"]).partition(" where ")
    fact, _, value = condition.partition("=")
    division = divide_cases(counted.table, fact)
    name = parse_score_name(counted.definition, written)
    _, groups = score_division(counted.inspection, counted.table, name, division)
    group = next(each for each in groups if each.choice and each.choice.value == value)
    assert group.difference is not None
    assert group.interval is not None
    return {
        "score": row["score"],
        "cases": str(group.cases),
        "printed": f"{group.score.percent}%",
        "95% interval": group.interval.printed,
        "points": describe_points(group.difference),
        "95% interval of the difference": group.difference.printed,
        "p": _print_p_value(group),
    }


def recount_gap(row: Mapping[str, str], counted: Counted) -> dict[str, str]:
    """Return a gap that is suggested, and the class that it stands in."""
    slug = counted.inspection.slug
    found = describe_gaps(slug, counted.table, suggest_gaps(counted.inspection, counted.table))
    line = next(
        line
        for kind in found.tables
        for line in (*kind.lines, *kind.further)
        if (line.group, line.score) == (row["group"], row["score"])
    )
    return {
        "group": line.group,
        "score": line.score,
        "in the group": line.here.standing,
        "in other cases": line.elsewhere.standing,
        "points": line.difference,
        "class": "stands out" if line.stands_out else "worth a look",
    }


def measure(row: Mapping[str, str]) -> dict[str, str]:
    """Return in how many of a hundred samples an interval holds the truth, for five scores."""
    setting = Setting(int(row["cases"]), row["answers about a case"], float(row["alike"]))
    shares = [column for column in row if re.fullmatch(r"\d+%", column)]
    measured = (measure_coverage(setting, int(each[:-1]) / 100, SAMPLES) for each in shares)
    return {
        **{key: row[key] for key in ("cases", "answers about a case", "alike")},
        **{column: f"{covered:.1f}" for column, covered in zip(shares, measured, strict=True)},
    }


def _name(cell: str) -> str:
    return cell.strip("`")


def _print_p_value(group: GroupScore) -> str:
    assert group.difference is not None
    return f"{group.difference.p_value:.4f}"
