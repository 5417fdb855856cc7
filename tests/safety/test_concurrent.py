"""Many alerts at once: each has exactly one owner, one trail and one set of messages."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

import protocol
from accounts import audit
from accounts.models import AuditEvent
from safety.models import AlertMessage, AlertStep, SafetyAlert
from safety.services import raise_alert
from safety.services.telling import escalate
from schedule.models import Pause
from tests import cast

AT_ONCE, SOURCES_TWICE = 30, 2


def raise_one(patient, number):
    """As a process of its own would: a connection that is closed afterwards."""
    try:
        return raise_alert(
            participant=patient, kind=SafetyAlert.Kind.RED_FLAG_SYMPTOM, tier="immediate",
            source_kind="workout", source_id=str(number), detail={}, by=patient.user, now=cast.NOW,
        ).pk  # fmt: skip
    finally:
        connection.close()


def pass_on(minutes):
    try:
        return escalate(cast.NOW + timedelta(minutes=minutes))
    finally:
        connection.close()


def of_many(alerts, workers=16):
    """`alerts` sources, each sent twice by different threads: a lost answer and its resend."""
    people = [cast.participant(f"p{n}", prescribed=False) for n in range(4)]
    first, second = cast.cover(people[0].site)
    numbers = [n % alerts for n in range(SOURCES_TWICE * alerts)]
    with ThreadPoolExecutor(workers) as pool:
        rows = list(pool.map(lambda n: raise_one(people[n % 4], n), numbers))
        passed = sum(pool.map(pass_on, [61] * 4))
    return rows, passed, first, second


def assert_one_of_each(alerts, rows, passed, first, second):
    assert len(set(rows)) == alerts == SafetyAlert.objects.count()
    trail = AuditEvent.objects.filter(action="safety.alert_raised")
    assert sorted(trail.values_list("object_id", flat=True)) == sorted(str(r) for r in set(rows))
    assert set(SafetyAlert.objects.values_list("owner", flat=True)) == {second.pk}
    assert passed == alerts == AlertStep.objects.filter(event="escalate").count()
    told = AlertMessage.objects.values_list("level", "to", "channel")
    assert sorted(set(told)) == sorted(
        (level, person.pk, channel)
        for level, person in ((0, first), (1, second))
        for channel in ("email", "sms")
    )
    assert len(told) == 4 * alerts
    assert Pause.objects.filter(kind="hold").count() == alerts
    events = list(AuditEvent.objects.order_by("seq"))
    assert all(event.mac == audit.mac_of(event) for event in events)
    assert [e.previous_mac for e in events[1:]] == [e.mac for e in events[:-1]]


@pytest.mark.django_db(transaction=True)
def test_alerts_at_once_have_one_owner_and_one_trail_each():
    assert protocol.load("exdep12").safety_tier("immediate").escalate_minutes[0] == 60
    assert_one_of_each(AT_ONCE, *of_many(AT_ONCE))


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_two_hundred_alerts_at_once():
    assert_one_of_each(200, *of_many(200, workers=32))
    found = f"200 concurrent alerts on {connection.vendor}: one owner and one trail each"
    sys.stdout.write(f"\n{found}\n")
