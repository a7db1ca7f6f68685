"""Before both are completed, nothing that one assessor wrote is on any page of the other."""

from __future__ import annotations

import pytest

from cases.models import Judgement, SecondMarking
from inspections.models import Inspection
from tests.cases.filling import client_of
from tests.cases.second_marking.pages import COMPARE, FACT, ONE_SIDED, QUESTION
from tests.cases.second_marking.pairs import (
    FIRST_NOTE,
    SECOND_NOTE,
    judge,
    pick,
)
from tests.casting import (
    make_case,
)

pytestmark = pytest.mark.django_db


class TestBlindness:
    """Before both are completed, nothing that one wrote is on any page of the other."""

    OWN_PAGES = ("", "facts/", "1.1/screening/", "1.1/analysis/", "1.2/plans/", "2.1/delivery/",
                 "2.1/factors/", "data/", "review/", "history/", "next/")  # fmt: skip

    @pytest.fixture
    def half(self, inspection: Inspection) -> SecondMarking:
        """The second has completed it; the first has judged everything and not completed it."""
        case = make_case(inspection, facts={})
        judge(case, note=FIRST_NOTE)
        picked = pick(inspection)
        judge(picked.second, answers={"1.2.02": "insufficient"}, note=SECOND_NOTE)
        Judgement.objects.filter(assessment=picked.second).update(note_to_lead=SECOND_NOTE)
        case.completed_at = None
        case.save()
        return picked

    @pytest.mark.parametrize(
        ("key", "others"), [("inspector", SECOND_NOTE), ("practice-assessor", FIRST_NOTE)]
    )
    def test_on_no_page_of_the_one_is_a_word_of_the_other(
        self, inspection: Inspection, half: SecondMarking, key: str, others: str
    ) -> None:
        own = FIRST_NOTE if key == "inspector" else SECOND_NOTE
        client = client_of(inspection, key)
        base = "/inspections/anyshire-2026/cases/ANY-001/"
        seen = ""
        for page in self.OWN_PAGES:
            response = client.get(base + page, follow=True)
            assert response.status_code == 200, page
            seen += response.content.decode()
        for url in ("cases/", "second-marking/", "alerts/", "good-practice/", ""):
            response = client.get(f"/inspections/anyshire-2026/{url}")
            assert response.status_code == 200, url
            seen += response.content.decode()
        assert own in seen
        assert others not in seen
        for url in (COMPARE, QUESTION, FACT, ONE_SIDED):
            assert client.get(url).status_code == 404

    def test_not_even_the_lead_inspector_sees_the_comparison(
        self, inspection: Inspection, half: SecondMarking
    ) -> None:
        lead = client_of(inspection, "lead")
        assert [lead.get(url).status_code for url in (COMPARE, QUESTION, ONE_SIDED)] == [404] * 3
        base = "/inspections/anyshire-2026/cases/ANY-001/"
        for page in ("", "1.2/plans/", "history/"):
            assert SECOND_NOTE not in lead.get(base + page).content.decode()
