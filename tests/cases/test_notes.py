"""Private notes to the lead inspector and flags, of cases that are marked twice too."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.board import read_board
from cases.models import Assessment, SecondMarking
from cases.notes import list_marked, name_marking
from cases.recording import AnswerChange, record_answers
from cases.second_marking.comparing import begin_comparison
from cases.second_marking.picking import cancel_second_marking
from inspections.models import Inspection
from tests.cases.filling import client_of
from tests.cases.second_marking.pairs import choose, judge, pick, reload
from tests.casting import make_case, make_inspection, member_of
from tests.pages import links_of, read_page, texts_of

pytestmark = pytest.mark.django_db

NOTES = "/inspections/anyshire-2026/board/notes/"


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


def write(assessment: Assessment, code: str, answer: str, note: str, flagged: bool = False) -> None:
    """Write a private note beside an answer, as the assessor of the case."""
    (judgement,) = assessment.judgements.filter(question__code=code)
    change = AnswerChange(code, "", answer, judgement.version, note_to_lead=note, flagged=flagged)
    assert assessment.assessor is not None
    assert record_answers(assessment, [change], assessment.assessor).complete


def make_noted_pair(inspection: Inspection, *, differ: bool = True) -> SecondMarking:
    """Return a case with notes in both markings; the second is not completed."""
    first = make_case(inspection, rest="sufficient")
    write(first, "1.1.01", "sufficient", "Said by the first.", flagged=True)
    marking = pick(inspection)
    judge(marking.second, complete=False)
    answer = "insufficient" if differ else "sufficient"
    write(marking.second, "1.1.01", answer, "Said by the second.", flagged=True)
    return marking


def end(marking: SecondMarking) -> SecondMarking:
    """Have both completed and laid side by side."""
    pair = [marking.first_id, marking.second_id]
    Assessment.objects.filter(pk__in=pair).update(completed_at=marking.picked_at)
    assert begin_comparison(marking)
    return reload(marking)


def notes_of(inspection: Inspection) -> list[tuple[str, str, bool]]:
    """Which marking each note or flag is from, its words, and whether it is to be come back to."""
    marked = list_marked(member_of(inspection, "lead"))
    return [(name_marking(m.assessment), m.judgement.note_to_lead, m.flagged) for m in marked]


def counted(inspection: Inspection) -> tuple[int, int]:
    board = read_board(member_of(inspection, "lead"))
    return board.notes, board.flagged


def test_nothing_of_a_second_marking_is_read_before_both_are_compared(
    inspection: Inspection,
) -> None:
    make_noted_pair(inspection)
    assert notes_of(inspection) == [("", "Said by the first.", True)]
    assert counted(inspection) == (1, 1)


BOTH = [
    ("First marking", "Said by the first.", False),
    ("Second marking", "Said by the second.", False),
]


def test_both_are_read_while_they_are_compared_and_after_they_are_settled(
    inspection: Inspection,
) -> None:
    marking = end(make_noted_pair(inspection))
    assert notes_of(inspection) == BOTH
    assert counted(inspection) == (2, 0)
    assert choose(marking, "lead", q1_1_01="insufficient").finished
    assert notes_of(inspection) == BOTH
    assert counted(inspection) == (2, 0)


def test_notes_of_a_second_marking_that_was_called_off_are_left(inspection: Inspection) -> None:
    marking = make_noted_pair(inspection)
    cancel_second_marking(marking, member_of(inspection, "lead"), "Not enough time.")
    assert notes_of(inspection) == [
        ("", "Said by the first.", True),
        ("Second marking, called off", "Said by the second.", False),
    ]
    assert counted(inspection) == (2, 1)


def test_a_flag_on_what_is_not_asked_is_no_flag(inspection: Inspection) -> None:
    case = make_case(inspection)
    write(case, "1.2.01", "", "Not asked here.", flagged=True)
    assert notes_of(inspection) == [("", "Not asked here.", False)]
    assert counted(inspection) == (1, 0)
    page = read_page(client_of(inspection, "lead").get(NOTES))
    assert texts_of(page, "//ul[contains(@class, 'board-list')]/li") == []


def test_the_page_says_which_marking_each_is_from(inspection: Inspection) -> None:
    end(make_noted_pair(inspection))
    page = read_page(client_of(inspection, "lead").get(NOTES))
    said = [text.split(" by ")[0] for text in texts_of(page, "//*[@class='board-note__by']/strong")]
    assert said == ["First marking.", "Second marking."]
    place = "/inspections/anyshire-2026/cases/ANY-001"
    assert (
        links_of(page, "//main//ul[contains(@class, 'board-notes')]")
        == [
            ("ANY-001, 1.1.01", f"{place}/1.1/screening/#q1-1-01"),
            ("Compare the two markings of ANY-001", f"{place}/second-marking/"),
        ]
        * 2
    )


@pytest.mark.parametrize("cases", [1, 9])
def test_takes_one_query_for_any_number(
    inspection: Inspection, cases: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(cases):
        case = make_case(inspection, f"ANY-{number:03}")
        write(case, "1.1.01", "sufficient", "Look.")
    lead = member_of(inspection, "lead")
    list_marked(lead)
    with django_assert_num_queries(1):
        assert len(list_marked(lead)) == cases
