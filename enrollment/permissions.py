"""Who may do what with a participant, by role, site and what they know: one predicate each.

Registered by name with `rules` (`enrollment.see_participant` …), so that rooms that lie above and
templates ask `user.has_perm(name, row)`. A row is a participant, or has one. The same sets of roles
(`accounts.roles`) scope the querysets; a test holds that both say the same of every role and site.
"""

from __future__ import annotations

from typing import Any

import rules
from django.db.models import Model

from accounts.models import User
from accounts.roles import KNOWS_THE_ARM, WORKS_WITH_PARTICIPANTS, Role
from enrollment.models import Participant, Unblinding


def participant_in(row: Model | None) -> Participant | None:
    """The participant that a row is, or is about."""
    found = row if isinstance(row, Participant) else getattr(row, "participant", None)
    return found if isinstance(found, Participant) else None


def same_site_as(*roles: Role) -> Any:
    """A predicate: one of `roles` is held at the participant's site, or at every site."""

    @rules.predicate(f"same_site_as:{','.join(roles)}")
    def works_there(user: Any, row: Model | None) -> bool:
        participant = participant_in(row)
        if not isinstance(user, User) or participant is None or not user.is_active:
            return False
        if not user.has_role(*roles):
            return False
        sites = user.sites(*roles)
        return sites is None or participant.site_id in sites

    return works_there


@rules.predicate
def is_self(user: Any, row: Model | None) -> bool:
    """It is the participant's own account."""
    participant = participant_in(row)
    return (
        isinstance(user, User)
        and user.is_active
        and participant is not None
        and participant.user_id == user.pk
    )


@rules.predicate
def was_told_the_arm(user: Any, row: Model | None) -> bool:
    """Somebody showed them this participant's arm, and wrote it down."""
    participant = participant_in(row)
    return (
        isinstance(user, User)
        and participant is not None
        and Unblinding.objects.filter(participant=participant, shown_to=user).exists()
    )


knows_the_arm = is_self | same_site_as(*KNOWS_THE_ARM) | was_told_the_arm
may_see_participant = is_self | same_site_as(*WORKS_WITH_PARTICIPANTS)
may_change_participant = same_site_as(Role.COORDINATOR, Role.CLINICIAN)
may_reach_person = is_self | same_site_as(Role.COORDINATOR)
may_unblind = same_site_as(Role.CLINICIAN, Role.ADMIN)
# Whoever knows the arm cannot rate, also where it was an accident.
may_rate = same_site_as(Role.RATER) & ~knows_the_arm

PERMISSIONS = {
    "enrollment.know_arm": knows_the_arm,
    "enrollment.see_participant": may_see_participant,
    "enrollment.change_participant": may_change_participant,
    "enrollment.reach_person": may_reach_person,
    "enrollment.unblind_participant": may_unblind,
    "enrollment.rate_participant": may_rate,
}
for _name, _predicate in PERMISSIONS.items():
    rules.set_perm(_name, _predicate)
