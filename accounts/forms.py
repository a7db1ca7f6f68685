"""The forms of signing in, in our own words: allauth's, with plain labels and messages."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django.forms import EmailField


class Words(NamedTuple):
    """What a field says: its label, the message when it is left empty, and its hint."""

    label: str
    missing: str
    hint: str | None = None


CURRENT_PASSWORD = Words("Password", "Enter your password", "")
NEW_PASSWORD = Words(
    "New password",
    "Enter a new password",
    "At least 12 characters. Three words that have nothing to do with one another are good.",
)
NEW_PASSWORD_AGAIN = Words("New password, once more", "Enter the new password once more")
NO_ADDRESS = "Enter a whole email address, such as name@example.org"
CODE = Words("Six-digit code", "Enter the code from your authenticator app")


class InOurWords:
    """Gives each field of an allauth form its `words`."""

    words: ClassVar[dict[str, Words]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.fields  # type: ignore[attr-defined]
        for name, words in self.words.items():
            field = fields[name]
            field.label = words.label
            field.error_messages["required"] = words.missing
            if isinstance(field, EmailField):
                field.error_messages["invalid"] = NO_ADDRESS
            if words.hint is not None:
                field.help_text = words.hint
            if name == "code":
                field.widget.attrs.update(
                    {"inputmode": "numeric", "class": "govuk-input--width-10"}
                )


class LoginForm(InOurWords, account_forms.LoginForm):
    words = {
        "login": Words("Email address", "Enter your email address"),
        "password": CURRENT_PASSWORD,
    }


class ReauthenticateForm(InOurWords, account_forms.ReauthenticateForm):
    words = {"password": CURRENT_PASSWORD}


class ResetPasswordForm(InOurWords, account_forms.ResetPasswordForm):
    words = {"email": Words("Email address", "Enter your email address")}


class ResetPasswordKeyForm(InOurWords, account_forms.ResetPasswordKeyForm):
    words = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD_AGAIN}


class SetPasswordForm(InOurWords, account_forms.SetPasswordForm):
    words = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD_AGAIN}


class InvitationForm(InOurWords, account_forms.SetPasswordForm):
    words = {
        "password1": NEW_PASSWORD._replace(label="Password", missing="Enter a password"),
        "password2": Words("Password, once more", "Enter the password once more"),
    }


class ChangePasswordForm(InOurWords, account_forms.ChangePasswordForm):
    words = {
        "oldpassword": Words("Current password", "Enter your current password", ""),
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD_AGAIN,
    }


class AuthenticateForm(InOurWords, mfa_forms.AuthenticateForm):
    # A recovery code has eight digits, and this field takes those too.
    words = {"code": CODE._replace(label="Code")}


class MFAReauthenticateForm(InOurWords, mfa_forms.ReauthenticateForm):
    words = {"code": CODE._replace(label="Code")}


class ActivateTOTPForm(InOurWords, totp_forms.ActivateTOTPForm):
    words = {"code": CODE}
