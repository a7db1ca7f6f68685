"""What a report says, frozen: the one input of `reports.rendering`.

A `ReportContent` holds plain values only, with every figure in its texts already resolved,
so that a publication can be kept as JSON and rendered again years later without the database.

Dates are ISO 8601 text, either `YYYY-MM-DD` or, where only the month is known, `YYYY-MM`.
Percentages are whole numbers from 0 to 100.
"""

import json
import types
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from scoring.arithmetic import choose_hidden, round_half_up
from scoring.statistics.intervals import Interval

FORMAT = 1
SMALLEST_COUNT = 5  # a group of fewer could point to a child; an inspection may ask for more
LONGEST_LABEL = 50  # characters

Layout = Literal["cci-2012", "cci-2009", "sqs"]
Country = Literal["england", "wales"]


class ContentError(ValueError):
    """The content cannot make a report; the message says which part of it and why."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """A share of judgements. `low` and `high` differ while judgements are still open."""

    sufficient: int
    relevant: int
    percent: int | None  # so far; None where nothing relevant has been judged
    low: int | None
    high: int | None
    band: str | None  # the bare label, such as MODERATE
    interval: tuple[float, float] | None = None  # of 95%, in per cent, not rounded

    @property
    def is_open(self) -> bool:
        return self.low != self.high

    @property
    def is_scored(self) -> bool:
        return self.percent is not None or self.is_open

    @property
    def printed_interval(self) -> str:
        """The interval as the scorecard prints it; empty where there is none."""
        return Interval(*self.interval, cases=0).printed if self.interval else ""


@dataclass(frozen=True)
class Band:
    label: str
    floor: int


@dataclass(frozen=True, kw_only=True)
class Programme:
    slug: str
    version: int
    title: str
    scored: bool
    bands: tuple[Band, ...]  # highest first
    sample_min: int | None = None
    sample_max: int | None = None


@dataclass(frozen=True, kw_only=True)
class Service:
    """The inspected service, by its own names."""

    title: str  # as used in running text: YOT, YOS, YJS
    name: str  # in full: Youth Justice Service
    manager_title: str
    note: str = ""  # a footnote that explains the local name; a standing one is used if empty


@dataclass(frozen=True, kw_only=True)
class Dates:
    as_of: str  # ISO date and time at which the content was gathered
    fieldwork_start: str
    fieldwork_end: str
    published: str | None = None
    signed: str | None = None  # the month under the foreword


@dataclass(frozen=True, kw_only=True)
class Headline:
    theme: str  # key: safeguarding, risk_of_harm, likelihood_of_reoffending
    title: str
    score: Score
    bears_on_early_reinspection: bool


@dataclass(frozen=True, kw_only=True)
class Comparator:
    theme: str
    lowest: int
    highest: int
    average: int
    values: tuple[int, ...] = ()  # of each other area, lowest first, where they are known


@dataclass(frozen=True, kw_only=True)
class Comparators:
    scope: str  # "Wales and the English regions inspected to date"
    as_of: str | None
    rows: tuple[Comparator, ...]

    @classmethod
    def from_document(cls, document: Any) -> "Comparators":
        """What a frozen report holds of them. Raises ContentError where it is no such thing."""
        comparators: Comparators = _read(cls, document, "comparators")
        return comparators


@dataclass(frozen=True)
class TeamRole:
    role: str  # key: lead_inspector, inspector, practice_assessor, ...
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Criterion:
    number: str
    title: str
    statement: str | None
    score: Score | None
    strengths: tuple[str, ...] = ()
    areas_for_improvement: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    number: str
    title: str
    score: Score | None
    criteria: tuple[Criterion, ...]
    commentary: str = ""


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    text: str
    owner: str
    group: Literal["higher_proportion", "furthermore"] = "higher_proportion"


@dataclass(frozen=True, kw_only=True)
class Example:
    section: str  # section number
    criterion: str | None  # criterion number
    text: str


@dataclass(frozen=True, kw_only=True)
class Survey:
    respondents: int | None  # None where their number is not known
    findings: tuple[str, ...]

    @property
    def is_small(self) -> bool:
        """Whether there were so few respondents that their number is not printed."""
        return self.respondents is not None and self.respondents < SMALLEST_COUNT


@dataclass(frozen=True)
class Category:
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class CategoryChart:
    """How the cases divide by one characteristic; build `categories` with `merge_small`.

    Raises ContentError where a category holds fewer than `SMALLEST_COUNT` cases.
    """

    key: str
    title: str
    categories: tuple[Category, ...]  # empty where there are too few cases to show

    def __post_init__(self) -> None:
        for category in self.categories:
            if 0 < category.count < SMALLEST_COUNT:
                raise ContentError(
                    f"{self.title}, {category.label}: {category.count} is too few to print."
                )

    @property
    def total(self) -> int:
        return sum(category.count for category in self.categories)

    @property
    def rows(self) -> list[tuple[Category, int]]:
        """Each category with its percentage of the total."""
        return [(c, round_half_up(c.count, self.total) or 0) for c in self.categories]


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    language: Literal["en", "cy"]
    layout: Layout
    programme: Programme
    area: str
    region: str
    country: Country
    service: Service
    dates: Dates
    cases: int
    signatory: str  # the office that signs the foreword
    isbn: str = ""
    number: int | None = None  # of the publication; None until there is one
    foreword: str = ""
    headlines: tuple[Headline, ...] = ()
    comparators: Comparators | None = None
    team: tuple[TeamRole, ...] = ()
    sections: tuple[Section, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    examples: tuple[Example, ...] = ()
    children: Survey | None = None
    victims: Survey | None = None
    context_area: tuple[str, ...] = ()
    context_service: tuple[str, ...] = ()
    case_charts: tuple[CategoryChart, ...] = ()
    smallest_group: int = SMALLEST_COUNT  # cases; smaller ones are merged in the charts

    @property
    def is_complete(self) -> bool:
        """Whether no score in it can still change."""
        return not any(score.is_open for score in self.scores())

    def list_unwritten(self) -> list[str]:
        """The parts that its authors have not written yet, in the order of print."""
        parts = [
            ("the foreword", self.foreword),
            ("recommendations", self.recommendations),
            *((f"the commentary on section {s.number}", s.commentary) for s in self.sections),
            *(
                (f"findings on criterion {c.number}", c.strengths or c.areas_for_improvement)
                for s in self.sections
                for c in s.criteria
            ),
            ("the context of the area", self.context_area),
        ]
        return [name for name, text in parts if not text]

    @property
    def has_intervals(self) -> bool:
        """Whether any score of a section or criterion has a 95% interval."""
        return any(score.interval for score in self.scores())

    def scores(self) -> list[Score]:
        """Every score, headlines first."""
        found: list[Score | None] = [headline.score for headline in self.headlines]
        for section in self.sections:
            found += [section.score, *(criterion.score for criterion in section.criteria)]
        return [score for score in found if score]

    def to_document(self) -> dict[str, Any]:
        """As plain mappings, lists and values, fit for a JSON field."""
        document: dict[str, Any] = json.loads(self.to_json())
        return document

    @classmethod
    def from_document(cls, document: Any) -> "ReportContent":
        """What `to_document` gave. Raises ContentError where it is no such thing."""
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ContentError(f"The content is not of format {FORMAT}.")
        values = {name: value for name, value in document.items() if name != "format"}
        content: ReportContent = _read(cls, values, "content")
        return content

    def to_json(self) -> str:
        """The same content always gives the same text, so that it can be compared and hashed."""
        document = {"format": FORMAT, **asdict(self)}
        return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "ReportContent":
        """What `to_json` wrote. Raises ContentError where the text is no such thing."""
        try:
            return cls.from_document(json.loads(text))
        except json.JSONDecodeError as error:
            raise ContentError(f"The content is not JSON: {error}") from error


def merge_small(
    counts: Sequence[tuple[str, int]], *, merged_label: str, smallest: int = SMALLEST_COUNT
) -> tuple[Category, ...]:
    """Categories fit to print, from (label, count) pairs in their order.

    Those under `smallest` are joined into one. Where that one would itself be under `smallest`,
    the next smallest category joins it, since the total would give it away. It is called by the
    labels it joins, as in a list, and stands where they stood or, if they are long, is called
    `merged_label` and stands last. Empty categories are left out. Too few cases in all: no
    categories.
    """
    filled = [Category(label, count) for label, count in counts if count]
    if sum(category.count for category in filled) < smallest:
        return ()
    hidden = choose_hidden(dict(enumerate(c.count for c in filled)), smallest)
    merged = [filled[at] for at in sorted(hidden)]
    if not merged:
        return tuple(filled)
    kept = [category for category in filled if category not in merged]
    first, *rest = [category.label for category in filled if category in merged]
    label = ", ".join([first, *map(_lower_first, rest)])
    place = min(filled.index(category) for category in merged)
    if len(label) > LONGEST_LABEL:
        label, place = merged_label, len(kept)
    joined = Category(label, sum(category.count for category in merged))
    return (*kept[:place], joined, *kept[place:])


def _lower_first(label: str) -> str:
    """For a phrase within a list; a single word, and an abbreviation, stay as they are."""
    return label[:1].lower() + label[1:] if " " in label and label[1].islower() else label


def _read(kind: Any, value: Any, place: str) -> Any:
    """`value`, out of JSON, as the type `kind` that a field declares."""
    if is_dataclass(kind):
        return _read_record(kind, value, place)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        if not isinstance(value, list):
            raise ContentError(f"{place}: a list is wanted.")
        return tuple(_read(arguments[0], item, f"{place}[{i}]") for i, item in enumerate(value))
    if origin in (Union, types.UnionType):
        return None if value is None else _read(arguments[0], value, place)
    if origin is Literal:
        if value not in arguments:
            raise ContentError(f"{place}: {value!r} is none of {', '.join(arguments)}.")
    elif type(value) is not kind:
        raise ContentError(f"{place}: {kind.__name__} is wanted.")
    return value


def _read_record(kind: Any, value: Any, place: str) -> Any:
    if not isinstance(value, dict):
        raise ContentError(f"{place}: a mapping is wanted.")
    if unknown := sorted(set(value) - {field.name for field in fields(kind)}):
        raise ContentError(f"{place}: {', '.join(unknown)} is not known.")
    hints = get_type_hints(kind)
    read = {name: _read(hints[name], item, f"{place}.{name}") for name, item in value.items()}
    try:
        return kind(**read)
    except TypeError as error:  # a field without a default is missing
        raise ContentError(f"{place}: {error}") from error
