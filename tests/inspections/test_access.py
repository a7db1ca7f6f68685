"""Who may know of an inspection and what they may do in it; who may be put in its team."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from inspections.access import (
    find_inspection,
    get_lead,
    get_membership,
    give_affiliation,
    give_part,
    list_all_inspections,
    list_managed_areas,
    list_memberships,
)
from inspections.models import Affiliation, TeamMember
from inspections.problems import Problem, RefusedError
from tests.casting import (
    CAST,
    make_administrator,
    make_area,
    make_inspection,
    make_manager,
    make_user,
    member_of,
    user_of,
)

ASSESSORS = ["lead", "inspector", "practice-assessor", "local-assessor"]

pytestmark = pytest.mark.django_db


def test_list_memberships_newest_first() -> None:
    make_inspection("Oldshire", fieldwork_start="2025-11")
    make_inspection("Newshire")
    make_inspection("Anyshire")
    make_inspection("Othershire").team.update(user=None)
    slugs = [member.inspection.slug for member in list_memberships(make_user("inspector"))]
    assert slugs == ["anyshire-2026", "newshire-2026", "oldshire-2026"]


@pytest.mark.parametrize("key", ASSESSORS)
def test_get_membership_of_those_who_assess(
    key: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    inspection = make_inspection()
    user = user_of(inspection, key)
    with django_assert_num_queries(1):
        member = get_membership(user, "anyshire-2026")
        assert (member.key, member.inspection, member.inspection.area.name) == (
            key,
            inspection,
            "Anyshire",
        )


@pytest.mark.parametrize("find", [get_membership, get_lead, find_inspection])
def test_nobody_else_knows_of_an_inspection(find: Callable[[User, str], object]) -> None:
    make_inspection("Othershire")
    make_inspection().team.filter(key="lead").update(user=None)
    for user in (make_user("lead"), make_user("newcomer"), make_manager()):
        with pytest.raises(Http404):
            find(user, "anyshire-2026")


@pytest.mark.parametrize("find", [get_membership, get_lead])
def test_support_staff_and_administrators_do_not_come_near_cases(
    find: Callable[[User, str], object],
) -> None:
    inspection = make_inspection()
    for user in (user_of(inspection, "support"), make_administrator()):
        with pytest.raises(Http404):
            find(user, "anyshire-2026")


def test_get_lead() -> None:
    inspection = make_inspection()
    assert get_lead(user_of(inspection, "lead"), "anyshire-2026") == member_of(inspection, "lead")


@pytest.mark.parametrize("key", ASSESSORS[1:])
def test_get_lead_refuses_others_of_the_team(key: str) -> None:
    inspection = make_inspection()
    with pytest.raises(PermissionDenied, match=r"^Only the lead inspector of this inspection"):
        get_lead(user_of(inspection, key), "anyshire-2026")


@pytest.mark.parametrize("key", CAST)
def test_find_inspection_for_the_whole_team(key: str) -> None:
    inspection = make_inspection()
    assert find_inspection(user_of(inspection, key), "anyshire-2026") == (
        inspection,
        member_of(inspection, key),
    )


def test_find_inspection_for_an_administrator() -> None:
    inspection = make_inspection()
    assert find_inspection(make_administrator(), "anyshire-2026") == (inspection, None)
    with pytest.raises(Http404):
        find_inspection(make_administrator(), "nowhere-2026")


def test_list_all_inspections_for_an_administrator_only() -> None:
    older = make_inspection("Oldshire", fieldwork_start="2025-11")
    newer = make_inspection()
    assert list(list_all_inspections(make_administrator())) == [newer, older]
    assert list(list_all_inspections(make_user("lead"))) == []


def test_list_managed_areas() -> None:
    manager = make_manager("Anyshire")
    make_manager("Othershire")
    give_affiliation(manager, make_area("Homeshire"))
    assert [area.name for area in list_managed_areas(manager)] == ["Anyshire"]


class TestGivePart:
    def test_lets_a_person_play_it(self) -> None:
        inspection = make_inspection()
        newcomer = make_user("newcomer")
        give_part(member_of(inspection, "inspector"), newcomer)
        assert get_membership(newcomer, "anyshire-2026").key == "inspector"
        assert list(list_memberships(make_user("inspector"))) == []

    @pytest.mark.parametrize("is_manager", [True, False])
    def test_refuses_those_whose_home_is_inspected(self, is_manager: bool) -> None:
        inspection = make_inspection()
        neighbour = make_user("neighbour")
        give_affiliation(neighbour, inspection.area, is_manager=is_manager)
        with pytest.raises(RefusedError) as refused:
            give_part(member_of(inspection, "local-assessor"), neighbour)
        assert refused.value.problems == (
            Problem(
                "Anyshire 2026",
                None,
                "Neighbour belongs to Anyshire and cannot be put on its inspection.",
            ),
        )
        assert user_of(inspection, "local-assessor") == make_user("local-assessor")

    def test_allows_those_whose_home_is_elsewhere(self) -> None:
        inspection = make_inspection()
        neighbour = make_user("neighbour")
        give_affiliation(neighbour, make_area("Otherton"))
        give_part(member_of(inspection, "local-assessor"), neighbour)
        assert user_of(inspection, "local-assessor") == neighbour

    def test_refuses_a_second_part(self) -> None:
        inspection = make_inspection()
        with pytest.raises(RefusedError) as refused:
            give_part(member_of(inspection, "support"), user_of(inspection, "inspector"))
        assert refused.value.problems == (
            Problem("Anyshire 2026", None, "Inspector is already in the team."),
        )
        assert user_of(inspection, "support") == make_user("support")

    def test_may_be_given_again(self) -> None:
        inspection = make_inspection()
        give_part(member_of(inspection, "inspector"), user_of(inspection, "inspector"))
        assert user_of(inspection, "inspector") == make_user("inspector")


class TestGiveAffiliation:
    def test_is_recorded_once(self) -> None:
        user, area = make_user("neighbour"), make_area()
        give_affiliation(user, area)
        give_affiliation(user, area, is_manager=True)
        assert list(Affiliation.objects.values_list("user", "area", "is_manager")) == [
            (user.pk, area.pk, True)
        ]

    @pytest.mark.parametrize("is_manager", [True, False])
    def test_refuses_who_inspects_the_area(self, is_manager: bool) -> None:
        inspection = make_inspection()
        with pytest.raises(RefusedError) as refused:
            give_affiliation(
                user_of(inspection, "inspector"), inspection.area, is_manager=is_manager
            )
        assert refused.value.problems == (
            Problem(
                "Anyshire",
                None,
                "Inspector is in the team of an inspection of Anyshire, so it cannot be their "
                "home area.",
            ),
        )
        assert Affiliation.objects.count() == 0


def test_a_person_plays_one_part_in_an_inspection_and_many_elsewhere() -> None:
    make_inspection("Oldshire")
    make_inspection("Newshire")
    assert TeamMember.objects.filter(user=make_user("inspector")).count() == 2
