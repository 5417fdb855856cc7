"""Steps with an alert, and passing on what nobody answered."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

import protocol
from accounts.messages.outcome import SENT
from accounts.models import AuditEvent
from accounts.roles import Role
from core.errors import Forbidden, IllegalStep, NotFound
from safety import selectors
from safety.models import AlertMessage, AlertStep, DutyShift, SafetyAlert
from safety.services import raise_alert, take_step, telling
from safety.services.telling import escalate, send_owed
from schedule.models import Pause
from tests import cast
from tests.cast import NOW

pytestmark = pytest.mark.django_db
IMMEDIATE = protocol.load("exdep12").safety_tier("immediate")


@pytest.fixture(autouse=True)
def _gateway(settings):
    settings.EXDEP_SMS_GATEWAY = "log"


@pytest.fixture
def patient():
    return cast.participant()


@pytest.fixture
def first(patient):
    return clinician("zhou", patient, order=1)


@pytest.fixture
def second(patient, first):
    return clinician("qin", patient, order=2)


def clinician(name, patient, *, order=None):
    person = cast.staff(Role.CLINICIAN, at=patient.site, name=name)
    if order:
        DutyShift.objects.create(
            site=patient.site, clinician=person, order=order, phone="010-1",
            weekdays=list(range(7)), starts_at=time(0), ends_at=time(0),
            since=NOW.date() - timedelta(days=30), by=person,
        )  # fmt: skip
    return person


def alert_of(patient, tier="immediate", source="w-1"):
    return raise_alert(
        participant=patient, kind=SafetyAlert.Kind.RED_FLAG_SYMPTOM, tier=tier,
        source_kind="workout", source_id=source, detail={"symptoms": ["chest_pain"]},
        by=patient.user, now=NOW,
    )  # fmt: skip


def step(alert, event, by, words="Called, all well.", **fields):
    return take_step(alert=alert, event=event, words=words, by=by, now=NOW, **fields)


def after(minutes):
    return NOW + timedelta(minutes=minutes)


def test_an_alert_belongs_to_whoever_is_called_first_and_holds_sessions(patient, second, first):
    alert = alert_of(patient)
    assert alert.owner == first
    pause = Pause.objects.get(participant=patient)
    assert (pause.kind, pause.ends_on, pause.source_id) == ("hold", None, str(alert.pk))


def test_without_a_rota_a_clinician_of_the_site_owns_it(patient):
    cast.staff(Role.CLINICIAN, at=cast.site("sh"), name="elsewhere")
    someone = clinician("zhou", patient)
    assert alert_of(patient).owner == someone


def test_with_nobody_at_all_there_is_an_alarm_at_once(patient):
    alert = alert_of(patient)
    assert alert.owner is None
    assert [m.alert for m in selectors.messages_in_trouble(NOW)] == [alert]


def test_a_lower_tier_holds_nothing(patient, first):
    alert_of(patient, tier="review")
    assert not Pause.objects.exists()


def test_the_control_arm_has_nothing_to_hold(first):
    alert_of(cast.participant("control", arm="control"))
    assert not Pause.objects.exists()


def test_from_open_to_closed_each_step_has_a_name_and_words(patient, first, second):
    alert = alert_of(patient)
    step(alert, "acknowledge", second, "I am calling.")
    step(alert, "note", first, "Their sister is with them.")
    step(alert, "assess", second, "Seen at the clinic.")
    step(alert, "close", second, "No danger now.")
    alert.refresh_from_db()
    assert (alert.state, alert.owner) == ("closed", second)
    assert [(s.event, s.by) for s in alert.steps.all()] == [
        ("acknowledge", second), ("note", first), ("assess", second), ("close", second),
    ]  # fmt: skip
    trail = AuditEvent.objects.filter(action__startswith="safety.alert_").order_by("seq")
    assert [line.action.removeprefix("safety.alert_") for line in trail] == [
        "raised", "acknowledge", "note", "assess", "close",
    ]  # fmt: skip
    assert "sister" not in "".join(line.changes + line.reason for line in trail)


@pytest.mark.parametrize("event", ["assess", "close"])
def test_no_step_is_skipped(patient, first, event):
    with pytest.raises(IllegalStep):
        step(alert_of(patient), event, first)


def test_a_second_tap_on_the_same_step_is_told_and_changes_nothing(patient, first):
    alert = alert_of(patient)
    step(alert, "acknowledge", first)
    with pytest.raises(IllegalStep):
        step(alert, "acknowledge", first)
    assert alert.steps.count() == 1


@pytest.mark.parametrize("words", ["", "  ", "\0"])
def test_a_step_without_words_is_refused(patient, first, words):
    with pytest.raises(ValidationError) as refused:
        step(alert_of(patient), "acknowledge", first, words)
    assert set(refused.value.message_dict) == {"words"}
    assert not AlertStep.objects.exists()


def test_nobody_else_takes_a_step(patient, first):
    alert = alert_of(patient)
    with pytest.raises(Forbidden):
        step(alert, "acknowledge", cast.staff(Role.COORDINATOR, at=patient.site))
    with pytest.raises(NotFound):
        step(alert, "acknowledge", cast.staff(Role.CLINICIAN, at=cast.site("sh"), name="far"))
    with pytest.raises(Forbidden):
        step(alert, "escalate", first)


def test_it_is_handed_over_to_a_clinician_of_the_site(patient, first, second):
    alert = alert_of(patient)
    step(alert, "hand_over", first, "My shift ends.", to=second)
    alert.refresh_from_db()
    assert (alert.state, alert.owner) == ("open", second)
    with pytest.raises(ValidationError):
        step(alert, "hand_over", second, "And on.", to=cast.user("stranger"))


def test_database_keeps_alerts_and_steps(patient, first):
    alert = alert_of(patient)
    step(alert, "acknowledge", first)
    with pytest.raises(IntegrityError), transaction.atomic():
        AlertStep.objects.update(words="nothing was said")
    with pytest.raises(IntegrityError), transaction.atomic():
        AlertStep.objects.all()._raw_delete("default")
    AlertMessage.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyAlert.objects.filter(pk=alert.pk)._raw_delete("default")


@pytest.mark.parametrize(
    ("minutes", "levels"), [(59, []), (60, [1]), (239, [1]), (240, [1, 2]), (600, [1, 2])]
)
def test_an_unanswered_alert_is_passed_on_at_the_protocols_minutes(
    patient, first, second, minutes, levels
):
    assert IMMEDIATE.escalate_minutes == (60, 240)
    alert = alert_of(patient)
    escalate(after(minutes))
    assert list(alert.steps.values_list("level", flat=True)) == levels
    alert.refresh_from_db()
    assert alert.state == "open"


def test_it_goes_to_the_next_and_at_the_last_to_everybody(patient, first, second):
    coordinator = cast.staff(Role.COORDINATOR, at=patient.site)
    alert = alert_of(patient)
    escalate(after(61))
    alert.refresh_from_db()
    assert alert.owner == second
    escalate(after(241))
    told = [
        set(alert.messages.filter(level=level).values_list("to", flat=True)) for level in (0, 1, 2)
    ]
    assert told == [{first.pk}, {second.pk}, {first.pk, second.pk, coordinator.pk}]


def test_an_answered_alert_is_not_passed_on(patient, first):
    alert = alert_of(patient)
    step(alert, "acknowledge", first)
    assert escalate(after(6000)) == 0


def test_the_message_names_nobody_and_nothing_that_was_said(patient, first):
    alert_of(patient)
    assert send_owed(NOW) == 2
    (sent,) = mail.outbox
    assert sent.to == [first.email]
    text = sent.subject + sent.body
    for secret in (patient.study_id, patient.user.name, "exercise", "chest", "depress", "suicid"):
        assert secret.lower() not in text.lower()


def test_a_message_is_sent_once(patient, first):
    alert_of(patient)
    assert (send_owed(NOW), send_owed(NOW), send_owed(after(60))) == (2, 0, 0)
    assert len(mail.outbox) == 1


def test_a_lower_tier_is_told_by_mail_alone(patient, first):
    alert = alert_of(patient, tier="same_day")
    assert [message.channel for message in alert.messages.all()] == ["email"]


def test_the_one_hour_tier_rings_the_telephone_on_duty_too(patient, first, monkeypatch):
    rung = []

    class Gateway:
        def send(self, to, text):
            rung.append((to, text))
            return SENT

    monkeypatch.setattr(telling, "gateway", Gateway)
    alert_of(patient)
    send_owed(NOW)
    ((number, text),) = rung
    assert number == "010-1"
    assert patient.study_id not in text


def test_without_a_gateway_the_one_hour_tier_is_an_alarm(patient, first, settings):
    settings.EXDEP_SMS_GATEWAY = ""
    alert_of(patient)
    assert send_owed(NOW) == 1
    assert [message.channel for message in selectors.messages_in_trouble(NOW)] == ["sms"]


def test_a_message_that_cannot_go_is_an_alarm_and_is_tried_again(patient, first, settings):
    settings.EMAIL_BACKEND = "tests.safety.test_alerts.Broken"
    alert = alert_of(patient)
    assert send_owed(NOW) == 1
    assert selectors.messages_in_trouble(NOW).count() == 1
    assert alert.steps.get().event == "undelivered"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert (send_owed(after(1)), send_owed(after(6))) == (0, 1)
    assert not selectors.messages_in_trouble(after(6)).exists()
    assert alert.steps.count() == 1


def test_a_message_that_waits_is_an_alarm(patient, first):
    alert_of(patient)
    assert not selectors.messages_in_trouble(after(5)).exists()
    assert selectors.messages_in_trouble(after(6)).exists()


class Broken:
    """A mail server that is down."""

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError
