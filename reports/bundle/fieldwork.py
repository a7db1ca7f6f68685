"""Reading `cases.csv` and `judgements.csv` against the programme and the team."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cases.applicability import decide_states, wanted_values
from cases.checking import NOTE_LIMIT, UNSTORABLE, check_facts
from cases.models import Judgement
from cases.opening import GivenAnswer, NewCase
from inspections.definition import Condition, ProgrammeDefinition, QuestionDefinition
from inspections.models import TeamMember
from inspections.problems import Problem
from inspections.reading import CsvFile, CsvRow

CASES_FILE = "cases.csv"
JUDGEMENTS_FILE = "judgements.csv"

CASE_COLUMNS = ("reference", "assessor", "case_manager")
JUDGEMENT_COLUMNS = ("case_reference", "question_code", "row", "answer", "assessor", "reasons")
EVIDENCE_COLUMN = "evidence"
REASON_SEPARATOR = ";"

Answer = Judgement.Answer
State = Judgement.State
Team = Mapping[str, TeamMember] | None
"""The members by key; None where the team could not be read, so nobody is looked up in it."""

_KEY = re.compile("[A-Za-z0-9-]{1,30}")
_KEY_RULE = "must be 1 to 30 letters, digits and hyphens"


@dataclass
class Draft:
    """A case as read so far; `lines` says where each of its questions is answered.

    It is doubtful if a fact or gate answer of it is faulty: what applies is then not certain.
    """

    reference: str
    line: int
    assessor: TeamMember | None
    case_manager: str
    facts: dict[str, str]
    is_doubtful: bool
    answers: dict[tuple[str, str], GivenAnswer] = field(default_factory=dict)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def to_new_case(self) -> NewCase:
        """Return the case as it is to be opened."""
        return NewCase(self.reference, self.assessor, self.case_manager, self.facts, self.answers)


def read_cases(
    file: CsvFile, definition: ProgrammeDefinition, team: Team, problems: list[Problem]
) -> dict[str, Draft] | None:
    """Return the cases by reference, in order, adding every fault to `problems`.

    None where there is no column of references.
    """
    wrong_columns = list(
        _check_columns(
            file.header, ("reference", "assessor", *definition.facts_by_key), ("case_manager",)
        )
    )
    problems.extend(Problem(CASES_FILE, 1, message) for message in wrong_columns)
    if "reference" not in file.header:
        return None
    drafts: dict[str, Draft] = {}
    for row in file.rows:
        draft = Draft(
            reference=row.values["reference"],
            line=row.line,
            assessor=(team or {}).get(row.values.get("assessor", "")),
            case_manager=row.values.get("case_manager", ""),
            facts={key: row.values.get(key, "") for key in definition.facts_by_key},
            is_doubtful=bool(wrong_columns),
        )
        faults = [*_check_case(draft, row, team), *_check_facts(definition, draft)]
        kept = drafts.setdefault(draft.reference, draft)
        if kept is not draft:
            faults.append(
                f'the reference "{draft.reference}" is given twice, first on line {kept.line}'
            )
        problems.extend(Problem(CASES_FILE, row.line, message) for message in faults)
    return drafts


def read_judgements(
    file: CsvFile,
    definition: ProgrammeDefinition,
    team: Team,
    drafts: dict[str, Draft] | None,
    problems: list[Problem],
) -> None:
    """Add the answers in the file to `drafts`, and every fault to `problems`.

    Where `drafts` is None the cases could not be read, and are not asked for.
    """
    wrong_columns = _check_columns(file.header, JUDGEMENT_COLUMNS, (EVIDENCE_COLUMN,))
    problems.extend(Problem(JUDGEMENTS_FILE, 1, message) for message in wrong_columns)
    if not set(JUDGEMENT_COLUMNS) <= set(file.header):
        return
    first: dict[tuple[str, str, str], int] = {}
    for row in file.rows:
        reference, code, grid_row, answer, by, _ = (row.values[c] for c in JUDGEMENT_COLUMNS)
        draft = None if drafts is None else drafts.get(reference)
        faults = list(_check_member(team, by))
        if drafts is not None and draft is None:
            faults.append(f'there is no case "{reference}" in {CASES_FILE}')
        place = first.setdefault((reference, code, grid_row), row.line)
        if place != row.line:
            named = f"{code}/{grid_row}" if grid_row else code
            faults.append(f"{named} is answered twice for {reference}, first on line {place}")
        wrong_answer = list(_check_answer(row, definition))
        faults.extend(wrong_answer)
        problems.extend(Problem(JUDGEMENTS_FILE, row.line, message) for message in faults)
        if draft and place == row.line and code in definition.questions:
            draft.lines[code, grid_row] = row.line
            if not wrong_answer:
                draft.answers[code, grid_row] = GivenAnswer(
                    answer, (team or {}).get(by), split_reasons(row), _evidence_of(row)
                )
            elif code in definition.gates:
                draft.is_doubtful = True


def check_applicability(
    definition: ProgrammeDefinition, drafts: Iterable[Draft], problems: list[Problem]
) -> None:
    """Add to `problems` every answer to a question that does not apply, or not certainly."""
    for draft in drafts:
        gates = {code: given.answer for (code, row), given in draft.answers.items() if not row}
        states = decide_states(definition, draft.facts, gates)
        for (code, _), line in draft.lines.items():
            if states[code] == State.NOT_ASKED:
                message = f"{code} does not apply to {draft.reference}"
            elif states[code] == State.UNDECIDED and not draft.is_doubtful:
                message = f"it is not decided whether {code} applies to {draft.reference}"
            else:
                continue
            asked = _describe(definition.questions[code].applies_when)
            problems.append(Problem(JUDGEMENTS_FILE, line, f"{message}: it is asked where {asked}"))


def split_reasons(row: CsvRow) -> tuple[str, ...]:
    """Return the keys of the reasons in a row of `judgements.csv`."""
    return tuple(key for key in row.values["reasons"].split(REASON_SEPARATOR) if key)


def _evidence_of(row: CsvRow) -> str:
    return row.values.get(EVIDENCE_COLUMN, "")


def _check_columns(
    header: Collection[str], required: Collection[str], optional: Collection[str]
) -> Iterator[str]:
    for column in header:
        if column not in required and column not in optional:
            yield f'unknown column "{column}"'
    for column in required:
        if column not in header:
            yield f'the column "{column}" is missing'


def _check_case(draft: Draft, row: CsvRow, team: Team) -> Iterator[str]:
    if not _KEY.fullmatch(draft.reference):
        yield f'the reference "{draft.reference}" {_KEY_RULE}'
    if draft.case_manager and not _KEY.fullmatch(draft.case_manager):
        yield f'the case manager "{draft.case_manager}" {_KEY_RULE}'
    if key := row.values.get("assessor"):
        yield from _check_member(team, key)
        if draft.assessor and draft.assessor.role and not draft.assessor.assesses:
            yield f'"{key}" is {draft.assessor.role} and does not assess cases'


def _check_member(team: Team, key: str) -> Iterator[str]:
    if not key:
        yield "the assessor is missing"
    elif team is not None and key not in team:
        yield f'there is no "{key}" in the team'


def _check_facts(definition: ProgrammeDefinition, draft: Draft) -> Iterator[str]:
    """What is faulty by itself is left out of what the facts must be together."""
    for key, value in draft.facts.items():
        allowed = definition.facts_by_key[key].values
        if value and value not in allowed:
            yield f'{key} "{value}" is none of {", ".join(allowed)}'
            draft.facts[key] = ""
            draft.is_doubtful = True
    for key, message in check_facts(definition, draft.facts).items():
        yield f"{key}: {message[0].lower()}{message[1:].rstrip('.')}"


def _check_answer(row: CsvRow, definition: ProgrammeDefinition) -> Iterator[str]:
    code, grid_row, answer = (row.values[c] for c in ("question_code", "row", "answer"))
    if answer not in Answer.values:
        yield f'the answer "{answer}" is none of {", ".join(Answer.values)}'
    evidence = _evidence_of(row)
    if len(evidence) > NOTE_LIMIT:
        yield f"the evidence is longer than {NOTE_LIMIT:,} characters"
    if UNSTORABLE.search(evidence):
        yield "the evidence holds a control character"
    if question := definition.questions.get(code):
        yield from _check_row(definition, question, grid_row)
        if answer == Answer.NOT_APPLICABLE and not question.allow_na:
            yield f"{code} cannot be {Answer.NOT_APPLICABLE}"
        yield from _check_reasons(question, answer, split_reasons(row))
    else:
        yield f'there is no question "{code}" in {definition.identity}'


def _check_row(
    definition: ProgrammeDefinition, question: QuestionDefinition, row: str
) -> Iterator[str]:
    if question.grid and not row:
        yield f"{question.code} is a grid, so a row must be given"
    elif row and not question.grid:
        yield f'{question.code} is no grid, so it has no row "{row}"'
    elif row not in definition.rows_of(question):
        yield f'{question.code} has no row "{row}"'


def _check_reasons(
    question: QuestionDefinition, answer: str, reasons: tuple[str, ...]
) -> Iterator[str]:
    if reasons and answer != Answer.INSUFFICIENT:
        yield f"reasons are given only with {Answer.INSUFFICIENT}"
    known = {reason.key for reason in question.reasons}
    for key in dict.fromkeys(reasons):
        if key not in known:
            yield f'{question.code} has no reason "{key}"'
        elif reasons.count(key) > 1:
            yield f'the reason "{key}" is given twice'


def _describe(conditions: Iterable[Condition], word: str = " and ") -> str:
    """Say in the words of the files when `conditions` hold."""
    parts = []
    for condition in conditions:
        if "any" in condition:
            parts.append(_describe(condition["any"], " or "))
        elif "fact" in condition:
            parts.append(f"{condition['fact']} is {' or '.join(wanted_values(condition))}")
        else:
            parts.append(f"{condition['question']} is {condition['answer']}")
    return word.join(parts)
