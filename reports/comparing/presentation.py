"""The comparison as a page shows it: lines, cells and words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from inspections.dates import last_day
from inspections.definition import ProgrammeDefinition, Theme
from inspections.models import Inspection
from inspections.presentation import describe_date
from reports.comparing.previous import Change
from reports.comparing.results import Result, fold, select_others
from reports.comparing.standing import Standing, stand, stand_by_region
from scoring.arithmetic import Score
from scoring.charts.dots import Named, Strip, dot_plot
from scoring.names import ScoreName
from scoring.scorecard import Scorecard
from scoring.tables import describe_percent

NAMED = 3
"""So many areas that share the lowest or highest score are named; more are counted."""
NONE = "–"


@dataclass(frozen=True, slots=True)
class Extreme:
    """The lowest or the highest score, and whose it is."""

    percent: str
    areas: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A score in words, and what its column is called."""

    column: str
    score: str


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """How a theme's score stands among the others'; `cells` are those of the family's areas."""

    theme: str
    title: str
    lowest: Extreme
    highest: Extreme
    average: str
    areas: int
    own: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class AreaLine:
    """What was published of one other area, and when."""

    area: str
    region: str
    published: str
    imported: bool
    scores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionLine:
    """The spread and the average of each theme in a region."""

    region: str
    areas: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The scores of an inspection beside those of others, for a page."""

    as_of: str
    region: str
    areas: int
    few: bool
    themes: tuple[str, ...]
    lines: tuple[ThemeLine, ...]
    family: tuple[str, ...]
    without_result: tuple[str, ...]
    others: tuple[AreaLine, ...]
    regions: tuple[RegionLine, ...]
    chart: SafeString


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A score of the previous inspection and of this, in words."""

    name: ScoreName
    title: str
    number: str
    former_number: str
    before: str
    now: str
    difference: str


def describe_comparison(
    inspection: Inspection,
    definition: ProgrammeDefinition,
    card: Scorecard,
    results: Collection[Result],
    *,
    as_of: str,
    region: str,
    family: Sequence[str],
) -> Comparison:
    """Return the comparison with results published by `as_of`; `family` are slugs of areas."""
    day = last_day(as_of)
    everywhere = select_others(results, day, own_area=inspection.area_id)
    others = select_others(results, day, own_area=inspection.area_id, region=region)
    standings = {theme.key: stand(theme.key, others) for theme in definition.themes}
    by_slug = {result.slug: result for result in everywhere}
    members = [by_slug[slug] for slug in family if slug in by_slug]
    names = {result.slug: result.area for result in results}
    return Comparison(
        as_of=describe_date(as_of),
        region=region,
        areas=len(others),
        few=any(standing.few for standing in standings.values()),
        themes=tuple(theme.title for theme in definition.themes),
        lines=tuple(
            _describe_theme(theme, standings[theme.key], card.headlines[theme.key], members)
            for theme in definition.themes
        ),
        family=tuple(member.area for member in members),
        without_result=tuple(names[slug] for slug in family if slug not in by_slug),
        others=tuple(_describe_area(definition, result) for result in others),
        regions=tuple(_describe_regions(definition, everywhere)),
        chart=draw_standings(inspection, definition, card, standings.values(), members),
    )


def draw_standings(
    inspection: Inspection,
    definition: ProgrammeDefinition,
    card: Scorecard,
    standings: Iterable[Standing],
    family: Sequence[Result],
) -> SafeString:
    """Return the dot plot of each theme: this inspection among the others, the family by name."""
    strips = []
    for theme, standing in zip(definition.themes, standings, strict=True):
        score = card.headlines[theme.key]
        strips.append(
            Strip(
                title=theme.title,
                others=standing.values,
                average=standing.average,
                own=Named(inspection.area.name, score.percent, score.low, score.high),
                family=tuple(
                    Named(member.area, member.percents.get(theme.key)) for member in family
                ),
            )
        )
    return dot_plot(
        "Headline scores among those of other areas", "Percentages of each theme.", strips
    )


