"""Raising an alert: once per source, never closed by what comes later, always in the trail."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from safety.models import SafetyAlert
from safety.services import raise_alert
from tests import cast

KIND = SafetyAlert.Kind.RED_FLAG_SYMPTOM


@pytest.fixture
def patient(db):
    return cast.participant()


def raised(patient, *, source="w-1", symptoms=("chest_pain",), kind=KIND):
    return raise_alert(
        participant=patient, kind=kind, tier="immediate", source_kind="workout", source_id=source,
        detail={"symptoms": list(symptoms)}, by=patient.user,
    )  # fmt: skip


def trail():
    return list(
        AuditEvent.objects.filter(action__startswith="safety.").order_by("seq")
        .values_list("action", "participant_id", "object_id")
    )  # fmt: skip


def test_raise_alert_opens_one_and_leaves_a_line(patient):
    alert = raised(patient)
    assert (alert.state, alert.tier, alert.participant) == ("open", "immediate", patient)
    assert alert.detail == {"symptoms": ["chest_pain"]}
    assert trail() == [("safety.alert_raised", patient.pk, str(alert.pk))]


def test_raise_alert_again_from_the_same_source_with_the_same_words_changes_nothing(patient):
    first = raised(patient)
    assert raised(patient) == first
    assert SafetyAlert.objects.count() == SafetyAlert.history.count() == 1
    assert len(trail()) == 1


def test_raise_alert_again_with_other_words_renews_them_and_keeps_the_earlier(patient):
    first = raised(patient)
    again = raised(patient, symptoms=("fainting",))
    assert again.pk == first.pk
    assert (again.detail, again.state) == ({"symptoms": ["fainting"]}, "open")
    assert again.raised_at == first.raised_at
    earlier = SafetyAlert.history.order_by("history_id").first()
    assert earlier.detail == {"symptoms": ["chest_pain"]}
    assert [action for action, *_ in trail()] == ["safety.alert_raised", "safety.alert_changed"]


def test_raise_alert_from_another_source_or_of_another_kind_is_another_alert(patient):
    raised(patient)
    raised(patient, source="w-2")
    raised(patient, kind=SafetyAlert.Kind.RISK_ANSWER)
    assert SafetyAlert.objects.count() == 3


def test_trail_of_an_alert_holds_no_word_of_what_was_said(patient):
    raised(patient)
    line = AuditEvent.objects.get(action="safety.alert_raised")
    assert json.loads(line.changes) == {
        "kind": "red_flag_symptom", "tier": "immediate", "source": "workout:w-1",
    }  # fmt: skip


def test_raise_alert_is_undone_with_what_caused_it(patient):
    with transaction.atomic():
        raised(patient)
        transaction.set_rollback(True)  # what caused it failed
    assert not SafetyAlert.objects.exists()
    assert trail() == []


def test_database_refuses_a_second_alert_of_one_source(patient):
    alert = raised(patient)
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyAlert.objects.create(
            participant=patient, kind=alert.kind, tier=alert.tier,
            source_kind=alert.source_kind, source_id=alert.source_id,
        )  # fmt: skip
