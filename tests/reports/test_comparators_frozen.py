"""What a report compares with: worked out when it is gathered, and frozen with its issue."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoAssertNumQueries

from inspections.catalogue import load_definition
from inspections.models import Inspection
from jobs.running import run_job
from reports.bundle import build_bundle, export_inspection, import_inspection
from reports.comparing.choice import find_choice, save_choice, withdraw_choice
from reports.content import Comparator, Comparators, ReportContent
from reports.gathering import gather_content
from reports.models import AreaResult, ComparatorChoice
from reports.publication import (
    NotPublishableError,
    find_rendering_job,
    list_obstacles,
    publish,
)
from reports.rendering import hash_pdf, render_html, render_pdf
from tests.casting import make_area, make_inspection, member_of
from tests.reports.others import make_issued_area, make_result
from tests.reports.stages import make_ready, store_document

pytestmark = pytest.mark.django_db

GIVEN = {
    "scope": "Regions so far",
    "as_of": "2026-01",
    "safeguarding": {"lowest": 30, "highest": 90, "average": 60},
}
CHOSEN = Comparators(
    scope="3\N{NO-BREAK SPACE}other areas inspected to date",
    as_of="2026-03",
    rows=(
        # 60 + 75 + 59 = 194, of 3: 64.67; 49 + 68 = 117, of 2: 58.5
        Comparator(theme="safeguarding", lowest=59, highest=75, average=65, values=(59, 60, 75)),
        Comparator(theme="risk_of_harm", lowest=49, highest=68, average=59, values=(49, 68)),
    ),
)


@pytest.fixture
def inspection() -> Inspection:
    """One ready to be published, with comparators from its file, and three other areas."""
    inspection = make_ready(comparators=GIVEN)
    make_issued_area("Ashby", "2026-01-31", 60, risk_of_harm=49)
    make_result("Barton", "2026-03", 75, 68)
    make_result("Corby", "2026-02-28", 59, None, region="South East")
    make_result("Late", "2026-04-01", 1, 1)
    make_result("Anyshire", "2026-01", 2, 2)
    return inspection


def choose(inspection: Inspection, as_of: str = "2026-03", region: str = "") -> ComparatorChoice:
    lead = member_of(inspection, "lead")
    return save_choice(inspection, lead, as_of=as_of, region=region, family=[])


def compared(inspection: Inspection) -> Comparators | None:
    return gather_content(inspection).content.comparators


def test_without_a_choice_the_report_prints_what_was_given(inspection: Inspection) -> None:
    assert compared(inspection) == Comparators(
        scope="Regions so far",
        as_of="2026-01",
        rows=(Comparator(theme="safeguarding", lowest=30, highest=90, average=60),),
    )


def test_a_choice_takes_the_place_of_what_was_given(inspection: Inspection) -> None:
    choose(inspection)
    assert compared(inspection) == CHOSEN
    choose(inspection, region="South East")
    assert compared(inspection) == Comparators(
        scope="1\N{NO-BREAK SPACE}other area of the South East region inspected to date",
        as_of="2026-03",
        rows=(Comparator(theme="safeguarding", lowest=59, highest=59, average=59, values=(59,)),),
    )
    withdraw_choice(inspection, member_of(inspection, "lead"))
    given = compared(inspection)
    assert given is not None
    assert given.scope == "Regions so far"


def test_who_chose_what_and_when_is_kept(inspection: Inspection) -> None:
    lead = member_of(inspection, "lead")
    first = choose(inspection)
    save_choice(inspection, lead, as_of="2026-02", region="Wales", family=[make_area("Ashby")])
    choice = ComparatorChoice.objects.get()
    assert (choice.pk, choice.as_of, choice.region) == (first.pk, "2026-02", "Wales")
    assert [area.name for area in choice.family.all()] == ["Ashby"]
    assert choice.chosen_by == lead
    assert choice.chosen_at > first.chosen_at


@pytest.mark.parametrize("key", ["inspector", "support"])
def test_only_the_lead_inspector_may_choose(inspection: Inspection, key: str) -> None:
    other = member_of(inspection, key)
    with pytest.raises(PermissionDenied):
        save_choice(inspection, other, as_of="2026-03", region="", family=[])
    choose(inspection)
    with pytest.raises(PermissionDenied):
        withdraw_choice(inspection, other)
    with pytest.raises(PermissionDenied):
        withdraw_choice(make_inspection("Otherton"), member_of(inspection, "lead"))
    assert find_choice(inspection) is not None


def test_a_choice_that_leaves_no_other_area_keeps_the_report_from_print(
    inspection: Inspection,
) -> None:
    choose(inspection, as_of="2025-12-31", region="Wales")
    gathered = gather_content(inspection)
    assert gathered.content.comparators is None
    assert list_obstacles(inspection, gathered) == [
        "No other area of Wales has a result that was published by 31 December 2025, which the "
        "headline scores could be compared with."
    ]
    with pytest.raises(NotPublishableError):
        publish(inspection, member_of(inspection, "lead"))
    withdraw_choice(inspection, member_of(inspection, "lead"))
    assert list_obstacles(inspection, gather_content(inspection)) == []


def test_an_issue_keeps_its_comparators_whatever_comes_after(inspection: Inspection) -> None:
    choose(inspection)
    lead = member_of(inspection, "lead")
    first = publish(inspection, lead)
    job = find_rendering_job(first)
    assert job is not None
    run_job(job.pk)
    first.refresh_from_db()
    printed = first.document.html
    assert "59%" in printed
    assert "<circle" in printed
    # Another area, another score, an area's own correction, and its name.
    make_result("Derby", "2026-01", 5, 95)
    AreaResult.objects.filter(area__name="Barton").update(scores={"safeguarding": 99})
    AreaResult.objects.filter(area__name="Corby").delete()
    content = ReportContent.from_document(first.content)
    assert content.comparators == CHOSEN
    again = render_html(content, draft=False)
    assert again == printed
    assert hash_pdf(render_pdf(again)) == first.document.sha256
    # A correction repeats them, in the draft too, until the choice is saved anew.
    assert compared(inspection) == CHOSEN
    second = publish(inspection, lead)
    store_document(second)
    assert ReportContent.from_document(second.content).comparators == CHOSEN
    choose(inspection)
    anew = compared(inspection)
    assert anew is not None
    assert [row.values for row in anew.rows] == [(5, 60, 99), (49, 95)]
    first.refresh_from_db()
    assert ReportContent.from_document(first.content).comparators == CHOSEN


def test_content_frozen_before_single_scores_were_kept_can_be_read(inspection: Inspection) -> None:
    choose(inspection)
    content = gather_content(inspection).content
    document = content.to_document()
    for row in document["comparators"]["rows"]:
        del row["values"]
    old = ReportContent.from_document(document)
    assert old.comparators is not None
    assert [row.values for row in old.comparators.rows] == [(), ()]
    assert 'class="comparators-chart"' not in render_html(old, draft=False)
    assert 'class="comparators-chart"' in render_html(content, draft=False)
    assert ReportContent.from_json(content.to_json()) == content


def test_no_other_area_is_named_in_the_report(inspection: Inspection) -> None:
    choose(inspection)
    gathered = gather_content(inspection)
    html = render_html(gathered.content, draft=False)
    assert [name for name in ("Ashby", "Barton", "Corby") if name in html] == []
    assert "as at March 2026" in html
    choose(inspection, as_of="2026-03-31")
    html = render_html(gather_content(inspection).content, draft=False)
    assert "as at 31 March 2026" in html


def test_a_bundle_takes_the_figures_along_and_comes_back_the_same(
    inspection: Inspection, tmp_path: Path
) -> None:
    choose(inspection)
    export_inspection(inspection, tmp_path / "first")
    files = build_bundle(inspection)
    # Where it goes nothing is known of the other areas.
    AreaResult.objects.all().delete()
    inspection.slug = "moved-away"
    inspection.save()
    moved = import_inspection(tmp_path / "first")
    assert moved.comparators == {
        "scope": "3\N{NO-BREAK SPACE}other areas inspected to date",
        "as_of": "2026-03",
        "safeguarding": {"lowest": 59, "highest": 75, "average": 65},
        "risk_of_harm": {"lowest": 49, "highest": 68, "average": 59},
    }
    assert find_choice(moved) is None
    assert build_bundle(moved) == files


def test_the_queries_do_not_grow_with_the_areas(
    inspection: Inspection, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    inspection = Inspection.objects.select_related("programme", "area").get(pk=inspection.pk)
    load_definition(inspection.programme)
    choose(inspection)
    for _ in range(2):
        with django_assert_num_queries(9):
            gather_content(inspection)
        for number in range(20):
            if not AreaResult.objects.filter(area__name=f"Area {number}").exists():
                make_result(f"Area {number}", "2026-01", number)


def test_an_export_with_a_choice_that_leaves_none_has_no_comparators(
    inspection: Inspection,
) -> None:
    choose(inspection, as_of="2020-01")
    assert "comparators" not in build_bundle(inspection)["inspection.yaml"]
