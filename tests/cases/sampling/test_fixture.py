"""The caseload for trying things out: it can be stored, and drawn from as its README says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cases.sampling.checking import Matching, check_caseload, check_columns
from cases.sampling.drawing import draw_sample
from cases.sampling.fields import guess_columns, guess_value, list_fields
from cases.sampling.reading import read_sheet
from cases.sampling.storing import as_entry
from inspections.programmes import read_programme

FIXTURES = Path(__file__).parents[3] / "fixtures"
AS_AT = date(2012, 10, 31)


def test_westmere_is_a_caseload_to_try_things_out_with() -> None:
    definition = read_programme(FIXTURES / "programmes" / "cci-2012.yaml")
    method = definition.sampling
    assert method is not None
    sheet = read_sheet((FIXTURES / "caseloads" / "westmere-2012.csv").read_bytes())
    fields = list_fields(definition, method)
    columns = guess_columns(fields, sheet.columns)
    assert check_columns(fields, sheet, columns) == {}
    values = {
        field.key: {
            text: guess_value(field.fact, text) for text in sheet.values_of(columns[field.key])
        }
        for field in fields
        if field.fact and field.key in columns
    }
    unknown = [text for texts in values.values() for text, value in texts.items() if not value]
    assert unknown == ["White Irish"]
    values["fact-ethnicity"]["White Irish"] = "white"
    checked = check_caseload(sheet, fields, Matching(columns, values), definition, method, AS_AT)
    assert checked.problems == []
    assert (len(checked.entries), checked.managers_renamed) == (148, 13)
    drawn = draw_sample(map(as_entry, checked.entries), method, "seed", AS_AT)
    assert (drawn.eligible, len(drawn.sample), len(drawn.left_out)) == (131, 85, 17)
    assert drawn.needed == {
        "High Risk of Harm to others": 8,
        "Young women": 9,
        "Black and minority ethnic children": 9,
    }
    assert drawn.exchanges
