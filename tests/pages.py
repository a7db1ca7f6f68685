"""Reading pages as a person does: the text of tables, lists and links, spaces made single."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from lxml import html  # type: ignore[import-untyped]

Element = Any
"""An element of lxml, which has no types."""


def read_page(response: HttpResponseBase) -> Element:
    """Return the document of a response."""
    content: bytes = getattr(response, "content", b"")
    return html.document_fromstring(content.decode())


def text_of(element: Element) -> str:
    """Return all text in an element, what only screen readers are given included."""
    return " ".join(element.text_content().split())


def texts_of(page: Element, xpath: str) -> list[str]:
    """Return the text of every element that `xpath` finds."""
    return [text_of(element) for element in page.xpath(xpath)]


def links_of(page: Element, xpath: str) -> list[tuple[str, str]]:
    """Return text and address of every link under what `xpath` finds."""
    return [(text_of(link), link.get("href")) for link in page.xpath(f"{xpath}//a")]


def rows_of(page: Element, table: str) -> list[list[str]]:
    """Return the cells of the table with this id, row by row, its head first."""
    rows = page.xpath("//table[@id=$table]//tr", table=table)
    return [[text_of(cell) for cell in row.xpath("./th|./td")] for row in rows]
