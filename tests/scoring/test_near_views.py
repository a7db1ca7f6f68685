"""Near the line: what moves a score to another band, and where it is least settled."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cases.models import Judgement, SecondMarking
from inspections.models import Inspection
from scoring.agreement.markings import read_markings
from scoring.answer_table import read_answer_table
from scoring.arithmetic import find_band
from scoring.names import ScoreName, list_places
from scoring.near.listing import CHANGED, Direction, Doubts, Move, NearScore, list_near
from scoring.near.unsettled import find_unsettled
from scoring.scorecard import score_inspection
from tests.cases.second_marking.pairs import choose, make_compared
from tests.casting import (
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    user_of,
)
from tests.pages import Element, links_of, read_page, rows_of, text_of, texts_of
from tests.scoring.stages import SCORECARD, change_answer, lead_of, make_mixed

pytestmark = pytest.mark.django_db

NEAR = f"{SCORECARD}near/"


def find_scores(inspection: Inspection) -> list[NearScore]:
    table = read_answer_table(inspection)
    return list_near(table, find_unsettled(table, read_markings(inspection)))


def read(client: Client, address: str) -> Element:
    response = client.get(address)
    assert response.status_code == 200, address
    return read_page(response)


def band_now(inspection: Inspection, name: ScoreName) -> str | None:
    card = score_inspection(inspection)
    score = (card.headlines if name.kind == "headline" else card.criteria)[name.key]
    return find_band(score.percent, read_answer_table(inspection).definition.bands)


@pytest.mark.parametrize("direction", ["up", "down"])
def test_so_many_changes_move_a_score_and_one_fewer_does_not(direction: Direction) -> None:
    inspection = make_mixed()
    turned = {"up": "sufficient", "down": "insufficient"}[direction]
    moved = []
    for near in find_scores(inspection):
        move = {"up": near.up, "down": near.down}[direction]
        if move is None:
            continue
        places = list_places(read_answer_table(inspection).definition, near.name)
        rows = [
            judgement
            for judgement in Judgement.objects.filter(
                assessment__of_record=True, state="applies", answer=CHANGED[direction].name.lower()
            ).select_related("question")
            if (judgement.question.code, judgement.row) in places
        ]
        assert len(rows) == move.candidates
        before = {row.pk: row.answer for row in rows}
        assert band_now(inspection, near.name) == near.band
        for count, row in enumerate(rows[: move.changes], start=1):
            Judgement.objects.filter(pk=row.pk).update(answer=turned)
            expected = move.band if count == move.changes else near.band
            assert band_now(inspection, near.name) == expected
        for pk, answer in before.items():
            Judgement.objects.filter(pk=pk).update(answer=answer)
        moved.append(str(near.name))
    assert len(moved) >= 3


@pytest.fixture
def inspection() -> Inspection:
    """Eight cases; 1.1.01 is Yes in five, of which one is disputed, one flagged, three bare."""
    inspection = make_inspection()
    second_marking = make_compared(inspection, "ANY-001", second={"1.1.01": "insufficient"})
    choose(second_marking, "lead", q1_1_01="sufficient")
    for number in (2, 3, 4):
        case = make_case(inspection, f"ANY-00{number}", rest="sufficient")
        case.judgements.exclude(answer="").update(evidence="Seen.")
    change_answer(case, "1.1.01", "sufficient", evidence="Seen.", flagged=True)
    make_case(inspection, "ANY-005", rest="sufficient")
    for number in (6, 7, 8):
        make_case(
            inspection,
            f"ANY-00{number}",
            answers={"1.1.01": "insufficient", "2.1.02/a": "insufficient"},
            rest="sufficient",
        )
    return inspection


def test_what_was_called_off_is_not_disputed() -> None:
    inspection = make_inspection()
    make_compared(inspection, second={"2.1.01": "insufficient"})
    table = read_answer_table(inspection)
    disputed = find_unsettled(table, read_markings(inspection)).disputed
    assert [table.places[column] for column in disputed[0].nonzero()[0]] == [("2.1.01", "")]
    SecondMarking.objects.update(cancelled_at=timezone.now(), cancelled_because="Not needed.")
    assert not find_unsettled(table, read_markings(inspection)).disputed.any()


@pytest.mark.parametrize(
    ("changes", "enough"), [(2, "disputed"), (3, "flagged"), (4, "bare"), (5, "bare"), (6, "")]
)
def test_says_which_of_the_least_settled_are_enough(changes: int, enough: str) -> None:
    doubts = Doubts(disputed=2, flagged=2, bare=4, spoken_for=3, any=5)
    assert Move("up", changes, "MODERATE", 9, doubts).enough == enough


class TestList:
    def test_puts_the_nearest_first(self, inspection: Inspection) -> None:
        page = read(lead_of(inspection), NEAR)
        assert rows_of(page, "near-lines")[:3] == [
            ["Score", "Stands at", "To a better band", "To a worse band"],
            [
                "1.1 Risk",
                "1.1 Risk: 83% MINIMUM 15 of 18",
                "No band further",
                "1.1 Risk: 2 changes to MODERATE Least settled: 3 disputed, 1 flagged, 3 without "
                "evidence. The disputed ones alone are enough to move it.",
            ],
            [
                "Safeguarding",
                "Safeguarding: 81% MINIMUM 26 of 32",
                "No band further",
                "Safeguarding: 3 changes to MODERATE Least settled: 1 disputed, 1 flagged, "
                "10 without evidence. They are enough to move it only with those without "
                "evidence.",
            ],
        ]

    def test_opens_every_score_and_every_move(self, inspection: Inspection) -> None:
        page = read(lead_of(inspection), NEAR)
        links = dict(links_of(page, "//table"))
        assert links["1.1 Risk: 83%"] == f"{SCORECARD}criterion/1.1/"
        assert links["1.1 Risk: 2 changes to MODERATE"] == f"{NEAR}criterion/1.1/?to=down"

    def test_settles_no_band_while_answers_are_open(self) -> None:
        page = read(lead_of(make_mixed()), NEAR)
        assert texts_of(page, "//div[contains(@class, 'inset')]") == [
            "22 answers are still open. What stands here is of the answers given so far: no band "
            "is settled by it."
        ]
        (risk,) = (row for row in rows_of(page, "near-lines") if row[0] == "1.1 Risk")
        assert risk[1] == "1.1 Risk: 67% so far within MODERATE 6 of 9"

    def test_says_so_before_cases_are_drawn(self) -> None:
        page = read(lead_of(make_inspection()), NEAR)
        moves = [row[2:] for row in rows_of(page, "near-lines")[1:]]
        assert moves == [["Nothing to change yet"] * 2] * 5


class TestScore:
    def test_counts_by_question_and_by_case(self, inspection: Inspection) -> None:
        page = read(lead_of(inspection), f"{NEAR}criterion/1.1/")
        assert texts_of(page, "//main//ul[1]/li") == [
            "2 changes from Yes to No would take it down to MODERATE."
        ]
        assert rows_of(page, "near-questions")[1:] == [
            ["1.1.01 Was a screening completed?", "1", "1", "1", "3"],
            ["1.1.02 Was the screening completed in time?", "1", "0", "1", "2"],
            ["1.1.03 Was the screening good enough?", "1", "0", "1", "2"],
        ]
        assert rows_of(page, "near-cases")[1:] == [
            ["ANY-001 Inspector", "3", "0", "0", "3"],
            ["ANY-004 Inspector", "0", "1", "0", "1"],
            ["ANY-005 Inspector", "0", "0", "3", "3"],
        ]

    def test_names_each_judgement_with_its_link(self, inspection: Inspection) -> None:
        page = read(lead_of(inspection), f"{NEAR}criterion/1.1/?to=down")
        rows = rows_of(page, "near-judgements")[1:]
        assert [(row[0], row[2]) for row in rows] == [
            ("ANY-001, 1.1.01", "Disputed in second marking"),
            ("ANY-001, 1.1.02", "Disputed in second marking"),
            ("ANY-001, 1.1.03", "Disputed in second marking"),
            ("ANY-004, 1.1.01", "Flagged"),
            ("ANY-005, 1.1.01", "No evidence written"),
            ("ANY-005, 1.1.02", "No evidence written"),
            ("ANY-005, 1.1.03", "No evidence written"),
        ]
        lead = lead_of(inspection)
        for _, url in links_of(page, "//table[@id='near-judgements']"):
            answer = texts_of(read(lead, url), "//article/p[contains(@class, 'answer')]/strong")
            assert answer[0] == "Yes"

    def test_says_where_there_is_no_way(self, inspection: Inspection) -> None:
        page = read(lead_of(inspection), f"{NEAR}criterion/1.1/?to=up")
        assert text_of(page.xpath("//main//div[contains(@class, 'inset')]")[0]) == (
            "No change of answers takes it into another band that way."
        )

    def test_lists_fifty_at_a_time(self, inspection: Inspection) -> None:
        for number in range(10, 40):
            make_case(inspection, f"ANY-0{number}", rest="sufficient")
        address = f"{NEAR}criterion/1.1/?to=down"
        lead = lead_of(inspection)
        ranges = {
            "": ("Judgements 1 to 50 of 97.", 50),
            "&start=50": ("Judgements 51 to 97 of 97.", 47),
            "&start=99999999": ("Judgements 51 to 97 of 97.", 47),
            "&start=-1": ("Judgements 1 to 50 of 97.", 50),
            "&start=%00": ("Judgements 1 to 50 of 97.", 50),
        }
        for start, (words, rows) in ranges.items():
            page = read(lead, address + start)
            assert words in text_of(page.xpath("//main")[0])
            assert len(rows_of(page, "near-judgements")) == rows + 1

    @pytest.mark.parametrize("path", ["section/1/", "question/1.1.01/", "criterion/9.9/"])
    def test_is_not_there_for_what_has_no_band(self, path: str, inspection: Inspection) -> None:
        assert lead_of(inspection).get(f"{NEAR}{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "criterion/1.1/"])
def test_is_the_lead_inspectors_alone(path: str, inspection: Inspection) -> None:
    assert Client().get(NEAR + path).status_code == 302
    people = [user_of(inspection, "inspector"), user_of(inspection, "support")]
    people += [make_user("newcomer"), make_manager(), make_administrator()]
    statuses = []
    for user in people:
        client = Client()
        client.force_login(user)
        statuses.append(client.get(NEAR + path).status_code)
    assert statuses == [403, 404, 404, 404, 404]
    assert lead_of(inspection).post(NEAR + path).status_code == 405


@pytest.mark.parametrize("more", [0, 4])
@pytest.mark.parametrize("path", ["", "criterion/1.1/"])
def test_takes_as_many_queries_for_many_cases(
    path: str,
    more: int,
    inspection: Inspection,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(more):
        make_compared(inspection, f"MORE-{number}", second={"2.1.01": "insufficient"})
    lead = lead_of(inspection)
    with django_assert_num_queries(8):
        assert lead.get(NEAR + path).status_code == 200
