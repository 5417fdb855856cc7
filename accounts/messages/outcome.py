"""What became of one attempt."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import OutgoingMessage

State = OutgoingMessage.State


@dataclass(frozen=True)
class Outcome:
    """`error` names what went wrong without an address or a text. `perhaps`: no answer came after
    everything was handed over, so it may have arrived all the same."""

    state: str
    error: str = ""
    perhaps: bool = False

    @property
    def may_have_arrived(self) -> bool:
        return self.state == State.SENT or self.perhaps


SENT = Outcome(State.SENT)


def rejected(error: str) -> Outcome:
    """This channel will not reach this person; another one may."""
    return Outcome(State.REJECTED, error)


def failed(error: str, *, perhaps: bool = False) -> Outcome:
    """It could not be handed over now; later it may."""
    return Outcome(State.FAILED, error, perhaps)
