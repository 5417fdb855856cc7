"""Weeks over zones, changes of clocks, moves and pauses: nothing is lost, nothing is doubled."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from core import clock
from schedule.programme import Programme
from schedule.rules import KindPlan, Outcome, Plan, Span, match_session, protocol_plan
from schedule.rules.adherence import Done, record
from schedule.rules.weeks import excused_at_most, paused_days, week_span

# Half-hours, both sides of the date line, clocks changed by 30 and 60 minutes, at midnight, and
# twice around Ramadan.
AWKWARD = (
    "Asia/Shanghai", "America/New_York", "Europe/London", "Pacific/Kiritimati",
    "Pacific/Pago_Pago", "Pacific/Apia", "Pacific/Chatham", "Australia/Lord_Howe",
    "America/St_Johns", "Asia/Kathmandu", "Africa/Casablanca", "Africa/Cairo",
    "America/Santiago", "Asia/Beirut", "Antarctica/Troll", "Etc/GMT+12", "Etc/GMT-14",
)  # fmt: skip
zones = st.sampled_from([ZoneInfo(name) for name in AWKWARD])
starts = st.dates(date(2005, 1, 1), date(2045, 1, 1))
WEEKS = 12
DAYS = 7 * WEEKS


def version(per_week: tuple[int, int, int]) -> Plan:
    kinds = protocol_plan(protocol.current(), 1).kinds
    return Plan(tuple(
        KindPlan(**{**vars(kind), "per_week": number})
        for kind, number in zip(kinds, per_week, strict=True)
    ))  # fmt: skip


PROTOCOLS_OWN = version((3, 1, 1))
plans = st.tuples(st.integers(1, 7), st.integers(0, 4), st.integers(0, 7)).map(version)


@st.composite
def versions(draw):
    """One to four versions, each from a week not before that of the one it replaces."""
    weeks = sorted(draw(st.lists(st.integers(1, WEEKS), max_size=3)))
    return {number: (week, draw(plans)) for number, week in enumerate([1, *weeks], start=1)}


@st.composite
def spans(draw, start):
    first = start + timedelta(days=draw(st.integers(-10, DAYS + 5)))
    length = draw(st.none() | st.integers(-1, 40))  # −1: taken back before it began
    return Span(first, None if length is None else first + timedelta(days=length))


@st.composite
def lives(draw):
    """A programme, where its person lived before and after a move, the hour of the move, and the
    hours of their workouts."""
    start = draw(starts)
    pauses = tuple(draw(st.lists(spans(start), max_size=4)))
    left = draw(st.none() | st.integers(0, DAYS + 10))
    left_on = None if left is None else start + timedelta(days=left)
    gone = () if left_on is None else (Span(clock.next_day(left_on)),)
    programme = Programme(
        starts_on=start, versions=draw(versions()), pauses=(*pauses, *gone), left_on=left_on
    )
    homes = (draw(zones), draw(zones))
    moves_after = draw(st.integers(0, DAYS * 24))
    hours = draw(st.lists(st.integers(-24, (DAYS + 7) * 24), max_size=40, unique=True))
    modalities = st.sampled_from(["aerobic", "strength", "flexibility", "other"])
    return programme, homes, moves_after, [(hour, draw(modalities)) for hour in sorted(hours)]


def live(programme, homes, moves_after, sessions) -> list[Done]:
    """Each workout at its hour, in the zone of that time, answering the first open session."""
    began = datetime.combine(programme.starts_on, time(), homes[0]).astimezone(UTC)
    taken: set[str] = set()
    done = []
    for number, (hour, modality) in enumerate(sessions):
        day = clock.local_date(began + timedelta(hours=hour), homes[hour > moves_after])
        if programme.left_on is not None and day > programme.left_on:
            continue
        week = programme.week(day)
        key = match_session(programme.sessions(week), modality=modality, taken=taken)
        taken |= {key} - {None}
        done.append(Done(UUID(int=number), day, week, modality, key, minutes=30))
    return done


def asked_in_all(programme: Programme) -> list[str]:
    return [one.key for week in range(1, WEEKS + 1) for one in programme.sessions(week)]


@given(lives())
def test_every_session_is_due_once_and_in_the_end_done_missed_or_excused(life):
    programme, *_ = life
    workouts = live(*life)
    after = programme.starts_on + timedelta(days=DAYS + 60)
    found = record(programme, workouts, after)
    keys = [session.key for session in found.sessions]
    assert keys == asked_in_all(programme)
    assert len(keys) == len(set(keys)) == len(found.outcomes)
    for row in found.weeks:
        assert row.open_ == 0
        assert row.done + row.missed + row.excused == row.due
    done = {key for key, outcome in found.outcomes.items() if outcome is Outcome.DONE}
    assert done == {one.key for one in workouts} - {None}
    assert len(found.extras) + len(done) == len(workouts)


@given(lives(), st.integers(-3, DAYS + 3))
def test_on_every_day_the_four_outcomes_make_up_what_is_due(life, offset):
    programme, *_ = life
    today = programme.starts_on + timedelta(days=offset)
    found = record(programme, [one for one in live(*life) if one.day <= today], today)
    assert len(found.outcomes) == sum(row.due for row in found.weeks)
    for row in found.weeks:
        assert row.done + row.missed + row.excused + row.open_ == row.due
        assert row.minutes_done >= 0
        assert row.week <= programme.week(today)
    begun = min(max(programme.week(today) or 0, 0), WEEKS)
    assert [session.key for session in found.sessions] == [
        one.key for week in range(1, begun + 1) for one in programme.sessions(week)
    ]


@given(lives(), st.integers(0, DAYS), st.integers(0, 60))
def test_a_week_that_is_over_never_changes_its_mind(life, offset, later):
    programme, *_ = life
    workouts = live(*life)
    today = programme.starts_on + timedelta(days=offset)
    before = record(programme, workouts, today)
    after = record(programme, workouts, today + timedelta(days=later))
    for week in before.complete_weeks:
        assert before.kinds(week) == after.kinds(week)


@given(lives(), st.dictionaries(st.sampled_from(["w01-aerobic-1", "w03-strength-1"]), starts))
def test_a_planned_day_is_a_help_and_changes_nothing(life, planned):
    programme, *_ = life
    with_days = Programme(**{**vars(programme), "planned": planned})
    today = programme.starts_on + timedelta(days=50)
    workouts = live(*life)
    assert record(with_days, workouts, today).outcomes == (
        record(programme, workouts, today).outcomes
    )


@given(starts, zones, zones, st.integers(0, DAYS * 24))
def test_a_move_at_any_hour_loses_no_week_and_repeats_none(start, home, away, moves_after):
    """Hour by hour, whoever moves may live a date twice or never; a week stays one week."""
    programme = Programme(starts_on=start, versions={1: (1, PROTOCOLS_OWN)})
    began = datetime.combine(start, time(), home).astimezone(UTC)
    moments = [(began + timedelta(hours=hour), hour) for hour in range(0, (DAYS + 2) * 24, 6)]
    days = [clock.local_date(at, away if hour > moves_after else home) for at, hour in moments]
    weeks = [week for day in days if (week := programme.week(day)) is not None and week <= WEEKS]
    assert sorted(set(weeks)) == list(range(1, WEEKS + 1))
    # Back by one at most, and only for the day that flying west gives once more.
    steps = [later - earlier for earlier, later in pairwise(weeks)]
    assert set(steps) <= {-1, 0, 1}
    assert steps.count(-1) <= 1


def test_in_every_zone_of_the_world_twelve_weeks_are_84_dates_and_60_sessions():
    start = date(2026, 2, 2)  # spring on both sides of the equator changes clocks within
    programme = Programme(starts_on=start, versions={1: (1, PROTOCOLS_OWN)})
    assert len(set(asked_in_all(programme))) == 60
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        began = datetime.combine(start, time(), zone).astimezone(UTC)
        hours = range(0, (DAYS + 1) * 24, 6)
        dates = {clock.local_date(began + timedelta(hours=hour), zone) for hour in hours}
        by_week = [programme.week(day) for day in sorted(dates)]
        assert [by_week.count(week) for week in range(1, WEEKS + 1)] == [7] * WEEKS, name


def test_a_date_that_a_country_skipped_takes_no_session_along():
    """Samoa had no 30 December 2011: that week had six days and its five sessions all the same."""
    start = date(2011, 12, 26)
    zone = ZoneInfo("Pacific/Apia")
    programme = Programme(starts_on=start, versions={1: (1, PROTOCOLS_OWN)})
    began = datetime.combine(start, time(12), zone).astimezone(UTC)
    lived = [clock.local_date(began + timedelta(days=day), zone) for day in range(13)]
    assert date(2011, 12, 30) not in lived
    assert [programme.week(day) for day in lived] == [1] * 6 + [2] * 7
    found = record(programme, [], date(2012, 1, 9))
    assert [found.week_summary(week).missed for week in (1, 2)] == [5, 5]


def test_someone_who_flies_back_over_the_date_line_keeps_what_the_new_week_held():
    """A workout on Monday in Kiritimati, and on landing in Honolulu it is still Sunday."""
    programme = Programme(starts_on=date(2026, 3, 2), versions={1: (1, PROTOCOLS_OWN)})
    monday = Done(UUID(int=1), date(2026, 3, 9), 2, "aerobic", "w02-aerobic-1", 30)
    found = record(programme, [monday], today=date(2026, 3, 8))
    assert found.outcomes["w02-aerobic-1"] is Outcome.DONE
    assert (found.week_summary(1).open_, found.week_summary(2).open_) == (5, 4)
    assert found.extras == ()


# --- what a pause excuses


@pytest.mark.parametrize(
    ("per_week", "days", "excused"),
    [(3, 0, 0), (3, 2, 0), (3, 3, 1), (3, 5, 2), (3, 7, 3), (1, 6, 0), (1, 7, 1), (7, 4, 4)],
)
def test_a_pause_excuses_its_share_of_the_week_rounded_down(per_week, days, excused):
    assert excused_at_most(per_week, days) == excused


@given(starts, st.integers(1, WEEKS), st.data())
def test_paused_days_are_counted_once_and_never_more_than_a_week(start, week, data):
    pauses = data.draw(st.lists(spans(start), max_size=5))
    span = week_span(start, week)
    days = paused_days(span, pauses)
    assert 0 <= days <= 7
    assert paused_days(span, [*pauses, *pauses]) == days
    assert paused_days(span, [*pauses, Span(start - timedelta(days=20))]) == 7
