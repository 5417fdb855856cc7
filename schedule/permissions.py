"""Who instructs whom now: an instructor of the participant's site who looks after them, or covers.

The predicate (`schedule.instruct_participant`) speaks of one participant, `looked_after` of all; a
test holds that both say the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import rules
from django.db.models import Model

from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import Forbidden
from enrollment.models import Participant, ParticipantQuerySet
from enrollment.permissions import participant_in, same_site_as
from schedule.models import Instructing

INSTRUCT = "schedule.instruct_participant"


@rules.predicate
def looks_after(user: Any, row: Model | None) -> bool:
    """They look after this participant now, as their own or as cover for a colleague."""
    participant = participant_in(row)
    return (
        isinstance(user, User)
        and participant is not None
        and Instructing.objects.at(clock.now())
        .filter(participant=participant, instructor=user)
        .exists()
    )


may_instruct = same_site_as(Role.INSTRUCTOR) & looks_after
rules.set_perm(INSTRUCT, may_instruct)


def looked_after(user: User, now: datetime) -> ParticipantQuerySet:
    """The participants whom `user` instructs at `now`."""
    if not user.is_active or not user.has_role(Role.INSTRUCTOR):
        return Participant.objects.none()
    own = Instructing.objects.at(now).filter(instructor=user).values("participant")
    found = Participant.objects.filter(pk__in=own)
    sites = user.sites(Role.INSTRUCTOR)
    return found if sites is None else found.filter(site__in=sites)


def must_instruct(user: User, participant: Participant) -> None:
    """What every service of the instructor asks first. Raises Forbidden."""
    if not user.has_perm(INSTRUCT, participant):
        raise Forbidden
