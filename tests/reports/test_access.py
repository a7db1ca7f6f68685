"""Who may read which issue."""

from __future__ import annotations

import pytest
from django.http import Http404

from accounts.models import User
from inspections.access import give_affiliation
from inspections.models import Affiliation, TeamMember
from reports.access import get_readable, list_readable
from reports.models import Publication
from reports.publication import publish
from tests.casting import (
    CAST,
    make_administrator,
    make_area,
    make_manager,
    make_user,
    member_of,
    user_of,
)
from tests.reports.stages import lead_another, make_issued, make_pending, make_ready, store_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def publication() -> Publication:
    return make_issued(make_ready())


def readable(user: User) -> list[Publication]:
    return list(list_readable(user))


@pytest.mark.parametrize("key", CAST)
def test_the_whole_team_may_read(publication: Publication, key: str) -> None:
    assert readable(user_of(publication.inspection, key)) == [publication]


def test_the_manager_of_the_area_and_administrators_may_read(publication: Publication) -> None:
    assert readable(make_manager()) == [publication]
    assert readable(make_administrator()) == [publication]


def test_nobody_else_may_read(publication: Publication) -> None:
    staff = make_user("practitioner")
    give_affiliation(staff, make_area("Anyshire"))
    others = [staff, lead_another(), make_manager("Othershire"), make_user("newcomer")]
    assert [readable(user) for user in others] == [[], [], [], []]
    for user in others:
        with pytest.raises(Http404):
            get_readable(user, "anyshire-2026", 1)


def test_who_leaves_may_read_no_longer(publication: Publication) -> None:
    inspector, manager = user_of(publication.inspection, "inspector"), make_manager()
    TeamMember.objects.filter(user=inspector).update(user=None)
    Affiliation.objects.filter(user=manager).update(is_manager=False)
    assert [readable(inspector), readable(manager)] == [[], []]


def test_who_may_for_two_reasons_reads_it_once(publication: Publication) -> None:
    manager = make_manager()
    publication.inspection.team.filter(key="support").update(user=manager)
    assert readable(manager) == [publication]


def test_what_is_not_rendered_is_there_for_nobody() -> None:
    inspection = make_ready()
    make_pending(inspection)
    for user in (user_of(inspection, "lead"), make_manager(), make_administrator()):
        assert readable(user) == []
        with pytest.raises(Http404):
            get_readable(user, "anyshire-2026", 1)


def test_issues_are_told_apart_by_number_newest_first(publication: Publication) -> None:
    second = make_issued(publication.inspection)
    manager = make_manager()
    assert readable(manager) == [second, publication]
    assert [get_readable(manager, "anyshire-2026", number) for number in (1, 2)] == [
        publication,
        second,
    ]


def test_an_issue_in_welsh_does_not_stand_in_for_the_one_in_english() -> None:
    inspection = make_ready()
    store_document(publish(inspection, member_of(inspection, "lead"), language="cy"))
    with pytest.raises(Http404):
        get_readable(make_manager(), "anyshire-2026", 1)


def test_the_list_leaves_the_large_columns_where_they_are(publication: Publication) -> None:
    (found,) = list_readable(make_manager())
    assert found.get_deferred_fields() == {"scorecard", "content", "bundle"}
    assert found.document.get_deferred_fields() == {"html", "web", "pdf"}
