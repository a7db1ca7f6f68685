"""The pages of people: all of them, one with what can be changed, and inviting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.confirming import confirm_password
from accounts.inviting import find_sending, renew_invitation
from accounts.models import User
from accounts.people import (
    INVITATION_LASTS,
    NotAllowedError,
    State,
    change_address,
    find_state,
    has_second_factor,
    rename,
    search_people,
)
from accounts.signing_in import signed_in
from inspections.forms import (
    AddressForm,
    AreaTieForm,
    InviteForm,
    InviteListForm,
    NameForm,
    SearchPeopleForm,
)
from inspections.models import Affiliation
from inspections.presentation import describe_role
from inspections.problems import RefusedError
from inspections.setting_up.people import attach, detach, invite_people, read_people
from inspections.views.setting_up.pages import (
    breadcrumbs,
    for_administrators,
    paginate,
    read_sent,
    read_words,
    render_form,
    show_refusal,
)

COLOURS = {
    State.ACTIVE: "green",
    State.NEW: "blue",
    State.INVITED: "blue",
    State.LAPSED: "yellow",
    State.OFF: "grey",
}
EVENTS_SHOWN = 100


@for_administrators
@require_safe
def list_people(request: HttpRequest) -> HttpResponse:
    """List people with the state of their account; searched by name, address and state."""
    words = read_words(request)
    state = request.GET.get("state", "")
    wanted = State(state) if state in State.values else None
    people = search_people(words, wanted).prefetch_related(
        Prefetch("affiliations", Affiliation.objects.select_related("area"))
    )
    page, pager = paginate(request, people)
    context = {
        "title": "People",
        "breadcrumbs": breadcrumbs(),
        "search": SearchPeopleForm(initial={"words": words, "state": wanted or ""}),
        "is_search": bool(words or wanted),
        "people": [{"user": user, "state": _describe_state(user)} for user in page],
        "pager": pager,
    }
    return render(request, "inspections/setting_up/people.html", context)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def invite_person(request: HttpRequest) -> HttpResponse:
    """Invite one person."""
    form = InviteForm(read_sent(request))
    if form.is_valid():
        person = form.read_person()
        if person.is_administrator:
            confirm_password(request)
        try:
            (user,) = invite_people([person], by=signed_in(request))
        except RefusedError as error:
            show_refusal(form, error, "email")
        else:
            messages.success(request, f"{user.name} is invited.")
            return redirect("inspections:person", user.pk)
    people = reverse("inspections:people")
    return render_form(
        request,
        form,
        title="Invite somebody",
        submit="Send the invitation",
        cancel=people,
        crumbs=breadcrumbs(("People", people)),
        intro="They are sent an email with a link, with which they choose a password. The link "
        f"works for {INVITATION_LASTS.days} days.",
    )


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def invite_list(request: HttpRequest) -> HttpResponse:
    """Invite several people by a list: all of them, or none while something is wrong with it."""
    form = InviteListForm(read_sent(request))
    if form.is_valid():
        try:
            invited = invite_people(read_people(form.cleaned_data["people"]), by=signed_in(request))
        except RefusedError as error:
            form.show_problems(error.problems)
        else:
            number = len(invited)
            messages.success(
                request, f"{number} {'person is' if number == 1 else 'people are'} invited."
            )
            return redirect("inspections:people")
    people = reverse("inspections:people")
    return render_form(
        request,
        form,
        title="Invite several people",
        submit="Send the invitations",
        cancel=people,
        crumbs=breadcrumbs(("People", people)),
        template="inspections/setting_up/invite_list.html",
    )


@for_administrators
@require_safe
def show_person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show an account: its state, where the person belongs and what they do, and its history."""
    person = get_object_or_404(User, pk=user_id)
    state = find_state(person)
    parts = person.memberships.select_related("inspection__area").order_by(
        "-inspection__fieldwork_start", "inspection__slug"
    )
    invited = state in (State.INVITED, State.LAPSED)
    context = {
        "title": person.name,
        "caption": "Person",
        "person": person,
        "breadcrumbs": breadcrumbs(("People", reverse("inspections:people"))),
        "state": _describe_state(person),
        "is_self": person.pk == signed_in(request).pk,
        "is_invited": invited,
        "invited_until": person.invited_at + INVITATION_LASTS if person.invited_at else None,
        "sending": find_sending(person) if invited else None,
        "has_second_step": has_second_factor(person),
        "affiliations": person.affiliations.select_related("area"),
        "parts": [
            {
                "title": str(member.inspection),
                "url": reverse("inspections:team", args=[member.inspection.slug]),
                "role": describe_role(member),
                "name": member.name,
            }
            for member in parts
        ],
        "events": person.events.select_related("by")[:EVENTS_SHOWN],
    }
    return render(request, "inspections/setting_up/person.html", context)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def edit_name(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change the name under which other people see somebody."""
    person = get_object_or_404(User, pk=user_id)
    form = NameForm(read_sent(request), initial={"name": person.name})
    if form.is_valid():
        rename(person, form.cleaned_data["name"], by=signed_in(request))
        messages.success(request, "The name is changed.")
        return redirect("inspections:person", person.pk)
    return _render_person_form(
        request,
        form,
        person,
        title="Change the name",
        submit="Save the name",
        intro="The names of the parts that they play in inspections stay as they are.",
    )


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def edit_address(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change the address with which somebody signs in; who was invited is invited anew."""
    person = get_object_or_404(User, pk=user_id)
    form = AddressForm(read_sent(request))
    invited = find_state(person) in (State.INVITED, State.LAPSED)
    if form.is_valid():
        confirm_password(request)
        by = signed_in(request)
        try:
            change_address(person, form.cleaned_data["email"], by=by)
            if invited:
                renew_invitation(person, by=by)
        except NotAllowedError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, f"They sign in with {person.email} from now on.")
            return redirect("inspections:person", person.pk)
    then = (
        "The invitation is sent to the new address, and the link that was sent before ends."
        if invited
        else "They are signed out wherever they are signed in, sign in with the new address from "
        "then on, and are told at the old one."
    )
    return _render_person_form(
        request,
        form,
        person,
        title="Change the email address",
        submit="Save the address",
        intro=f"The address is {person.email} now. {then} You will be asked for your password.",
    )


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def add_tie(request: HttpRequest, user_id: int) -> HttpResponse:
    """Record an area to which somebody belongs."""
    person = get_object_or_404(User, pk=user_id)
    form = AreaTieForm(read_sent(request))
    if form.is_valid():
        area, is_manager = form.cleaned_data["area"], form.cleaned_data["tie"] == "manager"
        try:
            attach(person, area, is_manager=is_manager, by=signed_in(request))
        except RefusedError as error:
            show_refusal(form, error, "area")
        else:
            messages.success(request, f"{area.name} is recorded.")
            return redirect("inspections:person", person.pk)
    return _render_person_form(
        request,
        form,
        person,
        title="Add an area",
        submit="Save the area",
        intro="Nobody can be in the team of an inspection of an area to which they belong. Who "
        "manages a service reads what is issued to it.",
    )


@for_administrators
@require_POST
def remove_tie(request: HttpRequest, user_id: int, affiliation_id: int) -> HttpResponse:
    """End somebody's tie to an area."""
    person = get_object_or_404(User, pk=user_id)
    ties = person.affiliations.select_related("user", "area")
    tie = get_object_or_404(ties, pk=affiliation_id)
    detach(tie, by=signed_in(request))
    messages.success(request, f"{tie.area.name} is taken off the list.")
    return redirect("inspections:person", person.pk)


def _render_person_form(
    request: HttpRequest, form: Any, person: User, **context: str
) -> HttpResponse:
    url = reverse("inspections:person", args=[person.pk])
    return render_form(
        request,
        form,
        caption=person.name,
        cancel=url,
        crumbs=breadcrumbs(("People", reverse("inspections:people")), (person.name, url)),
        **context,
    )


def _describe_state(user: User) -> dict[str, str]:
    state = find_state(user)
    return {"text": str(state.label), "colour": COLOURS[state]}
