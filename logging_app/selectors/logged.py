"""Whether somebody wrote something on a day, in any of this room's books."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Q

from enrollment.models import Participant


def logged_on(participant: Participant, day: date) -> bool:
    """Whether anything was done on `day` of the participant's calendar, whoever wrote it down, or
    was written by the participant on that day, whenever it was done. Four queries at most."""
    begins = datetime.combine(day, time(), participant.tz)
    ends = datetime.combine(day + timedelta(days=1), time(), participant.tz)
    on_it = {"gte": begins, "lt": ends}
    wrote = Q(entered_by=participant.user_id, **{f"received_at__{k}": v for k, v in on_it.items()})
    done = Q(**{f"started_at__{k}": v for k, v in on_it.items()})
    return (
        participant.workouts.all().counted().filter(wrote | done).exists()
        or participant.nights.filter(wrote | Q(date=day)).exists()
        or participant.check_ins.filter(wrote).exists()
        or participant.readiness_checks.filter(wrote).exists()
    )
