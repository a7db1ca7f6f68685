"""Good practice: noting, changing and choosing examples, and their pages."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment, GoodPractice
from cases.practice import (
    change_practice,
    choose_practice,
    list_practice,
    note_practice,
    remove_practice,
)
from inspections.catalogue import load_definition
from inspections.problems import RefusedError
from tests.casting import (
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    member_of,
    user_of,
)
from tests.pages import links_of, read_page, text_of, texts_of

pytestmark = pytest.mark.django_db

PRACTICE = "/inspections/anyshire-2026/good-practice/"
NOTE = f"{PRACTICE}note/"
NOTE_CASE = "/inspections/anyshire-2026/cases/ANY-001/good-practice/"
TEXT = "The plan was drawn as a comic, and the child keeps it on the wall."


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


def note(
    assessment: Assessment, by: str = "inspector", text: str = TEXT, criterion: str = "1.2"
) -> GoodPractice:
    member = member_of(assessment.inspection, by)
    return note_practice(assessment.case, member, criterion=criterion, text=text, mutation=uuid4())


def client_of(assessment: Assessment, key: str) -> Client:
    client = Client()
    client.force_login(user_of(assessment.inspection, key))
    return client


def refusal_of(error: pytest.ExceptionInfo[RefusedError]) -> str:
    (problem,) = error.value.problems
    return problem.message


class TestNoting:
    def test_holds_what_was_said_and_is_noted_once(self, assessment: Assessment) -> None:
        member, mutation = member_of(assessment.inspection, "inspector"), uuid4()
        noted = [
            note_practice(
                assessment.case, member, criterion="1.2", text=f" {TEXT}\r\n", mutation=mutation
            )
            for _ in range(2)
        ]
        assert noted[0] == noted[1]
        example = GoodPractice.objects.get()
        assert (example.criterion, example.text, example.case) == ("1.2", TEXT, assessment.case)
        assert (example.noted_by, example.chosen_at) == (member, None)

    def test_needs_no_case(self, assessment: Assessment) -> None:
        member = member_of(assessment.inspection, "practice-assessor")
        example = note_practice(None, member, criterion="2.1", text=TEXT, mutation=uuid4())
        assert (example.case, example.inspection) == (None, assessment.inspection)

    @pytest.mark.parametrize(
        ("criterion", "text", "message"),
        [
            ("9.9", TEXT, "Choose a criterion of this programme."),
            ("", TEXT, "Choose a criterion of this programme."),
            ("1.2", " ", "Describe the good practice."),
            ("1.2", "x" * 5001, "The example must be 5,000 characters or fewer."),
            ("1.2", "a\x00", "The example holds a character that cannot be stored."),
        ],
    )
    def test_refuses_what_cannot_be_stored(
        self, assessment: Assessment, criterion: str, text: str, message: str
    ) -> None:
        with pytest.raises(RefusedError) as error:
            note(assessment, text=text, criterion=criterion)
        assert refusal_of(error) == message
        assert GoodPractice.objects.count() == 0

    def test_refuses_the_cases_and_mutations_of_others(self, assessment: Assessment) -> None:
        elsewhere = make_case(make_inspection("Elsewhere"), "ELS-001")
        for case, key in ((assessment, "local-assessor"), (assessment, "support")):
            with pytest.raises(RefusedError):
                note(case, key)
        member = member_of(assessment.inspection, "lead")
        with pytest.raises(RefusedError):
            note_practice(elsewhere.case, member, criterion="1.2", text=TEXT, mutation=uuid4())
        example = note(assessment)
        with pytest.raises(RefusedError) as error:
            note_practice(
                None,
                member_of(assessment.inspection, "lead"),
                criterion="1.2",
                text=TEXT,
                mutation=example.mutation,
            )
        assert refusal_of(error) == "This example was noted before, by another person."
        assert GoodPractice.objects.count() == 1


class TestChanging:
    def test_its_author_changes_and_removes_it_until_it_is_chosen(
        self, assessment: Assessment
    ) -> None:
        inspector, lead = (member_of(assessment.inspection, k) for k in ("inspector", "lead"))
        example, other = note(assessment), note(assessment)
        changed = change_practice(example, inspector, criterion="1.1", text="Other words.")
        assert (changed.criterion, changed.text) == ("1.1", "Other words.")
        with pytest.raises(RefusedError):
            change_practice(example, lead, criterion="1.1", text="The lead's words.")
        with pytest.raises(RefusedError):
            change_practice(example, inspector, criterion="1.1", text="")
        choose_practice(example, lead, chosen=True)
        with pytest.raises(RefusedError) as error:
            change_practice(example, inspector, criterion="1.1", text="Later words.")
        assert refusal_of(error).startswith("The lead inspector has chosen this example")
        with pytest.raises(RefusedError):
            remove_practice(example, inspector)
        remove_practice(other, inspector)
        assert [example.text for example in list_practice(lead)] == ["Other words."]

    def test_what_was_removed_does_not_come_back(self, assessment: Assessment) -> None:
        inspector, lead = (member_of(assessment.inspection, k) for k in ("inspector", "lead"))
        example = note(assessment)
        remove_practice(example, inspector)
        again = note_practice(
            assessment.case, inspector, criterion="1.2", text=TEXT, mutation=example.mutation
        )
        assert (again, again.text, again.removed_at is not None) == (example, "", True)
        choose_practice(example, lead, chosen=True)
        for change in (
            lambda: remove_practice(example, inspector),
            lambda: change_practice(example, inspector, criterion="1.2", text=TEXT),
        ):
            with pytest.raises(RefusedError) as error:
                change()
            assert refusal_of(error) == "This is not one of your examples."
        assert (list(list_practice(inspector)), list(list_practice(lead))) == ([], [])
        assert GoodPractice.objects.get().chosen_at is None

    def test_choosing_twice_keeps_the_first_moment(self, assessment: Assessment) -> None:
        example, lead = note(assessment), member_of(assessment.inspection, "lead")
        choose_practice(example, lead, chosen=True)
        example.refresh_from_db()
        first = example.chosen_at
        assert (first is not None, example.chosen_by) == (True, lead)
        choose_practice(example, lead, chosen=True)
        example.refresh_from_db()
        assert example.chosen_at == first
        choose_practice(example, lead, chosen=False)
        example.refresh_from_db()
        assert (example.chosen_at, example.chosen_by) == (None, None)

    def test_others_see_their_own_alone(self, assessment: Assessment) -> None:
        inspection = assessment.inspection
        first, second = note(assessment), note(assessment, "lead")
        note(make_case(make_inspection("Elsewhere"), "ELS-001"))
        assert list(list_practice(member_of(inspection, "lead"))) == [first, second]
        assert list(list_practice(member_of(inspection, "inspector"))) == [first]


class TestPages:
    def test_the_form_knows_the_criterion_of_the_page_it_was_opened_from(
        self, assessment: Assessment
    ) -> None:
        client = client_of(assessment, "inspector")
        page = read_page(client.get(f"{NOTE_CASE}?criterion=1.2"))
        assert texts_of(page, "//option[@selected]") == ["1.2 Planning"]
        (form,) = page.xpath("//form[@id='practice-form']")
        assert (form.get("data-outbox"), form.get("data-case")) == ("practice", "ANY-001")
        page = read_page(client.get(f"{NOTE}?criterion=9%00"))
        assert page.xpath("//form[@id='practice-form']/@data-outbox") == []

    def test_notes_it_once_and_lists_it(self, assessment: Assessment) -> None:
        client, mutation = client_of(assessment, "inspector"), str(uuid4())
        sent = {"criterion": "1.2", "text": TEXT, "mutation": mutation}
        for _ in range(2):
            response = client.post(NOTE_CASE, sent, follow=True)
        assert response.redirect_chain == [(PRACTICE, 302)]
        page = read_page(response)
        assert texts_of(page, "//article/p[1]") == [TEXT]
        assert texts_of(page, "//main//h2") == ["Success", "1.2 Planning"]
        client.post(NOTE_CASE, sent | {"text": "Something else."})
        assert GoodPractice.objects.count() == 2

    def test_refuses_at_its_place_and_keeps_what_was_typed(self, assessment: Assessment) -> None:
        client = client_of(assessment, "inspector")
        response = client.post(NOTE, {"criterion": "9.9", "text": "Good\nwork."})
        assert response.status_code == 422
        page = read_page(response)
        assert links_of(page, "//*[contains(@class, 'govuk-error-summary')]") == [
            ("Choose a criterion of this programme.", "#id_criterion")
        ]
        assert text_of(page.xpath("//textarea")[0]) == "Good work."
        named = {"criterion": "1.2", "text": "Jordan Smith did well."}
        page = read_page(client.post(NOTE, named))
        assert texts_of(page, "//main//button") == ["Save", "Save it as it is"]
        client.post(NOTE, named | {"as_it_is": "yes"})
        assert GoodPractice.objects.get().text == "Jordan Smith did well."

    def test_its_author_changes_and_removes_it(self, assessment: Assessment) -> None:
        client, example = client_of(assessment, "inspector"), note(assessment)
        here = f"{PRACTICE}{example.pk}/"
        page = read_page(client.get(here))
        assert text_of(page.xpath("//textarea")[0]) == TEXT
        assert client.post(here, {"criterion": "1.2", "text": ""}).status_code == 422
        client.post(here, {"criterion": "1.1", "text": "Better words."})
        assert GoodPractice.objects.get().text == "Better words."
        assert client.post(here, {"remove": "yes"}).status_code == 302
        assert texts_of(read_page(client.get(PRACTICE)), "//article") == []
        assert client.get(here).status_code == 404
        choose = f"{here}choose/"
        assert client_of(assessment, "lead").post(choose, {"chosen": "yes"}).status_code == 404

    def test_a_form_sent_again_after_it_was_removed_brings_nothing_back(
        self, assessment: Assessment
    ) -> None:
        client = client_of(assessment, "inspector")
        sent = {"criterion": "1.2", "text": TEXT, "mutation": str(uuid4())}
        client.post(NOTE, sent)
        client.post(f"{PRACTICE}{GoodPractice.objects.get().pk}/", {"remove": "yes"})
        client.get(PRACTICE)
        page = read_page(client.post(NOTE, sent, follow=True))
        assert "You removed this example before" in text_of(page.xpath("//main")[0])
        assert texts_of(page, "//article") == []

    def test_an_example_of_a_criterion_that_the_programme_no_longer_has_stays(
        self, assessment: Assessment
    ) -> None:
        gone, _ = note(assessment), note(assessment, text="Still there.", criterion="2.1")
        GoodPractice.objects.filter(pk=gone.pk).update(criterion="0.9")
        for key in ("lead", "inspector"):
            page = read_page(client_of(assessment, key).get(PRACTICE))
            assert texts_of(page, "//article/p[1]") == ["Still there.", TEXT]
            headings = texts_of(page, "//section//h2")
            assert headings[-1] == "0.9 no longer a criterion of this programme"
        client = client_of(assessment, "inspector")
        page = read_page(client.get(f"{PRACTICE}{gone.pk}/"))
        assert texts_of(page, "//option[@selected]") == []
        client.post(f"{PRACTICE}{gone.pk}/", {"criterion": "1.2", "text": TEXT})
        assert GoodPractice.objects.get(pk=gone.pk).criterion == "1.2"

    def test_the_lead_inspector_chooses(self, assessment: Assessment) -> None:
        client = client_of(assessment, "lead")
        example, _ = note(assessment), note(assessment, text="Not chosen.", criterion="2.1")
        choose = f"{PRACTICE}{example.pk}/choose/"
        response = client.post(choose, {"chosen": "yes"})
        assert response.headers["Location"] == f"{PRACTICE}#example-{example.pk}"
        page = read_page(client.get(PRACTICE))
        assert texts_of(page, "//article/p[1]") == [TEXT, "Not chosen."]
        assert "2 examples, 1 chosen for the report." in texts_of(page, "//main//p")[0]
        chosen = read_page(client.get(f"{PRACTICE}?chosen"))
        assert texts_of(chosen, "//article/p[1]") == [TEXT]
        client.post(choose, {"chosen": "no"})
        chosen = read_page(client.get(f"{PRACTICE}?chosen"))
        assert "Nothing is chosen for the report." in text_of(chosen.xpath("//main")[0])

    def test_pages_are_open_to_those_concerned_alone(self, assessment: Assessment) -> None:
        example = note(assessment)
        choose_practice(
            chosen := note(assessment), member_of(assessment.inspection, "lead"), chosen=True
        )
        paths = (
            PRACTICE,
            NOTE,
            NOTE_CASE,
            f"{PRACTICE}{example.pk}/",
            f"{PRACTICE}{chosen.pk}/",
            f"{PRACTICE}{10**30}/",
        )
        answers = {}
        inspection = assessment.inspection
        for key, user in {
            **{k: user_of(inspection, k) for k in ("lead", "inspector", "local-assessor")},
            "support": user_of(inspection, "support"),
            "administrator": make_administrator(),
            "manager": make_manager(),
        }.items():
            client = Client()
            client.force_login(user)
            post = client.post(f"{PRACTICE}{example.pk}/choose/", {"chosen": "yes"})
            answers[key] = [client.get(path).status_code for path in paths], post.status_code
            GoodPractice.objects.filter(pk=example.pk).update(chosen_at=None)
        assert answers == {
            "lead": ([200, 200, 200, 404, 404, 404], 302),
            "inspector": ([200, 200, 200, 200, 403, 404], 403),
            "local-assessor": ([200, 200, 404, 404, 404, 404], 403),
            **dict.fromkeys(("support", "administrator", "manager"), ([404] * 6, 404)),
        }
        assert Client().get(PRACTICE).status_code == 302

    @pytest.mark.parametrize("examples", [1, 15])
    def test_takes_as_many_queries_for_many(
        self,
        assessment: Assessment,
        examples: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(examples):
            note(assessment)
        client = client_of(assessment, "lead")
        load_definition(assessment.inspection.programme)
        with django_assert_num_queries(4):
            client.get(PRACTICE)
