"""From a figure of the draft to what is behind it: on the page of the draft, and nowhere else."""

from __future__ import annotations

import pytest

from inspections.catalogue import load_definition
from inspections.models import Inspection
from reports.draft_links import BEGINS, ENDS, OPENS, DraftLinks
from reports.gathering import gather_content
from reports.models import Narrative, Publication
from reports.previews import render_draft_html, render_draft_web
from reports.publication import publish
from reports.rendering import render_html, render_web
from tests.casting import FACTS, make_case, member_of
from tests.pages import Element, links_of, read_page
from tests.reports.stages import REPORT, lead_of, make_ready

pytestmark = pytest.mark.django_db

SCORECARD = "/inspections/anyshire-2026/scorecard/"
DOCUMENT = {
    "foreword": 'In *[[criterion 1.1:both]]* of it, "[[1.1.01]]" of [[cases]]; [[7.7.77]]; '
    "[[headline safeguarding where gender=female:not]], [[survey children.knew_why]].",
    "criteria": {"2.1": {"strengths": ["[[cases where gender=female]]: [[2.1.02/b:count]] <b>."]}},
    "service_users": {"children": {"items": {"knew_why": {"count": 9, "of": 10}}}},
}


@pytest.fixture
def inspection() -> Inspection:
    inspection = make_ready()
    for number in range(5):
        make_case(inspection, f"F-{number}", facts={**FACTS, "gender": "female"}, rest="sufficient")
        make_case(inspection, f"M-{number}", rest="sufficient")
    Narrative.objects.update(document=DOCUMENT)
    return inspection


@pytest.fixture
def draft(inspection: Inspection) -> Element:
    response = lead_of(inspection).get(f"{REPORT}draft/")
    assert response.status_code == 200
    return read_page(response)


def opened(page: Element, part: str) -> list[tuple[str, str]]:
    """Return text and address of the links of a part of the draft into the scorecard."""
    links = links_of(page, f"//section[contains(@class, 'part--{part}')]")
    return [(text, url.removeprefix(SCORECARD)) for text, url in links if url.startswith(SCORECARD)]


def test_figures_lead_to_their_scores(draft: Element) -> None:
    assert opened(draft, "foreword") == [
        ("98%", "headline/safeguarding/"),
        ("97%", "headline/risk_of_harm/"),
        ("33 out of 34 (97%)", "criterion/1.1/"),
        ("92%", "question/1.1.01/"),
        ("0%", "headline/safeguarding/?fact=gender&value=female"),
    ]
    assert opened(draft, "section")[-1] == ("12 out of 12", "question/2.1.02/b/")
    assert "“92%” of 12; ⟦7.7.77" in draft.text_content()
    assert len(draft.xpath("//em/a")) == 1
    others = [
        (text, url)
        for text, url in links_of(draft, "//section[contains(@class, 'part--foreword')]//p")
        if url.startswith("/") and not url.startswith(SCORECARD)
    ]
    assert others == [
        ("12", "/inspections/anyshire-2026/cases/"),
        ("90%", "/inspections/anyshire-2026/questionnaires/"),
    ]
    assert opened(draft, "section")[-2] == ("5", "breakdown/?fact=gender#breakdown")


def test_scores_lead_to_what_they_are_made_of(draft: Element, inspection: Inspection) -> None:
    assert [url for _, url in opened(draft, "scoring_summary")] == [
        "headline/safeguarding/",
        "headline/risk_of_harm/",
    ]
    assert [url for _, url in opened(draft, "section")] == [
        "section/1/",
        "criterion/1.1/",
        "criterion/1.2/",
        "section/2/",
        "criterion/2.1/",
        "breakdown/?fact=gender#breakdown",
        "question/2.1.02/b/",
    ]
    assert [url for _, url in opened(draft, "appendix_scores")] == [
        "section/1/",
        "criterion/1.1/",
        "criterion/1.2/",
        "section/2/",
        "criterion/2.1/",
    ]


def test_each_opens_the_page_of_that_score(draft: Element, inspection: Inspection) -> None:
    lead = lead_of(inspection)
    addresses = {url for _, url in links_of(draft, "//main") if url.startswith(SCORECARD)}
    assert len(addresses) == 11
    for address in addresses:
        assert lead.get(address).status_code == 200


def test_nothing_printed_frozen_or_published_has_them(inspection: Inspection) -> None:
    Narrative.objects.update(document={"foreword": "[[criterion 1.1:both]] of [[1.1.01]]"})
    drafts = [render_draft_html(inspection), render_draft_web(inspection)]
    publication = publish(inspection, member_of(inspection, "lead"))
    content = gather_content(inspection).content
    final = [render_html(content, draft=False), render_web(content, draft=False)]
    frozen = Publication.objects.get(pk=publication.pk)
    for text in (*drafts, *final, str(frozen.content), str(frozen.bundle), content.to_json()):
        assert "33 out of 34 (97%)" in text or text == str(frozen.bundle)
        assert "/scorecard/" not in text
        assert [mark for mark in (OPENS, BEGINS, ENDS) if mark in text] == []


def test_nobody_can_write_one(inspection: Inspection) -> None:
    forged = f"{OPENS}0{BEGINS}<script>{ENDS} {OPENS}{'0' * 16}0{BEGINS}here{ENDS} [[1.1.01]]"
    Narrative.objects.update(document={"foreword": forged})
    page = read_page(lead_of(inspection).get(f"{REPORT}draft/"))
    assert opened(page, "foreword")[2:] == [("92%", "question/1.1.01/")]
    assert page.xpath("//section[contains(@class, 'part--foreword')]//script") == []


def test_links_of_one_draft_are_unknown_to_another(inspection: Inspection) -> None:
    definition = load_definition(inspection.programme)
    one, other = (DraftLinks(inspection.slug, definition) for _ in range(2))
    content = gather_content(inspection, link=one.mark).content
    assert SCORECARD in render_web(content, draft=True, links=one)
    marked = render_web(content, draft=True, links=other)
    assert f"{SCORECARD}question/1.1.01/" not in marked
