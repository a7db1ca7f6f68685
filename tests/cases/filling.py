"""Filling in the pages of a case over HTTP, with what a browser would send from each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.models import Session
from django.test import Client

from cases.models import Assessment, Judgement
from inspections.models import Inspection
from tests.casting import user_of
from tests.pages import Element, read_page, text_of, texts_of

ANYSHIRE = "/inspections/anyshire-2026/cases/"
CASE = f"{ANYSHIRE}ANY-001/"
FACTS_PAGE = f"{CASE}facts/"
SCREENING = f"{CASE}1.1/screening/"
ANALYSIS = f"{CASE}1.1/analysis/"
PLANS = f"{CASE}1.2/plans/"
DELIVERY = f"{CASE}2.1/delivery/"
FACTORS = f"{CASE}2.1/factors/"
REVIEW = f"{CASE}review/"
HISTORY = f"{CASE}history/"
NEXT = f"{CASE}next/"
HELP = f"{ANYSHIRE}help/"
PAGES = (CASE, FACTS_PAGE, SCREENING, ANALYSIS, PLANS, DELIVERY, FACTORS, REVIEW, HISTORY)

Changes = Mapping[str, str | Sequence[str]]
"""Values by field name; a text for one, an empty list for none."""


@dataclass
class Sheet:
    """A page with a form, opened by `client` and filled in; nothing is stored until `save`."""

    client: Client
    url: str
    page: Element
    sent: dict[str, list[str]] = field(default_factory=dict)

    def fill(self, **changes: str | Sequence[str]) -> Sheet:
        """Change fields; in their names `_` stands for `-`, and `__` for `_`."""
        for name, value in changes.items():
            name = name.replace("__", "\0").replace("_", "-").replace("\0", "_")
            self.sent[name] = [value] if isinstance(value, str) else list(value)
        return self

    def save(self, **buttons: str) -> Any:
        """Send the form by a button: its name and value, such as `next="case"`."""
        return self.client.post(self.url, {**self.sent, **buttons})


def client_of(inspection: Inspection, key: str) -> Client:
    """Return the browser of the member `key`, who has signed in."""
    client = Client()
    client.force_login(user_of(inspection, key))
    return client


def end_session(client: Client) -> None:
    """End the session of a browser as time does: its cookies are still there."""
    assert Session.objects.filter(pk=client.cookies["sessionid"].value).delete()[0] == 1


def open_sheet(client: Client, url: str) -> Sheet:
    """Open a page with a form, as it stands."""
    response = client.get(url)
    assert response.status_code == 200
    return sheet_of(client, url, response)


def sheet_of(client: Client, url: str, response: Any) -> Sheet:
    """Return the form of a page that is already there: one that a save came back with."""
    page = read_page(response)
    return Sheet(client, url, page, fields_of(page))


def fields_of(page: Element) -> dict[str, list[str]]:
    """Return what the browser would send: every field of the form, hidden questions' included."""
    (form,) = page.xpath("//main//form")
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    for area in form.xpath(".//textarea"):
        # The first line end after the tag is no part of the text; each other is sent as two.
        text = (area.text or "").replace("\r\n", "\n").removeprefix("\n")
        sent[area.get("name")] = [text.replace("\n", "\r\n")]
    sent.pop("csrfmiddlewaretoken")
    return sent


def errors_of(page: Element) -> list[tuple[str, str]]:
    """Return the lines of the error summary: text, and the id that each leads to."""
    lines = page.xpath("//*[contains(@class, 'govuk-error-summary__list')]/li")
    return [
        (text_of(line), "".join(link.get("href") for link in line.xpath("./a"))) for line in lines
    ]


def banners_of(page: Element) -> list[tuple[str, str]]:
    """Return the banners: title, and what they say."""
    return [
        (text_of(banner.xpath(".//h2")[0]), text_of(banner.xpath(".//p")[0]))
        for banner in page.xpath(
            "//*[contains(@class, 'govuk-notification-banner ')"
            " or @class='govuk-notification-banner']"
        )
    ]


def asked_on(page: Element) -> dict[str, bool]:
    """Return the questions on a topic page by code, and whether each is to be seen."""
    return {
        block.get("data-block"): block.get("hidden") is None
        for block in page.xpath("//*[@data-block]")
    }


def heading_of(page: Element) -> str:
    """Return the words of the h1."""
    (text,) = texts_of(page, "//h1")
    return text


def stored_in(assessment: Assessment) -> dict[str, tuple[str, int]]:
    """Return answer and version of every judgement that was ever written, by code and row."""
    rows = assessment.judgements.filter(version__gt=0).order_by("question__position", "row")
    return {
        f"{row.question.code}/{row.row}".rstrip("/"): (row.answer, row.version)
        for row in rows.select_related("question")
    }


def judgement_of(assessment: Assessment, code: str, row: str = "") -> Judgement:
    """Return one judgement as it is stored."""
    return assessment.judgements.get(question__code=code, row=row)


def open_analysis(client: Client) -> None:
    """Answer the two gates that open the question with reasons."""
    sheet = open_sheet(client, SCREENING).fill(q1_1_01_answer="sufficient")
    assert sheet.fill(q1_1_02_answer="sufficient", shown="1.1.01 1.1.02").save().status_code == 302
    client.get(CASE)
