"""Who needs their instructor: each reason, what ends it, and the order of a roster."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

import protocol
from schedule.programme import Assessed, Programme
from schedule.rules import HeartRates, Span
from schedule.rules.adherence import Done, record
from schedule.rules.attention import Attention, Reason, attention, days_since_last, order
from schedule.rules.plan import protocol_plan

START = date(2026, 3, 2)
TODAY = date(2026, 3, 18)  # day 3 of week 3
DAY = timedelta(days=1)
RATES = HeartRates(resting=70, maximum=180)


def programme(**fields):
    study = protocol.current()
    versions = {week: (week, protocol_plan(study, week)) for week in range(1, study.weeks + 1)}
    return Programme(
        **{"starts_on": START, "versions": versions, "assessed": (Assessed(START, RATES, None),),
           **fields}
    )  # fmt: skip


def done(day, number=1, **fields):
    week = (day - START).days // 7 + 1
    return Done(
        workout_id=UUID(int=day.toordinal() * 10 + number), day=day, week=week,
        modality="aerobic", key=f"w{week:02d}-aerobic-{number}", minutes=35, **fields,
    )  # fmt: skip


def why(*workouts, change_due=False, **fields):
    return attention(record(programme(**fields), workouts, TODAY), change_due=change_due)


def reasons(*workouts, **options):
    return [one.reason for one in why(*workouts, **options)]


CALM = done(TODAY - DAY, effort=3, hr_mean_bpm=120)


def test_who_does_well_needs_nobody():
    assert reasons(CALM) == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [("chest_pain", Reason.RED_FLAG), ("joint_pain", Reason.WARNING_SIGN)],
)
def test_a_sign_of_the_body_stands_for_two_weeks_whatever_came_after(code, reason):
    told = done(TODAY - 13 * DAY, symptoms=("dizziness", code) if code == "joint_pain" else (code,))
    found = why(told, CALM)
    assert [(one.reason, one.on) for one in found] == [(reason, told.day)]
    assert code in found[0].symptoms
    assert reasons(done(TODAY - 14 * DAY, symptoms=(code,)), CALM) == []


def test_effort_is_judged_by_the_newest_session_that_tells_it():
    hard = done(TODAY - 2 * DAY, effort=6)
    assert why(hard) == (
        Attention(Reason.TOO_HARD, on=hard.day, value=6, asked=(3, 4)),
    )  # fmt: skip
    assert reasons(hard, done(TODAY - DAY, 2)) == [Reason.TOO_HARD]
    assert reasons(hard, done(TODAY - DAY, 2, effort=4)) == []
    assert reasons(done(TODAY - 2 * DAY, effort=4)) == []


def test_beats_are_judged_by_the_band_of_that_day():
    session = programme().sessions(3)[0]
    low, high = programme().hr_bpm(session, TODAY)
    assert why(done(TODAY - DAY, hr_mean_bpm=high + 1)) == (
        Attention(Reason.ABOVE_ZONE, on=TODAY - DAY, value=high + 1, asked=(low, high)),
    )
    assert reasons(done(TODAY - DAY, hr_mean_bpm=high)) == []
    assert reasons(done(TODAY - DAY, hr_mean_bpm=high + 9), limited=(Span(START),)) == []


def test_an_extra_workout_answers_to_no_band():
    extra = Done(
        workout_id=UUID(int=1), day=TODAY - DAY, week=3, modality="aerobic", key=None,
        minutes=60, effort=9, hr_mean_bpm=170,
    )  # fmt: skip
    assert reasons(extra) == []
    told = Done(**{**vars(extra), "symptoms": ("chest_pain",)})
    assert reasons(told) == [Reason.RED_FLAG]


@pytest.mark.parametrize(("days", "quiet"), [(6, False), (7, True)])
def test_nothing_for_seven_days(days, quiet):
    found = why(done(TODAY - days * DAY))
    assert [one.reason for one in found] == ([Reason.QUIET] if quiet else [])
    if quiet:
        assert (found[0].days, found[0].on) == (7, TODAY - 7 * DAY)


def test_nothing_yet_counts_from_the_first_day():
    assert reasons(starts_on=TODAY - 5 * DAY) == []
    found = why(starts_on=TODAY - 6 * DAY)
    assert [(one.reason, one.days, one.on) for one in found] == [(Reason.QUIET, None, None)]


def test_days_of_a_pause_are_not_silent():
    last = done(TODAY - 9 * DAY)
    assert reasons(last) == [Reason.QUIET]
    away = Span(TODAY - 8 * DAY, TODAY - 6 * DAY)
    assert reasons(last, pauses=(away,)) == []
    assert reasons(last, pauses=(Span(TODAY - 8 * DAY, TODAY - 7 * DAY),)) == [Reason.QUIET]


def test_nobody_is_too_quiet_before_the_start_after_the_end_or_without_a_plan():
    assert reasons(starts_on=TODAY + DAY) == []
    assert reasons(starts_on=TODAY - 90 * DAY) == []
    assert reasons(starts_on=None, versions={}) == [Reason.NO_PLAN]


def test_a_hold_says_that_it_holds_and_nothing_is_due():
    held = Span(TODAY - 8 * DAY)
    found = why(
        done(TODAY - 9 * DAY, symptoms=("chest_pain",)), change_due=True, holds=(held,),
        pauses=(held,),
    )  # fmt: skip
    assert found == (
        Attention(Reason.RED_FLAG, on=TODAY - 9 * DAY, symptoms=("chest_pain",)),
        Attention(Reason.HELD),
    )
    assert reasons(CALM, change_due=True) == [Reason.CHANGE_DUE]


def test_reasons_come_by_rank_and_a_roster_by_rank_then_silence():
    hard = done(TODAY - 8 * DAY, effort=9, hr_mean_bpm=200, symptoms=("fever", "fainting"))
    assert reasons(hard, change_due=True) == [
        Reason.RED_FLAG, Reason.WARNING_SIGN, Reason.TOO_HARD, Reason.ABOVE_ZONE, Reason.QUIET,
        Reason.CHANGE_DUE,
    ]  # fmt: skip
    roster = {
        "red": [done(TODAY - DAY, symptoms=("fainting",))],
        "longer silent": [done(TODAY - 12 * DAY)],
        "silent": [done(TODAY - 8 * DAY)],
        "well, two days ago": [done(TODAY - 2 * DAY)],
        "well": [CALM],
    }
    records = {name: record(programme(), rows, TODAY) for name, rows in roster.items()}
    keys = {n: order(r, attention(r, change_due=False)) for n, r in records.items()}
    assert sorted(keys, key=keys.get) == list(roster)
    assert days_since_last(records["silent"]) == 8
    assert days_since_last(record(programme(), [], TODAY)) is None
