"""The pages of conflicts of interest: for an assessor, and for the lead inspector."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.models import ConflictOfInterest
from inspections.models import Inspection
from tests.cases.allocation.casework import (
    CONFLICTS,
    allocation_of,
    begin,
    make_cases,
    make_many,
)
from tests.cases.filling import banners_of, client_of, errors_of, heading_of
from tests.casting import make_inspection, member_of
from tests.pages import links_of, read_page, rows_of, texts_of

pytestmark = pytest.mark.django_db

CASE = {"subject": "case", "key": "ANY-001", "note": ""}


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


@pytest.fixture
def inspector(inspection: Inspection) -> Client:
    return client_of(inspection, "inspector")


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    return client_of(inspection, "lead")


def told_after(client: Client, sent: dict[str, str]) -> str:
    """Declare, and return what the page then says in its banner."""
    answer = client.post(CONFLICTS, sent)
    assert (answer.status_code, answer["Location"]) == (302, CONFLICTS)
    return banners_of(read_page(client.get(CONFLICTS)))[0][1]


class TestAssessor:
    def test_declares_and_loses_a_case_that_was_not_begun(
        self, inspection: Inspection, inspector: Client
    ) -> None:
        make_many(inspection, 2, "inspector")
        assert told_after(inspector, {**CASE, "note": "I  know the family."}) == (
            "Your conflict of interest with ANY-001 is recorded. No longer allocated to you: "
            "ANY-001."
        )
        page = read_page(inspector.get(CONFLICTS))
        assert heading_of(page) == "Anyshire 2026 Your conflicts of interest"
        ((with_whom, note, _, state),) = rows_of(page, "conflicts")[1:]
        assert (with_whom, note, state) == ("Case ANY-001", "I know the family.", "Stands")
        assert allocation_of(inspection) == {"ANY-001": "", "ANY-002": "inspector"}
        assert inspector.get("/inspections/anyshire-2026/cases/ANY-001/").status_code == 404

    def test_is_told_that_the_lead_decides_about_a_case_that_was_begun(
        self, inspection: Inspection, inspector: Client
    ) -> None:
        (case,) = make_cases(inspection, ("ANY-001", "inspector", "cm-01"))
        begin(case)
        assert told_after(inspector, {**CASE, "subject": "manager", "key": "cm-01"}) == (
            "Your conflict of interest with cm-01 is recorded. Begun already, so the lead "
            "inspector decides: ANY-001."
        )
        assert allocation_of(inspection) == {"ANY-001": "inspector"}
        waiting = "//*[@aria-labelledby='decisions-title']//p"
        assert texts_of(read_page(inspector.get(CONFLICTS)), waiting) == [
            "You have a conflict of interest with ANY-001. It is still yours until the lead "
            "inspector gives it to somebody else. Leave it as it is until then; it cannot "
            "be completed."
        ]
        told = told_after(inspector, {**CASE, "key": "ANY-999"})
        assert told.startswith("Your conflict of interest with ANY-999 is recorded. It fits no")
        assert "ANY-001" not in told
        other = client_of(inspection, "local-assessor")
        assert texts_of(read_page(other.get(CONFLICTS)), waiting) == []

    def test_cannot_learn_which_references_there_are(
        self, inspection: Inspection, inspector: Client
    ) -> None:
        """A case of somebody else, one that nobody has and none at all: every answer is alike."""
        make_cases(inspection, ("ANY-001", "lead", "cm-01"), ("ANY-002", "", "cm-01"))
        answers = {
            told_after(inspector, {**CASE, "key": key}).replace(key, "X")
            for key in ("ANY-001", "ANY-002", "ANY-003")
        }
        answers |= {
            told_after(inspector, {**CASE, "subject": "manager", "key": key}).replace(key, "X")
            for key in ("cm-01", "cm-99")
        }
        assert answers == {
            "Your conflict of interest with X is recorded. It fits no case of yours. Check that X "
            "is typed as it should be: you are not told whether there is such a case."
        }
        rows = rows_of(read_page(inspector.get(CONFLICTS)), "conflicts")[1:]
        assert {tuple(row[1:]) for row in rows} == {("None", rows[0][2], "Stands")}
        assert told_after(inspector, CASE) == (
            "Your conflict of interest with ANY-001 had been recorded before. It fits no case of "
            "yours. Check that ANY-001 is typed as it should be: you are not told whether there is "
            "such a case."
        )

    def test_declares_for_nobody_else_and_sees_nobody_elses(
        self, inspection: Inspection, inspector: Client, lead: Client
    ) -> None:
        lead.post(CONFLICTS, {**CASE, "member": "local-assessor"})
        inspector.post(CONFLICTS, {**CASE, "member": "practice-assessor", "key": "ANY-002"})
        assert [
            row[0] for row in rows_of(read_page(inspector.get(CONFLICTS)), "conflicts")[1:]
        ] == ["Case ANY-002"]
        assert list(
            ConflictOfInterest.objects.order_by("reference").values_list("member__key", flat=True)
        ) == ["local-assessor", "inspector"]

    def test_cannot_lift_one(self, inspection: Inspection, inspector: Client) -> None:
        inspector.post(CONFLICTS, CASE)
        conflict = ConflictOfInterest.objects.get()
        answer = inspector.post(f"{CONFLICTS}{conflict.pk}/lift/", {"reason": "I was wrong."})
        assert answer.status_code == 403
        conflict.refresh_from_db()
        assert conflict.lifted_at is None

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"key": ""}, "Enter the reference of the case, or the key of the case manager"),
            ({"key": "x" * 31}, "The reference or key can have 30 characters"),
            ({"key": "\x00"}, "Null characters are not allowed."),
            ({"subject": "child"}, "Choose whether it is with a case or a case manager"),
            ({"note": "x" * 201}, "The note can have 200 characters"),
        ],
    )
    def test_is_told_at_its_place_what_is_wrong(
        self, inspection: Inspection, inspector: Client, change: dict[str, str], message: str
    ) -> None:
        answer = inspector.post(CONFLICTS, CASE | change)
        assert answer.status_code == 422
        assert [text for text, _ in errors_of(read_page(answer))] == [message]
        assert not ConflictOfInterest.objects.exists()

    def test_is_warned_of_a_note_that_names_somebody_and_may_send_it_all_the_same(
        self, inspection: Inspection, inspector: Client
    ) -> None:
        sent = {**CASE, "note": "His mother is called Anna Miller."}
        answer = inspector.post(CONFLICTS, sent)
        assert answer.status_code == 422
        ((message, place),) = errors_of(read_page(answer))
        assert ("a name" in message, place) == (True, "#id_note")
        assert not ConflictOfInterest.objects.exists()
        assert inspector.post(CONFLICTS, {**sent, "as_it_is": "yes"}).status_code == 302
        assert ConflictOfInterest.objects.get().note == sent["note"]


class TestLead:
    def test_enters_and_lifts_for_a_member(self, inspection: Inspection, lead: Client) -> None:
        (case,) = make_cases(inspection, ("ANY-001", "inspector", "cm-01"))
        begin(case)
        assert told_after(lead, {**CASE, "member": "inspector"}) == (
            "Inspector’s conflict of interest with ANY-001 is recorded. Begun already, so the "
            "lead inspector decides: ANY-001."
        )
        page = read_page(lead.get(CONFLICTS))
        lift = f"{CONFLICTS}{ConflictOfInterest.objects.get().pk}/lift/"
        allocation = "/inspections/anyshire-2026/allocation/#case-ANY-001"
        assert links_of(page, "//*[@aria-labelledby='decisions-title']") == [
            ("Give it to somebody else: ANY-001", allocation),
            ("let them keep it: ANY-001", lift),
        ]
        assert lead.get(lift).status_code == 200
        answer = lead.post(lift, {"reason": " "})
        assert answer.status_code == 422
        assert errors_of(read_page(answer)) == [("Say why it is lifted", "#id_reason")]
        assert lead.post(lift, {"reason": "Another  family."})["Location"] == CONFLICTS
        conflict = ConflictOfInterest.objects.get()
        assert (conflict.lifted_by, conflict.lifted_reason) == (
            member_of(inspection, "lead"),
            "Another family.",
        )
        page = read_page(lead.get(CONFLICTS))
        assert page.xpath("//*[@aria-labelledby='decisions-title']") == []
        assert rows_of(page, "conflicts")[1][-1].endswith("Another family.")
        assert lead.post(lift, {"reason": "Again."}).status_code == 404

    def test_sees_which_fit_no_case_that_there_is(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_many(inspection, 1)
        for key in ("any-001", "ANY-01"):
            lead.post(CONFLICTS, {**CASE, "member": "inspector", "key": key})
        assert [row[1] for row in rows_of(read_page(lead.get(CONFLICTS)), "conflicts")[1:]] == [
            "Case any-001",
            "Case ANY-01 Fits no case that there is now: ask whether it was typed as it should be.",
        ]

    def test_must_choose_a_member_who_judges_cases(
        self, inspection: Inspection, lead: Client
    ) -> None:
        for key in ("", "support", "nobody"):
            answer = lead.post(CONFLICTS, {**CASE, "member": key})
            assert answer.status_code == 422
            assert [text for text, _ in errors_of(read_page(answer))] == [
                "Choose who has the conflict of interest"
            ]

    @pytest.mark.parametrize("number", ["0", "999999", "9" * 40])
    def test_finds_no_conflict_that_is_none(self, lead: Client, number: str) -> None:
        assert lead.get(f"{CONFLICTS}{number}/lift/").status_code == 404

    @pytest.mark.parametrize("cases", [1, 20])
    def test_takes_as_many_queries_for_many(
        self,
        inspection: Inspection,
        lead: Client,
        django_assert_num_queries: DjangoAssertNumQueries,
        cases: int,
    ) -> None:
        """Session, person, part; team; references; conflicts, twice; decisions."""
        for number in range(cases):
            lead.post(CONFLICTS, {**CASE, "member": "inspector", "key": f"ANY-{number}"})
        lead.get(CONFLICTS)
        with django_assert_num_queries(8):
            assert lead.get(CONFLICTS).status_code == 200
        inspector = client_of(inspection, "inspector")
        with django_assert_num_queries(6):
            assert inspector.get(CONFLICTS).status_code == 200
