"""Steps that an administrator takes with an account, each asked about before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.confirming import confirm_password
from accounts.inviting import renew_invitation, withdraw_invitation
from accounts.models import User
from accounts.people import (
    NotAllowedError,
    end_administration,
    make_administrator,
    reset_second_factor,
    switch_off,
    switch_on,
)
from accounts.signing_in import signed_in
from inspections.views.setting_up.pages import breadcrumbs, for_administrators


@dataclass(frozen=True)
class AccountStep:
    """A step with an account: what it is called, what it means, and doing it."""

    title: str
    meaning: str
    button: str
    done: str
    take: Callable[..., None]
    warns: bool = False
    asks_password: bool = False


STEPS: Mapping[str, AccountStep] = {
    "invite-again": AccountStep(
        "Send the invitation again",
        "They are sent a new link, which works for seven days. The link before it ends.",
        "Send the invitation",
        "The invitation is being sent.",
        renew_invitation,
    ),
    "withdraw": AccountStep(
        "Withdraw the invitation",
        "The link that they were sent ends, and the account is switched off.",
        "Withdraw the invitation",
        "The invitation is withdrawn.",
        withdraw_invitation,
        warns=True,
    ),
    "switch-off": AccountStep(
        "Switch off the account",
        "They are signed out wherever they are signed in, and cannot sign in any more. What they "
        "did stays, and so do their parts in inspections. You can switch the account on again.",
        "Switch off the account",
        "The account is switched off.",
        switch_off,
        warns=True,
    ),
    "switch-on": AccountStep(
        "Switch on the account",
        "They can sign in again with the password that they had.",
        "Switch on the account",
        "The account is switched on.",
        switch_on,
    ),
    "make-administrator": AccountStep(
        "Make them an administrator",
        "They can then invite people and switch off accounts, change every inspection’s team, "
        "upload programmes, and make others administrators. They still see no answers, evidence "
        "or scores. You will be asked for your password, and they are told by email.",
        "Make them an administrator",
        "They are an administrator now.",
        make_administrator,
        warns=True,
        asks_password=True,
    ),
    "end-administrator": AccountStep(
        "Take away administration",
        "They can no longer set anything up. Their parts in inspections stay. You will be asked "
        "for your password.",
        "Take away administration",
        "They are an administrator no longer.",
        end_administration,
        warns=True,
        asks_password=True,
    ),
    "reset-second-step": AccountStep(
        "Reset the second step of signing in",
        "For somebody who has lost the phone with their authenticator app, and the recovery codes. "
        "Make sure that it is they who ask: until they set up a new app, their password alone "
        "lets anybody in. They are signed out, and told by email. You will be asked for your "
        "password.",
        "Reset the second step",
        "The second step is reset.",
        reset_second_factor,
        warns=True,
        asks_password=True,
    ),
}


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def take_step(request: HttpRequest, user_id: int, step: str) -> HttpResponse:
    """Ask about a step with an account, and take it."""
    if step not in STEPS:
        raise Http404
    taken, person = STEPS[step], get_object_or_404(User, pk=user_id)
    refused = ""
    if request.method == "POST":
        if taken.asks_password:
            confirm_password(request)
        try:
            taken.take(person, by=signed_in(request))
        except NotAllowedError as error:
            refused = str(error)
        else:
            messages.success(request, taken.done)
            return redirect("inspections:person", person.pk)
    url = reverse("inspections:person", args=[person.pk])
    context = {
        "title": taken.title,
        "caption": person.name,
        "breadcrumbs": breadcrumbs(("People", reverse("inspections:people")), (person.name, url)),
        "meaning": taken.meaning,
        "button": taken.button,
        "style": "warning" if taken.warns else "",
        "cancel": url,
        "refused": [{"text": refused}] if refused else [],
        "has_errors": bool(refused),
    }
    return render(
        request, "inspections/setting_up/confirm.html", context, status=409 if refused else 200
    )
