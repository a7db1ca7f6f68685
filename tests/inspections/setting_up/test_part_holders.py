"""Parts and the accounts that have played them: blindness, conflicts of interest, stale forms."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from cases.alerts import raise_alert
from cases.allocation.allocating import AllocationChange, allocate
from cases.allocation.conflicts_of_interest import declare_conflict
from cases.models import ConflictOfInterest
from inspections.models import Inspection, TeamMember
from inspections.problems import RefusedError
from inspections.setting_up.teams import Part, change_member, has_written, remove_member
from tests.cases.second_marking.pairs import pick
from tests.casting import make_administrator, make_case, make_user, member_of, user_of
from tests.inspections.setting_up.browsing import (
    administrator,
    client_of,
    confirmed,
    refusals,
    value_of,
)
from tests.inspections.setting_up.team_pages import SENT, TEAM

pytestmark = pytest.mark.django_db

TWICE = (
    "Inspector has had to do with a case of this part in another part of the team, and nobody "
    "judges a case twice. Choose somebody else."
)
KEPT = (
    "Cases are allocated to this part, or something is recorded in it, so another person cannot "
    "take it. Add them as a new member, and allocate cases to them; or ask an administrator."
)


def change(member: TeamMember, **fields: object) -> None:
    """Change a member as an administrator."""
    part = Part(member.role, member.name, member.home_area, member.user)
    change_member(member, replace(part, **fields), by=make_administrator())  # type: ignore[arg-type]


@pytest.mark.parametrize("of", ["first", "second"])
def test_no_account_comes_to_judge_a_case_twice(inspection: Inspection, of: str) -> None:
    """Neither the first marking's account the second, nor the other way round."""
    make_case(inspection)
    pick(inspection)
    judge, other = member_of(inspection, "inspector"), member_of(inspection, "practice-assessor")
    if of == "second":
        judge, other = other, judge
    user = judge.user
    change(judge, user=None)
    with pytest.raises(RefusedError) as error:
        change(other, user=user)
    assert [(p.file, p.message.split(" has ")[0]) for p in error.value.problems] == [
        ("email", str(user))
    ]
    assert member_of(inspection, other.key).user == other.user
    change(judge, user=user)
    assert member_of(inspection, judge.key).user == user


def test_nor_one_that_wrote_in_it_before_it_went_to_another(inspection: Inspection) -> None:
    case, inspector = make_case(inspection, rest="sufficient"), member_of(inspection, "inspector")
    on = AllocationChange(case.pk, "local-assessor", "inspector", confirmed=True)
    assert allocate(inspection, [on], user_of(inspection, "lead")).complete
    pick(inspection)
    user = inspector.user
    change(inspector, user=make_user("newcomer"))
    with pytest.raises(RefusedError) as error:
        change(member_of(inspection, "practice-assessor"), user=user)
    assert [problem.message for problem in error.value.problems] == [TWICE]


def test_a_part_with_a_conflict_of_interest_stays(inspection: Inspection) -> None:
    member = member_of(inspection, "inspector")
    declare_conflict(member, member_of(inspection, "lead"), reference="ANY-001")
    with pytest.raises(RefusedError):
        remove_member(member, by=make_administrator())
    assert ConflictOfInterest.objects.get().member == member


def test_a_part_in_which_something_is_written_is_passed_on_by_administrators(
    inspection: Inspection,
) -> None:
    """Also once its cases went to others."""
    make_user("newcomer")
    case = make_case(inspection, assessor=None).case
    sent = SENT | {"email": "newcomer@example.org"}
    member = member_of(inspection, "inspector")
    assert not has_written(member)
    raise_alert(case, member_of(inspection, "lead"), concern="A risk.", mutation=uuid.uuid4())
    assert not has_written(member)
    inspection.cases.get().alerts.update(raised_by=member)
    assert has_written(member)
    lead = confirmed(client_of(user_of(inspection, "lead")))
    assert refusals(lead.post(f"{TEAM}inspector/", sent)) == [(KEPT, "#id_email")]
    assert confirmed(administrator()).post(f"{TEAM}inspector/", sent).status_code == 302
    assert user_of(inspection, "inspector") == make_user("newcomer")
    assert list(member.former_users.all()) == [make_user("inspector")]


def test_a_stale_form_does_not_give_a_part_back(inspection: Inspection) -> None:
    client = confirmed(client_of(user_of(inspection, "lead")))
    url = f"{TEAM}inspector/"
    seen = value_of(client.get(url), "seen")
    change(member_of(inspection, "inspector"), user=make_user("newcomer"))
    sent = SENT | {"email": "inspector@example.org", "seen": seen}
    answer = client.post(url, sent)
    assert refusals(answer) == [
        (
            "Since you opened this page the part was given to newcomer@example.org. Yours is kept "
            "here: save again to replace it.",
            "#id_email",
        )
    ]
    assert user_of(inspection, "inspector") == make_user("newcomer")
    again = {**sent, "seen": value_of(answer, "seen")}
    assert client.post(url, again).status_code == 302
    assert user_of(inspection, "inspector") == make_user("inspector")
    for garbage in ("x", "9" * 5000, "\x00"):
        assert client.post(url, sent | {"seen": garbage}).status_code in (302, 422)
