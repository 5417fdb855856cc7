"""Steps up and back by rule: the numbers of the clinical notes 3.2, and any chain of proposals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from schedule.rules.plan import ExercisePlan, protocol_plan, step_number
from schedule.rules.prescribing import Body, default_plan
from schedule.rules.progression import (
    Course,
    Kind,
    Lifted,
    Reason,
    against,
    days_off,
    propose,
    raised_load,
)
from schedule.rules.ranges import problems
from tests.schedule.test_prescribing import STUDIES, bodies, inside, with_kind

BODY = Body(heart_rate=True)
WELL = {"attendance": 1.0, "effort": 3.0, "judged": 2, "coming": 3}


@pytest.fixture(scope="module")
def study():
    return protocol.load("exdep12")


@pytest.fixture(scope="module")
def first(study):
    return default_plan(study, 1, BODY)


def steps(plan):
    return {kind.modality: kind.step for kind in plan.kinds}


# Clinical notes 3.2: weeks, aerobic minutes and % of reserve, strength minutes, sets, reps and
# % of the one-repetition maximum, flexibility minutes.
TWELVE_WEEKS = [
    ((1, 2), (30, 30), (40, 45), (30, 30), (1, 2), (10, 15), (40, 50), (20, 20)),
    ((3, 4), (35, 35), (45, 50), (35, 40), (2, 2), (10, 15), (50, 60), (20, 20)),
    ((5, 8), (40, 40), (50, 55), (45, 45), (2, 2), (8, 12), (60, 65), (25, 25)),
    ((9, 12), (45, 45), (55, 59), (50, 60), (2, 3), (8, 12), (60, 70), (30, 30)),
]


@pytest.mark.parametrize("row", TWELVE_WEEKS, ids=lambda row: f"weeks {row[0]}")
def test_the_programme_of_twelve_weeks_has_the_published_numbers(study, row):
    weeks, minutes, hrr, strength, sets, reps, percent, flexible = row
    for week in range(weeks[0], weeks[1] + 1):
        plan = protocol_plan(study, week)
        assert (plan.kind("aerobic").minutes, plan.kind("aerobic").hrr_percent) == (minutes, hrr)
        assert plan.kind("strength").minutes == strength
        step = study.kind("strength").step(week)
        assert (step.sets, step.reps, step.one_rm_percent) == (sets, reps, percent)
        assert plan.kind("flexibility").minutes == flexible


def test_the_rules_numbers_are_the_studys(study):
    rule = study.progression
    assert (rule.attendance_at_least, rule.effort_at_most) == (0.8, 4)
    assert (rule.back_after_days_off, rule.back_two_after_days_off) == (7, 14)
    assert (rule.load_raise_percent, rule.reps_above_for_raise) == ((2, 10), 1)


# --- up


def test_a_good_week_is_a_step_up_with_its_reasons(study, first):
    found = propose(study, first, Course(**WELL), BODY)
    assert (found.kind, found.from_week, found.recheck) == (Kind.UP, 3, False)
    assert steps(found.plan) == {"aerobic": 2, "strength": 2, "flexibility": 1}
    aerobic = found.plan.kind("aerobic")
    assert (aerobic.minutes, aerobic.hrr_percent, aerobic.effort) == ((35, 35), (45, 50), (3, 4))
    assert found.plan == default_plan(study, 3, BODY)
    assert found.reasons == (
        Reason("attendance", 1.0), Reason("effort", 3.0), Reason("no_red_flag"),
    )  # fmt: skip


STANDING = [
    ({"attendance": 0.8}, None),
    ({"attendance": 0.79}, "attendance_low"),
    ({"attendance": None}, "attendance_unknown"),
    ({"effort": 4.0}, None),
    ({"effort": 4.1}, "effort_high"),
    ({"effort": None}, "effort_unknown"),
    ({"red_flag": True}, "red_flag"),
    ({"paused": True}, "paused"),
]


@pytest.mark.parametrize(("change", "code"), STANDING)
def test_what_stands_against_a_step_up_is_said(study, first, change, code):
    course = Course(**{**WELL, **change})
    found = propose(study, first, course, BODY)
    assert (found is None) is (code is not None)
    assert [one.code for one in against(study, first, course, BODY)] == ([code] if code else [])


@pytest.mark.parametrize(
    "change",
    [
        {"coming": 2, "judged": 1},  # the protocol takes this step in week 3
        {"judged": None},  # no week is complete
        {"since": 3},  # the newest version was not tried yet
        {"held": True},
        {"coming": 13},
    ],
)
def test_no_step_up_before_its_time(study, first, change):
    course = Course(**{**WELL, **change})
    assert propose(study, first, course, BODY) is None
    assert against(study, first, course, BODY) == ()


def test_a_study_without_a_rule_proposes_nothing(study, first):
    assert propose(replace(study, progression=None), first, Course(**WELL), BODY) is None


def test_who_is_behind_the_protocol_takes_one_step_at_a_time(study, first):
    found = propose(study, first, Course(**{**WELL, "coming": 10, "judged": 9}), BODY)
    assert steps(found.plan) == {"aerobic": 2, "strength": 2, "flexibility": 2}


def test_what_the_instructor_set_apart_stays_apart_within_the_ranges(study, first):
    gentle = with_kind(first, "aerobic", minutes=(30, 35), hrr_percent=(40, 50),
                       activities=("swimming",))  # fmt: skip
    up = propose(study, gentle, Course(**WELL), BODY).plan.kind("aerobic")
    assert (up.minutes, up.hrr_percent, up.activities) == ((35, 40), (45, 55), ("swimming",))
    last = default_plan(study, 8, BODY)
    long = with_kind(last, "aerobic", minutes=(40, 45))
    up = propose(study, long, Course(**{**WELL, "coming": 9, "judged": 8}), BODY)
    assert up.plan.kind("aerobic").minutes == (45, 45)


def test_what_a_clinician_let_leave_the_ranges_is_not_moved(study, first):
    short = with_kind(first, "aerobic", minutes=(20, 20))
    found = propose(study, short, Course(**WELL), BODY)
    assert found.plan.kind("aerobic") == short.kind("aerobic")
    assert steps(found.plan)["strength"] == 2


def test_within_a_clinicians_limits_the_rest_goes_on(study):
    body = Body(heart_rate=True, limit_minutes=20)
    plan = default_plan(study, 1, body)
    up = propose(study, plan, Course(**WELL), body).plan.kind("aerobic")
    assert (up.step, up.minutes, up.hrr_percent) == (2, (20, 20), (45, 50))


def test_exercises_follow_the_step_and_loads_the_strength_test(study):
    body = Body(equipment=frozenset({"dumbbells"}), one_rm_kg={"row": 26.667})
    plan = default_plan(study, 1, body)
    up = propose(study, plan, Course(**WELL), body).plan
    row = {line.exercise: line for line in up.kind("strength").exercises}["row"]
    assert row == ExercisePlan("row", sets=2, reps=10, load_kg=14.5)
    strong = with_kind(plan, "strength", exercises=(ExercisePlan("row", 1, 12, load_kg=20.0),))
    up = propose(study, strong, Course(**WELL), body).plan
    assert up.kind("strength").exercises == (ExercisePlan("row", 2, 12, load_kg=20.0),)


# --- back


@pytest.mark.parametrize(
    ("off", "aerobic", "recheck"), [(6, 4, False), (7, 3, False), (13, 3, False), (14, 2, True)]
)
def test_days_off_lead_back(study, off, aerobic, recheck):
    plan = default_plan(study, 9, BODY)
    course = Course(coming=11, judged=10, since=9, days_off=off, before=plan)
    found = propose(study, plan, course, BODY)
    if off < 7:
        assert found is None
        return
    assert (found.kind, found.recheck) == (Kind.BACK, recheck)
    assert steps(found.plan)["aerobic"] == aerobic
    assert found.reasons[0] == Reason("days_off", off)
    assert ("recheck" in [one.code for one in found.reasons]) is recheck


def test_one_break_is_answered_once_and_a_longer_one_once_more(study):
    plan = default_plan(study, 9, BODY)
    course = Course(coming=11, judged=10, since=9, days_off=8, before=plan)
    back = propose(study, plan, course, BODY).plan
    assert propose(study, back, replace(course, days_off=9), BODY) is None
    again = propose(study, back, replace(course, days_off=14), BODY)
    assert steps(again.plan)["aerobic"] == 2
    assert propose(study, again.plan, replace(course, days_off=30), BODY) is None


def test_at_the_first_step_there_is_no_step_back(study, first):
    course = Course(coming=3, judged=2, days_off=20, before=first)
    assert propose(study, first, course, BODY) is None


def test_a_step_back_is_due_in_a_pause_too_but_not_under_a_hold(study):
    plan = default_plan(study, 9, BODY)
    course = Course(coming=11, judged=10, days_off=8, before=plan, paused=True)
    assert propose(study, plan, course, BODY).kind is Kind.BACK
    assert propose(study, plan, replace(course, held=True), BODY) is None


def test_back_and_up_again_is_the_same_plan(study):
    body = Body(heart_rate=True, equipment=frozenset({"dumbbells"}), one_rm_kg={"row": 30.0})
    plan = default_plan(study, 5, body)
    back = propose(study, plan, Course(coming=7, judged=6, days_off=7, before=plan), body).plan
    up = propose(study, back, Course(**{**WELL, "coming": 8, "judged": 7}), body).plan
    assert up == plan


@pytest.mark.parametrize(
    ("last", "today", "off"),
    [
        (date(2026, 3, 1), date(2026, 3, 1), 0),
        (date(2026, 3, 1), date(2026, 3, 2), 0),
        (date(2026, 3, 1), date(2026, 3, 8), 6),
        (date(2026, 3, 1), date(2026, 3, 9), 7),
        (None, date(2026, 3, 1), 4),
        (date(2026, 3, 5), date(2026, 3, 1), 0),
    ],
)
def test_days_off_are_whole_days_without_a_session(last, today, off):
    assert days_off(last, date(2026, 2, 25), today) == off


# --- loads


LOADS = [
    ((Lifted(11, 20.0), Lifted(12, 20.0)), 21.0),
    ((Lifted(11, 22.0), Lifted(11, 20.0)), 21.0),
    ((Lifted(10, 20.0), Lifted(12, 20.0)), None),
    ((Lifted(12, 20.0), Lifted(10, 20.0)), None),
    ((Lifted(12, 18.0), Lifted(12, 20.0)), None),
    ((Lifted(12, None), Lifted(12, 20.0)), None),
    ((Lifted(15, 20.0),), None),
    ((), None),
]


@pytest.mark.parametrize(("sessions", "load"), LOADS)
def test_a_load_rises_after_two_sessions_above_the_target(study, first, sessions, load):
    plan = with_kind(first, "strength", exercises=(ExercisePlan("row", 1, 10, load_kg=20.0),))
    course = Course(**{**WELL, "coming": 2, "judged": 1}, lifted={"row": sessions})
    found = propose(study, plan, course, BODY)
    if load is None:
        assert found is None
        return
    assert (found.kind, found.reasons) == (Kind.LOAD, (Reason("lifted", "row"),))
    raised = with_kind(plan, "strength", exercises=(ExercisePlan("row", 1, 10, load_kg=load),))
    assert found.plan == raised


def test_a_load_never_rises_together_with_a_step(study, first):
    plan = with_kind(first, "strength", exercises=(ExercisePlan("row", 1, 10, load_kg=20.0),))
    lifted = {"row": (Lifted(12, 20.0), Lifted(12, 20.0))}
    found = propose(study, plan, Course(**WELL, lifted=lifted), BODY)
    assert found.kind is Kind.UP
    assert found.plan.kind("strength").exercises[0].load_kg == 20.0


@pytest.mark.parametrize("change", [{"red_flag": True}, {"effort": 5.0}, {"effort": None}])
def test_a_load_does_not_rise_where_it_was_hard_or_unwell(study, first, change):
    plan = with_kind(first, "strength", exercises=(ExercisePlan("row", 1, 10, load_kg=20.0),))
    lifted = {"row": (Lifted(12, 20.0), Lifted(12, 20.0))}
    course = Course(**{**WELL, "coming": 2, "judged": 1, **change}, lifted=lifted)
    assert propose(study, plan, course, BODY) is None


@given(st.integers(1, 1000).map(lambda n: n / 2))
def test_a_raise_is_two_to_ten_percent_in_half_kilograms(load):
    raised = raised_load(load, (2, 10))
    if raised is None:
        assert load * 0.1 < 0.5
    else:
        assert load * 1.02 - 1e-6 <= raised <= load * 1.10 + 1e-6
        assert raised * 2 == int(raised * 2)


# --- any chain


@st.composite
def chains(draw):
    study = draw(st.sampled_from(STUDIES))
    body = draw(bodies(study))
    weeks = [
        {
            "attendance": draw(st.none() | st.floats(0, 1)),
            "effort": draw(st.none() | st.floats(0, 10)),
            "red_flag": draw(st.booleans()),
            "days_off": draw(st.integers(0, 20)),
            "paused": draw(st.booleans()),
        }
        for _ in range(study.weeks)
    ]
    return study, body, weeks


@given(chains())
def test_any_chain_of_proposals_stays_inside_the_protocol_and_never_ahead_of_it(chain):
    study, body, weeks = chain
    plan, since = default_plan(study, 1, body), 1
    for coming, week in enumerate(weeks, start=1):
        course = Course(
            coming=coming, judged=coming - 1 or None, since=since, before=plan, **week
        )  # fmt: skip
        found = propose(study, plan, course, body)
        if found is None:
            continue
        assert problems(study, found.plan, body) == []
        for kind in found.plan.kinds:
            own = study.kind(kind.modality)
            assert kind.step <= step_number(own, coming)
            assert abs(kind.step - plan.kind(kind.modality).step) <= 2
            assert inside(kind.minutes, own.minutes)
        plan, since = found.plan, coming
