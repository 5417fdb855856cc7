"""Standing still: nobody is allocated, or no sessions are asked for, until a person ends it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.roles import Role
from core.errors import Forbidden
from core.words import tidy
from enrollment.models import StudyPause

# It is about everybody's safety, so that a clinician of any site may stop it at once.
STOPS_THE_STUDY = (Role.CLINICIAN, Role.ADMIN)


@transaction.atomic
def begin_study_pause(*, what: str, reason: str, by: User, now: datetime) -> StudyPause:
    """Stop `what` for the whole study; the same again is the one that stands.

    Raises Forbidden, and ValidationError naming `what` or `reason`.
    """
    _refuse_stranger(by)
    why = _needed(reason, "reason")
    standing = StudyPause.objects.select_for_update().filter(what=what, until=None).first()
    if standing is not None:
        return standing
    row = StudyPause(what=what, reason=why, since=now, by=by)
    return _keep(row, by=by, action="study.paused")


@transaction.atomic
def end_study_pause(*, pause: StudyPause, reason: str, by: User, now: datetime) -> StudyPause:
    """Go on, and say why. One that is over stays as it was. Raises as `begin_study_pause` does."""
    _refuse_stranger(by)
    row = StudyPause.objects.select_for_update().get(pk=pause.pk)
    if row.until is not None:
        return row
    row.ended_reason = _needed(reason, "reason")
    row.until, row.ended_by = now, by
    return _keep(row, by=by, action="study.pause_ended")


def _refuse_stranger(by: User) -> None:
    if not by.has_role(*STOPS_THE_STUDY):
        raise Forbidden


def _needed(text: str, field: str) -> str:
    words = tidy(text, 1000)
    if not words:
        raise ValidationError({field: _("Please say why, in a few words.")})
    return words


def _keep(row: StudyPause, *, by: User, action: str) -> StudyPause:
    row.full_clean()
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    audit.record(action=action, by=by, obj=row, changes={"what": str(row.what)})
    return row
