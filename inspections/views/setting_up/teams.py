"""The pages of a team, for an administrator and the lead inspector."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.confirming import confirm_password
from accounts.models import User
from accounts.people import State, find_state, search_people
from accounts.signing_in import signed_in
from inspections.access import get_organiser
from inspections.forms import MemberForm
from inspections.models import Inspection, TeamMember
from inspections.presentation import describe_role
from inspections.problems import RefusedError
from inspections.setting_up.people import NewPerson, invite_people
from inspections.setting_up.teams import (
    add_member,
    change_member,
    changes_access,
    check_part,
    has_cases,
    move_member,
    remove_member,
)
from inspections.views.setting_up.pages import (
    breadcrumbs_of,
    read_sent,
    render_form,
    show_refusal,
)

ADDRESSES_SHOWN = 500
"""So many accounts are offered while an address is typed."""


@login_required
@require_safe
def show_team(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who plays which part, with what can be changed about it."""
    user = signed_in(request)
    inspection, member = get_organiser(user, slug)
    team = list(inspection.team.select_related("home_area", "user"))
    context = {
        "title": "Team",
        "caption": str(inspection),
        "breadcrumbs": breadcrumbs_of(inspection),
        "inspection": inspection,
        "has_lead": any(other.leads for other in team),
        "members": [
            {
                "member": other,
                "role": describe_role(other),
                "account": _describe_account(other.user),
                "may_change": _may_change(user, other),
                "is_first": index == 0,
                "is_last": index == len(team) - 1,
            }
            for index, other in enumerate(team)
        ],
    }
    if member is not None:
        context["user_role"] = describe_role(member)
    return render(request, "inspections/setting_up/team.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_to_team(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a member; the next one can follow at once."""
    user = signed_in(request)
    inspection, _ = get_organiser(user, slug)
    form = MemberForm(inspection, None, read_sent(request), may_invite=user.is_staff)
    if form.is_valid() and _save(request, form, TeamMember(inspection=inspection)):
        messages.success(request, f"{form.cleaned_data['name']} is in the team.")
        return redirect("inspections:team", slug)
    return _render_member(request, form, inspection, title="Add a member", submit="Add the member")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_member(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Change a member's role, name, home area or account."""
    user = signed_in(request)
    inspection, _ = get_organiser(user, slug)
    member = _find_member(user, inspection, key)
    name = member.name
    initial = {
        "role": member.role,
        "name": member.name,
        "home_area": member.home_area_id,
        "email": member.user.email if member.user else "",
    }
    cases = has_cases(member)
    form = MemberForm(
        inspection,
        member,
        read_sent(request),
        initial=initial,
        may_invite=user.is_staff,
    )
    if form.is_valid() and _save(request, form, member):
        messages.success(request, f"{form.cleaned_data['name']} is changed.")
        return redirect("inspections:team", slug)
    form.show_seen()
    warning = (
        "Cases are allocated to this part. Whoever plays it next sees them as their own, private "
        "notes to the lead inspector included, and what was recorded so far stays under this "
        "part’s name."
    )
    return _render_member(
        request,
        form,
        inspection,
        title=f"Change {name}",
        submit="Save the member",
        warning=warning if cases and user.is_staff else "",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove_from_team(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Ask whether to take a member out of the team, and do it."""
    user = signed_in(request)
    inspection, _ = get_organiser(user, slug)
    member = _find_member(user, inspection, key)
    name, refused = member.name, []
    if request.method == "POST":
        try:
            remove_member(member, by=user)
        except RefusedError as error:
            refused = [{"text": problem.message} for problem in error.problems]
        else:
            messages.success(request, f"{name} is out of the team.")
            return redirect("inspections:team", slug)
    url = reverse("inspections:team", args=[slug])
    context = {
        "title": f"Remove {name}",
        "caption": str(inspection),
        "breadcrumbs": breadcrumbs_of(inspection, ("Team", url)),
        "meaning": "The part is taken out of the team. The account of whoever played it stays.",
        "button": "Remove from the team",
        "style": "warning",
        "cancel": url,
        "refused": refused,
        "has_errors": bool(refused),
    }
    return render(
        request, "inspections/setting_up/confirm.html", context, status=409 if refused else 200
    )


@login_required
@require_POST
def move_in_team(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Move a member one place up or down."""
    inspection, _ = get_organiser(signed_in(request), slug)
    member = get_object_or_404(inspection.team, key=key)
    member.inspection = inspection
    move_member(member, up=request.POST.get("to") == "up")
    return redirect(f"{reverse('inspections:team', args=[slug])}#member-{member.key}")


def _may_change(user: User, member: TeamMember) -> bool:
    """Only an administrator appoints the lead inspector, or takes the part from them."""
    return user.is_staff or not member.leads


def _find_member(user: User, inspection: Inspection, key: str) -> TeamMember:
    members = inspection.team.select_related("user", "home_area")
    member = get_object_or_404(members, key=key)
    if not _may_change(user, member):
        raise PermissionDenied("Only an administrator may change the lead inspector’s part.")
    member.inspection = inspection
    return member


def _save(request: HttpRequest, form: MemberForm, member: TeamMember) -> bool:
    """Store what the form says, inviting somebody if it says so; False if it was refused.

    Where somebody comes to see more or less by it, the password is asked for first.
    """
    is_new, by = member.pk is None, signed_in(request)
    try:
        check_part(member, form.read_part(), by=by)
        if form.wants_invitation or changes_access(member, form.read_part()):
            confirm_password(request)
        with transaction.atomic():
            invited = _invite(form, by) if form.wants_invitation else None
            part = form.read_part(invited)
            if is_new:
                add_member(member.inspection, part, by=by)
            else:
                change_member(member, part, by=by)
    except RefusedError as error:
        show_refusal(form, error, "email")
        return False
    return True


def _invite(form: MemberForm, by: User) -> User:
    data = form.cleaned_data
    (user,) = invite_people([NewPerson(data["name"], data["email"])], by=by)
    return user


def _render_member(
    request: HttpRequest,
    form: MemberForm,
    inspection: Inspection,
    *,
    title: str,
    submit: str,
    warning: str = "",
) -> HttpResponse:
    url = reverse("inspections:team", args=[inspection.slug])
    addresses = search_people().filter(is_active=True).values_list("email", "name")
    return render_form(
        request,
        form,
        title=title,
        caption=str(inspection),
        submit=submit,
        cancel=url,
        crumbs=breadcrumbs_of(inspection, ("Team", url)),
        template="inspections/setting_up/member.html",
        warning=warning,
        people=addresses[:ADDRESSES_SHOWN] if form.may_invite else [],
    )


def _describe_account(user: User | None) -> dict[str, str]:
    """Return the address of the account that plays a part, and what keeps it from signing in."""
    if user is None:
        return {}
    state = find_state(user)
    note = "" if state == State.ACTIVE else str(state.label)
    return {"email": user.email, "note": note}
