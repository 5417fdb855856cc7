"""`seed_demo`: a whole study in an empty database, the same for the same seed and day."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta
from statistics import correlation, mean
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError

from accounts.models import AuditEvent
from assessments.models import Response, Visit
from core import clock
from enrollment.models import Participant, Withdrawal
from enrollment.selectors import refusal
from logging_app import rules as log_rules
from logging_app.models import SessionMatch, SleepNight, Workout
from protocol import current, instrument
from safety.models import SafetyAlert
from schedule.models import FitnessAssessment
from schedule.rules import week_sessions
from tests.exdep_site.seeding import NOW, TABLES, TODAY, dump, seed, seeded

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def study(django_db_setup, django_db_blocker):
    """The default demo, for all tests that read it."""
    with seeded(django_db_blocker) as said:
        yield said


def test_seed_of_a_full_database_is_refused(study):
    with pytest.raises(CommandError, match="holds people already"):
        seed()
    assert Participant.objects.count() == 101


def test_seed_if_empty_leaves_a_full_database_as_it_is(study):
    before = dump()
    said = seed(if_empty=True)
    assert said.count("\n") == 1
    assert dump() == before


# --- the people ---


def test_seed_keeps_the_papers_demography_in_the_rows(study):
    taking_part = Participant.objects.exclude(arm="")
    assert taking_part.count() == 100
    for sex in ("female", "male"):
        for arm in ("exercise", "control"):
            assert taking_part.filter(sex=sex, arm=arm).count() == 25
    ages = [person.day_one.year - person.birth_year for person in taking_part]
    found = [sum(low <= age <= high for age in ages)
             for low, high in ((18, 30), (31, 40), (41, 50), (51, 60))]  # fmt: skip
    assert found == [30, 35, 25, 10]
    for region in ("CN-11", "CN-31"):
        assert taking_part.filter(site__region=region).count() == 50


def test_seed_newcomer_has_signed_nothing(study):
    newcomer = Participant.objects.get(user__email="newcomer@example.org")
    assert newcomer.state == Participant.State.INVITED
    assert not newcomer.consents.exists()
    assert newcomer.day_one is None
    assert refusal(newcomer, NOW).code == "consent_pending"


def test_seed_says_who_left_and_writes_nothing_after_it(study):
    left = Withdrawal.objects.select_related("participant")
    assert left.count() == 10
    assert {row.participant.arm for row in left} == {"exercise", "control"}
    for row in left:
        person = row.participant
        assert person.state == Participant.State.WITHDRAWN
        assert not person.workouts.filter(received_at__gt=row.at).exists()
        assert not person.nights.filter(received_at__gt=row.at).exists()
        assert not person.responses.filter(submitted_at__gt=row.at).exists()


def test_seed_everyone_signed_before_anything_was_written(study):
    for person in Participant.objects.exclude(arm=""):
        signed = person.consents.get().signed_at
        assert not person.responses.filter(submitted_at__lt=signed).exists()
        assert not person.nights.filter(received_at__lt=signed).exists()


def test_seed_writes_nothing_in_the_future(study):
    midnight = datetime.combine(TODAY, time(), ZoneInfo("Asia/Shanghai"))
    assert not Workout.objects.filter(received_at__gte=midnight).exists()
    assert not Workout.objects.filter(started_at__gte=midnight).exists()
    assert not SleepNight.objects.filter(date__gte=TODAY).exists()
    assert not Response.objects.filter(submitted_at__gte=midnight).exists()
    assert not Visit.objects.filter(done_on__gte=TODAY).exists()
    assert not Withdrawal.objects.filter(at__gte=midnight).exists()
    assert not SafetyAlert.objects.filter(raised_at__gte=midnight).exists()


# --- the numbers ---


def mood_changes(arm):
    moods = defaultdict(dict)
    found = Response.objects.filter(
        instrument="wellbeing", participant__arm=arm, participant__state="completed"
    )
    for person, visit, answers in found.values_list("participant_id", "visit__code", "answers"):
        moods[person][visit] = answers["mood"]
    return {
        person: each["week-12"] - each["week-0"]
        for person, each in moods.items()
        if each.get("week-12") is not None and each.get("week-0") is not None
    }


def test_seed_heart_rate_rises_more_in_those_whose_mood_improved_more(study):
    rises, moods = [], mood_changes("exercise")
    for person in moods:
        pairs = Workout.objects.filter(participant=person).exclude(hr_before_bpm=None)
        pairs = pairs.exclude(hr_after_bpm=None).values_list("hr_before_bpm", "hr_after_bpm")
        rises.append(mean(after - before for before, after in pairs))
    assert correlation(rises, list(moods.values())) > 0.3


def sleep_changes(arm):
    changes = []
    for person in Participant.objects.filter(arm=arm, state="completed"):
        quality = dict(person.nights.values_list("date", "quality"))
        means = []
        for code in ("week-0", "week-12"):
            visited = person.visits.get(code=code).done_on
            nights = [quality.get(visited - timedelta(days=back)) for back in range(7)]
            known = [value for value in nights if value is not None]
            means.append(mean(known) if len(known) >= 5 else None)
        if None not in means:
            changes.append(means[1] - means[0])
    return changes


@pytest.mark.parametrize(("arm", "reported"), [("exercise", 2.0), ("control", 0.1)])
def test_seed_mood_change_is_near_the_papers(study, arm, reported):
    changes = mood_changes(arm)
    assert len(changes) >= 25
    assert mean(changes.values()) == pytest.approx(reported, abs=0.35)


@pytest.mark.parametrize(("arm", "reported"), [("exercise", 3.3), ("control", 0.1)])
def test_seed_sleep_quality_change_is_near_the_papers(study, arm, reported):
    changes = sleep_changes(arm)
    assert len(changes) >= 25
    assert mean(changes) == pytest.approx(reported, abs=0.5)


def test_seed_at_least_60_have_finished(study):
    assert Participant.objects.filter(state="completed").count() >= 60


def test_seed_everyone_met_the_entry_cut_at_screening(study):
    totals = [
        sum(value for value in answers.values() if value is not None)
        for answers in Response.objects.own()
        .filter(instrument="hdrs17", visit__code="screening")
        .values_list("answers", flat=True)
    ]
    assert len(totals) == 100
    assert min(totals) >= current().eligibility.severity.entry_cut


def test_seed_answers_fit_their_instruments(study):
    for row in Response.objects.all():
        asked = instrument(row.instrument)
        assert row.instrument_version == asked.version
        assert set(row.answers) == set(asked.keys)
        for key, value in row.answers.items():
            assert value is None or asked.item(key).is_legal(value)
        assert not any(asked.alert_tiers(key, row.answers[key]) for key in asked.alert_items)


def test_seed_rater_scores_hdrs17_and_nothing_else(study):
    by_rater = Response.objects.filter(answered_by__email="rater@example.org")
    assert set(by_rater.values_list("instrument", flat=True)) == {"hdrs17"}
    assert not Response.objects.filter(instrument="hdrs17", answered_by=None).exists()


# --- rows that the site itself could have written ---


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_seed_rows_are_clean(study, model):
    nobody = ("user", "by", "entered_by", "answered_by")
    rows = list(model.objects.order_by("pk"))
    for row in rows[:: max(1, len(rows) // 40)]:
        unknown = [name for name in nobody if getattr(row, name, 0) is None]
        row.full_clean(exclude=unknown)


def test_seed_participants_are_clean(study):
    for row in Participant.objects.exclude(arm=""):
        row.full_clean(exclude=["user"] if row.user is None else [])


def test_seed_workouts_pass_the_logs_own_rules(study):
    words = log_rules.Vocabulary(
        activities=frozenset(current().activities),
        symptoms=frozenset(symptom.code for symptom in current().stop_list),
    )
    for entry in Workout.objects.values():
        assert log_rules.problems(entry, words, now=NOW) == {}
        typed = {name for name, source in entry["sources"].items() if source == "typed"}
        assert all(entry[name] is not None for name in typed)
    for workout in Workout.objects.filter(modality="strength").prefetch_related("strength_sets"):
        lines = list(workout.strength_sets.values())
        assert lines
        assert log_rules.set_problems(lines) == []


def test_seed_matches_are_sessions_of_the_workouts_own_week(study):
    for match in SessionMatch.objects.select_related("participant", "workout"):
        day = clock.local_date(match.workout.started_at, match.participant.tz)
        week = clock.study_week(clock.study_day(day, match.participant.day_one))
        asked = {s.key: s.modality for s in week_sessions(current(), week)}
        assert asked[match.session_key] == match.workout.modality


def test_seed_control_arm_is_asked_for_no_session(study):
    assert not SessionMatch.objects.filter(participant__arm="control").exists()
    assert not FitnessAssessment.objects.filter(participant__arm="control").exists()
    assert FitnessAssessment.objects.filter(participant__arm="exercise").count() == 50


def test_seed_every_red_flag_has_its_alert(study):
    red = {symptom.code for symptom in current().stop_list if symptom.severity == "red"}
    flagged = {
        str(workout.pk): sorted(red & set(workout.symptoms or ()))
        for workout in Workout.objects.all()
        if red & set(workout.symptoms or ())
    }
    alerts = {alert.source_id: alert.detail["symptoms"] for alert in SafetyAlert.objects.all()}
    assert alerts == flagged
    assert len(alerts) == 4


def test_seed_every_row_has_its_history(study):
    for model in TABLES:
        made = model.history.filter(history_type="+")
        assert made.count() == model.objects.count()
    for person in Participant.objects.all():
        newest = person.history.first()
        assert (newest.state, newest.arm, newest.day_one) == (
            person.state, person.arm, person.day_one,
        )  # fmt: skip


def test_seed_leaves_one_line_a_person_in_the_trail(study):
    lines = AuditEvent.objects.filter(action="demo.seeded")
    assert set(lines.values_list("participant_id", flat=True)) == set(
        Participant.objects.exclude(arm="").values_list("pk", flat=True)
    )
