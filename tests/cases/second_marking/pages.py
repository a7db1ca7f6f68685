"""The pages of second marking, and what is to be read on them."""

from __future__ import annotations

from django.test import Client

from tests.pages import Element, read_page, rows_of, text_of

LIST = "/inspections/anyshire-2026/second-marking/"
PICK = f"{LIST}pick/"
COMPARE = "/inspections/anyshire-2026/cases/ANY-001/second-marking/"
QUESTION = f"{COMPARE}questions/1.2.02/"
ROW = f"{COMPARE}questions/2.1.02/a/"
FACT = f"{COMPARE}facts/custody/"
ONE_SIDED = f"{COMPARE}one-sided/"


def read(client: Client, url: str, status: int = 200) -> Element:
    """Return a page as `client` sees it."""
    response = client.get(url)
    assert response.status_code == status
    return read_page(response)


def rows(client: Client) -> list[list[str]]:
    """Return the second markings that `client` finds in the list."""
    return rows_of(read(client, LIST), "second-markings")[1:]


def cards(page: Element, group: str) -> dict[str, str]:
    """Return the cards of a part of the page: title and text."""
    found = page.xpath("//section[@aria-labelledby=$group]//article", group=group)
    return {text_of(card.xpath(".//h3")[0]): text_of(card) for card in found}
