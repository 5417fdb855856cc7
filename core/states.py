"""State is a table: from a state, by an event, to a state. Nothing else moves anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import IllegalStep


@dataclass(frozen=True)
class StateTable:
    """Every step there is. States and events are plain words."""

    name: str
    initial: str
    steps: Mapping[tuple[str, str], str]

    @property
    def states(self) -> frozenset[str]:
        """Every state that can be reached, the first one included."""
        return frozenset({self.initial, *self.steps.values()})

    def after(self, state: str, event: str) -> str:
        """The state that `event` leads to. Raises IllegalStep where the table has no such step."""
        try:
            return self.steps[state, event]
        except KeyError:
            raise IllegalStep(state=state, event=event) from None

    def allows(self, state: str, event: str) -> bool:
        """Whether `event` can happen in `state`."""
        return (state, event) in self.steps

    def mermaid(self) -> str:
        """The table as a diagram, for the documentation."""
        lines = [f"    [*] --> {self.initial}"]
        lines += [f"    {a} --> {b} : {event}" for (a, event), b in self.steps.items()]
        left = {a for a, _event in self.steps}
        lines += [f"    {state} --> [*]" for state in sorted(self.states - left)]
        return "\n".join(["stateDiagram-v2", *lines]) + "\n"
