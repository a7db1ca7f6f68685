"""Links from the figures and scores of a draft to the pages that open them.

Only a draft that its lead inspector reads on the site has them: nothing that is printed, frozen
or published does. A figure's link goes through the text of the content as marks around it, which
become an `<a>` once that text is HTML. The marks hold a word made up for one draft, so nobody can
write them.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from inspections.definition import ProgrammeDefinition
from reports.figures import Figure
from scoring.names import UnknownScoreError, parse_score_name, read_score_name
from scoring.room_pages import url_of_score

# Of Unicode's private use: they are in no text, and nothing that makes HTML touches them.
OPENS, BEGINS, ENDS = "\ue000", "\ue001", "\ue002"


@dataclass
class DraftLinks:
    """The links of one draft of the inspection `slug`."""

    slug: str
    definition: ProgrammeDefinition
    _word: str = field(default_factory=lambda: secrets.token_hex(8))
    _urls: list[str] = field(default_factory=list)

    def mark(self, figure: Figure, printed: str) -> str:
        """Return `printed` with marks around it, if there is a page that opens what it says."""
        url = self._find_url(figure)
        if not url:
            return printed
        self._urls.append(url)
        return f"{OPENS}{self._word}{len(self._urls) - 1}{BEGINS}{printed}{ENDS}"

    def _find_url(self, figure: Figure) -> str:
        if figure.target.startswith("survey "):
            return reverse("reports:questionnaires", args=[self.slug])
        if figure.target == "cases":
            if not figure.fact:
                return reverse("cases:list", args=[self.slug])
            breakdown = reverse("scoring:breakdown", args=[self.slug])
            return f"{breakdown}?{urlencode({'fact': figure.fact})}#breakdown"
        try:
            name = parse_score_name(self.definition, figure.target)
        except UnknownScoreError:
            return ""
        group = {"fact": figure.fact, "value": figure.value} if figure.fact else {}
        return url_of_score(self.slug, name) + (f"?{urlencode(group)}" if group else "")

    def url_of(self, kind: str, key: str) -> str:
        """Return the address of the page that opens a score of the programme."""
        return url_of_score(self.slug, read_score_name(self.definition, kind, key, ""))

    def make_links(self, html: SafeString) -> SafeString:
        """Return `html` with a link in place of each pair of marks."""
        marked = re.compile(rf"{OPENS}{self._word}(\d+){BEGINS}([^{ENDS}]*){ENDS}")

        def make_link(match: re.Match[str]) -> str:
            # What stands between the marks is part of what is HTML already.
            return format_html(
                '<a class="report-figure" href="{}">{}</a>',
                self._urls[int(match[1])],
                mark_safe(match[2]),  # noqa: S308
            )

        return mark_safe(marked.sub(make_link, html))  # noqa: S308
