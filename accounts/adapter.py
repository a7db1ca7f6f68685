"""How django-allauth behaves here: accounts are given by the inspectorate, never taken."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from accounts.inviting import answer_forgotten
from accounts.models import User

logger = logging.getLogger(__name__)

CURRENT_PASSWORD = "Enter your password as it is now"  # noqa: S105 (a message)
TOO_MANY_ATTEMPTS = "Too many attempts. Try again in 5 minutes"
WRONG_CODE = "Enter the code that your authenticator app shows now"


class AccountAdapter(DefaultAccountAdapter):
    """Keeps sign-up closed, and says in our own words what is wrong."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Enter the email address and password of your account",
        "enter_current_password": CURRENT_PASSWORD,
        "incorrect_password": CURRENT_PASSWORD,
        "too_many_login_attempts": TOO_MANY_ATTEMPTS,
        "rate_limited": TOO_MANY_ATTEMPTS,
        "incorrect_code": WRONG_CODE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: an administrator creates every account."""
        return False

    def send_password_reset_mail(
        self, user: AbstractBaseUser, email: str, context: dict[str, Any]
    ) -> None:
        """Send the link, but to somebody who never chose a password what to do instead.

        Only an invitation lets anybody choose their first, and only while it lasts. The page says
        the same to everybody.
        """
        if isinstance(user, User) and not user.has_usable_password():
            self.send_mail("account/email/no_password_yet", email, answer_forgotten(user))
        else:
            super().send_password_reset_mail(user, email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send an e-mail; where the mail server is away, log it.

        The page says the same as ever then, or it would tell which addresses have an account.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            logger.error("An e-mail could not be sent: %s", type(error).__name__)


class MFAAdapter(DefaultMFAAdapter):
    """Says in our own words what is wrong with a code."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": WRONG_CODE}
