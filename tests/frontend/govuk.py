"""govuk-frontend's own examples, and how to compare HTML with them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test.html import Element, parse_html

FIXTURES = Path(__file__).parent / "fixtures"

_REFERENCES = re.compile(r'\b(id|for|aria-describedby|aria-labelledby|aria-controls)="([^"]*)"')


@dataclass(frozen=True)
class Example:
    """One of govuk-frontend's examples: what its macro was given, and the HTML it made."""

    component: str
    name: str
    options: dict[str, Any]
    html: str

    def __str__(self) -> str:
        return f"{self.component}: {self.name}"


def load_examples(*components: str) -> list[Example]:
    """All kept examples of the components named."""
    return [
        Example(component, case["name"], case["options"], case["html"])
        for component in components
        for case in json.loads((FIXTURES / f"{component}.json").read_text("utf-8"))["cases"]
    ]


def normalise(html: str) -> Element:
    """HTML as a tree that is equal where only white space, order of attributes or ids differ.

    Ids are numbered in the order in which they are defined, and references to them follow: what
    is compared is which element points to which.
    """
    ids = dict.fromkeys(re.findall(r'\bid="([^"]*)"', html))
    numbers = {name: f"id-{number}" for number, name in enumerate(ids)}

    def rename(match: re.Match[str]) -> str:
        tokens = (numbers.get(token, token) for token in match[2].split())
        return f'{match[1]}="{" ".join(tokens)}"'

    return parse_html(_REFERENCES.sub(rename, html.replace("\r\n", "\n")))
