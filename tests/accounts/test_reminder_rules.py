"""When a person may be reminded: the rations, the quiet hours, and every odd hour of the year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.messages import rules
from accounts.messages.rules import Wish, due_at, is_quiet, why_not_remind

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TICK = timedelta(minutes=20)
ZONES = sorted(available_timezones())


def wish(at: str = "18:00", quiet: tuple[str, str] = ("21:00", "08:00"), **other: object) -> Wish:
    times = [time.fromisoformat(word) for word in (at, *quiet)]
    fields = {"on": True, "since": LONG_AGO, **other}
    return Wish(at=times[0], quiet_from=times[1], quiet_to=times[2], **fields)  # type: ignore[arg-type]


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ("2026-03-18T17:59", "too_early"),
        ("2026-03-18T18:00", None),
        ("2026-03-18T20:59", None),
        ("2026-03-18T21:00", "too_late"),
        ("2026-03-18T23:00", "too_late"),
        ("2026-03-19T02:00", "too_early"),
    ],
)
def test_at_the_chosen_time_and_three_hours_long(now: str, reason: str | None) -> None:
    found = why_not_remind(local(now), SHANGHAI, wish(), sent=[], logged_today=False)
    assert found == reason


def test_quiet_hours_cut_the_three_hours_short() -> None:
    chosen = wish("18:00", ("19:00", "08:00"))
    for now, reason in (("2026-03-18T18:59", None), ("2026-03-18T19:00", "quiet")):
        found = why_not_remind(local(now), SHANGHAI, chosen, sent=[], logged_today=False)
        assert found == reason


def test_not_when_off_logged_or_only_just_chosen() -> None:
    now = local("2026-03-18T18:30")
    ask = {"sent": [], "logged_today": False}
    assert why_not_remind(now, SHANGHAI, wish(on=False), **ask) == "off"  # type: ignore[arg-type]
    assert why_not_remind(now, SHANGHAI, wish(), sent=[], logged_today=True) == "logged"
    just_now = wish(since=local("2026-03-18T18:10"))
    assert why_not_remind(now, SHANGHAI, just_now, **ask) == "too_early"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "quiet_from", "quiet_to", "quiet"),
    [
        ("21:00", "21:00", "08:00", True),
        ("00:00", "21:00", "08:00", True),
        ("07:59", "21:00", "08:00", True),
        ("08:00", "21:00", "08:00", False),
        ("20:59", "21:00", "08:00", False),
        ("13:00", "12:00", "14:00", True),
        ("14:00", "12:00", "14:00", False),
        ("11:59", "12:00", "14:00", False),
        ("12:00", "12:00", "12:00", False),
    ],
)
def test_quiet_hours_cross_midnight(at: str, quiet_from: str, quiet_to: str, quiet: bool) -> None:
    words = (time.fromisoformat(word) for word in (at, quiet_from, quiet_to))
    assert is_quiet(*words) is quiet


@pytest.mark.parametrize(
    ("days_ago", "rationed"),
    [
        ([], False),
        ([0], True),
        ([1], False),
        ([1, 2], True),
        ([1, 3], True),
        ([1, 4], False),
        ([1, 4, 5], False),
        ([1, 4, 5, 9], True),
        ([1, 4, 5, 10], False),
        ([2, 5, 8, 9], True),
    ],
)
def test_rations(days_ago: list[int], rationed: bool) -> None:
    now = local("2026-03-18T18:00")
    sent = [now - timedelta(days=days) for days in days_ago]
    assert rules.is_rationed(now, SHANGHAI, sent) is rationed


def test_two_days_a_few_minutes_apart_are_one() -> None:
    sent = [local("2026-03-17T23:50")]
    assert rules.is_rationed(local("2026-03-18T00:10"), SHANGHAI, sent)


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        # Skipped: the next minute there is. Berlin goes from 02:00 to 03:00.
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00"),
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:10", "2026-10-03T15:30"),
        # Twice: the first of the two. Berlin goes from 03:00 back to 02:00.
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),
        # A midnight that is not there: Cairo goes from 00:00 to 01:00.
        ("Africa/Cairo", "2026-04-24", "00:15", "2026-04-23T22:00"),
    ],
)
def test_hours_that_are_skipped_or_come_twice(zone: str, day: str, at: str, utc: str) -> None:
    found = due_at(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))
    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_the_hour_that_comes_twice_reminds_once() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    chosen = wish("02:30", ("10:00", "10:00"))
    ticks = [datetime(2026, 10, 25, tzinfo=UTC) + n * timedelta(minutes=5) for n in range(100)]
    assert len(reminded(ticks, [berlin] * len(ticks), chosen)) == 1


def test_a_note_does_not_wait_into_the_quiet_hours() -> None:
    now = local("2026-03-18T18:05")
    assert rules.lasts(now, SHANGHAI, wish("18:00")) == timedelta(hours=2, minutes=54)
    assert rules.lasts(now, SHANGHAI, wish("18:00", ("19:00", "08:00"))) == timedelta(minutes=54)


def reminded(
    ticks: list[datetime],
    zones: list[ZoneInfo],
    chosen: Wish,
    logged: frozenset[date] = frozenset(),
) -> list[tuple[datetime, ZoneInfo]]:
    """What a worker that looks at each tick sends to somebody who is in these zones."""
    found: list[tuple[datetime, ZoneInfo]] = []
    for now, zone in zip(ticks, zones, strict=True):
        why_not = why_not_remind(
            now, zone, chosen, sent=[moment for moment, _zone in found],
            logged_today=now.astimezone(zone).date() in logged,
        )  # fmt: skip
        if why_not is None:
            found.append((now, zone))
    return found


times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
starts = st.integers(0, 380 * 24 * 60).map(
    lambda minutes: datetime(2025, 12, 20, tzinfo=UTC) + timedelta(minutes=minutes)
)


@settings(max_examples=120, deadline=None)
@given(
    start=starts,
    zone=st.sampled_from(ZONES),
    at=times,
    quiet=st.tuples(times, times),
    logged=st.frozensets(st.integers(0, 12)),
)
def test_never_too_often_too_late_or_on_a_logged_day(
    start: datetime, zone: str, at: time, quiet: tuple[time, time], logged: frozenset[int]
) -> None:
    here = ZoneInfo(zone)
    chosen = Wish(on=True, at=at, quiet_from=quiet[0], quiet_to=quiet[1], since=LONG_AGO)
    ticks = [start + n * TICK for n in range(12 * 72)]
    days = frozenset(start.astimezone(here).date() + timedelta(days=n) for n in logged)
    found = reminded(ticks, [here] * len(ticks), chosen, days)
    on = [moment.astimezone(here).date() for moment, _zone in found]
    for day in on:
        assert day not in days
        for allowed, span in ((1, 1), (2, 4), (4, 10)):
            assert sum(0 <= (day - other).days < span for other in on) <= allowed
    for moment, _zone in found:
        assert not is_quiet(moment.astimezone(here).time(), *quiet)
        late = moment - due_at(moment.astimezone(here).date(), at, here)
        assert timedelta(0) <= late < timedelta(hours=3)


@settings(max_examples=80, deadline=None)
@given(start=starts, at=times, legs=st.lists(
    st.tuples(st.sampled_from(ZONES), st.integers(1, 5 * 72)), min_size=1, max_size=5
))  # fmt: skip
def test_travel_never_makes_it_more(start: datetime, at: time, legs: list[tuple[str, int]]) -> None:
    zones = [ZoneInfo(name) for name, count in legs for _ in range(count)]
    ticks = [start + n * TICK for n in range(len(zones))]
    chosen = Wish(on=True, at=at, quiet_from=time(0), quiet_to=time(0), since=LONG_AGO)
    found = reminded(ticks, zones, chosen)
    for moment, zone in found:
        today = moment.astimezone(zone).date()
        before = [other.astimezone(zone).date() for other, _zone in found if other <= moment]
        for allowed, span in ((1, 1), (2, 4), (4, 10)):
            assert sum((today - day).days < span for day in before) <= allowed
    moments = [moment for moment, _zone in found]
    assert all(b - a >= timedelta(hours=20) for a, b in pairwise(moments))


@settings(max_examples=60, deadline=None)
@given(start=starts, zone=st.sampled_from(ZONES), at=times)
def test_somebody_who_never_logs_is_reminded_twice_in_four_days(
    start: datetime, zone: str, at: time
) -> None:
    """The rules forbid, and they still let through what they allow."""
    here = ZoneInfo(zone)
    ticks = [start + n * TICK for n in range(10 * 72)]
    chosen = Wish(on=True, at=at, quiet_from=time(0), quiet_to=time(0), since=LONG_AGO)
    assert 3 <= len(reminded(ticks, [here] * len(ticks), chosen)) <= 5
