"""What was asked against what was done, on weeks small enough to reckon by hand."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from schedule.programme import Assessed, Programme
from schedule.rules import HeartRates, Outcome, Span, protocol_plan
from schedule.rules.adherence import (
    Done,
    closed,
    hr_place,
    record,
    share_at_least,
    spread,
    week_outcomes,
)

START = date(2026, 3, 2)
# The exdep12 week: aerobic 3 × 30 minutes, strength 1 × 30, flexibility 1 × 20.
PLAN = protocol_plan(protocol.load("exdep12"), 1)
# Karvonen 40–45 % of 70 … 187: 117–123 beats a minute.
RATES = HeartRates(70, 187)
WEEK_3 = START + timedelta(days=14)


def programme(**fields) -> Programme:
    defaults = {"starts_on": START, "versions": {1: (1, PLAN)}}
    return Programme(**{**defaults, **fields})


def done(key, *, minutes=30, day=0, number=1, **fields) -> Done:
    modality = key.split("-")[1] if key else "aerobic"
    on = START + timedelta(days=day)
    return Done(UUID(int=number), on, 1 + day // 7, modality, key, minutes, **fields)


def kind(found, week, modality):
    return next(row for row in found.kinds(week) if row.modality == modality)


# --- counts


def test_a_week_counts_each_kind_and_their_sum():
    found = record(
        programme(),
        [done("w01-aerobic-1"), done("w01-aerobic-2", number=2), done("w01-strength-1", number=3)],
        WEEK_3,
    )
    aerobic, strength = kind(found, 1, "aerobic"), kind(found, 1, "strength")
    assert (aerobic.due, aerobic.done, aerobic.missed) == (3, 2, 1)
    assert (strength.due, strength.done, strength.missed) == (1, 1, 0)
    week = found.week_summary(1)
    assert (week.due, week.done, week.missed, week.excused, week.open_) == (5, 3, 2, 0, 0)
    assert week.attendance == pytest.approx(0.6)


def test_the_running_week_is_open_and_makes_no_attendance():
    found = record(programme(), [done("w01-aerobic-1")], START + timedelta(days=3))
    assert found.week_summary(1).open_ == 4
    assert (found.complete_weeks, found.attendance, found.dose) == ((), None, None)


def test_attendance_is_over_the_complete_weeks():
    workouts = [done(f"w01-aerobic-{n}", number=n) for n in (1, 2, 3)]
    workouts += [done("w03-aerobic-1", day=14, number=9)]
    found = record(programme(), workouts, WEEK_3)
    assert found.complete_weeks == (1, 2)
    assert found.attendance == pytest.approx(3 / 10)
    assert found.summary("aerobic").attendance == pytest.approx(3 / 6)
    assert found.summary("strength").attendance == 0


def test_weeks_to_come_are_not_counted_and_before_the_start_there_is_nothing():
    assert record(programme(), [], START + timedelta(days=7)).week_numbers == (1, 2)
    before = record(programme(), [], START - timedelta(days=1))
    assert (before.weeks, before.sessions, before.attendance) == ((), (), None)
    assert before.week_summary(1).due == 0


def test_after_the_last_week_nothing_more_is_due():
    found = record(programme(), [], START + timedelta(days=400))
    assert (found.week_numbers[-1], found.summary().due, found.summary().missed) == (12, 60, 60)


def test_someone_without_a_prescription_has_workouts_and_no_sessions():
    found = record(Programme(), [Done(UUID(int=1), START, None, "other", None, 20)], START)
    assert (found.sessions, found.weeks, len(found.extras)) == ((), (), 1)
    assert found.last_done == START


def test_an_extra_counts_for_the_last_day_and_for_no_session():
    found = record(programme(), [done(None, day=2), done("w01-aerobic-1", number=2)], WEEK_3)
    assert [extra.key for extra in found.extras] == [None]
    assert found.last_done == START + timedelta(days=2)
    assert found.week_summary(1).done == 1


# --- dose


@pytest.mark.parametrize(("minutes", "counted"), [(10, 10), (30, 30), (90, 30)])
def test_dose_counts_minutes_up_to_what_was_asked(minutes, counted):
    found = record(programme(), [done("w01-aerobic-1", minutes=minutes)], WEEK_3)
    aerobic = kind(found, 1, "aerobic")
    assert (aerobic.minutes_due, aerobic.minutes_done) == (90, counted)
    assert aerobic.dose == pytest.approx(counted / 90)


def test_what_is_excused_is_owed_neither_as_session_nor_as_minutes():
    whole_week = (Span(START, START + timedelta(days=6)),)
    found = record(programme(pauses=whole_week), [done("w01-aerobic-1")], WEEK_3)
    aerobic, strength = kind(found, 1, "aerobic"), kind(found, 1, "strength")
    assert (aerobic.done, aerobic.excused, aerobic.attendance, aerobic.dose) == (1, 2, 1, 1)
    assert (strength.excused, strength.minutes_due, strength.attendance) == (1, 0, None)
    # A week in which everything is excused leaves attendance as it was.
    assert found.attendance == pytest.approx(1 / 6)


# --- leaving


def test_after_leaving_no_week_begins_and_nothing_stays_open():
    left = START + timedelta(days=8)  # the second day of week 2
    gone = programme(left_on=left, pauses=(Span(left + timedelta(days=1)),))
    found = record(gone, [], left + timedelta(days=1))
    assert found.week_numbers == (1, 2)
    second = found.week_summary(2)
    # Five days of seven are behind the door: 3 × 5 // 7 = 2 aerobic sessions are excused.
    assert (second.due, second.excused, second.missed, second.open_) == (5, 2, 3, 0)
    assert (found.complete_weeks, found.attendance) == ((1,), 0)
    assert closed(gone, 2, left + timedelta(days=1))
    assert not closed(gone, 2, left)


# --- effort and heart rate


def test_effort_is_the_mean_of_those_who_said_it():
    workouts = [
        done("w01-aerobic-1", effort=3), done("w01-aerobic-2", number=2),
        done("w01-aerobic-3", number=3, effort=4), done(None, number=4, effort=10),
    ]  # fmt: skip
    aerobic = kind(record(programme(), workouts, WEEK_3), 1, "aerobic")
    assert (aerobic.effort_mean, aerobic.effort_known) == (3.5, 2)
    assert aerobic.effort_target == (2, 3)


def test_effort_that_nobody_said_is_unknown_and_not_zero():
    aerobic = kind(record(programme(), [done("w01-aerobic-1")], WEEK_3), 1, "aerobic")
    assert (aerobic.effort_mean, aerobic.effort_known, aerobic.zone_minutes) == (None, 0, None)


@pytest.mark.parametrize(
    ("bpm", "place"), [(116, "below"), (117, "in"), (123, "in"), (124, "above"), (None, None)]
)
def test_a_mean_heart_rate_lies_below_in_or_above_the_band_both_ends_included(bpm, place):
    guided = programme(assessed=(Assessed(START, RATES, None),))
    workout = done("w01-aerobic-1", hr_mean_bpm=bpm)
    assert hr_place(guided, guided.sessions(1)[0], workout) == place
    aerobic = kind(record(guided, [workout], WEEK_3), 1, "aerobic")
    seen = {"below": aerobic.hr_below, "in": aerobic.hr_in, "above": aerobic.hr_above}
    assert {name for name, count in seen.items() if count} == ({place} - {None})
    assert aerobic.hr_known == (1 if place else 0)


@pytest.mark.parametrize(
    "fields",
    [
        {},  # never assessed
        {"assessed": (Assessed(START + timedelta(days=1), RATES, None),)},  # only later
        {"assessed": (Assessed(START, RATES, None),), "limited": (Span(START),)},
    ],
)
def test_where_beats_do_not_guide_the_place_is_unknown(fields):
    unguided = programme(**fields)
    aerobic = kind(record(unguided, [done("w01-aerobic-1", hr_mean_bpm=150)], WEEK_3), 1, "aerobic")
    assert (aerobic.hr_known, aerobic.hr_above) == (0, 0)


def test_a_clinicians_limit_moves_the_band():
    limited = programme(assessed=(Assessed(START, RATES, 118),))
    workout = done("w01-aerobic-1", hr_mean_bpm=120)
    assert hr_place(limited, limited.sessions(1)[0], workout) == "above"


# --- weeks to come


def test_a_week_to_come_is_open_and_a_pause_that_waits_excuses_it_already():
    away = programme(pauses=(Span(START + timedelta(days=7), START + timedelta(days=13)),))
    assert set(week_outcomes(away, 2, (), START).values()) == {Outcome.EXCUSED}
    assert set(week_outcomes(away, 3, (), START).values()) == {Outcome.OPEN}
    assert week_outcomes(away, 13, (), START) == {}


# --- a roster's spread


@given(st.lists(st.none() | st.floats(-100, 100), max_size=30))
def test_quartiles_are_numpys(values):
    found = spread(values)
    known = [value for value in values if value is not None]
    assert (found.known, found.missing) == (len(known), len(values) - len(known))
    if known:
        expected = np.percentile(known, [50, 25, 75])
        assert (found.median, found.q1, found.q3) == pytest.approx(tuple(expected), abs=1e-9)
    else:
        assert (found.median, found.q1, found.q3) == (None, None, None)


def test_the_share_that_reaches_a_threshold_is_of_those_known():
    assert share_at_least([0.8, 0.79, None, 1.0], 0.8) == pytest.approx(2 / 3)
    assert share_at_least([None, None], 0.8) is None
