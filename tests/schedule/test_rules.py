"""Sessions, Karvonen heart rates and matching, by published numbers (clinical notes 3.1, 3.2)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from schedule import rules
from schedule.rules import HeartRates

ages = st.integers(18, 90)
rests = st.integers(35, 110)
MODERATE = (40, 59)

# Age, resting rate, Tanaka maximum, 40 % and 59 % of the reserve in bpm, and the same rounded.
KARVONEN = [
    (30, 70, 187.0, 116.8, 139.0, (117, 139)),
    (45, 60, 176.5, 106.6, 128.7, (107, 129)),
    (60, 72, 166.0, 109.6, 127.5, (110, 127)),
]


@pytest.fixture(scope="module")
def exdep12():
    return protocol.load("exdep12")


@pytest.fixture(scope="module")
def short6():
    return protocol.load("short6")


def rates(age, rest, *, guides=True):
    return HeartRates(rest, rules.max_hr_bpm("tanaka", age), guides)


# --- heart rates


@pytest.mark.parametrize(("age", "rest", "highest", "low", "high", "shown"), KARVONEN)
def test_karvonen_gives_the_published_table(age, rest, highest, low, high, shown):
    found = rates(age, rest)
    assert found.maximum == pytest.approx(highest, abs=1e-9)
    assert rules.karvonen_bpm(found, 40) == pytest.approx(low, abs=0.05)
    assert rules.karvonen_bpm(found, 59) == pytest.approx(high, abs=0.05)
    assert rules.hr_target(found, MODERATE) == shown


@pytest.mark.parametrize(
    ("formula", "age", "bpm"), [("tanaka", 40, 180.0), ("fox", 40, 180.0), ("fox", 60, 160.0)]
)
def test_max_hr_by_formula(formula, age, bpm):
    assert rules.max_hr_bpm(formula, age) == pytest.approx(bpm, abs=1e-9)


def test_max_hr_by_an_unknown_formula_is_refused():
    with pytest.raises(ValueError, match="gellish"):
        rules.max_hr_bpm("gellish", 40)


@pytest.mark.parametrize(
    ("rest", "highest", "percent", "shown"),
    [
        (60, 161, 50, 111),  # 110.5 goes up
        (60, 163, 50, 112),  # 111.5 goes up too: half is never rounded to even
        (60, 160, 50, 110),
        (70, 180, 45, 120),  # 119.5, which binary floats hold as 119.49999…
    ],
)
def test_hr_target_rounds_half_up(rest, highest, percent, shown):
    assert rules.hr_target(HeartRates(rest, highest), (percent, percent)) == (shown, shown)


def test_hr_target_under_rate_limiting_medicine_is_none():
    assert rules.hr_target(rates(45, 60, guides=False), MODERATE) is None


def test_hr_target_without_an_assessment_or_a_band_is_none():
    assert rules.hr_target(None, MODERATE) is None
    assert rules.hr_target(rates(45, 60), None) is None


@given(ages, rests, st.sampled_from([(40, 45), (45, 50), (50, 55), (55, 59), (40, 59), (45, 59)]))
def test_hr_target_is_ordered_and_between_rest_and_maximum(age, rest, band):
    found = rates(age, rest)
    low, high = rules.hr_target(found, band)
    assert rest < low <= high < found.maximum
    # Rounding moves a beat by half at most, so the percent read back is the band's own.
    half_a_beat = 50 / (found.maximum - found.resting)
    assert rules.hr_reserve_percent(found, low) == pytest.approx(band[0], abs=half_a_beat + 0.06)
    assert rules.hr_reserve_percent(found, high) == pytest.approx(band[1], abs=half_a_beat + 0.06)


@given(ages, rests, st.floats(0, 100))
def test_hr_reserve_percent_is_the_inverse_of_karvonen(age, rest, percent):
    found = rates(age, rest)
    bpm = rules.karvonen_bpm(found, percent)
    assert rules.hr_reserve_percent(found, bpm) == pytest.approx(percent, abs=0.051)


@pytest.mark.parametrize(("bpm", "percent"), [(70, 0.0), (187, 100.0), (116.8, 40.0), (65, -4.3)])
def test_hr_reserve_percent_at_known_points(bpm, percent):
    assert rules.hr_reserve_percent(rates(30, 70), bpm) == percent


def test_hr_reserve_percent_where_something_is_unknown_is_none():
    assert rules.hr_reserve_percent(None, 120) is None
    assert rules.hr_reserve_percent(rates(30, 70), None) is None
    assert rules.hr_reserve_percent(HeartRates(80, 80), 120) is None


# --- the week's sessions


def counts(sessions):
    found: dict[str, int] = {}
    for session in sessions:
        found[session.modality] = found.get(session.modality, 0) + 1
    return found


@pytest.mark.parametrize("week", range(1, 13))
def test_exdep12_asks_three_aerobic_one_strength_one_flexibility(exdep12, week):
    sessions = rules.week_sessions(exdep12, week)
    assert counts(sessions) == {"aerobic": 3, "strength": 1, "flexibility": 1}


@pytest.mark.parametrize("week", range(1, 7))
def test_short6_asks_two_aerobic_and_two_strength(short6, week):
    assert counts(rules.week_sessions(short6, week)) == {"aerobic": 2, "strength": 2}


@pytest.mark.parametrize(("name", "total"), [("exdep12", 60), ("short6", 24)])
def test_programme_has_its_number_of_sessions_each_with_a_key_of_its_own(name, total):
    study = protocol.load(name)
    keys = [s.key for week in range(1, study.weeks + 1) for s in rules.week_sessions(study, week)]
    assert len(keys) == len(set(keys)) == total
    assert all(re.fullmatch(r"w\d\d-(aerobic|strength|flexibility)-\d", key) for key in keys)


def test_session_keys_of_a_week_are_stable_and_in_the_protocols_order(exdep12):
    assert [s.key for s in rules.week_sessions(exdep12, 7)] == [
        "w07-aerobic-1", "w07-aerobic-2", "w07-aerobic-3", "w07-strength-1", "w07-flexibility-1",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["exdep12", "short6"])
@given(week=st.integers(-30, 60))
def test_week_sessions_outside_the_programme_is_empty(name, week):
    study = protocol.load(name)
    assert bool(rules.week_sessions(study, week)) == (1 <= week <= study.weeks)


# Clinical notes 3.2: minutes and percent of reserve of the aerobic sessions, week by week.
AEROBIC = {
    **dict.fromkeys((1, 2), ((30, 30), (40, 45), (2, 3))),
    **dict.fromkeys((3, 4), ((35, 35), (45, 50), (3, 4))),
    **dict.fromkeys((5, 6, 7, 8), ((40, 40), (50, 55), (3, 4))),
    **dict.fromkeys((9, 10, 11, 12), ((45, 45), (55, 59), (3, 4))),
}


@pytest.mark.parametrize("week", range(1, 13))
def test_exdep12_progression_is_the_published_one(exdep12, week):
    sessions = {s.modality: s for s in rules.week_sessions(exdep12, week)}
    aerobic = sessions["aerobic"]
    assert (aerobic.minutes, aerobic.hrr_percent, aerobic.effort) == AEROBIC[week]
    flexible = 20 if week <= 4 else 25 if week <= 8 else 30
    assert sessions["flexibility"].minutes == (flexible, flexible)
    assert sessions["flexibility"].hrr_percent is None
    assert sessions["strength"].hrr_percent is None
    low, high = sessions["strength"].minutes
    assert 30 <= low <= high <= 60


@pytest.mark.parametrize("name", ["exdep12", "short6"])
def test_every_session_is_moderate_and_within_the_studys_band(name):
    study = protocol.load(name)
    low, high = study.intensity.hrr_percent
    for week in range(1, study.weeks + 1):
        for session in rules.week_sessions(study, week):
            if session.hrr_percent:
                assert low <= session.hrr_percent[0] <= session.hrr_percent[1] <= high < 60
            assert session.effort[0] <= session.effort[1] <= study.intensity.effort[1]


# --- which session a workout answers


def test_match_session_takes_the_first_open_one_of_its_modality(exdep12):
    week = rules.week_sessions(exdep12, 7)
    assert rules.match_session(week, modality="aerobic", taken=()) == "w07-aerobic-1"
    assert rules.match_session(week, modality="aerobic", taken={"w07-aerobic-1"}) == "w07-aerobic-2"
    assert rules.match_session(week, modality="strength", taken={"w07-aerobic-1"}) == (
        "w07-strength-1"
    )


def test_match_session_fills_a_gap_that_was_opened_again(exdep12):
    week = rules.week_sessions(exdep12, 7)
    taken = {"w07-aerobic-1", "w07-aerobic-3"}
    assert rules.match_session(week, modality="aerobic", taken=taken) == "w07-aerobic-2"


@pytest.mark.parametrize("modality", ["aerobic", "other"])
def test_match_session_is_none_for_an_extra(exdep12, modality):
    week = rules.week_sessions(exdep12, 7)
    taken = {s.key for s in week if s.modality == "aerobic"}
    assert rules.match_session(week, modality=modality, taken=taken) is None


@given(st.lists(st.sampled_from(["aerobic", "strength", "flexibility", "other"]), max_size=12))
def test_match_session_never_answers_one_session_twice(exdep12, modalities):
    week = rules.week_sessions(exdep12, 3)
    taken: list[str] = []
    for modality in modalities:
        key = rules.match_session(week, modality=modality, taken=taken)
        assert key not in taken
        if key is not None:
            taken.append(key)
    for modality, number in counts(week).items():
        done = sum(key.split("-")[1] == modality for key in taken)
        assert done == min(number, modalities.count(modality))


@pytest.mark.parametrize(
    ("day", "expected"),
    [(1, 14), (14, 14), (15, 28), (45, 56), (84, 84), (85, None), (-3, 14)],
)
def test_next_check_in_is_the_last_day_of_every_second_week(day, expected):
    assert rules.next_check_in_day(protocol.load("exdep12"), day) == expected
