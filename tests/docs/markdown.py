"""Reading our own documents: their tables, links, code blocks and headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^()\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Link:
    """A link or picture: its words (of a picture the alternative text) and where it leads."""

    is_picture: bool
    words: str
    target: str


def read_links(text: str) -> list[Link]:
    """Return the links and pictures of a document, those in code left out."""
    prose = CODE.sub("", FENCE.sub("", text))
    return [Link(bool(mark), words, target) for mark, words, target in LINK.findall(prose)]


def read_code_spans(text: str) -> list[str]:
    """Return what stands between backticks, blocks of code left out."""
    return CODE.findall(FENCE.sub("", text))


def read_commands(text: str) -> list[str]:
    """Return the lines of the shell blocks of a document."""
    blocks = [block for language, block in FENCE.findall(text) if language == "sh"]
    return [line for block in blocks for line in block.splitlines()]


def read_anchors(text: str) -> set[str]:
    """Return the anchors that the headings of a document make."""
    headings = HEADING.findall(FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def read_marked_tables(path: Path) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield each table under a comment `<!-- recomputed: … -->`: the mark, and rows by column."""
    pattern = re.compile(r"<!-- recomputed: (.*?) -->\n\n((?:\|.*\n)+)")
    for mark, table in pattern.findall(path.read_text(encoding="utf-8")):
        header, _, *rows = [_split(line) for line in table.splitlines()]
        yield mark, [dict(zip(header, row, strict=True)) for row in rows]


def _split(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
