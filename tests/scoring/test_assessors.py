"""Assessors beside each other: whose answers count, what is compared, and what the pages say."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment, Judgement
from cases.recording import AnswerChange, record_answers
from inspections.models import Inspection
from scoring.answer_table import read_answer_table
from scoring.assessors.comparing import (
    GivenAnswers,
    compare_assessors,
    compare_by_criterion,
    find_given_answers,
)
from tests.cases.second_marking.pairs import choose, make_compared
from tests.casting import (
    FACTS,
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    member_of,
    user_of,
)
from tests.pages import links_of, read_page, rows_of, text_of, texts_of

ASSESSORS = "/inspections/anyshire-2026/scorecard/assessors/"
INSPECTOR = f"{ASSESSORS}inspector/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    client = Client()
    client.force_login(user_of(inspection, "lead"))
    return client


@pytest.fixture
def cases(inspection: Inspection) -> None:
    """Five cases of the inspector, two with a No to 1.2.03; six of the local assessor, three with
    a No to it and one with a No to 2.1.01. Every case has seven scored answers, else Yes. Two of
    the five and one of the six are of looked after children.
    """
    for number in range(5):
        answers = {"1.2.03": "insufficient"} if number < 2 else {}
        facts = FACTS | {"looked_after": "yes" if number < 2 else "no"}
        make_case(inspection, f"A-{number}", answers=answers, facts=facts, rest="sufficient")
    for number in range(6):
        answers = {"1.2.03": "insufficient"} if number < 3 else {}
        if number == 5:
            answers["2.1.01"] = "insufficient"
        make_case(
            inspection,
            f"B-{number}",
            assessor="local-assessor",
            answers=answers,
            facts=FACTS | {"looked_after": "yes" if number == 5 else "no"},
            rest="sufficient",
        )


def read_given(inspection: Inspection) -> GivenAnswers:
    return find_given_answers(read_answer_table(inspection))


@pytest.mark.usefixtures("cases")
class TestComparing:
    def test_each_is_compared_with_all_others_in_the_order_of_the_team(
        self, inspection: Inspection
    ) -> None:
        compared = compare_assessors(read_given(inspection), inspection.team.all(), "")
        assert [
            (c.member.key, c.result.cases, c.result.answers, c.result.sufficient) for c in compared
        ] == [("inspector", 5, 35, 33), ("local-assessor", 6, 42, 38)]
        # In each of five cases five questions at 6/6, one at 3/6, one at 5/6; and the other way
        # about in each of six cases six questions at 5/5 and one at 3/5.
        expected = 5 * (5 + Fraction(3, 6) + Fraction(5, 6)), 6 * (6 + Fraction(3, 5))
        assert [c.result.expected for c in compared] == pytest.approx([float(e) for e in expected])

    def test_comparable_cases_share_a_recorded_fact(self, inspection: Inspection) -> None:
        (first, _) = compare_assessors(
            read_given(inspection), inspection.team.all(), "looked_after"
        )
        # Of the others five are not looked after: three cases meet a share of 2/5 at 1.2.03. One
        # is looked after, too few: two cases are compared over all, as above.
        alike, all_cases = 6 + Fraction(2, 5), 5 + Fraction(3, 6) + Fraction(5, 6)
        assert first.result.expected == pytest.approx(float(3 * alike + 2 * all_cases))
        assert (first.result.widened, first.result.unmatched) == (14, 0)

    def test_by_criterion_adds_up_to_the_whole(self, inspection: Inspection) -> None:
        given, member = read_given(inspection), member_of(inspection, "inspector")
        criteria = compare_by_criterion(given, member, "")
        assert [(str(c.name), c.result.answers, c.result.sufficient) for c in criteria] == [
            ("criterion 1.1", 15, 15), ("criterion 1.2", 5, 3), ("criterion 2.1", 15, 15),
        ]  # fmt: skip
        whole = given.compare(member.pk, "")
        assert sum(c.result.expected for c in criteria) == pytest.approx(whole.expected)

    def test_an_answer_that_the_lead_inspector_changed_is_nobodys(
        self, inspection: Inspection
    ) -> None:
        assessment = Assessment.objects.get(case__reference="A-0")
        version = assessment.judgements.get(question__code="1.2.03").version
        change = AnswerChange("1.2.03", "", "sufficient", version)
        assert record_answers(assessment, [change], member_of(inspection, "lead")).complete
        given = read_given(inspection)
        assert given.count_nobodys() == 1
        (first, second) = compare_assessors(given, inspection.team.all(), "")
        assert (first.result.answers, first.result.sufficient) == (34, 33)
        assert (second.result.answers, second.result.unmatched) == (36, 6)  # four others are few

    def test_answers_that_score_nothing_or_are_open_are_not_compared(
        self, inspection: Inspection
    ) -> None:
        Judgement.objects.filter(question__code="2.1.01").update(answer="")
        (first, second) = compare_assessors(read_given(inspection), inspection.team.all(), "")
        assert (first.result.answers, second.result.answers) == (30, 36)


def test_a_case_judged_twice_is_the_first_markers_until_it_is_settled(
    inspection: Inspection,
) -> None:
    picked = make_compared(inspection, second={"2.1.01": "insufficient"})
    given = read_given(inspection)
    assert (given.count_nobodys(), int(given.own.sum())) == (0, 7)
    choose(picked, "lead", q2_1_01="sufficient")
    given = read_given(inspection)
    assert (given.count_nobodys(), int(given.own.sum())) == (7, 0)


@pytest.mark.usefixtures("cases")
class TestThePage:
    def test_says_who_answered_what_against_what_would_be_expected(self, lead: Client) -> None:
        page = read_page(lead.get(ASSESSORS))
        assert texts_of(page, "//h1") == ["Anyshire 2026 Assessors"]
        head, *lines = rows_of(page, "assessors")
        assert head == [
            "Assessor", "Cases", "Answers", "Sufficient", "Expected", "Difference in points",
            "95% interval", "Same answer when judged twice",
        ]  # fmt: skip
        # 33 of 35 against 95/3 of 35, 38 of 42 against 198/5 of 42.
        assert [line[:6] for line in lines] == [
            ["Inspector", "5", "35", "94%", "90%", "+4"],
            ["Local assessor", "6", "42", "90%", "94%", "−4"],
        ]
        assert links_of(page, "//table[@id='assessors']")[0] == ("Inspector", INSPECTOR)
        assert "There are 2 intervals here, and none of them leave out 0." in text_of(page)
        assert "about 0.1 of 2." in text_of(page)

    def test_compares_in_cases_with_the_same_fact(self, lead: Client) -> None:
        page = read_page(lead.get(f"{ASSESSORS}?fact=looked_after"))
        assert rows_of(page, "assessors")[1][2] == "35 14 over all cases"
        assert "in cases with the same “Looked after child”" in text_of(page)
        assert links_of(page, "//table[@id='assessors']")[0][1] == f"{INSPECTOR}?fact=looked_after"

    def test_one_assessor_by_criterion_with_the_way_to_the_cases(
        self, lead: Client, inspection: Inspection
    ) -> None:
        page = read_page(lead.get(INSPECTOR))
        assert texts_of(page, "//h1") == ["Anyshire 2026 Inspector, beside the others"]
        assert [row[:6] for row in rows_of(page, "criteria")[1:]] == [
            ["1.1 Risk", "5", "15", "100%", "100%", "0"],
            ["1.2 Planning", "5", "5", "60%", "50%", "+10"],
            ["2.1 Working together", "5", "15", "100%", "94%", "+6"],
        ]
        url = links_of(page, "//table[@id='criteria']")[1][1]
        assert url.startswith("/inspections/anyshire-2026/scorecard/criterion/1.2/?")
        cases = text_of(read_page(lead.get(url)))
        assert [f"A-{n}" in cases for n in range(5)] == [True] * 5
        assert [f"B-{n}" in cases for n in range(6)] == [False] * 6

    def test_takes_the_same_queries_for_few_cases_and_many(
        self,
        lead: Client,
        inspection: Inspection,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        lead.get(ASSESSORS)
        for turn, more in enumerate((1, 5)):
            for number in range(more):
                make_case(inspection, f"C{turn}-{number}", assessor="lead", rest="sufficient")
                make_compared(inspection, f"D{turn}-{number}")
            with django_assert_num_queries(10):
                lead.get(ASSESSORS)
            with django_assert_num_queries(10):
                lead.get(INSPECTOR)

    def test_nobody_is_ranked_and_nothing_is_coloured(self, lead: Client) -> None:
        page = read_page(lead.get(ASSESSORS))
        assert (
            page.xpath("//main//*[contains(@class, 'govuk-tag') or contains(@class, 'band')]") == []
        )
        assert page.xpath("//main//ol | //main//*[@aria-sort]") == []


def test_an_agreement_from_second_marking_stands_beside_it(
    inspection: Inspection, lead: Client
) -> None:
    make_compared(inspection, second={"2.1.01": "insufficient"})
    row = rows_of(read_page(lead.get(ASSESSORS)), "assessors")[1]
    assert row == [
        "Inspector", "0", "0 7 more not compared", "–", "–", "Not enough to say",
        "91% 11 pairs, AC1 0.90",
    ]  # fmt: skip
    page = text_of(read_page(lead.get(INSPECTOR)))
    assert "In 1 case judged by another assessor too, 91% of 11 pairs of answers are alike" in page


def test_says_where_there_is_nothing_to_compare(inspection: Inspection, lead: Client) -> None:
    assert "No case has been allocated yet" in text_of(read_page(lead.get(ASSESSORS)))
    for number in range(6):
        make_case(inspection, f"A-{number}", rest="sufficient")
    page = read_page(lead.get(ASSESSORS))
    assert rows_of(page, "assessors")[1][1:] == [
        "0", "0 42 more not compared", "–", "–", "Not enough to say", "–",
    ]  # fmt: skip
    assert "There are 0 answers to compare" in text_of(read_page(lead.get(INSPECTOR)))


@pytest.mark.parametrize("url", [ASSESSORS, INSPECTOR])
class TestAccess:
    @pytest.fixture(autouse=True)
    def case(self, inspection: Inspection) -> None:
        make_case(inspection, rest="sufficient")

    def test_only_the_lead_inspector(self, inspection: Inspection, url: str) -> None:
        make_inspection("Elsewhere").team.filter(key="lead").update(user=make_user("other-lead"))
        answers = {}
        for name, user in {
            "lead": user_of(inspection, "lead"),
            "inspector": user_of(inspection, "inspector"),
            "support": user_of(inspection, "support"),
            "manager": make_manager(),
            "administrator": make_administrator(),
            "other lead": make_user("other-lead"),
        }.items():
            client = Client()
            client.force_login(user)
            answers[name] = client.get(url).status_code
        assert answers == {
            "lead": 200, "inspector": 403, "support": 404, "manager": 404, "administrator": 404,
            "other lead": 404,
        }  # fmt: skip
        assert Client().get(url).headers["Location"] == f"/accounts/login/?next={url}"

    def test_other_methods_and_unknown_facts(self, lead: Client, url: str) -> None:
        assert lead.post(url).status_code == 405
        for fact in ("nothing", "\x00", "x" * 9000):
            response = lead.get(url, {"fact": fact})
            assert response.status_code == 400
            assert "This programme records no such fact" in text_of(read_page(response))


def test_whoever_judges_no_case_has_no_page(inspection: Inspection, lead: Client) -> None:
    make_case(inspection, rest="sufficient")
    for key in ("lead", "support", "nobody"):
        assert lead.get(f"{ASSESSORS}{key}/").status_code == 404


def test_nothing_of_it_is_exported_or_reported() -> None:
    """Neither the report nor an export knows the module."""
    root = Path(settings.BASE_DIR)
    knowing = [
        str(path.relative_to(root))
        for package in ("reports", "scoring")
        for path in (root / package).rglob("*.py")
        if "scoring.assessors.comparing" in path.read_text(encoding="utf-8")
    ]
    assert sorted(knowing) == ["scoring/assessors/presentation.py", "scoring/views/assessors.py"]
