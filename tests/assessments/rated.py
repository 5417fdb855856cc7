"""Raters at work, for tests: trained ones, drafts, and signed ratings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import protocol
from accounts.models import Site, User
from accounts.roles import Role
from assessments.models import RaterTraining, Response
from assessments.rater import selectors, services
from enrollment.models import Participant
from tests import cast

# 17 items at 1, the suicide item at 0: the total is 16.
SCORES = dict.fromkeys(protocol.instrument("hdrs17").keys, 1) | {"3": 0}
A_ONLY = {key: value for key, value in SCORES.items() if key != "16B"}
SIGNATURE: dict[str, Any] = {
    "mode": "in_person", "informant": "participant", "revealed": False, "revealed_how": "",
    "meaning": "these are my scores",
}  # fmt: skip


def rater(name: str = "", *, at: Site | None = None, trained: bool = True) -> User:
    user = cast.staff(Role.RATER, at=at, name=name or f"rater{at.code if at else ''}")
    return train(user) if trained else user


def train(user: User, until: date | None = None) -> User:
    RaterTraining.objects.create(
        rater=user, instrument="hdrs17", trained_on=date(2026, 1, 1),
        expires_on=until or date(2027, 1, 1), evidence="ten joint interviews",
        recorded_by=cast.investigator(),
    )  # fmt: skip
    return user


def draft(
    person: Participant, visit: str = "screening", *, by: User, answers: Any = None,
    notes: Any = None, edit: int | None = None, now: Any = cast.NOW, **changes: Any,
) -> Response:  # fmt: skip
    """Scores of one visit as a draft; the next edit of what stands."""
    if edit is None:
        found = selectors.rating(by, person, visit, now).interview
        edit = found.edit + 1 if found else 1
    return services.save_draft(
        participant=person, visit=visit, answers={**(answers or A_ONLY), **changes},
        notes=notes or {}, edit=edit, by=by, now=now,
    )  # fmt: skip


def signed(
    person: Participant, visit: str = "screening", *, by: User, now: Any = cast.NOW,
    signature: Any = None, **rest: Any,
) -> Response:  # fmt: skip
    """The same, signed."""
    response = draft(person, visit, by=by, now=now, **rest)
    return services.sign(
        response=response, edit=response.interview.edit, by=by, now=now,
        signature=services.Signature(**{**SIGNATURE, **(signature or {})}),
    )  # fmt: skip


def later(days: int) -> Any:
    return cast.NOW + timedelta(days=days)
