"""What goes wrong in the demo, in both arms, and what staff did about it, step by step."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts.models import AuditEvent, User
from logging_app.models import CheckIn
from protocol import current
from safety.models import AdverseEvent, SafetyAlert
from safety.report import lines, quarter_before
from safety.rules.events import problems, report_clock
from safety.services import events
from tests.exdep_site.seeding import NOW, TODAY, seeded

pytestmark = pytest.mark.django_db
State, Source = AdverseEvent.State, AdverseEvent.Source
MIDNIGHT = datetime.combine(TODAY, time(), ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def study(django_db_setup, django_db_blocker):
    """The default demo, for all tests that read it."""
    with seeded(django_db_blocker) as said:
        yield said


def real():
    """Those that were not found to be none."""
    return AdverseEvent.objects.exclude(state=State.DISMISSED)


def test_seed_has_a_believable_few_events_in_both_arms(study):
    assert 12 <= real().count() <= 24
    for arm in ("exercise", "control"):
        found = real().filter(participant__arm=arm)
        assert found.count() >= 5
        # By the same open question at the same times.
        assert found.filter(source=Source.SCHEDULED).count() >= 3
        assert found.filter(source=Source.TOLD).exists()
    assert len(set(real().exclude(term="").values_list("term", flat=True))) >= 6


def test_seed_event_of_whatever_a_check_in_told_and_of_nothing_else(study):
    told = {
        ("check_in", str(row.pk)): (row.participant_id, row.new_text)
        for row in CheckIn.objects.exclude(new_text=None)
    }
    scheduled = AdverseEvent.objects.filter(source=Source.SCHEDULED)
    assert told == {
        (row.source_kind, row.source_id): (row.participant_id, row.verbatim) for row in scheduled
    }
    # A medicine or a counsellor is not untoward.
    none = scheduled.filter(state=State.DISMISSED)
    assert none.exists()
    assert not none.filter(verbatim__iregex="hurt|ache|cold|dizzy|stomach").exists()


def test_seed_event_of_each_red_flag_in_the_log(study):
    logged = AdverseEvent.objects.filter(source=Source.LOG)
    alerts = SafetyAlert.objects.values_list("source_kind", "source_id")
    assert set(logged.values_list("source_kind", "source_id")) == set(alerts)
    for row in logged:
        alert = SafetyAlert.objects.get(source_id=row.source_id)
        judged = row.state == State.COUNTERSIGNED
        assert alert.state == (SafetyAlert.State.CLOSED if judged else SafetyAlert.State.OPEN)
    assert sorted(logged.values_list("state", flat=True)) == [
        "countersigned", "countersigned", "draft", "draft",
    ]  # fmt: skip


def test_seed_red_flags_of_the_past_were_answered_in_time(study):
    for alert in SafetyAlert.objects.closed():
        tier = current().safety_tier(alert.tier)
        steps = {step.event: step for step in alert.steps.all()}
        assert list(steps) == ["acknowledge", "assess", "close"]
        gone = steps["acknowledge"].at - alert.raised_at
        assert gone.total_seconds() <= 60 * tier.acknowledge_minutes
        gone = steps["assess"].at - alert.raised_at
        assert gone.total_seconds() <= 60 * tier.assess_minutes
        newest = alert.history.first()
        assert (newest.history_date, newest.state) == (steps["close"].at, "closed")
    assert SafetyAlert.objects.closed().count() == 2


def test_seed_one_serious_event_was_reported_within_its_clock_and_signed_anew(study):
    (event,) = [row for row in AdverseEvent.objects.all() if row.is_serious]
    assert event.serious == ["hospitalisation"]
    assert event.state == State.COUNTERSIGNED
    clock = report_clock(
        serious=True, aware_at=event.aware_at, reported_at=event.reported_at, now=NOW
    )
    assert not clock.late
    assert [version.state for version in event.history.order_by("history_date")] == [
        "draft", "assessed", "assessed", "countersigned", "assessed", "countersigned",
    ]  # fmt: skip
    assert event.outcome == AdverseEvent.Outcome.RECOVERED
    corrected = event.history.exclude(history_change_reason=None).get()
    assert corrected.history_change_reason == "The hospital's letter has come."
    # It stands in the report that the page shows first.
    clinician = User.objects.get(email="clinician@example.org")
    found = lines(clinician, *quarter_before(TODAY), NOW)
    assert [line.study_id for line in found if "grade 3" in line.more] == [
        event.participant.study_id
    ]


def test_seed_events_are_judged_by_the_rules_and_by_two_people(study):
    for row in AdverseEvent.objects.exclude(assessed_at=None).exclude(state=State.DISMISSED):
        entry = {name: getattr(row, name) for name in events.ASSESSMENT}
        assert problems(entry, known=AdverseEvent.SERIOUS, today=TODAY) == {}
        row.full_clean(exclude=["noted_by"] if row.noted_by is None else [])
        assert row.aware_at < row.assessed_at < MIDNIGHT
        assert row.ended_on is None or row.ended_on <= row.assessed_at.date()
        assert (row.ended_on is None) == (row.outcome == AdverseEvent.Outcome.RECOVERING)
        if row.state == State.COUNTERSIGNED:
            assert row.assessed_at < row.countersigned_at < MIDNIGHT
            assert row.countersigned_by != row.assessed_by


def test_seed_nothing_of_the_control_arm_is_laid_to_the_exercise(study):
    judged = AdverseEvent.objects.exclude(term="")
    of_control = judged.filter(participant__arm="control")
    assert set(of_control.values_list("related_exercise", "action")) == {("none", "none")}
    assert judged.filter(related_exercise="probable", action="paused").exists()


def test_seed_leaves_something_for_the_clinician_who_signs_in(study):
    clinician = User.objects.get(email="clinician@example.org")
    assert AdverseEvent.objects.filter(state=State.DRAFT).exists()
    waiting = AdverseEvent.objects.filter(state=State.ASSESSED).exclude(assessed_by=clinician)
    with transaction.atomic():
        signed = events.countersign(event=waiting.first(), by=clinician, now=NOW)
        assert signed.state == State.COUNTERSIGNED
        transaction.set_rollback(True)


def test_seed_events_have_history_and_trail_of_the_time_when_it_was_done(study):
    for row in AdverseEvent.objects.all():
        times = [version.history_date for version in row.history.order_by("pk")]
        assert times == sorted(times)
        assert times[0] == row.aware_at
        assert times[-1] < MIDNIGHT
        trail = AuditEvent.objects.filter(
            object_type="safety.adverseevent", object_id=str(row.pk), action__startswith="safety."
        )
        assert [line.at for line in trail.order_by("seq")] == times
    call_command("verify_audit")
