"""Which parts a report has, in what order and under what titles: one list for each layout.

The contents page, the bookmarks and every reference to an appendix come from this list, so that
none of them can disagree with the pages.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from django.utils.translation import gettext as _

from reports.content import ReportContent, Section


@dataclass(frozen=True)
class Part:
    """One part of the report; `key` is its anchor and `template` its file in `document/parts`."""

    key: str
    title: str
    template: str
    starts_page: bool = True
    section: Section | None = None
    shares: str = ""  # appendices that share this stand under one number: 3a and 3b
    appendix: str = ""  # its number, if it is one

    @property
    def label(self) -> str:
        """How other parts refer to it."""
        return _("Appendix %(number)s") % {"number": self.appendix} if self.appendix else self.title

    @property
    def heading(self) -> str:
        return f"{self.label}: {self.title}" if self.appendix else self.title


def list_parts(content: ReportContent, *, draft: bool) -> list[Part]:
    """The parts of this report in order. A final report leaves out what has nothing in it."""
    body = [part for make in LAYOUTS[content.layout] for part in make(content)]
    appendices = [part for make in APPENDICES[content.layout] for part in make(content)]
    empty = set() if draft else set(_list_empty(content))
    kept = [part for part in body if part.key not in empty]
    return [*kept, *_number(part for part in appendices if part.key not in empty)]


def _number(appendices: Iterable[Part]) -> Iterator[Part]:
    groups = groupby(appendices, key=lambda part: part.shares or part.key)
    for number, (_shared, group) in enumerate(groups, start=1):
        members = list(group)
        letters = "ab" if len(members) > 1 else [""]
        for letter, part in zip(letters, members, strict=True):
            yield replace(part, appendix=f"{number}{letter}")


def _list_empty(content: ReportContent) -> Iterator[str]:
    if not content.examples:
        yield "examples"
    if not (content.children or content.victims):
        yield "service-users"
    if not content.recommendations:
        yield from ("recommendations", "next-steps")
    has_context = content.context_area or content.context_service
    if content.layout == "cci-2009" and not has_context:
        yield "appendix-context"
    if not content.case_charts:
        yield "appendix-cases"


def _foreword(content: ReportContent) -> Iterator[Part]:
    yield Part("foreword", _("Foreword"), "foreword")


def _front(content: ReportContent) -> Iterator[Part]:
    yield Part("acknowledgements", _("Acknowledgements"), "acknowledgements")
    yield Part("contents", _("Contents"), "contents")


def _scoring_summary(content: ReportContent) -> Iterator[Part]:
    title = _("Scoring and Summary Table")
    if content.layout == "cci-2009":
        title = _("Scoring – and Summary Table")
    yield Part("scoring", title, "scoring_summary")


def _recommendations(content: ReportContent) -> Iterator[Part]:
    title = _("Recommendations for improvement")
    if content.layout == "cci-2009":
        title = _("Recommendations")
    yield Part("recommendations", title, "recommendations")
    yield Part("next-steps", _("Next steps"), "next_steps", starts_page=False)


def _examples(content: ReportContent) -> Iterator[Part]:
    title = _("Making a difference")
    if content.layout == "cci-2009":
        title = _("Sharing good practice")
    yield Part("examples", title, "examples")


def _service_users(content: ReportContent) -> Iterator[Part]:
    yield Part("service-users", _("Service users’ perspective"), "service_users")


def _sections(content: ReportContent) -> Iterator[Part]:
    for section in content.sections:
        title = f"{section.number}. {section.title}"
        yield Part(f"section-{section.number}", title, "section", section=section)


def _score_chart(content: ReportContent) -> Iterator[Part]:
    title = _("Scoring summary of sections 1-3")
    if content.layout == "cci-2009":
        title = _("Summary")
    yield Part("appendix-scores", title, "appendix_scores")


def _context(content: ReportContent) -> Iterator[Part]:
    yield Part("appendix-context", _("Contextual information"), "appendix_context")


def _arrangements(content: ReportContent) -> Iterator[Part]:
    title, shares = _("Inspection Arrangements"), ""
    if content.layout == "cci-2009":
        title, shares = _("Inspection data"), "inspection-data"
    yield Part("appendix-arrangements", title, "appendix_arrangements", shares=shares)


def _cases(content: ReportContent) -> Iterator[Part]:
    title, shares = _("Characteristics of cases inspected"), ""
    if content.layout == "cci-2009":
        title, shares = _("Inspection data chart"), "inspection-data"
    yield Part("appendix-cases", title, "appendix_cases", shares=shares)


def _scoring_approach(content: ReportContent) -> Iterator[Part]:
    yield Part("appendix-scoring", _("Scoring approach"), "appendix_scoring")


def _glossary(content: ReportContent) -> Iterator[Part]:
    yield Part("appendix-glossary", _("Glossary"), "appendix_glossary")


def _role(content: ReportContent) -> Iterator[Part]:
    title = _("Role of HMI Probation and Code of Practice")
    yield Part("appendix-role", title, "appendix_role", starts_page=False)


Maker = Callable[[ReportContent], Iterator[Part]]

LAYOUTS: dict[str, list[Maker]] = {
    "cci-2012": [
        _foreword, _front, _scoring_summary, _recommendations, _examples, _service_users, _sections,
    ],
    "cci-2009": [
        _foreword, _front, _scoring_summary, _recommendations, _service_users, _examples, _sections,
    ],
    "sqs": [_front, _recommendations, _sections],
}  # fmt: skip

APPENDICES: dict[str, list[Maker]] = {
    "cci-2012": [
        _score_chart, _context, _arrangements, _cases, _scoring_approach, _glossary, _role,
    ],
    "cci-2009": [_score_chart, _context, _cases, _arrangements, _role, _glossary],
    "sqs": [_cases, _role],
}  # fmt: skip
