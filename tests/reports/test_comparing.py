"""Lowest, highest and average of other areas, against tables that were worked by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from inspections.catalogue import load_definition
from inspections.dates import last_day
from inspections.models import Programme
from reports.comparing.previous import find_previous
from reports.comparing.results import choose_latest, read_results, select_others
from reports.comparing.standing import stand, stand_by_region
from scoring.scorecard import score_inspection
from tests.casting import make_case, make_inspection
from tests.reports.others import make_issue, make_issued_area, make_result, result

PUBLISHED = [
    # area, published, region, safeguarding, risk of harm
    ("Ashby", "2026-01-10", "North", 60, 49),
    ("Barton", "2026-01-31", "North", 75, 68),
    ("Corby", "2026-02", "South", 59, None),
    ("Derby", "2026-02-28", "South", 91, 53),
    ("Corby", "2025-06", "South", 20, 20),
    ("Anyshire", "2026-01-01", "North", 1, 1),
]
OWN = result("Anyshire").area_id

# Worked by hand: by which day, of which region, lowest, highest, sum, areas, average.
WORKED = [
    # Ashby 60, Barton 75, and of Corby the result of 2025, 20: February is not over.
    ("2026-02-27", "", 20, 75, 155, 3, 52),  # 51.67
    # February's last day: Corby is 59 now, and Derby 91.
    ("2026-02-28", "", 59, 91, 285, 4, 71),  # 71.25
    ("2026-01-30", "North", 60, 60, 60, 1, 60),
    ("2026-01-31", "North", 60, 75, 135, 2, 68),  # 67.5 goes up
    ("2026-02-28", "South", 59, 91, 150, 2, 75),
    ("2026-02-28", " SOUTH", 59, 91, 150, 2, 75),
]


@pytest.mark.parametrize(("by", "region", "lowest", "highest", "total", "areas", "average"), WORKED)
def test_the_figures_are_those_worked_by_hand(
    by: str, region: str, lowest: int, highest: int, total: int, areas: int, average: int
) -> None:
    results = [
        result(area, published, region=place, safeguarding=safeguarding, risk_of_harm=harm)
        for area, published, place, safeguarding, harm in PUBLISHED
    ]
    others = select_others(results, date.fromisoformat(by), own_area=OWN, region=region)
    standing = stand("safeguarding", others)
    assert (standing.lowest, standing.highest, standing.average) == (lowest, highest, average)
    assert (sum(standing.values), standing.areas) == (total, areas)


def test_an_area_that_was_not_scored_leaves_that_theme_alone() -> None:
    others = [result("Corby", a=59, b=None), result("Derby", a=91, b=53)]
    assert (stand("a", others).areas, stand("b", others).areas) == (2, 1)
    assert stand("b", others).average == 53
    nowhere = stand("c", others)
    assert (nowhere.lowest, nowhere.highest, nowhere.average, nowhere.areas) == (None,) * 3 + (0,)


def test_all_that_share_the_lowest_or_highest_score_are_named() -> None:
    others = [result("Derby", a=50), result("Ashby", a=50), result("Corby", a=60)]
    assert (stand("a", others).lowest_in, stand("a", others).highest_in) == (
        ["Ashby", "Derby"],
        ["Corby"],
    )
    assert stand("a", others).few is False
    assert stand("a", others[1:]).few is True


@given(st.lists(st.integers(0, 100), min_size=1, max_size=158))
def test_the_average_is_the_mean_rounded_half_up(percents: list[int]) -> None:
    standing = stand("a", [result(f"Area {n}", a=percent) for n, percent in enumerate(percents)])
    mean = Fraction(sum(percents), len(percents))
    assert standing.average == (mean + Fraction(1, 2)).__floor__()
    assert standing.lowest == min(percents)
    assert standing.highest == max(percents)


def test_regions_stand_by_name_whatever_their_capitals() -> None:
    others = [
        result("Ashby", region="North  West", a=40),
        result("Barton", region="north west", a=50),
        result("Corby", region="East", a=60),
    ]
    by_region = stand_by_region(["a"], others)
    assert {name: standings["a"].values for name, standings in by_region.items()} == {
        "East": (60,),
        "North  West": (40, 50),
    }
    assert list(by_region) == ["East", "North  West"]


@pytest.mark.parametrize(
    ("issued", "imported", "wins"),
    [
        ("2026-05-23", "2026-05-23", "issued"),
        ("2026-05", "2026-05-23", "issued"),
        ("2026-05-23", "2026-05", "issued"),  # the same date, as finely as both are known
        ("2026-05-23", "2026-06", "imported"),
        ("2026-06", "2026-05-23", "issued"),
    ],
)
def test_an_issue_of_ours_comes_before_an_import_of_the_same_date(
    issued: str, imported: str, wins: str
) -> None:
    chosen = choose_latest([result("Ashby", imported), result("Ashby", issued, imported=False)])
    assert ("imported" if chosen.imported else "issued") == wins


@pytest.mark.parametrize("dates", [("2012-05", "2012-05-23"), ("2012-04", "2012-05-23")])
def test_a_date_known_by_the_day_comes_before_its_month(dates: tuple[str, str]) -> None:
    assert choose_latest(result("Ashby", date) for date in dates).published == "2012-05-23"


def test_a_month_counts_from_its_last_day() -> None:
    days = [last_day(text) for text in ("2012-02", "2013-02", "2012-12", "2012-05-23")]
    assert [day.isoformat() for day in days] == [
        "2012-02-29", "2013-02-28", "2012-12-31", "2012-05-23",
    ]  # fmt: skip


# --- From the database --------------------------------------------------------------------------


@pytest.mark.django_db
def test_results_are_issues_and_imports_of_every_version_of_the_programme() -> None:
    ashby = make_issued_area("Ashby", "2026-01", 60, risk_of_harm=49).inspection
    later = Programme.objects.create(
        slug="small", version=2, title="t", short_title="t", kind="cci", scored=True, digest="d"
    )
    barton = make_inspection("Barton", programme=later)
    make_issue(barton, None, 75, None)
    make_issued_area("Pending", "2026-01", 10, issued=False)
    make_result("Corby", "2026-02", 59, None)
    make_result("Corby", "2026-02", 1, programme="cci-2009")
    assert sorted(
        (r.area, r.published, dict(r.percents), r.imported) for r in read_results("small")
    ) == [
        ("Ashby", "2026-01", {"safeguarding": 60, "risk_of_harm": 49}, False),
        # Frozen half an hour before midnight, and without a date of its own.
        ("Barton", "2026-02-03", {"safeguarding": 75, "risk_of_harm": None}, False),
        ("Corby", "2026-02", {"safeguarding": 59, "risk_of_harm": None}, True),
    ]
    assert ashby.area_id in {r.area_id for r in read_results("small")}


@pytest.mark.django_db
def test_a_correction_counts_in_place_of_the_first_issue_and_at_its_date() -> None:
    inspection = make_issued_area("Ashby", None, 60).inspection
    make_issue(inspection, None, 62, frozen=datetime(2026, 6, 1, 12, tzinfo=UTC))
    make_issue(inspection, None, 99, frozen=datetime(2026, 7, 1, 12, tzinfo=UTC), issued=False)
    assert [(r.published, r.percents["safeguarding"]) for r in read_results("small")] == [
        ("2026-02-03", 62)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("areas", [1, 158])
def test_it_takes_two_queries_for_any_number_of_areas(
    areas: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(areas):
        if number % 2:
            make_result(f"Area {number}", "2026-01", number % 101)
        else:
            make_issued_area(f"Area {number}", "2026-01", number % 101)
    with django_assert_num_queries(2):
        assert len(read_results("small")) == areas


# --- The previous inspection --------------------------------------------------------------------


@pytest.mark.django_db
def test_the_previous_inspection_is_compared_criterion_by_criterion() -> None:
    inspection = make_inspection(fieldwork_start="2026-01-12")
    make_case(inspection, answers={"1.1.01": "insufficient"}, rest="sufficient")
    # Earlier, earliest, and one that was never issued.
    for slug, start, score, issued in (
        ("last", "2023-03", 40, True),
        ("first", "2020-03-01", 10, True),
        ("unissued", "2025-03-01", 5, False),
        ("same-month", "2026-01", 6, True),
    ):
        other = make_inspection(slug=slug, fieldwork_start=start, publication_date="")
        criteria = {"1.1": score, "1.2": None, "2.1": 100}
        make_issue(other, "2023-09" if slug == "last" else "2020-09", score, 70,
                   criteria=criteria, issued=issued)  # fmt: skip
    make_result("Anyshire", "2021-01", 3)
    card = score_inspection(inspection)
    definition = load_definition(inspection.programme)
    previous = find_previous(inspection, definition, card)
    assert previous is not None
    assert (previous.published, previous.same_programme, previous.headlines_only) == (
        "2023-09", True, False,
    )  # fmt: skip
    now = {number: score.percent for number, score in card.criteria.items()}
    assert now == {"1.1": 0, "1.2": 100, "2.1": 100}
    assert [(c.number, c.before, c.difference) for c in previous.criteria] == [
        ("1.1", 40, -40), ("1.2", None, None), ("2.1", 100, 0),
    ]  # fmt: skip
    assert [(c.title, c.before) for c in previous.headlines] == [
        ("Safeguarding", 40), ("Risk of Harm", 70),
    ]  # fmt: skip
    assert (previous.only_now, previous.only_before) == ((), ())


@pytest.mark.django_db
def test_criteria_of_another_programme_are_matched_by_title() -> None:
    inspection = make_inspection()
    make_case(inspection)
    former = Programme.objects.create(
        slug="former", version=1, title="t", short_title="Former", kind="cci", scored=True,
        digest="d", themes=[{"key": "sg", "title": "safeguarding", "short": "SG",
                             "bears_on_early_reinspection": True}],
    )  # fmt: skip
    section = former.sections.create(number="1", title="s", position=0)
    for position, (number, title) in enumerate(
        [("1.1", "Planning"), ("1.2", "RISK"), ("1.3", "Lost")]
    ):
        section.criteria.create(number=number, title=title, position=position)
    old = make_inspection(slug="old", programme=former, fieldwork_start="2020-01")
    publication = make_issue(old, "2020-05", 0, criteria={"1.1": 30, "1.2": 45, "1.3": 1})
    publication.scorecard["headlines"] = {"sg": {"percent": 55}}
    publication.save()
    previous = find_previous(
        inspection, load_definition(inspection.programme), score_inspection(inspection)
    )
    assert previous is not None
    assert (previous.programme, previous.same_programme) == ("Former", False)
    assert [(c.number, c.title, c.former_number, c.before) for c in previous.criteria] == [
        ("1.1", "Risk", "1.2", 45), ("1.2", "Planning", "1.1", 30),
    ]  # fmt: skip
    assert (previous.only_now, previous.only_before) == (("2.1 Working together",), ("1.3 Lost",))
    assert [c.before for c in previous.headlines] == [55, None]


@pytest.mark.django_db
def test_of_an_imported_result_the_headlines_alone_are_known() -> None:
    inspection = make_inspection(fieldwork_start="2026-01-12")
    make_case(inspection)
    make_issue(make_inspection(slug="old", fieldwork_start="2020-01"), "2020-05", 30)
    make_result("Anyshire", "2023-05", 44, None)
    make_result("Anyshire", "2026-05", 99)  # this inspection's own
    previous = find_previous(
        inspection, load_definition(inspection.programme), score_inspection(inspection)
    )
    assert previous is not None
    assert (previous.published, previous.headlines_only, previous.criteria) == ("2023-05", True, ())
    safeguarding, harm = previous.headlines
    assert (safeguarding.before, safeguarding.difference) == (44, None)
    assert safeguarding.range == (-44, 56)  # nothing is judged yet
    assert (harm.before, harm.range) == (None, None)


@pytest.mark.django_db
def test_without_an_earlier_result_there_is_nothing_to_compare() -> None:
    inspection = make_inspection()
    make_issued_area("Ashby", "2020-01", 60)
    assert (
        find_previous(
            inspection, load_definition(inspection.programme), score_inspection(inspection)
        )
        is None
    )
