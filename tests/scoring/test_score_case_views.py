"""The judgements of a score in one case; and who may open what is behind a score."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment, Judgement, JudgementRevision
from inspections.models import Inspection
from tests.cases.second_marking.pairs import choose, make_compared
from tests.casting import (
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    user_of,
)
from tests.pages import Element, links_of, read_page, rows_of, texts_of
from tests.scoring.stages import SCORECARD, change_answer, lead_of

pytestmark = pytest.mark.django_db

CASES = "/inspections/anyshire-2026/cases/"


def read(client: Client, address: str) -> Element:
    response = client.get(address)
    assert response.status_code == 200, address
    return read_page(response)


PAGES = (
    "criterion/1.1/", "question/2.1.02/a/", "criterion/1.1/cases/ANY-001/",
    "question/2.1.02/a/cases/ANY-001/",
)  # fmt: skip


class TestAccess:
    @pytest.fixture
    def inspection(self) -> Inspection:
        inspection = make_inspection()
        make_case(inspection, "ANY-001", rest="sufficient")
        return inspection

    @pytest.mark.parametrize("path", PAGES)
    def test_is_the_lead_inspectors_alone(self, path: str, inspection: Inspection) -> None:
        address = SCORECARD + path
        asked = Client().get(address)
        assert (asked.status_code, asked.headers["Location"]) == (
            302,
            f"/accounts/login/?next={address}",
        )
        people = {
            403: [user_of(inspection, "inspector"), user_of(inspection, "local-assessor")],
            404: [
                user_of(inspection, "support"),
                make_user("newcomer"),
                make_manager(),
                make_administrator(),
            ],
        }
        for status, users in people.items():
            for user in users:
                client = Client()
                client.force_login(user)
                assert client.get(address).status_code == status
        assert lead_of(inspection).post(address).status_code == 405

    def test_leads_into_no_other_inspection(self, inspection: Inspection) -> None:
        make_case(make_inspection("Otherton"), "OTH-001", rest="sufficient")
        lead = lead_of(inspection)
        assert lead.get(f"{SCORECARD}criterion/1.1/cases/OTH-001/").status_code == 404
        assert lead.get("/inspections/nowhere-2026/scorecard/criterion/1.1/").status_code == 404


class TestCase:
    @pytest.fixture
    def case(self) -> Assessment:
        inspection = make_inspection()
        return make_case(inspection, "ANY-001", rest="sufficient")

    def test_shows_the_judgement_whole(self, case: Assessment) -> None:
        change_answer(
            case,
            "1.1.03",
            "insufficient",
            reasons=("too_short",),
            evidence="One <b>line</b> only.",
            note_to_lead="Ask me.",
            flagged=True,
        )
        judgement = change_answer(
            case,
            "1.1.03",
            "sufficient",
            evidence="Two lines.",
            note_to_lead="Ask me.",
            flagged=True,
        )
        JudgementRevision.objects.filter(judgement=judgement, version=judgement.version).update(
            because="It was there."
        )
        page = read(lead_of(case.inspection), f"{SCORECARD}question/1.1.03/cases/ANY-001/")
        (shown,) = page.xpath("//article")
        day, time = _moment(judgement)
        assert texts_of(shown, ".//p") == [
            "Yes To come back to",
            f"Inspector, {day} at {time}",
            "Two lines.",
            "Private note to you: Ask me.",
            "History of 1.1.03 Open in the case: 1.1.03 Settle 1.1.03",
        ]
        assert [text.partition(", ")[2] for text in texts_of(shown, ".//details//li")] == [
            "Inspector: Yes, because: It was there.",
            "Inspector: No",
            "Inspector: Yes",
        ]
        place = f"{CASES}ANY-001/"
        back = f"{SCORECARD}question/1.1.03/cases/ANY-001/#q1-1-03"
        assert [url for _, url in links_of(shown, ".")] == [
            f"{place}history/?question=1.1.03",
            f"{place}1.1/analysis/#q1-1-03",
            f"{place}settle/1.1.03/?{urlencode({'row': '', 'back': back})}",
        ]

    def test_shows_no_way_to_settle_what_is_closed(self, case: Assessment) -> None:
        Assessment.objects.update(closed=Assessment.Closed.LOCKED)
        page = read(lead_of(case.inspection), f"{SCORECARD}question/2.1.02/a/cases/ANY-001/")
        assert texts_of(page, "//article//a") == [
            "History of 2.1.02",
            "Open in the case: 2.1.02 Social care",
        ]

    def test_shows_how_a_difference_was_settled(self) -> None:
        inspection = make_inspection()
        second_marking = make_compared(inspection, second={"2.1.01": "insufficient"})
        choose(second_marking, "inspector", q2_1_01="insufficient")
        lead = lead_of(inspection)
        address = f"{SCORECARD}question/2.1.01/cases/ANY-001/"
        assert texts_of(read(lead, address), "//div[contains(@class, 'inset')]") == [
            "This case is judged twice and not yet settled. Its first marking counts meanwhile, "
            "and stands here. Compare the two markings"
        ]
        assert texts_of(read(lead, SCORECARD), "//main/p")[0] == (
            "Not complete 1 case. Every question that applies is answered, but not every second "
            "marking is settled."
        )
        choose(second_marking, "practice-assessor", q2_1_01="insufficient", reason="Agreed.")
        state = texts_of(read(lead, SCORECARD), "//main/p")[0]
        assert state.endswith("These scores stand unless a judgement is changed.")
        page = read(lead, address)
        assert (
            "Agreed after second marking by Inspector and Practice assessor."
            in texts_of(page, "//main//p")[0]
        )
        of_question = f"{SCORECARD}question/2.1.01/"
        for query in ("", "?fact=assessor&value=agreed"):
            lines = rows_of(read(lead, of_question + query), "case-lines")
            assert lines[1][:3] == ["ANY-001", "Agreed after second marking", "No"]
        assert lead.get(f"{of_question}?fact=assessor&value=").status_code == 404
        assert texts_of(page, "//article/p[starts-with(., 'Settled')]") == [
            "Settled by Practice assessor, as Inspector proposed: It is in the plan. Agreed."
        ]
        assert texts_of(page, "//article/p[contains(@class, 'answer')]") == ["No"]
        assert links_of(page, "//main/div/div/p")[1:2] == [
            ("Compare the two markings", f"{CASES}ANY-001/second-marking/")
        ]


def _moment(judgement: Judgement) -> tuple[str, str]:
    assert judgement.changed_at is not None
    at = localtime(judgement.changed_at)
    return date_format(at, "j F Y"), date_format(at, "H:i")


@pytest.mark.parametrize("cases", [1, 5])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("headline/safeguarding/", 7),
        ("question/1.1.01/?fact=gender&value=male", 7),
        ("headline/safeguarding/cases/ANY-000/", 8),
        ("question/1.1.01/cases/ANY-000/", 8),
    ],
)
def test_takes_as_many_queries_for_many_cases(
    cases: int, path: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    inspection = make_inspection()
    for number in range(cases):
        make_case(inspection, f"ANY-{number:03}", rest="sufficient")
    lead = lead_of(inspection)
    with django_assert_num_queries(queries):
        assert lead.get(f"{SCORECARD}{path}").status_code == 200
