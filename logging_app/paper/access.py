"""Who copies what from paper: coordinators everything of their sites, instructors the workouts of
those whom they look after."""

from __future__ import annotations

from django.http import Http404

from accounts.models import User
from accounts.roles import Role
from enrollment.models import Participant
from enrollment.permissions import same_site_as
from schedule.permissions import INSTRUCT

EVERYTHING = ("workout", "night", "check-in")
WORKOUTS = ("workout",)
coordinates = same_site_as(Role.COORDINATOR)


def may_copy(user: User, participant: Participant) -> tuple[str, ...]:
    """The kinds of entries that `user` may copy for a participant; none is empty."""
    if coordinates(user, participant):
        return EVERYTHING
    return WORKOUTS if user.has_perm(INSTRUCT, participant) else ()


def copied_by(user: User, study_id: str, kind: str = "") -> Participant:
    """The participant whose paper `user` may copy; Http404 for anybody else's study id."""
    found = (
        Participant.objects.filter(study_id=study_id).select_related("site", "user").first()
    )  # fmt: skip
    kinds = may_copy(user, found) if found else ()
    if found is None or not kinds or (kind and kind not in kinds):
        raise Http404
    return found
