"""Tables written out for a spreadsheet: CSV, or ODS with a sheet for each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from odfdo import Cell, Document, Row, Table

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets take UTF-8 for something else."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(head: Sequence[str], lines: Iterable[Iterable[object]]) -> str:
    """Return a table as CSV; a value that a spreadsheet would take for a formula is marked as text.

    The mark is the apostrophe with which people type such a value in.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for line in lines:
        writer.writerow([_guard(str(value)) for value in line])
    return BYTE_ORDER_MARK + text.getvalue()


def _guard(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


@dataclass(frozen=True)
class Sheet:
    """A sheet of a spreadsheet: text and numbers, None for an empty cell.

    `percents` are columns, by number, that hold percentages from 0 to 100, with the decimal places
    that they are shown with.
    """

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[object]]
    percents: Mapping[int, int] = field(default_factory=dict)


def write_ods(sheets: Sequence[Sheet]) -> bytes:
    """Return a spreadsheet whose numbers are numbers, and whose percentages are formatted so.

    Text is stored as text, whatever it begins with, so none of it is taken for a formula.
    """
    document = Document("spreadsheet")
    document.body.clear()
    for style in _HEADING, *_list_percent_styles({p for s in sheets for p in s.percents.values()}):
        document.insert_style(style, automatic=True)
    for sheet in sheets:
        table = Table(sheet.name)
        head = Row()
        head.extend_cells([Cell(text, cell_type="string", style="Heading") for text in sheet.head])
        table.append_row(head, clone=False)
        for values in sheet.rows:
            row = Row()
            row.extend_cells(
                [_make_cell(value, sheet.percents.get(at)) for at, value in enumerate(values)]
            )
            table.append_row(row, clone=False)
        document.body.append(table)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


_HEADING = (
    '<style:style style:name="Heading" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
)


def _list_percent_styles(places: Iterable[int]) -> Iterable[str]:
    for number in sorted(places):
        yield (
            f'<number:percentage-style style:name="PercentFormat{number}">'
            f'<number:number number:decimal-places="{number}" number:min-integer-digits="1"/>'
            "<number:text>%</number:text></number:percentage-style>"
        )
        yield (
            f'<style:style style:name="Percent{number}" style:family="table-cell" '
            f'style:data-style-name="PercentFormat{number}"/>'
        )


def _make_cell(value: Any, places: int | None) -> Cell:
    if value is None:
        return Cell()
    if places is not None:
        return Cell(
            round(value / 100, places + 2),
            text=f"{value:.{places}f}%",
            cell_type="percentage",
            style=f"Percent{places}",
        )
    return Cell(value) if isinstance(value, int | float) else Cell(str(value), cell_type="string")
