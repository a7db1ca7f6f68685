"""Report content to render in tests: as full as a real report, with invented narrative.

The scores, bands, comparators and dates are those published for Hertfordshire in 2012.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from reports.content import (
    Band,
    CategoryChart,
    Comparator,
    Comparators,
    Criterion,
    Dates,
    Example,
    Headline,
    Programme,
    Recommendation,
    ReportContent,
    Score,
    Section,
    Service,
    Survey,
    TeamRole,
    merge_small,
)

BANDS = (Band("MINIMUM", 75), Band("MODERATE", 60), Band("SUBSTANTIAL", 45), Band("DRASTIC", 0))


def score(percent: int, band: str | None = None, relevant: int = 400) -> Score:
    """A complete score."""
    sufficient = percent * relevant // 100
    return Score(
        sufficient=sufficient,
        relevant=relevant,
        percent=percent,
        low=percent,
        high=percent,
        band=band,
    )


def open_score(percent: int, low: int, high: int, band: str | None = None) -> Score:
    return Score(sufficient=percent, relevant=100, percent=percent, low=low, high=high, band=band)


UNSCORED = Score(sufficient=0, relevant=0, percent=None, low=None, high=None, band=None)

NARRATIVE = yaml.safe_load(Path(__file__).with_name("narrative.yaml").read_text(encoding="utf-8"))

RESULTS = [
    ("1", "Assessment and sentence planning", 58, [
        ("1.1", "Risk of Harm to others", 51, "SUBSTANTIAL"),
        ("1.2", "Likelihood of Reoffending", 60, "MODERATE"),
        ("1.3", "Safeguarding", 58, "SUBSTANTIAL"),
    ]),
    ("2", "Delivery and review of interventions", 65, [
        ("2.1", "Protecting the public by minimising Risk of Harm to others", 52, "SUBSTANTIAL"),
        ("2.2", "Reducing the Likelihood of Reoffending", 72, "MODERATE"),
        ("2.3", "Safeguarding the child or young person", 67, "MODERATE"),
    ]),
    ("3", "Outcomes", 65, [
        ("3.1", "Achievement of outcomes", 61, "MODERATE"),
        ("3.2", "Sustaining outcomes", 79, "MINIMUM"),
    ]),
]  # fmt: skip


def _sections() -> tuple[Section, ...]:
    return tuple(
        Section(
            number=number,
            title=title,
            score=score(percent, relevant=2400),
            commentary=NARRATIVE["sections"][number]["commentary"],
            criteria=tuple(
                _criterion(code, name, score(value, band)) for code, name, value, band in criteria
            ),
        )
        for number, title, percent, criteria in RESULTS
    )


def _criterion(number: str, title: str, result: Score) -> Criterion:
    texts = NARRATIVE["criteria"][number]
    return Criterion(
        number=number,
        title=title,
        statement=texts["statement"],
        score=result,
        strengths=tuple(texts["strengths"]),
        areas_for_improvement=tuple(texts["areas_for_improvement"]),
    )


def _case_charts() -> tuple[CategoryChart, ...]:
    counts = {
        "Gender": [("Male", 67), ("Female", 18)],
        "Ethnicity": [("White", 71), ("Black and minority ethnic", 12), ("Not recorded", 2)],
        "Age at start of sentence": [
            ("12", 2), ("13", 5), ("14", 9), ("15", 7), ("16", 18), ("17", 44),
        ],
        "Looked after child": [("Yes", 19), ("No", 66)],
        "Sentence": [
            ("Referral order", 31),
            ("Youth rehabilitation order with supervision", 28),
            ("Youth rehabilitation order with intensive supervision and surveillance", 4),
            ("Youth rehabilitation order without supervision", 2),
            ("Detention and training order", 18),
            ("Other custodial sentence", 2),
        ],
        "Case status": [("Current", 64), ("Terminated", 21)],
    }  # fmt: skip
    return tuple(
        CategoryChart(
            key=title.lower().replace(" ", "_"),
            title=title,
            categories=merge_small(pairs, merged_label="Other, or fewer than five"),
        )
        for title, pairs in counts.items()
    )


def hertfordshire(**changes: Any) -> ReportContent:
    """A complete CCI 2012 report. Any field can be given otherwise."""
    content = ReportContent(
        language="en",
        layout="cci-2012",
        programme=Programme(
            slug="cci-2012",
            version=1,
            title="Core Case Inspection of youth offending work in England and Wales",
            scored=True,
            bands=BANDS,
            sample_min=38,
            sample_max=99,
        ),
        area="Hertfordshire",
        region="East of England",
        country="england",
        service=Service(
            title="YJS", name="Youth Justice Service", manager_title="YJS Manager",
            note="Youth offending specialists in Hertfordshire work in its Targeted Youth Support "
            "Teams, which together are known as the Youth Justice Service (YJS).",
        ),
        dates=Dates(
            as_of="2012-05-16T09:00:00+01:00",
            fieldwork_start="2012-01",
            fieldwork_end="2012-01",
            published="2012-05",
            signed="2012-05",
        ),
        cases=85,
        signatory="HM Chief Inspector of Probation",
        isbn="978-1-84099-522-0",
        number=1,
        foreword=NARRATIVE["foreword"],
        headlines=(
            Headline(
                theme="safeguarding", title="Safeguarding",
                score=score(60, "MODERATE"), bears_on_early_reinspection=True,
            ),
            Headline(
                theme="risk_of_harm", title="Risk of Harm to others",
                score=score(49, "SUBSTANTIAL"), bears_on_early_reinspection=True,
            ),
            Headline(
                theme="likelihood_of_reoffending", title="Likelihood of Reoffending",
                score=score(67, "MODERATE"), bears_on_early_reinspection=False,
            ),
        ),
        comparators=Comparators(
            scope="Wales and the English regions inspected to date",
            as_of="2012-05",
            rows=(
                Comparator(theme="safeguarding", lowest=37, highest=91, average=67),
                Comparator(theme="risk_of_harm", lowest=36, highest=86, average=62),
                Comparator(theme="likelihood_of_reoffending", lowest=43, highest=87, average=70),
            ),
        ),
        team=(
            TeamRole("lead_inspector", ("Lead inspector",)),
            TeamRole("inspector", ("Inspector",)),
            TeamRole("practice_assessor", tuple(f"Practice assessor {n}" for n in (1, 2, 3))),
            TeamRole("local_assessor", ("Local assessor 1", "Local assessor 2")),
            TeamRole("support_staff", ("Support officer",)),
            TeamRole("publications_team", ("Publications officer 1", "Publications officer 2")),
            TeamRole("assistant_chief_inspector", ("Assistant chief inspector",)),
        ),
        sections=_sections(),
        recommendations=tuple(
            Recommendation(text=text, owner="YJS Manager") for text in NARRATIVE["recommendations"]
        ),
        examples=tuple(Example(**example) for example in NARRATIVE["examples"]),
        children=Survey(respondents=80, findings=tuple(NARRATIVE["children"])),
        victims=Survey(respondents=11, findings=tuple(NARRATIVE["victims"])),
        context_area=tuple(NARRATIVE["context_area"]),
        context_service=tuple(NARRATIVE["context_service"]),
        case_charts=_case_charts(),
    )  # fmt: skip
    return replace(content, **changes)


def stockport() -> ReportContent:
    """A CCI 2009 report: no comparators, a second group of recommendations, no note on the name."""
    content = hertfordshire()
    return replace(
        content,
        layout="cci-2009",
        programme=replace(content.programme, slug="cci-2009"),
        area="Stockport",
        region="North West",
        service=Service(
            title="YOT", name="Youth Offending Team", manager_title="YOT Manager",
        ),
        dates=Dates(
            as_of="2009-08-12T09:00:00+01:00", fieldwork_start="2009-06", fieldwork_end="2009-06",
            published="2009-08", signed="2009-08",
        ),
        isbn="978-1-84099-248-9",
        comparators=None,
        foreword="These are average findings.\n\nThere are reasonable prospects of improvement.",
        recommendations=(
            *(replace(r, owner="YOT Manager") for r in content.recommendations[:4]),
            Recommendation(
                text="the policy on managing risk is rewritten to match the categories of Asset",
                owner="YOT Manager", group="furthermore",
            ),
        ),
    )  # fmt: skip


def unfinished() -> ReportContent:
    """A draft in the middle of fieldwork: open scores, one not scored, little written."""
    content = hertfordshire(
        number=None, foreword="", examples=(), children=None, victims=None, recommendations=(),
    )  # fmt: skip
    first, *rest = content.sections
    criteria = (
        replace(first.criteria[0], score=open_score(51, 38, 72), strengths=()),
        replace(first.criteria[1], score=open_score(62, 61, 74, "MODERATE")),
        replace(first.criteria[2], score=UNSCORED, strengths=(), areas_for_improvement=()),
    )
    opened = replace(first, score=open_score(55, 40, 70), criteria=criteria, commentary="")
    headlines = (
        replace(content.headlines[0], score=open_score(60, 44, 76)),
        replace(content.headlines[1], score=UNSCORED),
        content.headlines[2],
    )
    return replace(content, sections=(opened, *rest), headlines=headlines)


def screening() -> ReportContent:
    """An unscored programme: no headline, no score, no statement of a criterion."""
    content = hertfordshire()
    programme = Programme(
        slug="sqs-2013", version=1, scored=False, bands=(),
        title="Short Quality Screening of youth offending work",
    )  # fmt: skip
    sections = tuple(
        replace(
            section,
            score=None,
            criteria=tuple(replace(c, score=None, statement=None) for c in section.criteria),
        )
        for section in content.sections
    )
    return replace(
        content, layout="sqs", programme=programme, headlines=(), comparators=None,
        sections=sections, examples=(), children=None, victims=None,
    )  # fmt: skip
