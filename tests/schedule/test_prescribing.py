"""Default plans and what leaves the protocol's ranges, for every study file."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from schedule import rules
from schedule.rules import HeartRates
from schedule.rules.plan import ExercisePlan, as_data, from_data
from schedule.rules.prescribing import (
    ALWAYS,
    Body,
    default_plan,
    first_free_week,
    one_rm_by_exercise,
)
from schedule.rules.ranges import explained_by_limits, impossible, outside_data, problems
from schedule.rules.strength import load_for, one_rm_kg

STUDIES = [protocol.load(name) for name in protocol.study_names()]
ACSM_MODERATE = (40, 59)
ages, rests = st.integers(18, 90), st.integers(35, 110)
studies = st.sampled_from(STUDIES)


@st.composite
def bodies(draw, study):
    codes = st.sampled_from(protocol.EQUIPMENT)
    liked = st.sampled_from(sorted(study.activities))
    lifts = st.dictionaries(st.sampled_from(sorted(study.exercises)), st.floats(1, 200), max_size=6)
    return Body(
        heart_rate=draw(st.booleans()),
        equipment=draw(st.none() | st.frozensets(codes)),
        likes=draw(st.frozensets(liked)),
        one_rm_kg=draw(lifts if study.exercises else st.just({})),
    )


@st.composite
def made(draw):
    study = draw(studies)
    return study, draw(st.integers(1, study.weeks)), draw(bodies(study))


def inside(pair, limits):
    return limits[0] <= pair[0] <= pair[1] <= limits[1]


@given(ages, rests, studies, st.data())
def test_zones_are_ordered_and_moderate_where_the_protocol_says_moderate(age, rest, study, data):
    week = data.draw(st.integers(1, study.weeks))
    rates = HeartRates(rest, rules.max_hr_bpm(study.max_hr_formula, age))
    moderate = inside(study.intensity.hrr_percent, ACSM_MODERATE)
    low, high = (rules.karvonen_bpm(rates, percent) for percent in ACSM_MODERATE)
    for kind in default_plan(study, week, Body(heart_rate=True)).kinds:
        target = rules.hr_target(rates, kind.hrr_percent)
        if rates.maximum <= rest or kind.hrr_percent is None:
            assert target is None
            continue
        assert rest < target[0] <= target[1] < rates.maximum
        assert inside(kind.hrr_percent, study.intensity.hrr_percent)
        if moderate:
            assert low - 0.5 <= target[0] <= target[1] <= high + 0.5


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.name)
def test_what_the_studies_call_moderate_is_acsms(study):
    if study.intensity.label.en == "Moderate":
        assert inside(study.intensity.hrr_percent, ACSM_MODERATE)


@given(made())
def test_every_default_plan_lies_inside_its_protocol(case):
    study, week, body = case
    plan = default_plan(study, week, body)
    assert problems(study, plan, body) == []
    assert impossible(study, plan) == {}
    assert from_data(as_data(plan)) == plan
    assert plan.heart_rate is body.heart_rate
    for kind, asked in zip(study.session_kinds, plan.kinds, strict=True):
        assert inside(asked.minutes, kind.minutes)
        assert inside(asked.minutes, kind.step(week).minutes)
        assert asked.activities
        assert bool(asked.exercises) is bool(kind.exercises)


@given(made())
def test_exercises_need_nothing_that_is_not_at_hand_and_each_area_comes_once(case):
    study, week, body = case
    at_hand = ALWAYS | (body.equipment or frozenset())
    for kind in default_plan(study, week, body).kinds:
        rows = [study.exercises[line.exercise] for line in kind.exercises]
        assert all(at_hand & set(row.equipment) for row in rows)
        assert len({row.area.en for row in rows}) == len(rows)


@pytest.fixture(scope="module")
def study():
    return protocol.load("exdep12")


def lines(plan, modality="strength"):
    return {line.exercise: line for line in plan.kind(modality).exercises}


def test_loads_come_from_the_strength_test_by_epley_and_the_steps_band(study):
    assert one_rm_kg(20, 10) == pytest.approx(26.667, abs=0.001)
    most = one_rm_by_exercise([{"exercise": "row", "load_kg": 20, "reps": 10},
                            {"exercise": "row", "load_kg": 4, "reps": 10},
                            {"exercise": "squat", "load_kg": 20, "reps": 11}])  # fmt: skip
    assert most == {"row": pytest.approx(26.667, abs=0.001)}
    body = Body(equipment=frozenset({"dumbbells"}), one_rm_kg=most)
    loads = {week: lines(default_plan(study, week, body))["row"].load_kg for week in (1, 3, 5, 9)}
    # 45, 55, 62.5 and 65 % of 26.7 kg, to the nearest half kilogram.
    assert loads == {1: 12.0, 3: 14.5, 5: 16.5, 9: 17.5}
    assert load_for(26.667, (40, 50)) == 12.0


def test_bands_begin_light_and_body_weight_has_no_load(study):
    found = lines(default_plan(study, 1, Body(equipment=frozenset({"elastic_bands", "mat"}))))
    assert found["row"] == ExercisePlan("row", sets=1, reps=10, band_level="light")
    assert found["wall_push_up"] == ExercisePlan("wall_push_up", sets=1, reps=10)


def test_a_stretch_is_held_for_about_sixty_seconds(study):
    held = default_plan(study, 1, Body()).kind("flexibility").exercises
    assert {(line.sets, line.hold_s) for line in held} == {(3, 20)}


def test_an_exercise_that_was_tested_is_taken_for_its_area(study):
    body = Body(equipment=frozenset({"dumbbells"}), one_rm_kg={"squat": 40.0})
    found = lines(default_plan(study, 1, body))
    assert "squat" in found
    assert "sit_to_stand" not in found
    assert found["squat"].load_kg == 18.0


def test_activities_are_those_they_like_and_all_where_none_is(study):
    liked = Body(likes=frozenset({"swimming", "yoga"}))
    plan = default_plan(study, 1, liked)
    assert plan.kind("aerobic").activities == ("swimming",)
    assert plan.kind("flexibility").activities == ("yoga",)
    assert default_plan(study, 1, Body()).kind("aerobic").activities == (
        "fast_walking", "jogging", "cycling", "swimming",
    )  # fmt: skip
    at_home = default_plan(study, 1, Body(equipment=frozenset()))
    assert at_home.kind("strength").activities == ("bodyweight",)


def test_a_clinicians_limits_bound_minutes_and_effort_and_explain_what_is_outside(study):
    body = Body(limit_minutes=20, limit_effort=2)
    plan = default_plan(study, 3, body)
    assert [(kind.minutes, kind.effort) for kind in plan.kinds] == [
        ((20, 20), (2, 2)), ((20, 20), (2, 2)), ((20, 20), (1, 2)),
    ]  # fmt: skip
    found = problems(study, plan, body)
    assert [(one.modality, one.what, one.asked) for one in found] == [
        ("aerobic", "minutes", (20, 20)), ("strength", "minutes", (20, 20)),
    ]  # fmt: skip
    assert explained_by_limits(found, body)
    assert not explained_by_limits(found, Body(limit_minutes=25))
    assert not explained_by_limits([], body)


OUTSIDE = [
    ({"per_week": 4}, "per_week", 4, 3),
    ({"per_week": 0}, "per_week", 0, 3),
    ({"minutes": (25, 30)}, "minutes", (25, 30), (30, 45)),
    ({"minutes": (30, 50)}, "minutes", (30, 50), (30, 45)),
    ({"hrr_percent": (35, 45)}, "hrr_percent", (35, 45), (40, 59)),
    ({"hrr_percent": (55, 60)}, "hrr_percent", (55, 60), (40, 59)),
    ({"effort": (3, 5)}, "effort", (3, 5), (1, 4)),
    ({"activities": ("yoga",)}, "activities", "yoga",
     ("fast_walking", "jogging", "cycling", "swimming")),
]  # fmt: skip


def with_kind(plan, modality, **changes):
    kinds = tuple(
        replace(kind, **changes) if kind.modality == modality else kind for kind in plan.kinds
    )
    return replace(plan, kinds=kinds)


@pytest.mark.parametrize(("change", "what", "asked", "allowed"), OUTSIDE)
def test_what_leaves_the_protocol_is_named(study, change, what, asked, allowed):
    plan = with_kind(default_plan(study, 1, Body()), "aerobic", **change)
    (one,) = problems(study, plan)
    assert (one.modality, one.what, one.asked, one.allowed) == ("aerobic", what, asked, allowed)
    assert outside_data([one])[0]["what"] == what


@pytest.mark.parametrize(
    ("line", "what", "allowed"),
    [
        (ExercisePlan("row", sets=4, reps=10), "sets", (1, 3)),
        (ExercisePlan("row", sets=2, reps=7), "reps", (8, 15)),
        (ExercisePlan("row", sets=2, reps=16), "reps", (8, 15)),
    ],
)
def test_exercises_have_the_ranges_of_all_steps_together(study, line, what, allowed):
    plan = with_kind(default_plan(study, 1, Body()), "strength", exercises=(line,))
    (one,) = problems(study, plan)
    assert (one.what, one.exercise, one.allowed) == (what, "row", allowed)


def test_holds_have_their_own_ranges(study):
    held = ExercisePlan("calf_stretch", sets=5, hold_s=45)
    plan = with_kind(default_plan(study, 1, Body()), "flexibility", exercises=(held,))
    assert [(one.what, one.allowed) for one in problems(study, plan)] == [
        ("sets", (2, 4)), ("hold_s", (10, 30)),
    ]  # fmt: skip


def test_more_than_a_clinician_allows_is_outside(study):
    plan = default_plan(study, 9, Body())
    found = problems(study, plan, Body(limit_minutes=40))
    assert [(one.modality, one.what, one.by_limit) for one in found] == [
        ("aerobic", "minutes", True), ("strength", "minutes", True),
    ]  # fmt: skip


IMPOSSIBLE = [
    ("aerobic", {"minutes": (40, 30)}, {"aerobic.minutes": "order"}),
    ("aerobic", {"minutes": (0, 30)}, {"aerobic.minutes": "range"}),
    ("aerobic", {"effort": (3, 11)}, {"aerobic.effort": "range"}),
    ("aerobic", {"hrr_percent": (50, 40)}, {"aerobic.hrr_percent": "order"}),
    ("aerobic", {"per_week": -1}, {"aerobic.per_week": "range"}),
    ("aerobic", {"per_week": 15}, {"aerobic.per_week": "range"}),
    ("aerobic", {"activities": ()}, {"aerobic.activities": "empty"}),
    ("aerobic", {"activities": ("flying",)}, {"aerobic.activities": "unknown"}),
    ("strength", {"exercises": (ExercisePlan("row", 1, 10, load_kg=-2.0),)},
     {"strength.row.load_kg": "range"}),
    ("strength", {"exercises": (ExercisePlan("row", 1, 10, load_kg=0.0),)},
     {"strength.row.load_kg": "range"}),
    ("strength", {"exercises": (ExercisePlan("row", 0, 10),)}, {"strength.row.sets": "range"}),
    ("strength", {"exercises": (ExercisePlan("row", 1),)}, {"strength.row.reps": "empty"}),
    ("strength", {"exercises": (ExercisePlan("row", 1, 10, 5.0, "light"),)},
     {"strength.row.load_kg": "twice"}),
    ("strength", {"exercises": (ExercisePlan("row", 1, 10, band_level="pink"),)},
     {"strength.row.band_level": "unknown"}),
    ("strength", {"exercises": (ExercisePlan("row", 1, 10), ExercisePlan("row", 2, 10))},
     {"strength.exercises": "twice"}),
    ("strength", {"exercises": (ExercisePlan("calf_stretch", 1, hold_s=20),)},
     {"strength.calf_stretch.exercise": "unknown"}),
]  # fmt: skip


@pytest.mark.parametrize(("modality", "change", "said"), IMPOSSIBLE)
def test_what_no_clinician_could_answer_for_is_refused(study, modality, change, said):
    plan = with_kind(default_plan(study, 1, Body()), modality, **change)
    assert impossible(study, plan) == said


def test_a_plan_without_any_session_is_refused(study):
    plan = default_plan(study, 1, Body())
    for kind in plan.kinds:
        plan = with_kind(plan, kind.modality, per_week=0)
    assert impossible(study, plan) == {"plan": "empty"}


@pytest.mark.parametrize(
    ("week", "done", "free"),
    [
        (None, (), 1),
        (3, (), 3),
        (3, ("w03-aerobic-1",), 4),
        (3, ("w02-aerobic-1",), 3),
        (3, ("w03-aerobic-1", "w04-strength-1"), 5),
        (10, ("w01-aerobic-1",), 10),
    ],
)
def test_the_first_week_of_which_nothing_is_done(week, done, free):
    assert first_free_week(week, done) == free
