"""How far the scores of docs/SCORING.md, section 14, are from other bands: counted anew."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.arithmetic import round_half_up
from scoring.near.boundaries import find_nearest_bands
from tests.docs.worked_examples import Counted


def recount_near(row: Mapping[str, str], inspection: Counted) -> dict[str, str]:
    """Return a line of the table: where a score stands, and what takes it up and down."""
    name = row["score"].strip("`")
    tally, score = inspection.find_tally(name), inspection.find_score(name)
    line = find_nearest_bands(tally, inspection.definition.bands)

    def describe(changes: int | None, step: int, band: str | None) -> str:
        if changes is None:
            return "–"
        percent = round_half_up(tally.sufficient + step * changes, tally.relevant)
        return f"{changes}: {percent}%, {band}"

    return {
        "score": row["score"],
        "sufficient": str(tally.sufficient),
        "relevant": str(tally.relevant),
        "printed": f"{score.percent}%",
        "band": score.band or "–",
        "changes up": describe(line.up, 1, line.up_band),
        "changes down": describe(line.down, -1, line.down_band),
    }
