"""The shipped studies say what the source paper and the clinical notes say."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

import protocol
from protocol import Study, UnknownNameError
from protocol.study import CrisisLine

STUDIES = protocol.study_names()
OF_THE_FIELD = ("gordon8", "imboden6", "philippot6")


@pytest.fixture(params=STUDIES)
def study(request: pytest.FixtureRequest) -> Study:
    return protocol.load(request.param)


def test_study_names_all_load() -> None:
    assert {"exdep12", "short6", *OF_THE_FIELD} <= set(protocol.study_names())
    for name in protocol.study_names():
        assert protocol.load(name).name == name


def test_current_follows_the_setting(settings) -> None:
    settings.EXDEP_STUDY = "short6"
    assert protocol.current() is protocol.load("short6")


def test_load_reads_a_file_once() -> None:
    assert protocol.load("exdep12") is protocol.load("exdep12")


def test_exdep12_people_are_the_papers() -> None:
    study = protocol.load("exdep12")
    assert study.target_size == 100
    assert [(arm.code, arm.ratio, arm.exercises) for arm in study.arms] == [
        ("exercise", 1, True),
        ("control", 1, False),
    ]
    assert study.eligibility.age == (18, 60)
    assert study.strata is not None
    assert study.strata.factors == ("sex",)
    assert dict(study.strata.caps) == {"female": 50, "male": 50}
    assert {row.code for row in study.eligibility.exclusions} == {
        "bipolar",
        "schizophrenia",
        "heart_disease",
        "cancer",
        "other_intervention",
        "fitness_cardiovascular",
        "fitness_musculoskeletal",
    }
    assert study.simulated_source is not None
    assert "simulated" in study.simulated_source


def test_exdep12_entry_cut_is_moderate_by_its_scheme() -> None:
    rule = protocol.load("exdep12").eligibility.severity
    assert rule is not None
    assert rule.entry_cut == 17
    scale = protocol.instrument(rule.instrument)
    assert scale.band(rule.scheme, rule.entry_cut).code == "moderate"
    assert scale.band(rule.scheme, rule.entry_cut - 1).code == "mild"
    assert (rule.exclude_item, rule.exclude_at_least) == ("3", 3)


def test_exdep12_dose_is_the_papers() -> None:
    study = protocol.load("exdep12")
    sessions = {kind.modality: kind.per_week * study.weeks for kind in study.session_kinds}
    assert sessions == {"aerobic": 36, "strength": 12, "flexibility": 12}
    low, high = (
        sum(kind.per_week * kind.minutes[end] for kind in study.session_kinds) for end in (0, 1)
    )
    assert (low, high) == (140, 225)
    assert (low * study.weeks, high * study.weeks) == (1680, 2700)


@pytest.mark.parametrize(
    ("modality", "minutes"),
    [("aerobic", (30, 45)), ("strength", (30, 60)), ("flexibility", (20, 30))],
)
def test_exdep12_minutes_range_by_modality(modality: str, minutes: tuple[int, int]) -> None:
    kind = protocol.load("exdep12").kind(modality)
    assert kind is not None
    assert kind.minutes == minutes


@pytest.mark.parametrize(
    ("week", "aerobic", "hrr", "strength", "flexibility"),
    [
        (1, (30, 30), (40, 45), (30, 30), (20, 20)),
        (2, (30, 30), (40, 45), (30, 30), (20, 20)),
        (3, (35, 35), (45, 50), (35, 40), (20, 20)),
        (5, (40, 40), (50, 55), (45, 45), (25, 25)),
        (8, (40, 40), (50, 55), (45, 45), (25, 25)),
        (9, (45, 45), (55, 59), (50, 60), (30, 30)),
        (12, (45, 45), (55, 59), (50, 60), (30, 30)),
    ],
)
def test_exdep12_progression_week(week, aerobic, hrr, strength, flexibility) -> None:
    study = protocol.load("exdep12")
    assert study.step("aerobic", week).minutes == aerobic
    assert study.step("aerobic", week).hrr_percent == hrr
    assert study.step("strength", week).minutes == strength
    assert study.step("flexibility", week).minutes == flexibility


def test_exdep12_strength_first_weeks_are_easy() -> None:
    step = protocol.load("exdep12").step("strength", 1)
    assert (step.sets, step.reps, step.one_rm_percent) == ((1, 2), (10, 15), (40, 50))
    assert step.effort[1] <= 4
    kind = protocol.load("exdep12").kind("strength")
    assert kind is not None
    assert kind.rest_hours == 48


@pytest.mark.parametrize(
    ("code", "day", "window"),
    [
        ("week-0", 1, (-14, 1)),
        ("week-6", 42, (35, 49)),
        ("week-12", 84, (77, 91)),
    ],
)
def test_exdep12_visit_window(code: str, day: int, window: tuple[int, int]) -> None:
    visit = protocol.load("exdep12").visit(code)
    assert (visit.target_day, visit.window) == (day, window)
    assert visit.instruments == ("hdrs17", "hdrs17-self", "phq9", "wellbeing")
    assert visit.before_allocation == (code == "week-0")


def test_exdep12_week_24_is_off() -> None:
    study = protocol.load("exdep12")
    assert study.visit("week-24").optional
    assert not study.visit("week-24").enabled
    assert [v.code for v in study.enabled_visits] == ["screening", "week-0", "week-6", "week-12"]


def test_exdep12_outcomes_are_the_contracts() -> None:
    study = protocol.load("exdep12")
    primary = [outcome for outcome in study.outcomes if outcome.primary]
    assert [(o.instrument, o.source) for o in primary] == [("hdrs17", "total")]
    mood = study.outcome("mood")
    assert (mood.instrument, mood.item, mood.range) == ("wellbeing", "mood", (0, 10))
    assert study.outcome("sleep_quality").source == "diary"
    assert study.diary is not None
    assert (study.diary.nights_before, study.diary.nights_at_least) == (7, 5)


def test_exdep12_estimate_windows_are_the_contracts() -> None:
    rule = protocol.load("exdep12").estimates
    assert rule is not None
    assert (rule.window_days, rule.hr_pairs_at_least, rule.nights_at_least) == (14, 3, 5)
    assert (rule.baseline_nights, rule.baseline_nights_at_least) == (7, 5)


def test_exdep12_optional_parts() -> None:
    study = protocol.load("exdep12")
    assert study.max_hr_formula == "tanaka"
    assert study.check_in_every_weeks == 2
    assert study.keep_original_files is False
    assert study.arm("control").offered_after is not None
    assert study.arm("exercise").offered_after is None


def test_short6_has_another_length_and_other_sessions() -> None:
    study = protocol.load("short6")
    assert (study.weeks, study.days) == (6, 42)
    assert study.intensity.hrr_percent == (45, 59)
    assert {kind.modality for kind in study.session_kinds} == {"aerobic", "strength"}
    assert study.kind("flexibility") is None
    assert [visit.week for visit in study.visits] == [0, 3, 6]


def test_short6_leaves_out_what_may_be_left_out() -> None:
    study = protocol.load("short6")
    left_out = (
        study.simulated_source,
        study.strata,
        study.progression,
        study.diary,
        study.estimates,
        study.retention_years,
        study.eligibility.severity,
        study.eligibility.medication,
    )
    assert left_out == (None,) * len(left_out)


@pytest.mark.parametrize(
    ("name", "weeks", "kinds"),
    [
        ("philippot6", 6, {"aerobic", "strength"}),
        ("gordon8", 8, {"strength"}),
        ("imboden6", 6, {"aerobic"}),
    ],
)
def test_program_of_the_field_is_the_tables(name: str, weeks: int, kinds: set[str]) -> None:
    study = protocol.load(name)
    assert study.weeks == weeks
    assert {kind.modality for kind in study.session_kinds} == kinds


def test_philippot6_is_45_to_59_percent() -> None:
    assert protocol.load("philippot6").intensity.hrr_percent == (45, 59)


def test_imboden6_is_indoor_cycling_of_people_above_16() -> None:
    study = protocol.load("imboden6")
    assert [kind.activities for kind in study.session_kinds] == [("cycling",)]
    assert study.eligibility.severity is not None
    assert study.eligibility.severity.instrument == "hdrs17"
    assert study.eligibility.severity.entry_cut == 17


@pytest.mark.parametrize("name", OF_THE_FIELD)
def test_program_of_the_field_names_what_it_assumes(name: str) -> None:
    assumed = {row.code: row.choice for row in protocol.load(name).assumed}
    named = {"adults", "size", "control", "sessions", "minutes", "progression", "exclusions"}
    assert named | {"instruments", "visits"} <= assumed.keys()
    assert all(choice.endswith(".") for choice in assumed.values())


def test_our_own_studies_assume_nothing_unsaid() -> None:
    assert [name for name in STUDIES if protocol.load(name).assumed] == sorted(OF_THE_FIELD)


@given(name=st.sampled_from(STUDIES), data=st.data())
def test_step_every_week_stays_in_range(name: str, data: st.DataObject) -> None:
    study = protocol.load(name)
    week = data.draw(st.integers(1, study.weeks))
    for kind in study.session_kinds:
        step = study.step(kind.modality, week)
        assert step.weeks[0] <= week <= step.weeks[1]
        assert kind.minutes[0] <= step.minutes[0] <= step.minutes[1] <= kind.minutes[1]
        if step.hrr_percent is not None:
            low, high = step.hrr_percent
            assert study.intensity.hrr_percent[0] <= low <= high <= study.intensity.hrr_percent[1]


@given(name=st.sampled_from(STUDIES), week=st.integers(-5, 60))
def test_step_outside_the_programme_is_refused(name: str, week: int) -> None:
    study = protocol.load(name)
    modality = study.session_kinds[0].modality
    if 1 <= week <= study.weeks:
        assert study.step(modality, week)
    else:
        with pytest.raises(UnknownNameError):
            study.step(modality, week)


def test_hrr_band_is_acsm_moderate(study: Study) -> None:
    low, high = study.intensity.hrr_percent
    moderate = study.intensity.label.en == "Moderate"
    assert moderate == (40 <= low < high <= 59)


def test_progression_never_gets_easier(study: Study) -> None:
    for kind in study.session_kinds:
        for earlier, later in itertools.pairwise(kind.steps):
            assert later.minutes >= earlier.minutes
            if earlier.hrr_percent is not None and later.hrr_percent is not None:
                assert later.hrr_percent >= earlier.hrr_percent


def test_activities_codes_are_the_contracts() -> None:
    assert set(protocol.load("exdep12").activities) == {
        "fast_walking",
        "jogging",
        "cycling",
        "swimming",
        "dumbbells",
        "elastic_bands",
        "bodyweight",
        "yoga",
        "stretching",
        "other",
    }


@pytest.mark.parametrize(
    ("code", "met", "met_code"),
    [
        ("fast_walking", 4.8, "17200"),
        ("jogging", 7.5, "12020"),
        ("swimming", 5.8, "18240"),
        ("dumbbells", 3.5, "02054"),
        ("yoga", 2.3, "02150"),
        ("stretching", 2.3, "02101"),
        ("other", None, None),
    ],
)
def test_activity_met_is_the_compendiums(code, met, met_code) -> None:
    activity = protocol.load("exdep12").activities[code]
    assert (activity.met, activity.met_code) == (met, met_code)


def test_exercise_reaches_every_part_in_both_kinds() -> None:
    study = protocol.load("exdep12")
    assert len(study.exercises_of("strength")) == 10
    assert len(study.exercises_of("flexibility")) == 7
    assert [e.code for e in study.exercises_of("strength")][:2] == ["sit_to_stand", "squat"]
    kind = study.kind("strength")
    assert kind is not None
    areas = " ".join(study.exercise(code).area.en.lower() for code in kind.exercises[:8])
    for part in ("thighs", "hips", "chest", "back", "shoulders", "arms", "belly", "calves"):
        assert part in areas


def test_exercise_of_strength_never_asks_to_hold_the_breath(study: Study) -> None:
    for exercise in study.exercises_of("strength"):
        assert exercise.breathing is not None
        assert "Never hold your breath" in exercise.breathing.en
        assert "不要憋气" in exercise.breathing.zh


def test_every_program_has_a_checklist_of_fidelity_in_both_languages(study: Study) -> None:
    assert len(study.fidelity) == 6
    for line in study.fidelity:
        assert line.label.en
        assert line.label.zh


def test_exdep12_stretches_are_held_as_acsm_has_it() -> None:
    for step in protocol.load("exdep12").kind("flexibility").steps:
        assert (step.hold_seconds, step.hold_times) == ((10, 30), (2, 4))


def test_exdep12_load_rises_as_acsm_has_it() -> None:
    study = protocol.load("exdep12")
    assert study.progression is not None
    assert study.progression.load_raise_percent == (2, 10)
    assert study.progression.reps_above_for_raise == 1
    assert (study.program_starts_within_days, study.cover_days_at_most) == (7, 28)
    assert study.assumed == ()


def test_days_of_the_schedule_have_defaults() -> None:
    study = protocol.load("short6")
    assert (study.program_starts_within_days, study.cover_days_at_most) == (7, 28)


def test_stop_list_emergencies_are_red(study: Study) -> None:
    red = {row.code for row in study.stop_list if row.severity == "red"}
    assert red >= {
        "chest_pain",
        "fainting",
        "severe_breathlessness",
        "palpitations",
        "sudden_weakness",
        "confusion",
    }
    assert study.symptom("dizziness").severity == "amber"


def test_readiness_asks_nothing_about_suicide(study: Study) -> None:
    words = " ".join(f"{row.code} {row.label.en}" for row in study.readiness).lower()
    assert words
    assert not {"suicide", "harm", "die"} & set(words.split())


def test_safety_tiers_immediate_escalates_at_one_and_four_hours(study: Study) -> None:
    tier = study.safety_tier("immediate")
    assert tier.acknowledge_minutes == 60
    assert tier.escalate_minutes == (60, 240)
    assert tier.holds_sessions
    assert study.safety_tier("same_day").assess_minutes == 24 * 60
    assert study.safety_tier("review").assess_minutes == 72 * 60


@pytest.mark.parametrize(
    ("region", "phone"),
    [("CN", "12356"), ("CN", "120"), ("CN-11", "010-82951332"), ("CN-31", "962525")],
)
def test_crisis_line_by_region(region: str, phone: str) -> None:
    lines = protocol.load("exdep12").crisis[region]
    assert phone in {line.phone for line in lines}


def test_crisis_has_a_region_for_everywhere_else(study: Study) -> None:
    assert any(line.emergency for line in study.crisis["INTL"])
    assert set(study.region_labels) == set(study.crisis)


def test_crisis_line_dials_without_spaces() -> None:
    text = protocol.Text(en="a", zh="b")
    line = CrisisLine(text, "010-8295 1332", text, dt.date(2026, 1, 1), emergency=False)
    assert line.tel_href == "tel:01082951332"


def test_crisis_line_is_stale_after_its_days() -> None:
    text = protocol.Text(en="a", zh="b")
    line = CrisisLine(text, "112", text, dt.date(2026, 1, 1), emergency=True)
    assert not line.is_stale(dt.date(2026, 6, 30), days=180)
    assert line.is_stale(dt.date(2026, 7, 1), days=180)


def test_crisis_line_that_nobody_rang_is_stale() -> None:
    text = protocol.Text(en="a", zh="b")
    assert CrisisLine(text, "112", text, None, emergency=True).is_stale(dt.date(2026, 1, 1))


def test_unknown_names_are_refused(study: Study) -> None:
    for ask in (
        study.visit,
        study.arm,
        study.symptom,
        study.outcome,
        study.safety_tier,
        study.exercise,
    ):
        with pytest.raises(UnknownNameError):
            ask("nothing")
    with pytest.raises(UnknownNameError):
        study.step("swimming", 1)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Cycling"), ("zh-hans", "骑自行车"), ("zh", "骑自行车"), ("fr", "Cycling")],
)
def test_text_follows_the_active_language(language: str, words: str) -> None:
    label = protocol.load("exdep12").activities["cycling"].label
    with translation.override(language):
        assert str(label) == words
    assert label.in_language(language) == words


def test_text_without_a_language_is_english() -> None:
    label = protocol.load("exdep12").activities["cycling"].label
    with translation.override(None):
        assert str(label) == "Cycling"
