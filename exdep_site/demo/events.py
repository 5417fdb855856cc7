"""Adverse events of the demo, each told, judged and countersigned at its own time, and the steps
with the alerts that two of them began with.

All of it goes through the services of `safety`: trail and history are as the site writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np

import protocol
from accounts.models import User
from core import clock
from enrollment.models import Participant
from exdep_site.demo.course import Calendar, Course
from exdep_site.demo.rows import Rows
from exdep_site.demo.staff import Cast
from exdep_site.demo.stories import BY_WORDS, LOGGED, NO_EVENT, TOLD, Story, judged
from logging_app.models import CheckIn, Workout
from safety.models import AdverseEvent, AlertStep, SafetyAlert
from safety.services import events
from safety.services.alerts import take_step

# A stream of its own: what everyone else's draws give stays as it is.
STREAM = 43
Source = AdverseEvent.Source
Answer = AlertStep.Event
Step = tuple[datetime, Callable[[], object]]
QUIET_DAYS = 14  # at the start of somebody's study, in which staff are told of nothing
# How soon after staff became aware of it a serious event is judged, reported and countersigned.
JUDGED, REPORTED, SIGNED = timedelta(hours=2), timedelta(hours=5), timedelta(hours=20)
# An assessment is corrected once the event is over and these days have gone by, and signed anew.
LOOKED_AGAIN_AFTER, SIGNED_ANEW = 3, timedelta(days=1)
RUNG_UP, LETTER = "Rung up again: it is over.", "The hospital's letter has come."
# What was done about the alert of a red flag, and how long after it was raised.
ANSWERED = (
    (timedelta(minutes=9), Answer.ACKNOWLEDGE, "Rang at once: sitting down, and not alone."),
    (timedelta(hours=1), Answer.ASSESS, "Seen by a doctor. No session until we have talked again."),
    (timedelta(days=5), Answer.CLOSE, "Well again; the fitness examination was passed once more."),
)  # fmt: skip


@dataclass
class Case:
    """One event on its way. `told` is what the service that notes it is given, `story` what a
    clinician makes of it, `none_because` why it is none; without either it is still a draft."""

    note: Callable[..., AdverseEvent]
    told: dict[str, Any]
    story: Story | None = None
    none_because: str = ""
    # Who judges it and who countersigns, and when each of them does.
    hands: tuple[User, User] = field(init=False)
    judged_at: datetime = field(init=False)
    signed_at: datetime | None = field(init=False)
    corrected_at: datetime | None = None
    event: AdverseEvent = field(init=False)

    @property
    def at(self) -> datetime:
        """When staff became aware of it."""
        at: datetime = self.told["now"]
        return at

    @property
    def is_serious(self) -> bool:
        return self.story is not None and bool(self.story.serious)

    def noted(self) -> None:
        self.event = self.note(**self.told)

    def judge(self, at: datetime) -> None:
        assert self.story is not None
        person: Participant = self.told["participant"]
        entry = judged(
            self.story, arm=person.arm, told=_day(person, self.at), on=_day(person, at)
        )  # fmt: skip
        reason = ""
        if at == self.corrected_at:
            reason = LETTER if self.is_serious else RUNG_UP
            entry["narrative"] += f" {self.story.later or RUNG_UP}"
        events.assess(event=self.event, entry=entry, reason=reason, by=self.hands[0], now=at)

    def dismiss(self) -> None:
        events.dismiss(
            event=self.event, reason=self.none_because, by=self.hands[0], now=self.judged_at
        )

    def sign(self, at: datetime) -> None:
        events.countersign(event=self.event, by=self.hands[1], now=at)

    def report(self, at: datetime) -> None:
        events.mark_reported(event=self.event, by=self.hands[0], now=at)


def write_events(
    rows: Rows, people: Sequence[tuple[Course, Participant]], clinicians: tuple[User, User],
    cast: Cast, *, today: date, seed: int,
) -> int:  # fmt: skip
    """Write them all, whatever was done before `today`, in the order in which it was done; says how
    many there are. The keys of `rows` are known."""
    rng = np.random.default_rng([seed, STREAM])
    cases = [*_asked(rows), *_logged(rows), *_told(people, cast, rng)]
    for case in cases:
        _plan(case, clinicians, rng)
    until = Calendar(today).moment(0, 0)
    _leave_one_to_sign(cases, clinicians, until)
    steps = [step for case in cases for step in _steps(case)]
    steps += _answers(rows, clinicians[0])
    for at, do in sorted(steps, key=lambda step: step[0]):
        if at < until:
            do()
    return len(cases)


def _asked(rows: Rows) -> Iterator[Case]:
    """Whatever was told by the open question of a check-in."""
    for row in rows.tables[CheckIn]:
        if row.new_text:
            told = {
                "participant": row.participant, "verbatim": row.new_text,
                "started_on": min(row.due_on, _day(row.participant, row.received_at)),
                "source": Source.SCHEDULED, "source_kind": "check_in", "source_id": str(row.pk),
                "by": row.participant.user, "now": row.received_at,
            }  # fmt: skip
            yield Case(
                events.note_event, told, BY_WORDS.get(row.new_text), NO_EVENT.get(row.new_text, "")
            )


def _logged(rows: Rows) -> Iterator[Case]:
    """The red flags of the log; those of the last days wait to be judged."""
    study, workouts = protocol.current(), {str(row.pk): row for row in rows.tables[Workout]}
    for alert in rows.tables[SafetyAlert]:
        workout, codes = workouts[alert.source_id], alert.detail["symptoms"]
        told = {
            "participant": alert.participant,
            "verbatim": "; ".join(str(study.symptom(code).label) for code in codes),
            "started_on": _day(alert.participant, workout.started_at),
            "source": Source.LOG, "source_kind": "workout", "source_id": alert.source_id,
            "by": alert.participant.user, "now": alert.raised_at,
        }  # fmt: skip
        yield Case(events.note_event, told, LOGGED.get(codes[0]))


def _told(
    people: Sequence[tuple[Course, Participant]], cast: Cast, rng: np.random.Generator
) -> Iterator[Case]:
    """What the coordinator was told in between; who signs in to the demo has nothing of it."""
    for arm, story in TOLD:
        able = [
            (course, participant) for course, participant in people
            if course.person.arm == arm and not course.person.account
            and course.person.horizon > QUIET_DAYS
        ]  # fmt: skip
        if not able:
            continue
        course, participant = able[int(rng.integers(len(able)))]
        offset = int(rng.integers(QUIET_DAYS, course.person.horizon))
        told = {
            "participant": participant, "verbatim": story.told,
            "started_on": course.calendar.date(offset + story.began),
            "by": cast.people["coordinator"], "now": course.calendar.moment(offset, 11.25),
        }  # fmt: skip
        yield Case(events.tell_event, told, story)


def _plan(case: Case, clinicians: tuple[User, User], rng: np.random.Generator) -> None:
    """Within some days it is judged by one clinician and countersigned by the other."""
    first, second = clinicians
    case.hands = (first, second) if rng.random() < 0.5 or case.is_serious else (second, first)
    calendar = Calendar(_day(case.told["participant"], case.at))
    judged_after, signed_after = int(rng.integers(1, 5)), int(rng.integers(1, 6))
    case.judged_at = calendar.moment(judged_after, 10 + int(rng.integers(0, 13)) / 2)
    case.signed_at = calendar.moment(judged_after + signed_after, 9.5)
    if case.is_serious:
        case.judged_at, case.signed_at = case.at + JUDGED, case.at + SIGNED
    if case.story and case.story.ended > (0 if case.is_serious else judged_after):
        case.corrected_at = calendar.moment(case.story.ended + LOOKED_AGAIN_AFTER, 11)


def _leave_one_to_sign(
    cases: Sequence[Case], clinicians: tuple[User, User], until: datetime
) -> None:
    """Of what was judged the newest waits for the clinician who signs in to the demo."""
    ready = [
        case for case in cases
        if case.story and not case.is_serious and case.judged_at < until
    ]  # fmt: skip
    if ready:
        newest = max(ready, key=lambda case: case.judged_at)
        newest.hands, newest.signed_at = (clinicians[1], clinicians[0]), None


def _steps(case: Case) -> Iterator[Step]:
    yield case.at, case.noted
    if case.none_because:
        yield case.judged_at, case.dismiss
    if case.story is None:
        return
    yield case.judged_at, partial(case.judge, case.judged_at)
    if case.is_serious:
        yield case.at + REPORTED, partial(case.report, case.at + REPORTED)
    if case.signed_at is None:
        return
    yield case.signed_at, partial(case.sign, case.signed_at)
    if case.corrected_at is not None:
        yield case.corrected_at, partial(case.judge, case.corrected_at)
        signed = case.corrected_at + SIGNED_ANEW
        yield signed, partial(case.sign, signed)


def _answers(rows: Rows, by: User) -> Iterator[Step]:
    """What a clinician did about the alerts whose event was judged long ago."""
    for alert in rows.tables[SafetyAlert]:
        if alert.detail["symptoms"][0] not in LOGGED:
            continue
        for after, answer, words in ANSWERED:
            at = alert.raised_at + after
            yield at, partial(take_step, alert=alert, event=answer, words=words, by=by, now=at)


def _day(participant: Participant, at: datetime) -> date:
    return clock.local_date(at, participant.tz)
