"""Each write about people: roles, accounts, and how they are reached."""

from __future__ import annotations

import logging
import smtplib

from django.core.mail import EmailMessage
from django.db import transaction

from accounts.models import OutgoingMessage, User

logger = logging.getLogger("exdep.messages")


def send_email(message: EmailMessage, *, kind: str, to_user: User | None) -> OutgoingMessage:
    """Hand `message` over and record the attempt; `kind` names its template.

    A failure is recorded and logged without the address, and not raised: nobody who signs in can
    do anything about it, and /healthz shows it. The text is not kept.
    """
    error = _send(message)
    state = OutgoingMessage.State.FAILED if error else OutgoingMessage.State.SENT
    if error:
        logger.error("mail failed", extra={"kind": kind, "error": error})
    with transaction.atomic():
        return OutgoingMessage.objects.create(
            user=to_user if to_user is not None and to_user.pk else None,
            kind=kind[:64], state=state, error=error,
        )  # fmt: skip


def _send(message: EmailMessage) -> str:
    """Empty, or what went wrong without anything of the message: SMTP errors quote addresses."""
    try:
        return "" if message.send() else "NoRecipient"
    except smtplib.SMTPResponseException as error:
        return f"{type(error).__name__} {error.smtp_code}"
    except Exception as error:  # any backend, any reason: the person is told the same
        return type(error).__name__
