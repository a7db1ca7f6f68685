"""The report as HTML, in print and on the web: what it says, of whom, and that it is safe."""

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import lxml.html  # type: ignore[import-untyped]
import pytest
from cssselect2 import ElementWrapper  # type: ignore[import-untyped]

from reports.content import Recommendation, ReportContent, Service, Survey
from reports.parts import list_parts
from reports.rendering import render_html, render_web
from tests.reports.factories_content import (
    hertfordshire,
    screening,
    stockport,
    unfinished,
)


def read(content: ReportContent, *, draft: bool = False) -> Any:
    return lxml.html.document_fromstring(render_html(content, draft=draft))


def select(element: Any, selector: str) -> list[Any]:
    """Elements below `element`, in the order of the document."""
    found = ElementWrapper.from_html_root(element).query_all(selector)
    return [wrapper.etree_element for wrapper in found]


def words(element: Any) -> str:
    """The text of an element, its white space made single."""
    return " ".join(element.text_content().split())


def find(page: Any, selector: str) -> list[str]:
    return [words(element) for element in select(page, selector)]


def part(page: Any, key: str) -> Any:
    return page.get_element_by_id(key).getparent()


PARTS_2012 = [
    "Foreword",
    "Acknowledgements",
    "Contents",
    "Scoring and Summary Table",
    "Recommendations for improvement",
    "Next steps",
    "Making a difference",
    "Service users’ perspective",
    "1. Assessment and sentence planning",
    "2. Delivery and review of interventions",
    "3. Outcomes",
    "Appendix 1: Scoring summary of sections 1-3",
    "Appendix 2: Contextual information",
    "Appendix 3: Inspection Arrangements",
    "Appendix 4: Characteristics of cases inspected",
    "Appendix 5: Scoring approach",
    "Appendix 6: Glossary",
    "Appendix 7: Role of HMI Probation and Code of Practice",
]


def test_the_2012_layout_has_its_parts_in_order() -> None:
    assert find(read(hertfordshire()), "h2") == PARTS_2012


def test_the_2009_layout_has_its_own_order_and_no_comparators() -> None:
    page = read(stockport())

    assert find(page, "h2") == [
        "Foreword",
        "Acknowledgements",
        "Contents",
        "Scoring – and Summary Table",
        "Recommendations",
        "Next steps",
        "Service users’ perspective",
        "Sharing good practice",
        "1. Assessment and sentence planning",
        "2. Delivery and review of interventions",
        "3. Outcomes",
        "Appendix 1: Summary",
        "Appendix 2: Contextual information",
        "Appendix 3a: Inspection data chart",
        "Appendix 3b: Inspection data",
        "Appendix 4: Role of HMI Probation and Code of Practice",
        "Appendix 5: Glossary",
    ]
    assert select(page, ".comparators") == []
    assert "Safeguarding, 60%; Risk of Harm to others, 49%" in words(part(page, "foreword"))
    assert find(page, ".overall--after")[0].endswith("planning work: 58%")


def test_an_appendix_that_shares_its_number_with_none_has_no_letter() -> None:
    parts = list_parts(replace(stockport(), case_charts=()), draft=False)

    assert [part.label for part in parts if part.appendix][2:4] == ["Appendix 3", "Appendix 4"]


def test_contents_lists_every_part_and_criterion_but_itself() -> None:
    content = hertfordshire()

    listed = find(read(content), ".toc a")

    criteria = [f"{c.number} {c.title}" for s in content.sections for c in s.criteria]
    assert [title for title in listed if title not in criteria] == [
        title for title in PARTS_2012 if title != "Contents"
    ]
    assert [title for title in listed if title in criteria] == criteria


def test_every_link_within_the_report_has_a_target() -> None:
    page = read(hertfordshire())

    targets = {element.get("id") for element in select(page, "[id]")}
    assert {link.get("href")[1:] for link in select(page, "a")} - targets == set()


def test_a_criterion_shows_score_band_and_findings() -> None:
    box = part(read(hertfordshire()), "criterion-1.1").getparent().getparent()

    assert words(select(box, "h3")[0]) == "1.1 Risk of Harm to others"
    assert find(box, ".verdict-score") == ["Score: 51%"]
    assert find(box, ".verdict-comment") == ["Comment: SUBSTANTIAL improvement required"]


@pytest.mark.parametrize(
    ("strengths", "heading"),
    [(("One.",), ["Strength"]), (("One.", "Two."), ["Strengths"]), ((), [])],
)
def test_a_heading_over_one_finding_is_singular(
    strengths: tuple[str, ...], heading: list[str]
) -> None:
    content = hertfordshire()
    criterion = replace(
        content.sections[0].criteria[0], strengths=strengths, areas_for_improvement=()
    )
    section = replace(content.sections[0], criteria=(criterion,))

    assert find(read(replace(content, sections=(section,))), "h4") == heading


