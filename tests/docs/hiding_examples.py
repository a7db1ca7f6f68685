"""Which groups a file hides, as docs/SCORING.md works it through."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.arithmetic import choose_hidden


def hide(row: Mapping[str, str]) -> dict[str, str]:
    """Return a line of the table as the code makes it."""
    column = "cases in the groups"
    sizes = {size: int(size) for size in row[column].split()}
    hidden = choose_hidden(sizes, int(row["smallest group"]))
    shown = " ".join(size for size in sizes if size in hidden)
    return {**row, "hidden": shown or "–"}
