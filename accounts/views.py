"""The pages of signing in that behave otherwise than django-allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import InvitationForm
from accounts.inviting import InvitationOverError, accept_invitation, find_invited


class SignInView(LoginView):
    """Signs people in; too many attempts are answered 429, on the same page."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, "too_many_login_attempts"):
            response.status_code = 429
        return response


sign_in = SignInView.as_view()


@login_required
@require_safe
def show_email(request: HttpRequest) -> HttpResponse:
    """Show the address that the person signs in with: only an administrator can change it."""
    return render(request, "account/email.html")


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def take_up_invitation(request: HttpRequest, user_id: int, token: str) -> HttpResponse:
    """Let somebody who was invited choose a password, by the link in their e-mail.

    Only looking at the page uses nothing up: mail programs follow links too.
    """
    if request.user.is_authenticated:
        return render(request, "account/invitation_signed_in.html", status=409)
    try:
        user = find_invited(user_id, token)
        form = InvitationForm(data=request.POST if request.method == "POST" else None, user=user)
        if form.is_valid():
            accept_invitation(user_id, token, form.cleaned_data["password1"])
            messages.success(request, "Your password is saved. Sign in with it now.")
            return redirect("account_login")
    except InvitationOverError:
        return render(request, "account/invitation_over.html", status=410)
    return render(
        request,
        "account/invitation.html",
        {"form": form, "person": user},
        status=422 if form.is_bound else 200,
    )
