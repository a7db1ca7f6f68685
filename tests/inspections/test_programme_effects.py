"""What a new version of a programme does to scores and to the work, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inspections.programme_effects import describe_score_effects, describe_work_effects
from inspections.programme_files import write_programme
from tests.inspections.programme_edits import (
    Edits,
    edit,
    edit_text,
    read_fixture,
    read_small,
    read_text,
    text_of_question,
)

NA_ALLOWED = "      allow_na: true\n      na_when: No work was due yet\n"

CASES: dict[str, tuple[Edits, list[str], list[str]]] = {
    "a version alone": ((("version: 1", "version: 2"),), [], []),
    "reasons": ((("label: Too short", "label: Short"),), [], []),
    "words": (
        (
            ("Was a screening completed?", "Was a full screening completed?"),
            ("Use the timescale of the day.", "Use ours."),
        ),
        [],
        ["1 question is worded otherwise: 1.1.01.", "1 question has other guidance: 1.1.02."],
    ),
    "key questions": (
        (("key_for: [safeguarding, risk_of_harm]", "key_for: [risk_of_harm]"),),
        ["1 question no longer counts towards Safeguarding: 1.1.01."],
        [],
    ),
    "a question that counts no more": (
        (("scoring: question\n      reasons:", "scoring: none\n      reasons:"),),
        ["1 question no longer counts in the score of criterion 1.1: 1.1.03."],
        [],
    ),
    "a question that counts now": (
        (("scoring: none\n      outcome_fact: true", "scoring: question"),),
        ["1 question now counts in the score of criterion 1.2: 1.2.02."],
        [],
    ),
    "a grid question that is none any more": (
        (("scoring: rows", "scoring: question"), ("      grid: agencies\n", "")),
        ["1 question is counted otherwise: once, or once for each row of its grid: 2.1.02."],
        [],
    ),
    "rows of a grid that scores": (
        (("  - {key: b, label: Health}\n", ""),),
        ["1 question counts for other rows than before: 2.1.02."],
        [],
    ),
    "rows of a grid that does not": ((("  - {key: c, label: Friends}\n", ""),), [], []),
    "a removed key question": (
        ((text_of_question("1.1.02", "    - code: '1.1.03'"), ""),
         ("      applies_when:\n      - {question: '1.1.02', answer: sufficient}\n", "")),
        [
            "1 question no longer counts towards Risk of Harm: 1.1.02.",
            "1 question no longer counts in the score of criterion 1.1: 1.1.02.",
            "1 scored question is asked under other conditions, so other cases count: 1.1.03.",
        ],
        ["1 question is asked no longer: 1.1.02."],
    ),
    "conditions": (
        (("      - {fact: custody}\n", "      - {fact: looked_after}\n"),
         ("is: [high, very_high]", "is: very_high")),
        ["2 scored questions are asked under other conditions, so other cases count: 1.2.01, "
         "1.2.03."],
        ["1 fact must now be recorded of every case before publication: “Looked after child”.",
         "1 fact decides no longer which questions are asked: “Custodial phase inspected”."],
    ),
    "answers that are allowed no more": (
        ((f"key_for: [safeguarding]\n{NA_ALLOWED}", "key_for: [safeguarding]\n"),),
        ["1 scored question can no longer be answered “Not applicable”: 2.1.01."],
        [],
    ),
    "bands": (
        (("{label: MODERATE, floor: 60}", "{label: MIDDLING, floor: 65}"),
         ("{label: SUBSTANTIAL, floor: 45}", "{label: SUBSTANTIAL, floor: 50}")),
        ["The band MODERATE is gone.",
         "The band SUBSTANTIAL begins at 50%, and not at 45%.",
         "The band MIDDLING is new, from 65%."],
        [],
    ),
    "words for percentages and samples": (
        (("{words: a minority, from: 1", "{words: some, from: 1"),
         ("sample_max: 20", "sample_max: 30")),
        [],
        ["Percentages are put into other words in the text of reports.",
         "The way samples are drawn has changed. Those that were drawn already stay as they are."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_is_told_sentence_by_sentence(name: str) -> None:
    edits, score_effects, work_effects = CASES[name]
    new = edit(*edits)
    assert describe_score_effects(read_small(), new) == score_effects
    assert describe_work_effects(read_small(), new) == work_effects


def test_an_answer_that_is_allowed_now() -> None:
    without = edit((f"key_for: [safeguarding]\n{NA_ALLOWED}", "key_for: [safeguarding]\n"))
    assert describe_score_effects(without, read_small()) == [
        "1 scored question can now be answered “Not applicable”, which leaves a case out of the "
        "score: 2.1.01."
    ]


def test_themes_and_criteria_that_come_and_go() -> None:
    theme = "- {key: risk_of_harm, title: Risk of Harm, short: RoH, "
    text = edit_text(
        (f"{theme}bears_on_early_reinspection: true}}\n", ""),
        ("[safeguarding, risk_of_harm]", "[safeguarding]"),
        ("number: '1.2'", "number: '1.4'"),
    )
    new = read_text(text.replace("      key_for: [risk_of_harm]\n", ""))
    assert describe_score_effects(read_small(), new) == [
        "Risk of Harm is a headline no longer.",
        "Criterion 1.2 is gone, with its score.",
        "Criterion 1.4 is new.",
        "2 questions count in the score of criterion 1.4: 1.2.01, 1.2.03.",
    ]
    assert describe_score_effects(new, read_small()) == [
        "Risk of Harm is a new headline.",
        "3 questions count towards Risk of Harm: 1.1.01, 1.1.02, 1.2.03.",
        "Criterion 1.4 is gone, with its score.",
        "Criterion 1.2 is new.",
        "2 questions count in the score of criterion 1.2: 1.2.01, 1.2.03.",
    ]


def test_nothing_is_scored_any_more() -> None:
    unscored = replace(read_small(), scored=False)
    assert describe_score_effects(read_small(), unscored) == ["Nothing is scored any more."]
    assert describe_score_effects(unscored, read_small()) == ["Answers are scored now."]


def test_of_many_questions_a_dozen_are_named() -> None:
    old = read_fixture("cci-2012")
    new = read_text(write_programme(old).replace(" text: Was ", " text: Were "))
    (effect,) = describe_work_effects(old, new)
    number, _, rest = effect.partition(" questions are worded otherwise: ")
    named, _, more = rest.partition(" and ")
    assert (len(named.split(", ")), more) == (12, f"{int(number) - 12} more.")


@pytest.mark.parametrize("name", ["cci-2009", "cci-2012", "sqs-2013"])
def test_a_programme_does_nothing_to_itself(name: str) -> None:
    programme = read_fixture(name)
    assert describe_score_effects(programme, programme) == []
    assert describe_work_effects(programme, programme) == []


def test_from_2009_to_2012() -> None:
    """As fixtures/programmes/README.md tells it."""
    assert describe_score_effects(read_fixture("cci-2009"), read_fixture("cci-2012")) == [
        "4 questions now count towards Likelihood of Reoffending: 2.2.09, 3.1.06, 3.1.09, 3.1.10.",
        "1 question no longer counts in the score of criterion 1.1: 1.1.04.",
        "2 questions no longer count in the score of criterion 1.2: 1.2.08, 1.2.38.",
        "1 question no longer counts in the score of criterion 2.1: 2.1.20.",
        "1 question now counts in the score of criterion 2.2: 2.2.09.",
        "4 questions now count in the score of criterion 3.1: 3.1.04, 3.1.06, 3.1.09, 3.1.10.",
        "4 scored questions are asked under other conditions, so other cases count: 1.1.03, "
        "1.1.11, 1.1.12, 1.3.07.",
    ]
