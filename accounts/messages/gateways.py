"""What sends text messages. Which one is a setting; a study without one has none.

Alerts of the one-hour tier and reminders go through the same gateway.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from accounts.messages import outside
from accounts.messages.outcome import SENT, Outcome, failed, rejected

logger = logging.getLogger("exdep.messages")

WEBHOOK = "webhook:"
# The gateway understood, and will not send to this number; anything else may work later.
NOT_THIS_NUMBER = frozenset({400, 404, 410, 422})


class Gateway(Protocol):
    """Hands a text to somebody's telephone."""

    def send(self, to: str, text: str) -> Outcome:
        """Hand `text` over for the number `to`; never raises."""

    def test(self) -> Outcome:
        """Whether it would take a text now; sends none, never raises."""


@dataclass(frozen=True)
class Webhook:
    """A POST of JSON to an address of the study's own: `{"to", "text", "test"}`, with the secret as
    bearer token. 2xx is sent; a test is answered the same way and reaches no telephone."""

    url: str
    secret: str

    def send(self, to: str, text: str) -> Outcome:
        return self._post({"to": to, "text": text, "test": False})

    def test(self) -> Outcome:
        return self._post({"to": "", "text": "", "test": True})

    def _post(self, message: dict[str, object]) -> Outcome:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.secret}",
        }
        body = json.dumps(message, ensure_ascii=False).encode()
        try:
            status = outside.post(self.url, body=body, headers=headers)
        except outside.UnreachableError as error:
            return failed(str(error))
        except outside.NoAnswerError as error:
            return failed(str(error), perhaps=True)
        if 200 <= status < 300:
            return SENT
        said = f"HTTP {status}"
        return rejected(said) if status in NOT_THIS_NUMBER and not message["test"] else failed(said)


class Log:
    """The demo's: says in the log that something would go, without number and text."""

    def send(self, to: str, text: str) -> Outcome:
        logger.info("a text message would be sent", extra={"characters": len(text)})
        return SENT

    def test(self) -> Outcome:
        return SENT


def gateway() -> Gateway | None:
    """The study's gateway, by EXDEP_SMS_GATEWAY; None where it has none."""
    chosen = settings.EXDEP_SMS_GATEWAY
    if chosen.startswith(WEBHOOK):
        return Webhook(chosen.removeprefix(WEBHOOK), settings.EXDEP_SMS_SECRET)
    return Log() if chosen == "log" else None
