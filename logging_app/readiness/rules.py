"""What an answer before a session means. Pure; the list and its sorting are the protocol's."""

from __future__ import annotations

from collections.abc import Collection

from protocol import Readiness, Study


def in_order(answers: Collection[str], study: Study) -> list[str]:
    """The codes in the order of the protocol, each once."""
    return [row.code for row in study.readiness if row.code in answers]


def said(answers: Collection[str], study: Study) -> list[Readiness]:
    """The protocol's rows that were ticked, red ones first."""
    rows = [row for row in study.readiness if row.code in answers]
    return sorted(rows, key=lambda row: row.severity != "red")


def severity(code: str, study: Study) -> str:
    """ "red" or "amber"; empty for a code that the protocol has no more."""
    return next((row.severity for row in study.readiness if row.code == code), "")


def worst(answers: Collection[str], study: Study) -> str:
    """ "red", "amber", or empty for none of these."""
    found = [row.severity for row in said(answers, study)]
    return found[0] if found else ""
