"""Telling people by e-mail of a change to their account that they may not have asked for."""

from __future__ import annotations

from smtplib import SMTPNotSupportedError, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.timezone import localtime

from accounts.models import AccountEvent
from jobs.registry import WorkError

SEND_NOTICE = "send_notice"


def send_notice(event_id: int) -> None:
    """Tell somebody by e-mail what was done to their account. For a worker.

    Raises WorkError where the mail server refuses the address.
    """
    event = AccountEvent.objects.select_related("by").get(pk=event_id)
    context = {"event": event, "at": localtime(event.at), "site_name": settings.SITE_NAME}
    send_letter(
        event.notice_to,
        f"{settings.SITE_NAME}: your account was changed",
        render_to_string("accounts/emails/notice.txt", context),
    )


def send_letter(to: str, subject: str, body: str) -> None:
    """Send an e-mail to one person. Raises WorkError where the mail server refuses the address."""
    try:
        EmailMessage(subject=subject, body=body, to=[to]).send()
    except (SMTPRecipientsRefused, SMTPNotSupportedError):
        raise WorkError(f"The mail server does not take emails to {to}.") from None
