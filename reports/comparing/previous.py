"""The same service's previous inspection, set beside this one criterion by criterion.

It is the latest one before this whose result was published: our own issue, with its criteria, or a
result brought in from a file, of which the headlines alone are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from inspections.catalogue import load_definition
from inspections.dates import is_before
from inspections.definition import CriterionDefinition, ProgrammeDefinition
from inspections.models import Inspection, Programme
from reports.comparing.results import PUBLISHED, fold, read_percents
from reports.models import AreaResult, Publication
from scoring.arithmetic import Score
from scoring.names import ScoreName
from scoring.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Change:
    """A score then and now. Percentages are whole numbers, differences in points.

    `before` is None where it was not scored; `number` is empty for a headline. `former_number` is
    that of the previous programme where it is another one.
    """

    name: ScoreName
    title: str
    now: Score
    before: int | None
    number: str = ""
    former_number: str = ""

    @property
    def difference(self) -> int | None:
        """By how many points the score so far is higher; None where one was not scored."""
        if self.now.percent is None or self.before is None:
            return None
        return self.now.percent - self.before

    @property
    def range(self) -> tuple[int, int] | None:
        """The differences it can come to; None where nothing is open."""
        if self.before is None or self.now.low is None or self.now.high is None:
            return None
        if self.now.low == self.now.high:
            return None
        return self.now.low - self.before, self.now.high - self.before


@dataclass(frozen=True, slots=True)
class Previous:
    """The previous inspection: under which programme, when it was published, and the scores.

    `criteria` are those of this programme that the previous one has too, by title; the titles of
    the others are in `only_now` and `only_before`. All three are empty if it is `headlines_only`.
    """

    programme: str
    published: str
    same_programme: bool
    headlines_only: bool
    headlines: tuple[Change, ...]
    criteria: tuple[Change, ...] = ()
    only_now: tuple[str, ...] = ()
    only_before: tuple[str, ...] = ()


def find_previous(
    inspection: Inspection, definition: ProgrammeDefinition, card: Scorecard
) -> Previous | None:
    """Return the previous inspection of the same area beside the scores as they stand in `card`.

    None if there is none whose result was published. An inspection is an earlier one if its
    fieldwork began before, a result from a file if it was published before this fieldwork began.
    """
    issued = _find_issued(inspection)
    imported = _find_imported(inspection)
    if issued and not (imported and is_before(issued.published, imported.publication_date)):
        programme = issued.programme
        former = (
            definition
            if programme == inspection.programme_id
            else load_definition(Programme.objects.get(pk=programme))
        )
        return _compare_issued(issued, definition, former, card)
    return _compare_imported(imported, definition, card) if imported else None


@dataclass(frozen=True, slots=True)
class _Issued:
    """What is frozen of the previous inspection."""

    programme: int
    published: str
    headlines: Mapping[str, int | None]
    criteria: Mapping[str, int | None]


@dataclass
class _Matched:
    """What two programmes have in common, by title."""

    changes: list[Change] = field(default_factory=list)
    only_now: list[str] = field(default_factory=list)
    only_before: list[str] = field(default_factory=list)


def _find_issued(inspection: Inspection) -> _Issued | None:
    """Return the latest issue of the area's last inspection before this one."""
    issues = Publication.objects.filter(
        document__isnull=False, inspection__area_id=inspection.area_id
    ).exclude(inspection=inspection)
    first = Publication.objects.filter(
        document__isnull=False, inspection_id=OuterRef("inspection_id")
    ).order_by("published_at")
    rows = issues.order_by("inspection__fieldwork_start", "published_at", "number").values_list(
        "inspection__fieldwork_start",
        "inspection__programme_id",
        Subquery(first.values("published_at")[:1]),
        PUBLISHED,
        KeyTransform("headlines", "scorecard"),
        KeyTransform("criteria", "scorecard"),
    )
    earlier = [row for row in rows if is_before(row[0], inspection.fieldwork_start)]
    if not earlier:
        return None
    _, programme, moment, published, headlines, criteria = earlier[-1]
    return _Issued(
        programme=programme,
        published=published or timezone.localdate(moment).isoformat(),
        headlines=read_percents(headlines),
        criteria=read_percents(criteria),
    )


def _find_imported(inspection: Inspection) -> AreaResult | None:
    results = AreaResult.objects.filter(area_id=inspection.area_id).order_by("publication_date")
    earlier = [r for r in results if is_before(r.publication_date, inspection.fieldwork_start)]
    return earlier[-1] if earlier else None


def _compare_issued(
    issued: _Issued, definition: ProgrammeDefinition, former: ProgrammeDefinition, card: Scorecard
) -> Previous:
    matched = _match_criteria(definition, former, card, issued.criteria)
    return Previous(
        programme=former.short_title,
        published=issued.published,
        same_programme=former.slug == definition.slug,
        headlines_only=False,
        headlines=_match_headlines(definition, former, card, issued.headlines),
        criteria=tuple(matched.changes),
        only_now=tuple(matched.only_now),
        only_before=tuple(matched.only_before),
    )


def _compare_imported(
    imported: AreaResult, definition: ProgrammeDefinition, card: Scorecard
) -> Previous | None:
    former = definition
    if imported.programme != definition.slug:
        programme = Programme.objects.filter(slug=imported.programme).order_by("-version").first()
        if programme is None:
            return None
        former = load_definition(programme)
    return Previous(
        programme=former.short_title,
        published=imported.publication_date,
        same_programme=former.slug == definition.slug,
        headlines_only=True,
        headlines=_match_headlines(definition, former, card, imported.scores),
    )


def _match_headlines(
    definition: ProgrammeDefinition,
    former: ProgrammeDefinition,
    card: Scorecard,
    before: Mapping[str, int | None],
) -> tuple[Change, ...]:
    """Match themes by key, or else by title; one without a match has no score before."""
    by_title = {fold(theme.title): theme.key for theme in former.themes}
    return tuple(
        Change(
            name=ScoreName("headline", theme.key),
            title=theme.title,
            now=card.headlines[theme.key],
            before=before.get(
                theme.key if theme.key in before else by_title.get(fold(theme.title), "")
            ),
        )
        for theme in definition.themes
    )


def _match_criteria(
    definition: ProgrammeDefinition,
    former: ProgrammeDefinition,
    card: Scorecard,
    before: Mapping[str, int | None],
) -> _Matched:
    """Match criteria by title: a number can stand for something else in another programme."""
    formerly: dict[str, list[CriterionDefinition]] = {}
    for criterion in former.criteria.values():
        formerly.setdefault(fold(criterion.title), []).append(criterion)
    matched = _Matched()
    for number, criterion in definition.criteria.items():
        alike = formerly.get(fold(criterion.title))
        if not alike:
            matched.only_now.append(f"{number} {criterion.title}")
            continue
        same = alike.pop(0)
        matched.changes.append(
            Change(
                name=ScoreName("criterion", number),
                title=criterion.title,
                number=number,
                now=card.criteria[number],
                before=before.get(same.number),
                former_number="" if same.number == number else same.number,
            )
        )
    left = [criterion for alike in formerly.values() for criterion in alike]
    matched.only_before.extend(f"{c.number} {c.title}" for c in left)
    return matched
