"""The text of a bundle's files: YAML and CSV in one form, the same on every machine."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

_NEEDS_QUOTES = re.compile('[",\r\n]')
_PLAIN_WORD = re.compile("[a-z][a-z0-9_-]*")
_BLOCK_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


class Paragraphs(str):
    """Text that is written as a block under its key, however short it is."""


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a CSV file: LF line ends, quotation marks only where a value needs them.

    Python's own writer leaves a lone carriage return unquoted, and so unreadable.
    """
    return "".join(f"{','.join(map(_quote, values))}\n" for values in (header, *rows))


def _quote(value: str) -> str:
    return f'"{value.replace(chr(34), chr(34) * 2)}"' if _NEEDS_QUOTES.search(value) else value


def write_yaml(document: Mapping[str, Any]) -> str:
    """Return a YAML file: keys in their given order, texts on one line or as a block.

    Every text is in quotation marks, so that no reader takes it for a number or a date, but for
    single words in small letters.
    """
    text: str = yaml.dump(
        document,
        Dumper=_Dumper,
        sort_keys=False,
        default_flow_style=False,
        allow_unicode=True,
        width=sys.maxsize,
    )
    return text


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists under their key."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write a value again wherever it stands."""
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    is_block = isinstance(text, Paragraphs) or "\n" in text
    if is_block and not _BLOCK_UNSAFE.search(text) and " \n" not in text:
        return _scalar(dumper, f"{text}\n", "|")
    return _scalar(dumper, str(text), None if _PLAIN_WORD.fullmatch(text) else '"')


def _scalar(dumper: _Dumper, text: str, style: str | None) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(Paragraphs, _represent_text)
