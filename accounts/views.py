"""The pages of signing in that behave otherwise than django-allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


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
