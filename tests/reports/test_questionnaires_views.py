"""The page of the questionnaires: entering counts, reading a file, conflicts and removals."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inspections.models import Inspection
from reports.models import Narrative
from reports.questionnaires.counts import Item, Survey, digest_surveys, load_surveys, save_surveys
from tests.cases.filling import end_session
from tests.casting import (
    make_administrator,
    make_inspection,
    make_manager,
    user_of,
)
from tests.pages import Element, links_of, read_page, text_of, texts_of
from tests.reports.stages import client_of, lead_another, lead_of
from tests.reports.test_questionnaires import CSV, DOCUMENT, STORED, with_children

pytestmark = pytest.mark.django_db

PAGE = "/inspections/anyshire-2026/questionnaires/"
FILE = "/inspections/anyshire-2026/questionnaires.csv"


@pytest.fixture
def inspection() -> Inspection:
    inspection = make_inspection()
    Narrative.objects.create(inspection=inspection, document=DOCUMENT)
    return inspection


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    return lead_of(inspection)


def fields_of(page: Element) -> dict[str, str]:
    """Return what the form would send as it stands, but for its buttons and its file."""
    (form,) = page.xpath("//form[@id='counts-form']")
    sent = {}
    for field in form.xpath(".//input[@name][not(@type='file')]"):
        if field.get("type") != "checkbox" or field.get("checked") is not None:
            sent[field.get("name")] = field.get("value", "")
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def errors_of(page: Element) -> list[tuple[str, str]]:
    return links_of(page, "//div[contains(@class, 'govuk-error-summary')]")


def upload(text: str | bytes) -> SimpleUploadedFile:
    content = text.encode() if isinstance(text, str) else text
    return SimpleUploadedFile("counts.csv", content, content_type="text/csv")


class TestEntering:
    def test_shows_what_is_stored_and_where_it_is_used(self, lead: Client) -> None:
        page = read_page(lead.get(PAGE))
        sent = fields_of(page)
        assert {name: value for name, value in sent.items() if value and "-" in name} == {
            "children-lines": "5",
            "children-respondents": "30",
            "children-0-key": "felt_safe",
            "children-0-count": "20",
            "children-0-of": "28",
            "children-1-key": "knew_why",
            "children-1-count": "29",
            "children-1-of": "30",
            "victims-lines": "3",
            "victims-respondents": "6",
        }
        assert texts_of(page, "//p[@class='survey__notes']") == [
            "Used in: foreword; criterion 1.1, strength 2; service users, children 1."
        ]

    def test_makes_the_key_of_an_item_from_its_wording(
        self, inspection: Inspection, lead: Client
    ) -> None:
        sent = fields_of(read_page(lead.get(PAGE)))
        sent |= {"victims-0-key": " Knew why they’d been asked? ", "victims-0-of": "6"}
        page = read_page(lead.post(PAGE, sent))
        assert errors_of(page) == [("Enter the count.", "#victims-0-count")]
        assert fields_of(page)["victims-0-key"] == "Knew why they’d been asked?"
        assert texts_of(page, "//p[@class='survey__notes']")[-1] == (
            "Short name: knew_why_theyd_been_asked."
        )
        response = lead.post(PAGE, sent | {"victims-0-count": "5"}, follow=True)
        assert load_surveys(inspection)[0]["victims"].items == {
            "knew_why_theyd_been_asked": Item(5, 6)
        }
        assert "“Knew why they’d been asked?” is the item knew_why_theyd_been_asked." in (
            response.content.decode()
        )

    def test_offers_the_items_that_are_known_or_spoken_of(
        self, inspection: Inspection, lead: Client
    ) -> None:
        document = {**DOCUMENT, "foreword": "[[survey victims.was_heard:both]]"}
        Narrative.objects.update(document=document)
        page = read_page(lead.get(PAGE))
        offered = {
            group: [
                (option.get("value"), option.text)
                for option in page.xpath(f"//datalist[@id='{group}-known']/option")
            ]
            for group in ("children", "victims")
        }
        assert offered == {
            "children": [("felt_safe", "Felt safe"), ("knew_why", "Knew why")],
            "victims": [("was_heard", "Was heard")],
        }
        assert texts_of(page, "//section[@aria-labelledby='victims-title']/p[1]") == [
            "The text speaks of was_heard (foreword): not entered yet."
        ]

    def test_stores_what_is_changed_added_and_removed(
        self, inspection: Inspection, lead: Client
    ) -> None:
        sent = fields_of(read_page(lead.get(PAGE)))
        sent |= {
            "children-respondents": "1,031",
            "children-0-remove": "yes",
            "children-1-count": "30",
            "children-2-key": " Was_Helped ",
            "children-2-count": "2",
            "children-2-of": "3",
            "do": "save",
        }
        response = lead.post(PAGE, sent, follow=True)
        assert response.redirect_chain == [(PAGE, 302)]
        expected = with_children(1031, knew_why=Item(30, 30), was_helped=Item(2, 3))
        assert load_surveys(inspection)[0] == expected
        page = read_page(response)
        assert "The counts are saved." in texts_of(page, "//*[@role='alert']")[0]
        assert "Fewer than five answered" in texts_of(page, "//p[@class='survey__notes']")[1]
        again = lead.post(PAGE, fields_of(page), follow=True)
        assert "Nothing was changed." in texts_of(read_page(again), "//*[@role='alert']")[0]

    @pytest.mark.parametrize(
        ("changes", "errors"),
        [
            (
                {"children-respondents": ""},
                [("Enter the number who answered.", "#children-respondents")],
            ),
            (
                {"children-respondents": "29"},
                [("30 answered this, but only 29 answered at all.", "#children-1-of")],
            ),
            (
                {"children-0-count": "29"},
                [("29 of 28 is more than all of them.", "#children-0-count")],
            ),
            (
                {"children-0-key": "f" * 51, "children-0-of": "many"},
                [
                    (
                        "The name of an item has small letters, digits and underscores, a letter "
                        "first, and at most 50 of them: knew_why.",
                        "#children-0-key",
                    ),
                    (
                        "The number who answered it must be a whole number, such as 27, not "
                        "“many”.",
                        "#children-0-of",
                    ),
                ],
            ),
            ({"children-0-key": "knew_why"}, [("“knew_why” is there twice.", "#children-1-key")]),
            (
                {"victims-0-of": "3"},
                [
                    ("Enter a name for the item.", "#victims-0-key"),
                    ("Enter the count.", "#victims-0-count"),
                ],
            ),
        ],
    )
    def test_refuses_at_the_place_and_keeps_what_was_typed(
        self,
        inspection: Inspection,
        lead: Client,
        changes: dict[str, str],
        errors: list[tuple[str, str]],
    ) -> None:
        sent = fields_of(read_page(lead.get(PAGE))) | changes
        response = lead.post(PAGE, sent)
        page = read_page(response)
        assert response.status_code == 422
        assert errors_of(page) == errors
        for _, place in errors:
            assert page.xpath("//input[@id=$id]", id=place[1:])
        typed = fields_of(page)
        assert {name: typed[name].lower() for name in changes} == {
            name: value.lower() for name, value in changes.items()
        }
        assert load_surveys(inspection)[0] == STORED

    def test_more_lines_keep_what_was_typed(self, inspection: Inspection, lead: Client) -> None:
        sent = fields_of(read_page(lead.get(PAGE)))
        sent |= {"victims-0-key": "satisfied", "do": "add-victims"}
        typed = fields_of(read_page(lead.post(PAGE, sent)))
        assert (typed["victims-0-key"], typed["victims-lines"]) == ("satisfied", "7")
        assert load_surveys(inspection)[0] == STORED

    def test_there_is_a_limit(self, lead: Client) -> None:
        sent = fields_of(read_page(lead.get(PAGE))) | {"children-lines": "9999"}
        for number in range(101):
            sent |= {f"children-{number}-key": f"k{number}"}
            sent |= {f"children-{number}-count": "1", f"children-{number}-of": "2"}
        response = lead.post(PAGE, sent)
        assert errors_of(read_page(response)) == [
            ("There can be 100 items at the most.", "#children-respondents")
        ]

    @pytest.mark.parametrize(
        "garbage",
        [
            {},
            {"do": "\x00"},
            {"do": "add-nobody", "children-lines": "x"},
            {"children-lines": "-1", "victims-lines": "٣"},
            {"children-lines": "9" * 5000},
            {"do": "save", "base": "\x00", "children-lines": "1", "children-0-key": "a\x00"},
        ],
    )
    def test_garbage_stores_nothing(
        self, inspection: Inspection, lead: Client, garbage: dict[str, str]
    ) -> None:
        assert lead.post(PAGE, garbage).status_code in (200, 409, 422)
        assert load_surveys(inspection)[0] == STORED

    def test_keeps_what_was_typed_by_somebody_who_was_signed_out(
        self, inspection: Inspection, lead: Client
    ) -> None:
        sent = fields_of(read_page(lead.get(PAGE))) | {"children-1-count": "28"}
        end_session(lead)
        assert lead.post(PAGE, sent).headers["Location"] == f"/accounts/login/?next={PAGE}"
        lead.force_login(user_of(inspection, "lead"))
        page = read_page(lead.get(PAGE))
        assert fields_of(page) == sent
        assert load_surveys(inspection)[0] == STORED


class TestTogether:
    def test_who_comes_second_sees_both_and_may_put_theirs_in_place(
        self, inspection: Inspection, lead: Client
    ) -> None:
        sent = fields_of(read_page(lead.get(PAGE))) | {"children-1-count": "27"}
        theirs = with_children(31, felt_safe=Item(20, 28), knew_why=Item(28, 30))
        save_surveys(inspection, theirs, base=digest_surveys(STORED))
        response = lead.post(PAGE, sent)
        page = read_page(response)
        assert response.status_code == 409
        table = [
            [text_of(cell) for cell in row.xpath("./th|./td")]
            for row in page.xpath("//table[contains(@class, 'survey-theirs')]/tbody/tr")
        ]
        assert table == [
            ["Children and young people: respondents", "31", "30"],
            ["Children and young people: knew_why", "28 of 30", "27 of 30"],
        ]
        assert load_surveys(inspection)[0] == theirs
        assert lead.post(PAGE, fields_of(page)).status_code == 302
        stored = load_surveys(inspection)[0]
        assert stored["children"].items["knew_why"] == Item(27, 30)

    def test_what_the_text_uses_is_removed_after_a_warning(
        self, inspection: Inspection, lead: Client
    ) -> None:
        sent = fields_of(read_page(lead.get(PAGE))) | {"children-1-remove": "yes"}
        response = lead.post(PAGE, sent)
        page = read_page(response)
        assert response.status_code == 422
        places = "foreword; criterion 1.1, strength 2; service users, children 1"
        assert errors_of(page) == [
            (f"The text speaks of “knew_why”: {places}.", "#children-1-remove")
        ]
        assert f"children.knew_why: {places}" in texts_of(page, "//main//ul/li")
        assert load_surveys(inspection)[0] == STORED
        lead.post(PAGE, fields_of(page) | {"remove_used": "yes"})
        assert load_surveys(inspection)[0] == with_children(30, felt_safe=Item(20, 28))


class TestFile:
    def test_is_read_into_the_form_and_not_stored(
        self, inspection: Inspection, lead: Client
    ) -> None:
        sent: dict[str, Any] = fields_of(read_page(lead.get(PAGE)))
        sent |= {"victims-respondents": "8", "do": "read"}
        file = upload("group,item,count,of\nchildren,knew_why,10,11\nvictims,satisfied,3,8\n")
        response = lead.post(PAGE, sent | {"file": file})
        page = read_page(response)
        assert response.status_code == 200
        assert "2 items were read from the file." in text_of(
            page.xpath("//*[@id='main-content']")[0]
        )
        assert load_surveys(inspection)[0] == STORED
        marked = page.xpath("//*[contains(@class, 'survey__line--new')]")
        assert [line.get("aria-label").split(",")[0] for line in marked] == [
            "knew_why",
            "satisfied",
        ]
        lead.post(PAGE, fields_of(page))
        assert load_surveys(inspection)[0] == {
            "children": Survey(30, {"felt_safe": Item(20, 28), "knew_why": Item(10, 11)}),
            "victims": Survey(8, {"satisfied": Item(3, 8)}),
        }

    @pytest.mark.parametrize(
        ("content", "errors"),
        [
            (None, ["Choose a CSV file."]),
            (b"", ["The file is empty."]),
            (b"\xff\xfe\x00", ["The file is Unicode text of another kind. Save it as CSV UTF-8."]),
            (
                b"group,item,count,of\nparents,a,1,2\nchildren,b,3,2\n",
                [
                    "Line 2: The group must be children or victims, not “parents”.",
                    "Line 3: 3 of 2 is more than all of them.",
                ],
            ),
        ],
    )
    def test_is_refused_line_by_line(
        self, inspection: Inspection, lead: Client, content: bytes | None, errors: list[str]
    ) -> None:
        sent: dict[str, Any] = fields_of(read_page(lead.get(PAGE)))
        sent |= {"children-1-count": "28", "do": "read"}
        if content is not None:
            sent["file"] = upload(content)
        response = lead.post(PAGE, sent)
        page = read_page(response)
        assert response.status_code == 422
        assert errors_of(page) == [(error, "#file") for error in errors]
        assert fields_of(page)["children-1-count"] == "28"
        assert load_surveys(inspection)[0] == STORED

    def test_a_large_upload_is_refused(self, lead: Client) -> None:
        sent: dict[str, Any] = fields_of(read_page(lead.get(PAGE)))
        page = read_page(lead.post(PAGE, sent | {"do": "read", "file": upload(b"x" * 3_000_000)}))
        assert errors_of(page) == [("The file is larger than 2 MB.", "#file")]

    def test_what_is_stored_can_be_downloaded(self, lead: Client) -> None:
        response = lead.get(FILE)
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert response.content.decode().replace("\r\n", "\n") == CSV


def test_only_the_lead_inspector_may_see_and_change_them(inspection: Inspection) -> None:
    people = {
        "inspector": user_of(inspection, "inspector"),
        "support": user_of(inspection, "support"),
        "administrator": make_administrator(),
        "manager": make_manager(),
        "elsewhere": lead_another(),
    }
    answers = {}
    for key, user in people.items():
        client = client_of(user)
        answers[key] = [
            client.get(PAGE).status_code,
            client.get(FILE).status_code,
            client.post(PAGE, {"do": "save"}).status_code,
        ]
    assert answers.pop("inspector") == [403, 403, 403]
    assert list(answers.values()) == [[404, 404, 404]] * 4
    assert [client_of(None).get(path).status_code for path in (PAGE, FILE)] == [302, 302]
    assert lead_of(inspection).post(FILE).status_code == 405
    assert load_surveys(inspection)[0] == STORED


@pytest.mark.parametrize("items", [1, 60])
def test_takes_as_many_queries_for_many_items(
    items: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    inspection = make_inspection()
    counted = {f"item_{n}": Item(5, 9) for n in range(items)}
    nothing = {"children": Survey(), "victims": Survey()}
    surveys = {"children": Survey(9, counted), "victims": Survey()}
    save_surveys(inspection, surveys, base=digest_surveys(nothing))
    lead = lead_of(inspection)
    with django_assert_num_queries(4):
        lead.get(PAGE)
