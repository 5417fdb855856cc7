"""Asking for an estimate: what is answered, kept and refused."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

import protocol
from accounts.models import AuditEvent
from core.errors import ConsentPending, Locked, Withdrawn
from enrollment.models import ConsentRecord, DataLock
from estimates import selectors, services
from estimates.errors import EstimatorUnavailable
from estimates.models import Estimate, EstimatorVersion
from logging_app.models import SleepNight, Workout
from safety.models import SafetyAlert
from tests import cast
from tests.estimates.models import (
    FORWARD,
    SHIPPED,
    TODAY,
    directory,
    log_enough,
    nights,
    noon,
    patient,
)
from tests.estimates.models import workout as log_workout

pytestmark = pytest.mark.django_db


@pytest.fixture
def data_dir(settings, tmp_path):
    settings.EXDEP_DATA_DIR = str(tmp_path / "data")
    return tmp_path / "data"


def ask(person) -> Estimate:
    return services.request_estimate(participant=person, by=person.user, now=cast.NOW)


def codes(estimate: Estimate) -> list[str]:
    assert estimate.status == Estimate.Status.ABSTAINED
    assert estimate.change is None
    return [reason["code"] for reason in estimate.reasons]


def test_estimate_is_the_networks_answer_with_its_range(person, model):
    """24 bpm and 3 points: h1 = .05·24 + .2·3 + .1 = 1.9, h2 = 0, y = 1.2·1.9 + .2 = 2.48."""
    found = ask(person)
    assert found.status == Estimate.Status.ESTIMATED
    assert (found.hr_change_bpm, found.sleep_quality_change) == (24, 3)
    assert found.change == pytest.approx(2.48, abs=1e-5)
    assert (found.low, found.high) == pytest.approx((0.98, 3.98), abs=1e-5)
    assert found.coverage == 0.9
    assert found.study_day == 45
    assert found.reasons == []


def test_estimate_keeps_its_days_and_its_model(person, model):
    found = ask(person)
    assert found.days == {
        "heart_rate": ["2026-03-05", "2026-03-14", "2026-03-17"],
        "nights": ["2026-03-14", "2026-03-15", "2026-03-16", "2026-03-17", "2026-03-18"],
        "nights_before": ["2026-01-28", "2026-01-29", "2026-01-30", "2026-01-31", "2026-02-01"],
    }
    version = EstimatorVersion.objects.get()
    assert found.version == version
    assert found.model_sha256 == version.sha256
    assert (version.version, version.folder, version.registered_by) == ("forward", "", None)


def test_estimate_and_abstention_are_in_the_trail_without_their_numbers(person, model):
    first = ask(person)
    Workout.objects.update(hr_after_bpm=None)
    second = ask(person)
    events = AuditEvent.objects.filter(action__startswith="estimate.").order_by("seq")
    assert [(e.action, e.object_id) for e in events] == [
        ("estimate.made", str(first.pk)),
        ("estimate.abstained", str(second.pk)),
    ]
    assert json.loads(events[1].changes) == {
        "reasons": ["few_heart_rates"],
        "model": first.model_sha256,
    }


def test_every_question_is_a_row_of_its_own(person, model):
    assert ask(person).pk != ask(person).pk
    assert Estimate.objects.count() == 2
    assert EstimatorVersion.objects.count() == 1


# --- what goes in


def test_features_use_local_days_and_leave_out_what_was_taken_back(person, model):
    zone = ZoneInfo("Asia/Shanghai")
    # 00:10 of the first day and 23:50 of today are inside, 23:50 of the day before is not.
    log_workout(person, datetime(2026, 3, 5, 0, 10, tzinfo=zone), 70, 100)
    log_workout(person, datetime(2026, 3, 18, 23, 50, tzinfo=zone), 70, 112)
    log_workout(person, datetime(2026, 3, 4, 23, 50, tzinfo=zone), 70, 170)
    log_workout(
        person, noon(TODAY), 70, 170, voided_at=cast.NOW, voided_by=person.user, void_reason="slip"
    )
    log_workout(person, noon(TODAY), 70, None)
    found = ask(person)
    assert found.hr_change_bpm == pytest.approx((24 * 3 + 30 + 42) / 5)
    assert len(found.days["heart_rate"]) == 5


def test_features_of_nights_leave_out_day_one_and_what_lies_between(person, model):
    nights(person, [person.day_one, person.day_one - timedelta(days=8)], 10)
    nights(person, [TODAY - timedelta(days=14)], 10)
    nights(person, [TODAY - timedelta(days=13)], None)
    assert ask(person).sleep_quality_change == 3


# --- reasons


def test_without_consent_to_estimates_nothing_of_the_log_is_read(
    person, model, django_assert_max_num_queries
):
    ConsentRecord.objects.update(estimates=False)
    found = ask(person)
    assert codes(found) == ["no_consent"]
    assert (found.days, found.version, found.hr_change_bpm) == ({}, None, None)


def test_the_consent_signed_last_counts(person, model):
    newer = cast.consent_document("2", approved_at=cast.NOW - timedelta(days=2))
    ConsentRecord.objects.create(
        participant=person, document=newer, language="en", signed_at=cast.NOW - timedelta(days=1)
    )
    assert codes(ask(person)) == ["no_consent"]


def test_a_simulated_model_never_answers_a_real_participant(person, settings):
    settings.EXDEP_DEMO = False
    found = ask(person)
    assert codes(found) == ["simulated_model"]
    assert (found.hr_change_bpm, found.days) == (None, {})
    assert EstimatorVersion.objects.get().data_origin == "simulated"
    settings.EXDEP_DEMO = True
    assert ask(person).status == Estimate.Status.ESTIMATED


def test_a_simulated_model_whose_card_claims_people_answers_nobody(person, model, tmp_path):
    model(directory(tmp_path / "model", SHIPPED, data_origin="study"))
    assert codes(ask(person)) == ["model_unavailable"]


def test_a_simulated_model_may_be_registered_and_still_never_answers(person, data_dir):
    services.register_estimator(directory=selectors.SHIPPED, by=None, now=cast.NOW)
    assert codes(ask(person)) == ["simulated_model"]


def test_model_of_too_few_people_abstains(person, changed_model):
    changed_model(training__participants=29)
    assert codes(ask(person)) == ["few_training_participants"]


def test_model_no_narrower_than_the_mean_abstains(person, changed_model):
    changed_model(range__half_width=2.0)
    assert codes(ask(person)) == ["range_too_wide"]


def test_missing_model_is_a_reason_and_not_an_error(person, model, tmp_path):
    model(tmp_path / "nowhere")
    found = ask(person)
    assert codes(found) == ["model_unavailable"]
    assert (found.version, found.model_sha256) == (None, "")


def test_altered_model_is_a_reason_and_not_an_error(person, changed_model):
    there = changed_model()
    assert ask(person).status == Estimate.Status.ESTIMATED
    file = there / "model.tflite"
    file.write_bytes(file.read_bytes()[:-1])
    assert codes(ask(person)) == ["model_unavailable"]


def test_a_study_may_switch_estimates_off(person, model, monkeypatch):
    from dataclasses import replace

    study = replace(protocol.current(), estimates=None)
    monkeypatch.setattr(protocol, "current", lambda: study)
    assert codes(ask(person)) == ["switched_off"]


def test_open_alert_comes_first(person, model):
    SafetyAlert.objects.create(
        participant=person, kind=SafetyAlert.Kind.RED_FLAG_SYMPTOM, tier="urgent",
        source_kind="workout", source_id="1",
    )  # fmt: skip
    assert codes(ask(person)) == ["open_alert"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"birth_year": None}, ["age_unknown"]),
        ({"birth_year": 1960}, ["age_outside"]),
        ({"birth_year": 1966}, ["no_workouts", "few_nights", "few_nights_before"]),
        ({"week": 2}, ["too_early"]),
        ({"week": None}, ["not_started"]),
    ],
)
def test_abstains_for_who_they_are(model, fields, expected):
    assert codes(ask(patient("someone", **fields))) == expected


def test_control_arm_without_workouts_abstains_for_that_alone(model):
    person = patient("quiet", arm="control")
    log_enough(person)
    Workout.objects.all().delete()
    assert codes(ask(person)) == ["no_workouts"]


def test_too_little_of_everything_names_everything(person, model):
    Workout.objects.filter(started_at__gte=noon(TODAY - timedelta(days=5))).delete()
    SleepNight.objects.filter(date=TODAY).delete()
    found = ask(person)
    assert found.reasons == [
        {"code": "few_heart_rates", "found": 1, "needed": 3, "days": 14},
        {"code": "few_nights", "found": 4, "needed": 5, "days": 14},
    ]
    assert found.hr_change_bpm is None


def test_input_outside_the_training_range_is_kept_and_not_answered(person, changed_model):
    changed_model(training__hr_change_bpm=[25, 60], training__sleep_quality_change=[3.5, 8])
    found = ask(person)
    assert codes(found) == ["heart_rate_outside", "sleep_outside"]
    assert (found.hr_change_bpm, found.sleep_quality_change) == (24, 3)


def test_inputs_unusual_together_are_not_answered(person, changed_model):
    changed_model(training__distance_squared_limit=0.001)
    assert codes(ask(person)) == ["unusual_together"]


# --- the gate


def test_withdrawn_locked_and_unsigned_are_refused_and_nothing_is_kept(model):
    gone, locked, unsigned = patient("gone"), patient("locked"), patient("new", consented=False)
    cast.withdraw(gone)
    DataLock.objects.create(participant=locked, by=locked.user, at=cast.NOW, reason="frozen")
    for person, refusal in ((gone, Withdrawn), (locked, Locked), (unsigned, ConsentPending)):
        with pytest.raises(refusal):
            ask(person)
    assert not Estimate.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "estimated"},
        {"status": "abstained", "change": 1.0},
        {"status": "abstained", "low": 1.0, "high": 2.0},
    ],
)
def test_database_refuses_an_answer_without_its_parts(person, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Estimate.objects.create(participant=person, made_at=cast.NOW, **fields)


# --- registering


def test_registered_model_answers_from_then_on(person, model, data_dir, tmp_path):
    before = ask(person)
    there = directory(tmp_path / "new", version="second", range__half_width=1.0)
    row = services.register_estimator(directory=there, by=None, now=cast.NOW + timedelta(hours=1))
    assert (data_dir / row.folder / "model.tflite").exists()
    found = ask(person)
    assert before.version.version == "forward"
    assert found.version == row
    assert found.high - found.change == pytest.approx(1.0)


def test_registered_model_that_is_deleted_stops_estimates(person, model, data_dir):
    row = services.register_estimator(directory=FORWARD, by=None, now=cast.NOW)
    (data_dir / row.folder / "model.tflite").unlink()
    assert codes(ask(person)) == ["model_unavailable"]


def test_registered_model_whose_card_is_changed_stops_estimates(person, model, data_dir):
    row = services.register_estimator(directory=FORWARD, by=None, now=cast.NOW)
    card = data_dir / row.folder / "card.json"
    card.write_text(card.read_text().replace('"half_width": 1.5', '"half_width": 0.5'))
    assert codes(ask(person)) == ["model_unavailable"]


def test_register_the_model_in_force_again_changes_nothing(data_dir):
    rows = [services.register_estimator(directory=FORWARD, by=None, now=cast.NOW) for _ in range(2)]
    assert rows[0] == rows[1]
    assert AuditEvent.objects.filter(action="estimator.registered").count() == 1


def test_register_an_earlier_model_puts_it_in_force_again(data_dir, tmp_path):
    later = [cast.NOW + timedelta(hours=hour) for hour in range(3)]
    services.register_estimator(directory=FORWARD, by=None, now=later[0])
    services.register_estimator(directory=selectors.SHIPPED, by=None, now=later[1])
    services.register_estimator(directory=FORWARD, by=None, now=later[2])
    assert selectors.newest_version().version == "forward"


def test_register_refuses_a_card_whose_weights_are_others(data_dir, tmp_path):
    there = directory(tmp_path / "model", network__output_bias=0.25)
    with pytest.raises(EstimatorUnavailable, match="away from the weights"):
        services.register_estimator(directory=there, by=None, now=cast.NOW)
    assert not EstimatorVersion.objects.exists()
    assert not data_dir.exists()
