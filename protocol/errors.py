"""What goes wrong with a protocol file, said in one line."""

from __future__ import annotations

from core.errors import StartupError


class ProtocolError(StartupError):
    """A protocol or instrument file breaks a rule.

    `str()` of it is one line naming the file, the key and the rule, fit for a
    terminal: ``protocol/studies/exdep12.toml: visits[week-6].window: …``.
    """

    def __init__(self, file: str, key: str, rule: str) -> None:
        self.file = file
        self.key = key
        self.rule = rule
        super().__init__(": ".join(part for part in (file, key, rule) if part))


class UnknownNameError(LookupError):
    """A name that no loaded protocol file has (a study, instrument, visit, arm, …)."""
