"""Where the text of a report speaks of items of questionnaires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reports.figures import FIGURE, FigureError, parse_figure
from reports.models import Language, Narrative

PARTS = (
    "foreword",
    "sections",
    "criteria",
    "recommendations",
    "examples",
    "service_users",
    "context",
)
"""The parts of a narrative that hold text, in the order of the report: a database keeps none."""


def find_uses(narratives: Iterable[Narrative]) -> dict[str, list[str]]:
    """Return by item (`children.knew_why`) the places in which texts speak of it, each once."""
    uses: dict[str, list[str]] = {}
    for narrative in narratives:
        welsh = " (Welsh)" if narrative.language == Language.WELSH else ""
        texts = (pair for part in PARTS for pair in _list_texts(narrative.document, part))
        for place, text in texts:
            for name in _list_items(text):
                places = uses.setdefault(name, [])
                if (told := f"{place}{welsh}") not in places:
                    places.append(told)
    return uses


def _list_items(text: str) -> Iterator[str]:
    for written in FIGURE.findall(text):
        try:
            kind, _, name = parse_figure(written).target.partition(" ")
        except FigureError:
            continue
        if kind == "survey":
            yield name.strip()


def _list_texts(document: Mapping[str, Any], part: str) -> Iterator[tuple[str, str]]:
    """Yield each text of a part of a narrative with its place in words."""
    return _walk(document.get(part), (part,))


def _walk(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield _name_place(path), value
    elif isinstance(value, Mapping):
        for key, item in sorted(value.items()):
            yield from _walk(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _walk(item, (*path, str(number)))


def _name_place(path: tuple[str, ...]) -> str:
    """Return a place in the words in which the report's page tells of figures without a value."""
    match path:
        case ("sections", number, "commentary"):
            return f"section {number}, commentary"
        case ("criteria", number, "strengths", at):
            return f"criterion {number}, strength {at}"
        case ("criteria", number, "areas_for_improvement", at):
            return f"criterion {number}, area for improvement {at}"
        case ("recommendations", number, "text"):
            return f"recommendation {number}"
        case ("examples", number, "text"):
            return f"example {number}"
        case ("service_users", group, "findings", at):
            return f"service users, {group} {at}"
        case ("context", part, at):
            return f"context, {part} {at}"
    return " ".join(path)