def test_the_comparators_table_has_the_headlines_in_order() -> None:
    rows = select(read(hertfordshire()), ".comparators tbody tr")

    assert [[words(cell) for cell in select(row, "td")] for row in rows] == [
        ["37%", "91%", "67%", "60%"],
        ["36%", "86%", "62%", "49%"],
        ["43%", "87%", "70%", "67%"],
    ]


def test_only_two_headlines_bear_on_early_inspection() -> None:
    texts = find(read(hertfordshire()), ".headline .box-text")

    assert ["inspected again early" in text for text in texts] == [True, True, False]


def test_a_role_with_several_people_is_plural() -> None:
    labels = find(read(hertfordshire()), ".team th")

    assert labels[:4] == ["Lead Inspector", "Inspector", "Practice Assessors", "Local Assessors"]


def test_bands_are_printed_with_their_limits() -> None:
    cells = find(read(hertfordshire()), ".bands tbody th, .bands tbody td")

    assert list(zip(cells[::2], cells[1::2], strict=True)) == [
        ("75% and above", "MINIMUM improvement required"),
        ("60% to 74%", "MODERATE improvement required"),
        ("45% to 59%", "SUBSTANTIAL improvement required"),
        ("44% and below", "DRASTIC improvement required"),
    ]


# The service by its own name


@pytest.mark.parametrize("title", ["YJS", "YOS", "YOT"])
def test_standing_text_uses_the_local_title(title: str) -> None:
    service = Service(title=title, name="Youth Service", manager_title=f"{title} Manager")
    bare = hertfordshire(
        service=service, foreword="", context_service=(), context_area=(), recommendations=(),
        examples=(), children=None, victims=None, sections=(),
    )  # fmt: skip

    page = read(bare)

    for glossary in select(page, ".glossary, .footnote"):
        glossary.drop_tree()
    assert set(re.findall(r"\bY[OJ][TS]\b", page.body.text_content())) == {title}


def test_a_service_with_a_name_of_its_own_is_explained() -> None:
    service = Service(title="YOS", name="Youth Offending Service", manager_title="YOS Manager")

    page = read(hertfordshire(service=service))

    assert find(page, ".footnote")[0] == (
        "In Hertfordshire the youth offending team (YOT) is the Youth Offending Service (YOS). "
        "This report calls it by that name."
    )


def test_a_report_on_wales_says_that_it_is_in_both_languages() -> None:
    arrangements = part(read(hertfordshire(country="wales")), "appendix-arrangements")

    assert find(arrangements, "li")[-1] == (
        "This report, like all those on Wales, appears in Welsh and in English."
    )


def test_fieldwork_over_two_months_names_both() -> None:
    content = hertfordshire()
    dates = replace(
        content.dates, fieldwork_start="2012-01-30", fieldwork_end="2012-02-03"
    )  # fmt: skip

    arrangements = part(read(replace(content, dates=dates)), "appendix-arrangements")

    assert "took place in January 2012 and February 2012. We examined 85 cases." in words(
        arrangements
    )


def test_recommendations_are_numbered_through_both_groups() -> None:
    content = stockport()

    lists = select(part(read(content), "recommendations"), "ol")

    assert [(len(group), group.get("start")) for group in lists] == [(4, None), (1, "5")]


@pytest.mark.parametrize(
    ("respondents", "printed"),
    [
        (1, "A small number of children and young people completed a questionnaire"),
        (4, "A small number of children and young people completed a questionnaire"),
        (5, "Questionnaires were completed by five children and young people"),
        (11, "Questionnaires were completed by 11 children and young people"),
    ],
)
def test_so_few_respondents_that_they_could_be_known_are_not_counted(
    respondents: int, printed: str
) -> None:
    page = read(hertfordshire(children=Survey(respondents=respondents, findings=("One.",))))

    assert find(part(page, "service-users"), "p")[0] == f"{printed} for this inspection."


def test_no_chart_gives_away_what_another_merges() -> None:
    charts = hertfordshire().case_charts
    again = replace(charts[4], key="sentence_family", title="Sentence family")

    page = read(hertfordshire(case_charts=(*charts, again)))

    printed = find(part(page, "appendix-cases"), "h3")
    assert printed == [chart.title for chart in charts]


