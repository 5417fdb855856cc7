"""Visit windows to the day (clinical notes 4.2: week 6 is day 42 ± 7, week 12 day 84 ± 7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from assessments import rules
from core.clock import date_of_study_day

DAY_ONE = date(2026, 2, 1)


@pytest.fixture(scope="module")
def exdep12():
    return protocol.load("exdep12")


@pytest.fixture(scope="module")
def instruments():
    return protocol.instruments()


@pytest.fixture(scope="module")
def found(exdep12):
    return rules.windows(exdep12, DAY_ONE)


def on(day):
    return date_of_study_day(day, DAY_ONE)


def due_on(found, instruments, day, submitted=()):
    return [
        (due.visit, due.instrument)
        for due in rules.due(found, instruments, today=on(day), submitted=set(submitted))
    ]


def test_windows_of_exdep12_are_week_6_and_week_12_within_seven_days(found):
    assert [
        (w.visit.code, (w.opens - DAY_ONE).days + 1, (w.target - DAY_ONE).days + 1,
         (w.closes - DAY_ONE).days + 1)
        for w in found
    ] == [("week-6", 35, 42, 49), ("week-12", 77, 84, 91)]  # fmt: skip


def test_windows_are_calendar_dates_of_the_study_days(found):
    assert (found[0].opens, found[0].target, found[0].closes) == (
        date(2026, 3, 7), date(2026, 3, 14), date(2026, 3, 21),
    )  # fmt: skip


def test_windows_of_another_study_follow_its_own_file():
    short = rules.windows(protocol.load("short6"), DAY_ONE)
    assert [(w.visit.code, w.target) for w in short] == [("week-3", on(21)), ("week-6", on(42))]
    assert [(w.opens, w.closes) for w in short] == [(on(18), on(24)), (on(37), on(47))]


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)))
def test_windows_move_with_day_one(exdep12, day_one):
    for window in rules.windows(exdep12, day_one):
        low, high = window.visit.window
        assert window.opens - day_one == timedelta(days=low - 1)
        assert window.closes - day_one == timedelta(days=high - 1)
        assert window.opens <= window.target <= window.closes


SELF_RATED = [("week-6", "hdrs17-self"), ("week-6", "phq9"), ("week-6", "wellbeing")]


@pytest.mark.parametrize(
    ("day", "open_now"),
    [(34, []), (35, SELF_RATED), (42, SELF_RATED), (49, SELF_RATED), (50, []), (76, [])],
)
def test_due_at_the_edges_of_week_6(found, instruments, day, open_now):
    assert due_on(found, instruments, day) == open_now


@pytest.mark.parametrize(("day", "number"), [(76, 0), (77, 3), (91, 3), (92, 0)])
def test_due_at_the_edges_of_week_12(found, instruments, day, number):
    due = due_on(found, instruments, day)
    assert len(due) == number
    assert {visit for visit, _ in due} <= {"week-12"}


def test_due_never_asks_the_raters_scale_of_the_participant(found, instruments):
    asked = {code for day in range(1, 120) for _, code in due_on(found, instruments, day)}
    assert "hdrs17" not in asked
    assert asked == {"hdrs17-self", "phq9", "wellbeing"}


def test_due_leaves_out_what_was_submitted_at_that_visit_only(found, instruments):
    sent = [("week-6", "wellbeing"), ("week-6", "phq9")]
    assert due_on(found, instruments, 40, sent) == [("week-6", "hdrs17-self")]
    assert ("week-12", "wellbeing") in due_on(found, instruments, 80, sent)


def test_due_says_until_when(found, instruments):
    due = rules.due(found, instruments, today=on(40), submitted=set())
    assert {(d.opens, d.closes) for d in due} == {(on(35), on(49))}


@pytest.mark.parametrize(
    ("day", "done", "expected"),
    [
        (1, (), "week-6"),
        (49, (), "week-6"),
        (50, (), "week-12"),  # missed: the window has closed
        (40, ("week-6",), "week-12"),
        (91, ("week-6",), "week-12"),
        (92, (), None),
        (80, ("week-6", "week-12"), None),
    ],
)
def test_next_window(found, day, done, expected):
    window = rules.next_window(found, today=on(day), done=done)
    assert (window.visit.code if window else None) == expected


def test_before_allocation_what_the_participant_answers_is_due_without_a_day(exdep12, instruments):
    """A rater scores the first visit and a part of the starting visit: nothing of it is due."""
    early = [exdep12.visit("screening"), exdep12.visit("week-0")]
    found = rules.due_before_allocation(early, instruments, submitted=set())
    assert found == [
        rules.Due("week-0", code, opens=None, closes=None)
        for code in ("hdrs17-self", "phq9", "wellbeing")
    ]


def test_before_allocation_what_was_sent_for_the_same_visit_is_not_due(exdep12, instruments):
    submitted = {("week-0", "phq9"), ("week-6", "wellbeing"), ("week-0", "hdrs17")}
    found = rules.due_before_allocation([exdep12.visit("week-0")], instruments, submitted=submitted)
    assert [due.instrument for due in found] == ["hdrs17-self", "wellbeing"]


def test_before_allocation_a_total_from_paper_is_not_asked_of_the_participant(instruments):
    """STAI and BDI-II of gordon8 are forms on paper."""
    visit = protocol.load("gordon8").visit("week-0")
    found = rules.due_before_allocation([visit], instruments, submitted=set())
    assert [due.instrument for due in found] == ["wellbeing"]
