"""The gate: withdrawal outranks a lock, a lock outranks consent (DESIGN, "One guard")."""

from __future__ import annotations

from itertools import product

import pytest

from core.errors import ConsentPending, Locked, Withdrawn
from enrollment.rules.gate import WriteFacts, refusal_to_write


def facts(*, withdrawn=False, locked=False, signed=("2",), in_force="2"):
    return WriteFacts(withdrawn, locked, frozenset(signed), in_force)


def test_refusal_to_write_none_where_the_version_in_force_is_signed():
    assert refusal_to_write(facts()) is None
    assert refusal_to_write(facts(signed=("1", "2"))) is None


@pytest.mark.parametrize(
    ("signed", "in_force"),
    [((), "2"), (("1",), "2"), (("2",), None), ((), None)],
    ids=["never signed", "an earlier version", "no document approved", "nothing at all"],
)
def test_refusal_to_write_consent_pending(signed, in_force):
    assert refusal_to_write(facts(signed=signed, in_force=in_force)) is ConsentPending


@pytest.mark.parametrize(
    ("withdrawn", "locked", "signed"), [*product([True, False], [True, False], [(), ("2",)])]
)
def test_refusal_to_write_order(withdrawn, locked, signed):
    expected = Withdrawn if withdrawn else Locked if locked else None if signed else ConsentPending
    assert refusal_to_write(facts(withdrawn=withdrawn, locked=locked, signed=signed)) is expected


@pytest.mark.parametrize(
    ("refused", "code", "status"),
    [
        (Withdrawn, "withdrawn", 403),
        (Locked, "locked", 409),
        (ConsentPending, "consent_pending", 403),
    ],
)
def test_refusals_carry_the_contracts_code_and_status(refused, code, status):
    assert (refused.code, refused.status) == (code, status)
