"""Who may see and do what in an inspection, decided here and nowhere else.

Membership of an inspection's team decides. Whoever is not entitled gets 404, so that nobody learns
of what they may not know; a member who may see a thing but not do it gets 403 (`PermissionDenied`).
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import User
from inspections.models import Affiliation, Area, Inspection, TeamMember
from inspections.problems import Problem, RefusedError


def list_memberships(user: User) -> QuerySet[TeamMember]:
    """Return the parts that `user` plays, with their inspection, newest first."""
    return (
        TeamMember.objects.filter(user=user)
        .select_related("inspection__area", "inspection__programme")
        .order_by("-inspection__fieldwork_start", "inspection__slug")
    )


def get_membership(user: User, slug: str) -> TeamMember:
    """Return the part that `user` plays in the inspection `slug`, in one query.

    Raises Http404 if they play none that works on cases: support staff, for instance.
    """
    member = list_memberships(user).filter(inspection__slug=slug).first()
    if member is None or not member.assesses:
        raise Http404
    return member


def get_lead(user: User, slug: str) -> TeamMember:
    """Return the lead inspector's part in the inspection `slug`, if `user` plays it.

    Raises PermissionDenied for other members of the team, and Http404 for everybody else.
    """
    member = get_membership(user, slug)
    if not member.leads:
        raise PermissionDenied("Only the lead inspector of this inspection may open this page.")
    return member


def get_organiser(user: User, slug: str) -> tuple[Inspection, TeamMember | None]:
    """Return the inspection `slug` if `user` may set it up: lead inspector or administrator.

    With it comes the part that they play, which an administrator may not have. Raises
    PermissionDenied for others of the team who work on cases, and Http404 for everybody else.
    """
    inspection, member = find_inspection(user, slug)
    if user.is_staff or (member is not None and member.leads):
        return inspection, member
    get_membership(user, slug)
    raise PermissionDenied("Only the lead inspector or an administrator may open this page.")


def get_administrator(user: User) -> User:
    """Return `user` if they are an administrator. Raises Http404 otherwise."""
    if not user.is_staff:
        raise Http404
    return user


def find_inspection(user: User, slug: str) -> tuple[Inspection, TeamMember | None]:
    """Return the inspection `slug` and the part that `user` plays in it, whatever that part is.

    An administrator may know of every inspection, so their part may be None. Raises Http404 for
    everybody else.
    """
    member = list_memberships(user).filter(inspection__slug=slug).first()
    if member is not None:
        return member.inspection, member
    inspection = list_all_inspections(user).filter(slug=slug).first()
    if inspection is None:
        raise Http404
    return inspection, None


def list_all_inspections(user: User) -> QuerySet[Inspection]:
    """Return every inspection, newest first, if `user` is an administrator; else none."""
    if not user.is_staff:
        return Inspection.objects.none()
    # Said outright, since the model's own order is lost where a caller counts things.
    return Inspection.objects.select_related("area", "programme").order_by(
        "-fieldwork_start", "slug"
    )


def list_managed_areas(user: User) -> QuerySet[Area]:
    """Return the areas whose youth offending team `user` manages."""
    return Area.objects.filter(affiliations__user=user, affiliations__is_manager=True)


@transaction.atomic
def give_part(member: TeamMember, user: User) -> None:
    """Let `user` play the part `member`.

    Raises RefusedError if the inspected area is their home, or they play another part in it.
    """
    hold_people(user)
    inspection = member.inspection
    if Affiliation.objects.filter(user=user, area=inspection.area).exists():
        raise RefusedError(
            [
                Problem(
                    str(inspection),
                    None,
                    f"{user.name} belongs to {inspection.area.name} and cannot be put on its "
                    "inspection.",
                )
            ]
        )
    other = TeamMember.objects.filter(Q(inspection=inspection, user=user) & ~Q(pk=member.pk))
    if other.exists():
        raise RefusedError([Problem(str(inspection), None, f"{user.name} is already in the team.")])
    member.user = user
    member.save(update_fields=["user"])


@transaction.atomic
def give_affiliation(user: User, area: Area, *, is_manager: bool = False) -> Affiliation:
    """Record that `area` is home to `user`, or that they manage its youth offending team.

    Raises RefusedError if they are in the team of an inspection of it.
    """
    hold_people(user)
    if TeamMember.objects.filter(user=user, inspection__area=area).exists():
        raise RefusedError(
            [
                Problem(
                    area.name,
                    None,
                    f"{user.name} is in the team of an inspection of {area.name}, so it cannot "
                    "be their home area.",
                )
            ]
        )
    affiliation, _ = Affiliation.objects.update_or_create(
        user=user, area=area, defaults={"is_manager": is_manager}
    )
    return affiliation


def hold_people(*users: User) -> None:
    """Let nobody else change where `users` belong or what parts they are given meanwhile.

    Nobody inspects the area they belong to, and the two are kept in different tables. Needs a
    transaction, until whose end it lasts.
    """
    held = User.objects.select_for_update(no_key=True).filter(pk__in=[user.pk for user in users])
    list(held.order_by("pk").values_list("pk"))
