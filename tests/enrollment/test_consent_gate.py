"""No study data without a consent in force: every way to write, and what waited for a renewal."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine

from assessments.models import Response
from core import clock
from core.errors import ConsentPending
from enrollment.services import consent as services
from estimates.models import Estimate
from estimates.services import request_estimate
from logging_app.models import SleepNight, Workout
from logging_app.nights.services import record_night
from logging_app.services import record_workout, void_workout
from tests import cast, doors
from tests.enrollment import consenting
from tests.exdep_site.walk_objects import NIGHT, PAGE, WALK

NOW = cast.NOW
UUID_7 = UUID(int=7)

# Method, address, body: every address that a participant writes study data by.
BY_API = {
    "workout": ("put", f"/api/v1/workouts/{UUID_7}/", WALK),
    "workout taken back": ("delete", f"/api/v1/workouts/{UUID_7}/?reason=x", None),
    "night": ("put", "/api/v1/sleep/2026-03-18/", NIGHT),
    "answers": ("put", "/api/v1/assessments/week-6/wellbeing/", {"answers": {"mood": 5}}),
    "estimate": ("post", "/api/v1/estimates/", {}),
}
BY_PAGE = {
    "workout": ("/log/", {**PAGE, "uuid": str(UUID_7), "edit": 1}),
    "workout taken back": (f"/log/{UUID_7}/take-back/", {"reason": "x"}),
    "night": ("/sleep/2026-03-18/", {**NIGHT, "edit": 1}),
    "answers": ("/assessments/week-6/wellbeing/1/", {"answer": 5}),
    "answers sent": ("/assessments/week-6/wellbeing/check/", {}),
    "estimate": ("/estimate/", {}),
    "screening": ("/screening/", {"birth_year": 1990, "sex": "female"}),
}


def stored(person):
    return [
        model.objects.filter(participant=person).count()
        for model in (Workout, SleepNight, Response, Estimate)
    ]


@pytest.fixture(params=["nothing signed", "renewal pending"])
def waiting(db, request):
    """A participant who may not be written about, for either reason."""
    with time_machine.travel(NOW, tick=False):
        person = cast.participant(consented=request.param == "renewal pending")
        if request.param == "renewal pending":
            consenting.approved("2", at=NOW)
        yield person


@pytest.mark.parametrize("what", BY_API)
@pytest.mark.parametrize("way", ["cookie", "token"])
def test_no_api_writes_without_consent(waiting, what, way):
    client = doors.cookie(waiting.user) if way == "cookie" else doors.by_token(waiting.user)
    method, address, body = BY_API[what]
    answer = getattr(client, method)(address, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "consent_pending")
    assert stored(waiting) == [0, 0, 0, 0]


@pytest.mark.parametrize("what", BY_PAGE)
def test_no_page_writes_without_consent(waiting, what):
    address, body = BY_PAGE[what]
    answer = doors.cookie(waiting.user).post(address, body)
    assert answer.status_code in {302, 403}
    if answer.status_code == 302:
        assert answer["location"].startswith("/consent/")
    assert stored(waiting) == [0, 0, 0, 0]


def test_no_service_writes_without_consent(waiting):
    by = {"participant": waiting, "by": waiting.user, "now": NOW}
    acts = [
        lambda: record_workout(uuid=UUID_7, entry={}, **by),
        lambda: void_workout(uuid=UUID_7, reason="x", **by),
        lambda: record_night(morning=date(2026, 3, 18), entry={}, **by),
        lambda: request_estimate(**by),
    ]
    for act in acts:
        with pytest.raises(ConsentPending):
            act()


def test_what_waited_for_the_renewal_is_accepted_after_it_and_marked(db):
    """The phone keeps what was refused, and sends it again once the new version is signed."""
    with time_machine.travel(NOW, tick=False) as traveller:
        person = cast.participant()
        phone = doors.by_token(person.user)
        before = {**WALK, "started_at": "2026-03-18T08:00:00+08:00"}
        first = phone.put(
            f"/api/v1/workouts/{UUID(int=1)}/", before, content_type="application/json"
        )
        assert first.json()["made_while_consent_pending"] is False
        newer = consenting.approved("2", at=NOW)
        traveller.shift(timedelta(hours=2))
        during = {**WALK, "started_at": "2026-03-18T13:00:00+08:00"}
        address = f"/api/v1/workouts/{UUID_7}/"
        kept = phone.put(address, during, content_type="application/json")
        assert kept.json()["code"] == "consent_pending"
        consenting.talk(person, at=clock.now())
        services.sign_consent(
            participant=person, text=consenting.text(newer), given=consenting.given(),
            by=person.user, now=clock.now(),
        )  # fmt: skip
        again = phone.put(address, during, content_type="application/json")
        assert (again.status_code, again.json()["made_while_consent_pending"]) == (201, True)
        assert (
            phone.get(f"/api/v1/workouts/{UUID(int=1)}/").json()["made_while_consent_pending"]
            is False
        )
        traveller.shift(timedelta(days=1))
        night = phone.put("/api/v1/sleep/2026-03-19/", NIGHT, content_type="application/json")
        assert night.json()["made_while_consent_pending"] is False


def test_a_night_of_the_wait_is_marked(db):
    with time_machine.travel(NOW, tick=False) as traveller:
        person = cast.participant()
        phone = doors.by_token(person.user)
        newer = consenting.approved("2", at=NOW - timedelta(days=2))
        consenting.talk(person)
        services.sign_consent(
            participant=person, text=consenting.text(newer), given=consenting.given(),
            by=person.user, now=NOW,
        )  # fmt: skip
        traveller.shift(timedelta(minutes=1))
        marks = {
            morning: phone.put(
                f"/api/v1/sleep/{morning}/", NIGHT, content_type="application/json"
            ).json()["made_while_consent_pending"]
            for morning in ("2026-03-16", "2026-03-17", "2026-03-18")
        }
        # Approved on the 16th at noon, signed on the 18th at noon; up at seven each morning.
        assert marks == {"2026-03-16": False, "2026-03-17": True, "2026-03-18": True}