def test_no_sentence_of_the_standing_text_begins_with_a_digit() -> None:
    bare = hertfordshire(foreword="", context_area=(), context_service=())

    texts = find(read(bare), ".part p")
    assert [text for text in texts if re.search(r"(^|[.?!] )\d", text)] == []


# Drafts


def test_a_report_with_open_scores_is_only_a_draft() -> None:
    with pytest.raises(ValueError, match="only a draft"):
        render_html(unfinished(), draft=False)


def test_an_open_score_says_how_far_it_may_go() -> None:
    page = read(unfinished(), draft=True)

    criteria = [part(page, f"criterion-1.{n}").getparent() for n in (1, 2, 3)]
    assert [find(box, ".verdict p") for box in criteria] == [
        ["Score: 51% so far; it will be from 38% to 72%", "Comment: None yet"],
        [
            "Score: 62% so far; it will be from 61% to 74%",
            "Comment: MODERATE improvement required",
        ],
        ["Score: Not scored"],
    ]


def test_what_is_not_written_shows_in_a_draft_and_is_left_out_of_a_final_report() -> None:
    content = hertfordshire(examples=(), children=None, victims=None)

    draft, final = read(content, draft=True), read(content)

    assert len(select(draft, ".missing")) == 3
    assert select(final, ".missing") == []
    assert [title for title in PARTS_2012 if title not in find(final, "h2")] == [
        "Making a difference",
        "Service users’ perspective",
    ]


def test_only_a_draft_calls_itself_one() -> None:
    draft, final = read(hertfordshire(), draft=True), read(hertfordshire())

    assert find(draft, ".cover-draft") == ["DRAFT of 16 May 2012: not for publication"]
    assert "(draft)" in select(draft, "title")[0].text
    assert "draft of" not in final.body.text_content().lower()


def test_a_programme_without_scores_prints_none() -> None:
    page = read(screening())

    assert select(page, ".verdict, .overall, .headline, .scores") == []


# Authored text


def test_authored_text_is_escaped_and_set_in_paragraphs() -> None:
    hostile = "<script>alert(1)</script> & more\nof it.\n\nSecond, with *Risk of Harm*."

    foreword = part(read(hertfordshire(foreword=hostile)), "foreword")

    assert select(foreword, "script") == []
    assert find(foreword, "p")[3:5] == [
        "<script>alert(1)</script> & more of it.",
        "Second, with Risk of Harm.",
    ]
    assert find(foreword, "em") == ["Risk of Harm"]


@pytest.mark.parametrize(
    "change",
    [
        lambda c, x: replace(c, area=x),
        lambda c, x: replace(c, isbn=x),
        lambda c, x: replace(c, service=Service(title=x, name=x, manager_title=x, note=x)),
        lambda c, x: replace(c, recommendations=(Recommendation(text=x, owner=x),)),
        lambda c, x: replace(c, context_area=(x,)),
        lambda c, x: replace(c, victims=replace(c.victims, findings=(x,))),
        lambda c, x: replace(c, examples=(replace(c.examples[0], text=x),)),
        lambda c, x: replace(c, case_charts=(replace(c.case_charts[0], title=x),)),
    ],
)
@pytest.mark.parametrize("render", [render_html, render_web])
def test_nothing_in_the_content_becomes_markup(
    change: Callable[[ReportContent, str], ReportContent], render: Callable[..., str]
) -> None:
    content = change(hertfordshire(), '"><img src=x onerror=alert(1)>')

    assert "<img" not in render(content, draft=True)


# On the web


def test_the_web_has_the_same_words_as_print_and_its_contents_first() -> None:
    content = hertfordshire()

    web = lxml.html.fragment_fromstring(render_web(content, draft=False))
    printed = find(read(content), ".part")

    assert find(web, ".part") == [printed[2], *printed[:2], *printed[3:]]
    assert find(web, "nav h2, .report-back a") == ["Contents", "Back to contents"]


def test_the_web_fragment_leaves_the_first_heading_and_styles_to_the_page() -> None:
    web = lxml.html.fragment_fromstring(render_web(hertfordshire(), draft=False))

    assert select(web, "h1, style, script, [style]") == []


@pytest.mark.parametrize("make", [hertfordshire, stockport, screening])
def test_headings_skip_no_level_and_identifiers_are_unique(
    make: Callable[[], ReportContent],
) -> None:
    page = read(make())

    levels = [int(heading.tag[1]) for heading in select(page, "h1, h2, h3, h4")]
    identifiers = [element.get("id") for element in select(page, "[id]")]
    assert levels[0] == 1
    assert [after for before, after in itertools.pairwise(levels) if after > before + 1] == []
    assert len(identifiers) == len(set(identifiers))
