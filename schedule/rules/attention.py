"""Who needs their instructor, and why, the most urgent first. Pure.

Order: a red flag, pain or another warning sign, what was said before a session, effort above what
was asked, heart rate above its band, no plan yet, nothing for 7 days, a change worth making, a
hold. A hold comes last: it is the clinician's to end. How far back each looks is our own choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

import protocol
from schedule.rules.adherence import Done, Record, hr_place
from schedule.rules.plan import Pair
from schedule.rules.weeks import PlannedSession

# A sign of the body is shown for this long; how hard the sessions were is told by the newest one.
DAYS_BACK = 14
QUIET_DAYS = 7


class Reason(IntEnum):
    """Why, by rank: the smallest is the most urgent."""

    RED_FLAG = 1
    WARNING_SIGN = 2
    SAID_BEFORE = 3
    TOO_HARD = 4
    ABOVE_ZONE = 5
    NO_PLAN = 6
    QUIET = 7
    CHANGE_DUE = 8
    HELD = 9


@dataclass(frozen=True)
class Attention:
    """One reason. `on` is the day of the session that gave it; `symptoms` are codes of the stop
    list, or of the readiness list for what was said before a session; `value` is the effort (0–10)
    or the mean beats a minute against the band `asked`; `days` without a session (None: there has
    been none yet)."""

    reason: Reason
    on: date | None = None
    symptoms: tuple[str, ...] = ()
    value: int | None = None
    asked: Pair | None = None
    days: int | None = None


def attention(
    record: Record, *, change_due: bool, said: tuple[date, tuple[str, ...]] | None = None
) -> tuple[Attention, ...]:
    """Every reason for which a participant needs their instructor today, by rank.

    `change_due`: a step or a load is proposed. `said`: the day and the codes of the newest
    readiness list on which something was ticked, of the last days. Nothing is asked of somebody on
    hold or in a pause, so that they are never too quiet.
    """
    held = record.programme.held(record.today)
    found = [
        _symptoms(record, "red", Reason.RED_FLAG),
        _symptoms(record, "amber", Reason.WARNING_SIGN),
        Attention(Reason.SAID_BEFORE, on=said[0], symptoms=said[1]) if said else None,
        _newest(record, _effort, Reason.TOO_HARD),
        _newest(record, _beats, Reason.ABOVE_ZONE),
        Attention(Reason.NO_PLAN) if record.programme.starts_on is None else None,
        None if held else _quiet(record),
        Attention(Reason.CHANGE_DUE) if change_due and not held else None,
        Attention(Reason.HELD) if held else None,
    ]
    return tuple(one for one in found if one is not None)


def days_since_last(record: Record) -> int | None:
    """Whole days since the latest session of any kind; None before the first."""
    return None if record.last_done is None else (record.today - record.last_done).days


def mean_effort(record: Record, week: int | None = None) -> float | None:
    """Mean effort over the sessions that tell it, of one week or of all; None where none does."""
    kinds = [kind for kind in record.weeks if week in (None, kind.week)]
    known = sum(kind.effort_known for kind in kinds)
    total = sum((kind.effort_mean or 0) * kind.effort_known for kind in kinds)
    return total / known if known else None


def order(record: Record, reasons: tuple[Attention, ...]) -> tuple[int, int]:
    """A key that sorts a roster: the most urgent reason first, then the longest silence."""
    silence = days_since_last(record)
    rank = min((one.reason for one in reasons), default=len(Reason) + 1)
    return rank, -(silence if silence is not None else 0)


def _recent(record: Record) -> list[Done]:
    """The newest first."""
    first = record.today - timedelta(days=DAYS_BACK - 1)
    return [done for done in reversed(record.workouts) if done.day >= first]


def _symptoms(record: Record, severity: str, reason: Reason) -> Attention | None:
    study = protocol.current()
    for done in _recent(record):
        codes = tuple(code for code in done.symptoms if study.symptom(code).severity == severity)
        if codes:
            return Attention(reason, on=done.day, symptoms=codes)
    return None


_Seen = tuple[int, Pair, bool]


def _newest(
    record: Record, see: Callable[[Record, PlannedSession, Done], _Seen | None], reason: Reason
) -> Attention | None:
    """What the newest session that says anything of it says."""
    sessions = {session.key: session for session in record.sessions}
    for done in _recent(record):
        session = sessions.get(done.key or "")
        seen = see(record, session, done) if session else None
        if seen is not None:
            value, asked, above = seen
            return Attention(reason, on=done.day, value=value, asked=asked) if above else None
    return None


def _effort(_: Record, session: PlannedSession, done: Done) -> _Seen | None:
    if done.effort is None:
        return None
    return done.effort, session.effort, done.effort > session.effort[1]


def _beats(record: Record, session: PlannedSession, done: Done) -> _Seen | None:
    band = record.programme.hr_bpm(session, done.day)
    if band is None or done.hr_mean_bpm is None:
        return None
    return done.hr_mean_bpm, band, hr_place(record.programme, session, done) == "above"


def _quiet(record: Record) -> Attention | None:
    """Nothing for a week of days on which something was asked; pauses do not count."""
    programme, today = record.programme, record.today
    week = programme.week(today)
    if programme.starts_on is None or week is None or not programme.sessions(week):
        return None
    began = programme.starts_on - timedelta(days=1)
    last = max(record.last_done or began, began)
    days = [last + timedelta(days=n) for n in range(1, (today - last).days + 1)]
    if sum(not any(pause.holds(day) for pause in programme.pauses) for day in days) < QUIET_DAYS:
        return None
    return Attention(Reason.QUIET, on=record.last_done, days=days_since_last(record))
