"""Template tags that turn a report's authored text, dates and scores into print."""

import re
from datetime import date
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import select_template
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

ITALICS = re.compile(r"\*(?=\S)([^*]+?)(?<=\S)\*")
OPENING_QUOTE = re.compile(r"(?<![^\s(\[–])(['\"])(?=\S)")
QUOTES = {"'": "‘’", '"': "“”"}
BLANK_LINES = re.compile(r"\n\s*\n")
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@register.filter
def inline(text: str) -> SafeString:
    """Authored text as one run: escaped, quotes curled, with `*words*` in italics."""
    escaped = escape(_curl_quotes(" ".join(text.split())))
    return mark_safe(ITALICS.sub(r"<em>\1</em>", escaped))  # noqa: S308 (escaped above)


def _curl_quotes(text: str) -> str:
    text = OPENING_QUOTE.sub(lambda match: QUOTES[match[1]][0], text)
    return text.replace("'", "’").replace('"', "”")


@register.filter
def paragraphs(text: str) -> SafeString:
    """Authored text as `<p>` elements, one for each run between blank lines."""
    runs = [run for run in BLANK_LINES.split(text.strip()) if run]
    return mark_safe("\n".join(f"<p>{inline(run)}</p>" for run in runs))  # noqa: S308 (escaped)


@register.filter
def month(value: str | None) -> str:
    """An ISO date, or ISO month, as month and year: `2012-05` gives May 2012."""
    return date_format(read_date(value), "F Y") if value else ""


@register.filter
def year(value: str | None) -> str:
    return value[:4] if value else ""


@register.filter
def day(value: str) -> str:
    """An ISO date, or date and time, as day, month and year."""
    return date_format(read_date(value[:10]), "j F Y")


@register.filter
def day_or_month(value: str) -> str:
    """An ISO date as day, month and year, or an ISO month as month and year."""
    return day(value) if len(value) > len("YYYY-MM") else month(value)


@register.filter
def lower_first(text: str) -> str:
    """For a title within a sentence."""
    return text[:1].lower() + text[1:]


@register.filter
def spelled(number: int) -> str:
    """A number of people or things within an English sentence: in words up to ten."""
    return WORDS[number] if number < len(WORDS) else f"{number:,}"


@register.filter
def grouped(number: int) -> str:
    """A number in a table, its thousands set apart: 1,920."""
    return f"{number:,}"


@register.simple_tag(takes_context=True)
def boilerplate(context: Context, name: str) -> SafeString:
    """A standing passage: the layout's own version of it if there is one, and in its language.

    Raises TemplateDoesNotExist where no version has the passage.
    """
    content = context["content"]
    language, layout = content.language, content.layout
    folders = [f"{language}/{layout}", language, f"en/{layout}", "en"]
    found = select_template([f"reports/boilerplate/{folder}/{name}.html" for folder in folders])
    values: dict[str, Any] = context.flatten()  # type: ignore[assignment]
    rendered: SafeString = found.render(values)
    return rendered


@register.simple_tag(takes_context=True)
def score_url(context: Context, kind: str, key: str) -> str:
    """The page that opens a score, in a draft that has links; else the empty string."""
    links = context.get("links")
    return links.url_of(kind, key) if links else ""


@register.simple_tag(takes_context=True)
def refer(context: Context, key: str) -> SafeString:
    """A link to another part by the name it has in this report, such as Appendix 5.

    Raises KeyError where the report has no such part.
    """
    part = {part.key: part for part in context["parts"]}[key]
    label = part.label.replace(" ", "\N{NO-BREAK SPACE}")
    return format_html('<a href="#{}">{}</a>', part.key, label)


def read_date(value: str) -> date:
    """`YYYY-MM-DD`, or `YYYY-MM` as its first day. Raises ValueError where it is neither."""
    return date.fromisoformat(value if len(value) > 7 else f"{value}-01")
