"""A table of states: only its own steps, and a diagram that names them all."""

from __future__ import annotations

import pytest

from core.errors import IllegalStep
from core.states import StateTable

DOOR = StateTable("door", "closed", {("closed", "open"): "open", ("open", "close"): "closed"})


def test_after_follows_the_table():
    assert DOOR.after("closed", "open") == "open"
    assert DOOR.allows("open", "close")


@pytest.mark.parametrize(("state", "event"), [("open", "open"), ("closed", "kick"), ("", "open")])
def test_after_refuses_what_the_table_has_not(state, event):
    assert not DOOR.allows(state, event)
    with pytest.raises(IllegalStep) as refused:
        DOOR.after(state, event)
    assert (refused.value.code, refused.value.status) == ("illegal_step", 409)


def test_mermaid_names_every_step_and_every_end():
    table = StateTable("lamp", "off", {("off", "burn out"): "dead"})
    assert table.mermaid() == (
        "stateDiagram-v2\n    [*] --> off\n    off --> dead : burn out\n    dead --> [*]\n"
    )
