"""How far someone has come towards a signature. It lives in their session, not in the study:
before consent nothing about them is stored.

What was read belongs to one exact text: another language or version begins anew.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any

from enrollment.models import ConsentText
from enrollment.rules.consent import seconds_of

KEY = "consent"
TICKS = ("tracker_data", "estimates", "sharing")


class Progress:
    """The session's notes on one text."""

    def __init__(self, session: Any, text: ConsentText) -> None:
        self._session = session
        everything = session.get(KEY)
        if not isinstance(everything, dict):
            everything = {}
        self._all: MutableMapping[str, Any] = everything
        self._mine: dict[str, Any] = everything.get(text.sha256) or {}
        self._sha256 = text.sha256
        self._document = str(text.document_id)

    @property
    def seen(self) -> int:
        """How many sections were shown, from the first on."""
        return int(self._mine.get("seen", 0))

    @property
    def seconds(self) -> dict[str, int]:
        """Seconds each section was shown, by its number."""
        return dict(self._mine.get("seconds", {}))

    @property
    def answers(self) -> dict[str, list[str]]:
        """The answers to the check by question, in the order given; whatever the language."""
        return dict(self._of_document.get("answers", {}))

    @property
    def ticks(self) -> Mapping[str, bool] | None:
        """The separate permissions, None before they were asked."""
        found = self._of_document.get("ticks")
        return {name: bool(found.get(name)) for name in TICKS} if found is not None else None

    @property
    def _of_document(self) -> dict[str, Any]:
        return self._all.get(self._document) or {}

    def show(self, number: int, now: datetime) -> None:
        """Section `number` is shown from now on; the one before has been read until now."""
        self.leave(now)
        self._mine["open"] = [number, now.isoformat()]
        self._mine["seen"] = max(self.seen, number)
        self._keep()

    def leave(self, now: datetime) -> None:
        """No section is shown any more."""
        opened = self._mine.pop("open", None)
        if opened is None:
            return
        number, since = str(opened[0]), datetime.fromisoformat(opened[1])
        seconds = self.seconds
        seconds[number] = seconds.get(number, 0) + seconds_of(since, now)
        self._mine["seconds"] = seconds
        self._keep()

    def answer(self, given: Mapping[str, str]) -> None:
        """Add the answers of one try."""
        answers = self.answers
        for key, value in given.items():
            answers[key] = [*answers.get(key, []), value]
        self._keep_for_document(answers=answers)

    def choose(self, ticks: Mapping[str, bool]) -> None:
        self._keep_for_document(ticks={name: bool(ticks[name]) for name in TICKS})

    def forget(self) -> None:
        """Nothing of it is needed once it is signed."""
        self._session.pop(KEY, None)

    def has_checked(self, keys: Sequence[str]) -> bool:
        """Whether every question of the check was answered, rightly or not."""
        return all(self.answers.get(key) for key in keys)

    def _keep_for_document(self, **changes: Any) -> None:
        self._all[self._document] = {**self._of_document, **changes}
        self._keep()

    def _keep(self) -> None:
        self._all[self._sha256] = self._mine
        self._session[KEY] = dict(self._all)
