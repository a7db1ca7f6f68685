"""The pages that open a score: everything on them adds up to it, for every score there is."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from cases.models import Judgement
from inspections.catalogue import load_definition, store_programme
from inspections.models import Inspection
from inspections.programmes import read_programme
from scoring.arithmetic import Score
from scoring.names import ScoreName, list_places, list_score_names
from scoring.room_pages import url_of_score
from scoring.scorecard import Scorecard, score_groups, score_inspection
from tests.casting import (
    make_case,
    make_inspection,
    member_of,
)
from tests.pages import Element, links_of, read_page, rows_of, texts_of
from tests.scoring.stages import SCORECARD, lead_of, make_mixed

pytestmark = pytest.mark.django_db

CASES = "/inspections/anyshire-2026/cases/"


def read(client: Client, address: str) -> Element:
    response = client.get(address)
    assert response.status_code == 200, address
    return read_page(response)


def score_of(card: Scorecard, name: ScoreName) -> Score:
    """Return a score from the scorecard, which counts in a query of its own."""
    if name.kind == "question":
        question = card.questions[name.key]
        return question.rows[name.row] if name.row else question.score
    return {"headline": card.headlines, "section": card.sections, "criterion": card.criteria}[
        name.kind
    ][name.key]


def numbers_of(page: Element, table: str) -> list[tuple[int, int]]:
    """Return sufficient and relevant of each row of a table, the sum last; groups have none."""
    head, *rows = rows_of(page, table)
    at = head.index("Sufficient")
    return [(int(row[at]), int(row[at + 1])) for row in rows if len(row) == len(head)]


def account_of(page: Element) -> dict[str, int]:
    return {row[0]: int(row[1].replace(",", "")) for row in rows_of(page, "account")[1:]}


def count_rows(inspection: Inspection, name: ScoreName) -> dict[str, int]:
    """Count the judgements of a score one by one, as they are stored."""
    places = set(list_places(load_definition(inspection.programme), name))
    counts: Counter[str] = Counter()
    for judgement in Judgement.objects.filter(
        assessment__inspection=inspection, assessment__of_record=True
    ).select_related("question"):
        if (judgement.question.code, judgement.row) not in places:
            continue
        if judgement.state == "not_asked":
            counts["Not asked"] += 1
        elif judgement.state == "undecided":
            counts["May yet apply"] += 1
        else:
            counts[judgement.answer] += 1
    relevant = counts["sufficient"] + counts["insufficient"]
    return {
        "Sufficient": counts["sufficient"],
        "Insufficient": counts["insufficient"],
        "Relevant": relevant,
        "Not applicable": counts["not_applicable"],
        "Not asked": counts["Not asked"],
        "Not answered yet": counts[""],
        "May yet apply": counts["May yet apply"],
        "Left out": counts.total() - relevant,
    }


def sum_of(parts: list[tuple[int, int]]) -> tuple[int, int]:
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


@pytest.mark.parametrize("query", ["", "?by=insufficient", "?fact=gender&value=male"])
def test_everything_adds_up_to_every_number_of_the_scorecard(query: str) -> None:
    inspection = make_mixed()
    lead = lead_of(inspection)
    cards = score_groups(inspection, "gender") if "fact" in query else {}
    card = cards.get("male") or score_inspection(inspection)
    definition = load_definition(inspection.programme)
    names = list_score_names(definition, rows=True)
    assert len(names) == 21
    for name in names:
        score = score_of(card, name)
        page = read(lead, url_of_score(inspection.slug, name) + query)
        printed = "Not scored" if score.percent is None else f"{score.percent}%"
        (main,) = texts_of(page, "//div[@class='app-score-open']/p")
        assert main == printed
        *cases, foot = numbers_of(page, "case-lines")
        assert sum_of(cases) == foot == (score.sufficient, score.relevant)
        assert len(cases) == card.cases
        if rows_of(page, "made-of"):
            *parts, foot = numbers_of(page, "made-of")
            assert sum_of(parts) == foot == (score.sufficient, score.relevant)
        account = account_of(page)
        assert (account["Sufficient"], account["Relevant"]) == (score.sufficient, score.relevant)
        assert account["Not answered yet"] + account["May yet apply"] == score.open
        if not cards:
            assert account == count_rows(inspection, name)


def test_each_case_opens_to_the_judgements_that_it_gives() -> None:
    inspection = make_mixed()
    lead = lead_of(inspection)
    for score in ("headline/safeguarding/", "criterion/1.1/", "question/2.1.02/"):
        page = read(lead, f"{SCORECARD}{score}")
        lines = dict(links_of(page, "//table[@id='case-lines']"))
        numbers = numbers_of(page, "case-lines")[:-1]
        assert list(lines) == [f"ANY-00{number}" for number in range(1, 7)]
        for url, (sufficient, relevant) in zip(lines.values(), numbers, strict=True):
            answers = Counter(
                texts_of(read(lead, url), "//article/p[contains(@class, '__answer')]/strong")
            )
            assert (answers["Yes"], answers["Yes"] + answers["No"]) == (sufficient, relevant)


class TestScore:
    @pytest.fixture
    def lead(self) -> Client:
        return lead_of(make_mixed())

    def test_says_what_it_is(self, lead: Client) -> None:
        page = read(lead, f"{SCORECARD}criterion/1.1/")
        assert texts_of(page, "//h1") == ["Anyshire 2026 1.1 Risk"]
        words = texts_of(page, "//div[@class='app-score-open']//p")
        assert [re.sub(r"interval \d+% to \d+%", "interval …", each) for each in words] == [
            "67%",
            "Band not settled",
            "6 of 9 judged sufficient. Between 43% and 79% once complete: 5 answers open",
            "95% interval …. Only 5 cases count here, so read it, and the score, with care",
            "How near it is to another band Break it down by a fact",
        ]
        assert links_of(page, "//nav[contains(@class, 'breadcrumbs')]")[2:] == [
            ("Scorecard", SCORECARD),
            ("1 Assessment and planning", f"{SCORECARD}section/1/"),
        ]

    def test_lists_its_questions_under_their_criteria(self, lead: Client) -> None:
        page = read(lead, f"{SCORECARD}headline/risk_of_harm/")
        assert rows_of(page, "made-of") == [
            ["Question", "Score", "Sufficient", "Relevant", "Left out"],
            ["1.1 Risk"],
            ["1.1.01 Was a screening completed?", "1.1.01: 60%", "3", "5", "1 not answered yet"],
            [
                "1.1.02 Was the screening completed in time?",
                "1.1.02: 100%",
                "2",
                "2",
                "1 not asked, 1 set aside, 1 not answered yet, 1 may yet apply",
            ],
            ["1.2 Planning"],
            [
                "1.2.03 Did the plan manage the risk?",
                "1.2.03: 75%",
                "3",
                "4",
                "1 not answered yet, 1 may yet apply",
            ],
            ["All together", "73%", "8", "11", "7"],
        ]
        assert links_of(page, "//table[@id='made-of']")[:2] == [
            ("1.1 Risk", f"{SCORECARD}criterion/1.1/"),
            ("1.1.01: 60%", f"{SCORECARD}question/1.1.01/"),
        ]

    def test_lists_the_rows_of_a_grid(self, lead: Client) -> None:
        page = read(lead, f"{SCORECARD}question/2.1.02/")
        assert links_of(page, "//table[@id='made-of']") == [
            ("Social care: 75%", f"{SCORECARD}question/2.1.02/a/"),
            ("Health: 100%", f"{SCORECARD}question/2.1.02/b/"),
        ]

    def test_lists_the_answers_of_a_question(self, lead: Client) -> None:
        page = read(lead, f"{SCORECARD}question/1.1.03/?by=insufficient")
        assert rows_of(page, "case-lines") == [
            ["Case", "Assessor", "Answer", "Sufficient", "Relevant", "Left out"],
            ["ANY-005 first marking", "Inspector", "No", "0", "1", "0"],
            ["ANY-001", "Inspector", "Yes", "1", "1", "0"],
            ["ANY-002", "Practice assessor", "Not asked", "0", "0", "1"],
            ["ANY-003", "Local assessor", "May yet apply", "0", "0", "1"],
            ["ANY-004", "Not allocated", "May yet apply", "0", "0", "1"],
            [
                "ANY-006",
                "Inspector",
                "Not asked; an earlier answer is set aside",
                "0",
                "0",
                "1",
            ],
            ["All 6 cases", "", "50%", "1", "2", "4"],
        ]

    def test_says_which_cases_count_by_their_first_marking(self, lead: Client) -> None:
        page = read(lead, f"{SCORECARD}criterion/1.1/")
        inset = "//section[@aria-labelledby='counted']//div[contains(@class, 'inset')]"
        assert texts_of(page, inset) == [
            "1 case is judged twice and not yet settled: ANY-005 (to be settled by Inspector and "
            "Practice assessor, or by you). The first marking counts "
            "meanwhile: 3 of the 9 judgements here. What the second says is left out, "
            "and the score may move once it is settled. Second marking"
        ]

    def test_says_what_is_missing_and_with_whom(self, lead: Client) -> None:
        page = read(lead, f"{SCORECARD}criterion/1.1/")
        assert rows_of(page, "missing-work")[1:] == [
            ["Local assessor", "1", "1", "1", "1"],
            ["Not allocated", "1", "1", "2", "4"],
        ]
        missing = "//section[@aria-labelledby='missing']"
        assert texts_of(page, f"{missing}//li") == [
            "ANY-003: 1 not answered yet, 1 may yet apply, 1 fact not recorded",
            "ANY-004: 1 not answered yet, 2 may yet apply, 4 facts not recorded",
        ]
        assert links_of(page, missing) == [
            ("ANY-003", f"{CASES}ANY-003/"),
            ("ANY-004", f"{CASES}ANY-004/"),
        ]

    def test_explains_a_question(self, lead: Client) -> None:
        page = read(lead, f"{SCORECARD}question/1.2.03/")
        assert texts_of(page, "(//details)[1]//p") == [
            "Look for who does what.",
            "Asked: where “Safeguarding plan required” is Yes or “Level of risk” is High or Very "
            "high.",
            "Key for Risk of Harm.",
        ]

    def test_is_narrowed_to_a_group(self, lead: Client) -> None:
        query = "?fact=gender&value=male"
        page = read(lead, f"{SCORECARD}criterion/1.1/{query}&fact=assessor&value=")
        assert texts_of(page, "//div[contains(@class, 'inset')]") == [
            "Only cases with Gender: Male and Assessor: Not allocated: 0 of 6 cases. Show all "
            "cases, which come to 67%."
        ]
        page = read(lead, f"{SCORECARD}criterion/1.1/{query}")
        assert texts_of(page, "//div[contains(@class, 'inset')]")[0] == (
            "Only cases with Gender: Male: 4 of 6 cases. Show all cases, which come to 67%."
        )
        assert texts_of(page, "//div[@class='app-score-open']/p") == ["75%"]
        assert links_of(page, "//table[@id='made-of']")[0] == (
            "1.1.01: 75%",
            f"{SCORECARD}question/1.1.01/{query}",
        )
        assert links_of(page, "//section[@aria-labelledby='cases']/p") == [
            ("Most insufficient first", f"{query}&by=insufficient#cases")
        ]
        assert texts_of(read(lead, f"{SCORECARD}criterion/1.1/?fact=case_manager&value="), "//h1")

    def test_is_narrowed_to_an_assessor(self, lead: Client) -> None:
        member = member_of(Inspection.objects.get(), "practice-assessor")
        page = read(lead, f"{SCORECARD}section/1/?fact=assessor&value={member.pk}")
        assert [row[0] for row in rows_of(page, "case-lines")[1:-1]] == ["ANY-002"]


@pytest.mark.parametrize(
    "path",
    [
        "headline/nothing/", "headline/1.1/", "section/9/", "criterion/1.9/", "question/9.9.99/",
        "question/2.1.02/z/", "question/1.1.01/a/", "theme/safeguarding/", "criterion/%00/",
        "criterion/1.1/?fact=shoe_size&value=9", "criterion/1.1/?fact=gender&value=none",
        "criterion/1.1/?fact=gender", "criterion/1.1/?fact=assessor&value=99999",
        "criterion/1.1/?fact=assessor&value=x%00", "criterion/1.1/?fact=case_manager&value=nobody",
        "criterion/1.1/cases/ANY-999/", "criterion/9.9/cases/ANY-001/",
        "question/2.1.02/z/cases/ANY-001/",
    ],
)  # fmt: skip
def test_unknown_names_are_not_found(path: str) -> None:
    inspection = make_inspection()
    make_case(inspection, "ANY-001")
    assert lead_of(inspection).get(f"{SCORECARD}{path}").status_code == 404


def test_is_empty_before_cases_are_drawn() -> None:
    page = read(lead_of(make_inspection()), f"{SCORECARD}criterion/1.1/?by=insufficient")
    assert texts_of(page, "//div[@class='app-score-open']/p") == ["Not scored"]
    assert texts_of(page, "//section[@aria-labelledby='cases']/p") == ["There are no cases."]
    assert set(account_of(page).values()) == {0}


def test_counts_answers_where_the_programme_has_no_scores() -> None:
    path = Path(settings.BASE_DIR) / "fixtures" / "programmes" / "sqs-2013.yaml"
    programme, _ = store_programme(read_programme(path))
    inspection = make_inspection(programme=programme)
    make_case(inspection, facts={}, rest="sufficient")
    lead, definition = lead_of(inspection), load_definition(programme)
    section = read(lead, f"{SCORECARD}section/1/")
    assert numbers_of(section, "case-lines") == [(0, 0), (0, 0)]
    for code in list(definition.questions)[:3]:
        page = read(lead, f"{SCORECARD}question/{code}/")
        assert account_of(page) == count_rows(inspection, ScoreName("question", code))
    assert lead.get(f"{SCORECARD}near/").status_code == 200
    assert lead.get(f"{SCORECARD}near/criterion/1.1/").status_code == 404


def test_narrows_a_score_to_all_cases_but_a_group() -> None:
    inspection = make_mixed()
    lead = lead_of(inspection)
    url = f"{SCORECARD}criterion/1.1/"
    whole, group, others = (
        numbers_of(read(lead, url + query), "case-lines")[:-1]
        for query in ("", "?fact=gender&value=female", "?fact=gender&value=!female")
    )
    assert (len(group), len(others)) == (1, 5)
    assert sum_of([*group, *others]) == sum_of(whole)
    page = read(lead, f"{url}?fact=gender&value=!female")
    assert "Only cases with Gender: all but Female: 5 of 6 cases." in page.text_content()
    for value in ("!", "!green", "!!female", "!" * 5000):
        status = 200 if value == "!" else 404
        assert lead.get(url, {"fact": "gender", "value": value}).status_code == status


def test_a_caseload_that_was_inspected_whole_leaves_doubt_while_answers_are_open() -> None:
    inspection = make_mixed()
    Inspection.objects.update(caseload=6)
    lead = lead_of(inspection)
    interval = "//div[@class='app-score-open']//p[starts-with(., '95% interval')]"
    assert " to " in texts_of(read(lead, f"{SCORECARD}criterion/1.1/"), interval)[0]
    judgements = Judgement.objects.filter(question__criterion__number="1.1")
    judgements.filter(answer="").exclude(state="not_asked").update(
        state="applies", answer="sufficient"
    )
    (exact,) = texts_of(read(lead, f"{SCORECARD}criterion/1.1/"), interval)
    assert " to " not in exact
