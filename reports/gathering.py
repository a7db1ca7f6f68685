"""Gathering all that a report says, from the database into one `ReportContent`.

The number of queries does not depend on the number of cases: one for the scorecard, one for the
intervals of sections and criteria, one for each fact whose groups the narrative speaks of, one for
the make-up of the cases, one each for the narrative, the team and the choice of comparators, and
two for the results of other areas if a choice was made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils import timezone

from cases.models import RecordedFact
from inspections.catalogue import load_definition
from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection, TeamMember
from reports import content
from reports.comparing.choice import describe_lack, find_choice, find_comparators
from reports.figures import FigureFault, FigureSource, Link, make_source
from reports.models import Language, Narrative
from reports.snapshot import at_one_moment
from scoring.arithmetic import Score
from scoring.names import ScoreName
from scoring.scorecard import Scorecard, score_inspection
from scoring.statistics.criteria import estimate_criteria
from scoring.statistics.intervals import Interval

MERGED_LABEL = "All others"


@dataclass(frozen=True)
class Gathered:
    """The content of a report, the scorecard it is drawn from, and figures that have no value.

    `lack` is why what was chosen to compare with cannot be printed; empty if it can, or nothing
    was chosen.
    """

    content: content.ReportContent
    scorecard: Scorecard
    faults: tuple[FigureFault, ...]
    lack: str = ""


def gather_content(
    inspection: Inspection,
    *,
    language: str = Language.ENGLISH,
    number: int | None = None,
    link: Link | None = None,
) -> Gathered:
    """Return the report of `inspection` as its judgements and narrative stand at one moment.

    `number` is that of the publication which the content is to be frozen in. A figure that cannot
    be resolved is in `faults`, and stands out in its text. `link` marks figures as links, for a
    draft that is read on the site; such content is never to be frozen.
    """
    with at_one_moment():
        definition = load_definition(inspection.programme)
        document = _load_document(inspection, language)
        scorecard = score_inspection(inspection)
        figures = make_source(inspection, definition, scorecard, document)
        figures.link = link
        choice = find_choice(inspection)
        comparators = find_comparators(inspection, definition, choice)
        report = _compose(
            inspection, definition, document, scorecard, figures, comparators, language, number
        )
    return Gathered(
        content=report,
        scorecard=scorecard,
        faults=tuple(figures.faults),
        lack=describe_lack(choice) if choice and not comparators else "",
    )


def _load_document(inspection: Inspection, language: str) -> dict[str, Any]:
    narrative = Narrative.objects.filter(inspection=inspection, language=language).first()
    return narrative.document if narrative else {}


def _compose(
    inspection: Inspection,
    definition: ProgrammeDefinition,
    document: Mapping[str, Any],
    scorecard: Scorecard,
    figures: FigureSource,
    comparators: content.Comparators | None,
    language: str,
    number: int | None,
) -> content.ReportContent:
    return content.ReportContent(
        language="cy" if language == Language.WELSH else "en",
        layout=_choose_layout(definition),
        programme=_describe_programme(definition),
        area=inspection.area.name,
        region=inspection.region,
        country="wales" if inspection.country == Inspection.Country.WALES else "england",
        service=content.Service(
            title=inspection.service_title,
            name=inspection.service_name,
            manager_title=inspection.manager_title,
        ),
        dates=content.Dates(
            as_of=timezone.now().isoformat(timespec="seconds"),
            fieldwork_start=inspection.fieldwork_start,
            fieldwork_end=inspection.fieldwork_end,
            published=inspection.publication_date or None,
            signed=document.get("signed_month"),
        ),
        cases=scorecard.cases,
        signatory=inspection.chief_inspector,
        isbn=inspection.isbn,
        number=number,
        foreword=figures.resolve(document.get("foreword", ""), "foreword"),
        headlines=tuple(
            content.Headline(
                theme=theme.key,
                title=theme.title,
                score=_convert_score(scorecard.headlines[theme.key]),
                bears_on_early_reinspection=theme.bears_on_early_reinspection,
            )
            for theme in definition.themes
        ),
        comparators=comparators,
        team=_gather_team(inspection),
        sections=_compose_sections(inspection, definition, document, scorecard, figures),
        recommendations=_compose_recommendations(inspection, document, figures),
        examples=tuple(
            content.Example(
                section=example["section"],
                criterion=example.get("criterion"),
                text=figures.resolve(example["text"], f"example {number}"),
            )
            for number, example in enumerate(document.get("examples", []), start=1)
        ),
        children=_compose_survey(document, figures, "children"),
        victims=_compose_survey(document, figures, "victims"),
        context_area=_resolve_all(
            document.get("context", {}).get("area", []), figures, "context, area"
        ),
        context_service=_resolve_all(
            document.get("context", {}).get("service", []), figures, "context, service"
        ),
        case_charts=_count_cases(inspection, definition),
        smallest_group=inspection.smallest_group,
    )


def _choose_layout(definition: ProgrammeDefinition) -> content.Layout:
    if definition.kind == "sqs":
        return "sqs"
    return "cci-2009" if definition.slug == "cci-2009" else "cci-2012"


def _describe_programme(definition: ProgrammeDefinition) -> content.Programme:
    return content.Programme(
        slug=definition.slug,
        version=definition.version,
        title=definition.title,
        scored=definition.scored,
        bands=tuple(content.Band(band.label, band.floor) for band in definition.bands),
        sample_min=definition.sample_min,
        sample_max=definition.sample_max,
    )


def _convert_score(score: Score, interval: Interval | None = None) -> content.Score:
    return content.Score(
        sufficient=score.sufficient,
        relevant=score.relevant,
        percent=score.percent,
        low=score.low,
        high=score.high,
        band=score.band,
        interval=(round(interval.low, 6), round(interval.high, 6)) if interval else None,
    )


def _gather_team(inspection: Inspection) -> tuple[content.TeamRole, ...]:
    """Return the team by role, in the order of print; a role with nobody is left out."""
    names: dict[str, list[str]] = {role: [] for role in TeamMember.Role.values}
    for role, name in TeamMember.objects.filter(inspection=inspection).values_list("role", "name"):
        names[role].append(name)
    return tuple(content.TeamRole(role, tuple(held)) for role, held in names.items() if held)


def _compose_sections(
    inspection: Inspection,
    definition: ProgrammeDefinition,
    document: Mapping[str, Any],
    scorecard: Scorecard,
    figures: FigureSource,
) -> tuple[content.Section, ...]:
    authored = document.get("sections", {})
    findings = document.get("criteria", {})
    intervals = estimate_criteria(inspection) if definition.scored else {}
    return tuple(
        content.Section(
            number=section.number,
            title=section.title,
            score=(
                _convert_score(
                    scorecard.sections[section.number],
                    intervals.get(ScoreName("section", section.number)),
                )
                if definition.scored
                else None
            ),
            criteria=tuple(
                content.Criterion(
                    number=criterion.number,
                    title=criterion.title,
                    statement=criterion.statement,
                    score=(
                        _convert_score(
                            scorecard.criteria[criterion.number],
                            intervals.get(ScoreName("criterion", criterion.number)),
                        )
                        if definition.scored
                        else None
                    ),
                    strengths=_resolve_all(
                        findings.get(criterion.number, {}).get("strengths", []),
                        figures,
                        f"criterion {criterion.number}, strength",
                    ),
                    areas_for_improvement=_resolve_all(
                        findings.get(criterion.number, {}).get("areas_for_improvement", []),
                        figures,
                        f"criterion {criterion.number}, area for improvement",
                    ),
                )
                for criterion in section.criteria
            ),
            commentary=figures.resolve(
                authored.get(section.number, {}).get("commentary", ""),
                f"section {section.number}, commentary",
            ),
        )
        for section in definition.sections
    )


def _compose_recommendations(
    inspection: Inspection, document: Mapping[str, Any], figures: FigureSource
) -> tuple[content.Recommendation, ...]:
    """One that names no owner is for the manager of the service."""
    return tuple(
        content.Recommendation(
            text=figures.resolve(given["text"], f"recommendation {number}"),
            owner=given.get("owner", inspection.manager_title),
            group=given.get("group", "higher_proportion"),
        )
        for number, given in enumerate(document.get("recommendations", []), start=1)
    )


def _compose_survey(
    document: Mapping[str, Any], figures: FigureSource, group: str
) -> content.Survey | None:
    given = document.get("service_users", {}).get(group)
    if not given:
        return None
    return content.Survey(
        respondents=given.get("respondents"),
        findings=_resolve_all(given.get("findings", []), figures, f"service users, {group}"),
    )


def _resolve_all(texts: Sequence[str], figures: FigureSource, place: str) -> tuple[str, ...]:
    return tuple(
        figures.resolve(text, f"{place} {number}") for number, text in enumerate(texts, start=1)
    )


def _count_cases(
    inspection: Inspection, definition: ProgrammeDefinition
) -> tuple[content.CategoryChart, ...]:
    """Return how the cases divide by each fact that describes them; small groups are merged."""
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    rows = (
        RecordedFact.objects.filter(
            assessment__inspection=inspection, assessment__of_record=True, fact__group="case"
        )
        .order_by()
        .values_list("fact__key", "value")
        .annotate(cases=Count("pk"))
    )
    for key, value, cases in rows:
        counted[key][value] = cases
    return tuple(
        content.CategoryChart(
            key=fact.key,
            title=fact.label,
            categories=content.merge_small(
                [
                    (fact.label_of(value) if value else "Not recorded", counted[fact.key][value])
                    for value in (*fact.values, "")
                    if value in counted[fact.key]
                ],
                merged_label=MERGED_LABEL,
                smallest=inspection.smallest_group,
            ),
        )
        for fact in definition.facts
        if fact.group == "case" and counted[fact.key]
    )