def list_options(
    results: Iterable[Result], inspection: Inspection
) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """Return what can be chosen, whatever the date: regions, and areas by slug but its own.

    An area comes with its name and the region of its latest result.
    """
    of_area: dict[str, Result] = {}
    for result in sorted(results, key=lambda result: result.last_day):
        if result.area_id != inspection.area_id:
            of_area[result.slug] = result
    by_name = sorted(of_area.values(), key=lambda result: result.area.casefold())
    regions: dict[str, str] = {fold(inspection.region): inspection.region}
    for result in by_name:
        regions.setdefault(fold(result.region), result.region)
    return (
        sorted(regions.values(), key=str.casefold),
        {result.slug: (result.area, result.region) for result in by_name},
    )


def describe_changes(changes: Iterable[Change]) -> list[ChangeLine]:
    """Return the scores of the previous inspection and of this, in words."""
    return [
        ChangeLine(
            name=change.name,
            title=change.title,
            number=change.number,
            former_number=change.former_number,
            before=_percent(change.before),
            now=_capitalise(describe_percent(change.now)),
            difference=_describe_difference(change),
        )
        for change in changes
    ]


def _describe_theme(
    theme: Theme, standing: Standing, own: Score, family: Sequence[Result]
) -> ThemeLine:
    return ThemeLine(
        theme=theme.key,
        title=theme.title,
        lowest=_describe_extreme(standing.lowest, standing.lowest_in),
        highest=_describe_extreme(standing.highest, standing.highest_in),
        average=NONE if standing.average is None else f"{standing.average}%",
        areas=standing.areas,
        own=_capitalise(describe_percent(own)),
        cells=tuple(
            Cell(member.area, _percent(member.percents.get(theme.key))) for member in family
        ),
    )


def _describe_extreme(percent: int | None, areas: Sequence[str]) -> Extreme:
    if percent is None:
        return Extreme(NONE, "")
    named = ", ".join(areas[:NAMED])
    more = len(areas) - NAMED
    return Extreme(f"{percent}%", f"{named} and {more} more" if more > 0 else named)


def _describe_area(definition: ProgrammeDefinition, result: Result) -> AreaLine:
    return AreaLine(
        area=result.area,
        region=result.region,
        published=describe_date(result.published),
        imported=result.imported,
        scores=tuple(_percent(result.percents.get(theme.key)) for theme in definition.themes),
    )


def _describe_regions(
    definition: ProgrammeDefinition, others: Sequence[Result]
) -> Iterable[RegionLine]:
    keys = [theme.key for theme in definition.themes]
    for region, standings in stand_by_region(keys, others).items():
        yield _describe_region(definition, region, standings)
    everywhere = {key: stand(key, others) for key in keys}
    yield _describe_region(definition, "All regions", everywhere)


def _describe_region(
    definition: ProgrammeDefinition, region: str, standings: Mapping[str, Standing]
) -> RegionLine:
    return RegionLine(
        region=region,
        areas=max((standing.areas for standing in standings.values()), default=0),
        cells=tuple(
            Cell(theme.title, _describe_spread(standings[theme.key])) for theme in definition.themes
        ),
    )


def _describe_spread(standing: Standing) -> str:
    if standing.average is None:
        return NONE
    if standing.lowest == standing.highest:
        return f"{standing.lowest}%"
    return f"{standing.lowest}% to {standing.highest}%, average {standing.average}%"


def _describe_difference(change: Change) -> str:
    if change.difference is None:
        return NONE
    told = _points(change.difference)
    if change.range is None:
        return told
    low, high = change.range
    return f"{told} so far ({_signed(low)} to {_signed(high)})"


def _points(difference: int) -> str:
    if not difference:
        return "no change"
    return f"{_signed(difference)} point{'' if abs(difference) == 1 else 's'}"


def _signed(difference: int) -> str:
    return f"{difference:+d}".replace("-", "−")


def _percent(percent: int | None) -> str:
    return "Not scored" if percent is None else f"{percent}%"


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]
