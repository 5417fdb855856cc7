"""The study stands still: nobody is allocated, no session is asked for, every log is kept."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import AuditEvent
from accounts.roles import Role
from core.errors import Forbidden
from enrollment.models import StudyPause
from enrollment.services.allocation import allocate
from enrollment.services.ready import NotReady, missing_for_allocation
from enrollment.services.study_pause import begin_study_pause, end_study_pause
from logging_app.selectors.adherence import adherence
from logging_app.services import record_workout
from tests import cast
from tests.cast import NOW
from tests.enrollment import stage

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def clinician():
    return cast.staff(Role.CLINICIAN, at=cast.site(), name="zhou")


def stop(by, what="sessions", at=NOW, reason="An event is looked into"):
    return begin_study_pause(what=what, reason=reason, by=by, now=at)


def test_allocation_is_refused_with_words_and_goes_on_afterwards(clinician):
    stage.make_list()
    person = stage.ready()
    by = cast.staff(Role.COORDINATOR, at=person.site)
    pause = stop(clinician, "allocation")
    assert missing_for_allocation(person, NOW) == ("study_pause",)
    with pytest.raises(NotReady):
        allocate(participant=person, by=by, now=NOW)
    end_study_pause(pause=pause, reason="Found harmless", by=clinician, now=NOW)
    assert allocate(participant=person, by=by, now=NOW).arm


def test_sessions_are_not_asked_for_and_are_excused(clinician):
    person = cast.participant()
    before = adherence([person], NOW)[person.pk]
    stop(clinician, at=NOW - 2 * DAY)
    after = adherence([person], NOW)[person.pk]
    assert after.programme.study_rests(NOW.date())
    week = before.week_numbers[-1]
    assert after.week_summary(week).excused > before.week_summary(week).excused
    assert after.week_summary(week - 1) == before.week_summary(week - 1)
    page = Client()
    page.force_login(person.user)
    text = page.get("/today/").text
    assert "The study rests" in text
    assert "looked into" not in text


def test_they_are_asked_for_again_from_the_day_it_ends(clinician):
    person = cast.participant()
    pause = stop(clinician, at=NOW - 2 * DAY)
    end_study_pause(pause=pause, reason="Found harmless", by=clinician, now=NOW)
    programme = adherence([person], NOW)[person.pk].programme
    rested = [programme.study_rests((NOW - n * DAY).date()) for n in (3, 2, 1, 0)]
    assert rested == [False, True, True, False]


def test_a_log_is_never_refused(clinician):
    person = cast.participant()
    stop(clinician)
    record_workout(
        participant=person, uuid=uuid.uuid4(), by=person.user, now=NOW,
        entry={
            "modality": "aerobic", "activity": "jogging", "duration_min": 30,
            "started_at": NOW - timedelta(hours=1),
        },
    )  # fmt: skip
    assert person.workouts.count() == 1


def test_it_is_stopped_and_ended_by_a_named_person_with_words(clinician):
    with pytest.raises(ValidationError):
        stop(clinician, reason=" ")
    with pytest.raises(ValidationError):
        stop(clinician, what="everything")
    pause = stop(clinician)
    assert stop(clinician, reason="Again").pk == pause.pk
    with pytest.raises(ValidationError):
        end_study_pause(pause=pause, reason="", by=clinician, now=NOW)
    ended = end_study_pause(pause=pause, reason="All well", by=clinician, now=NOW + DAY)
    assert (ended.until, ended.ended_by, ended.ended_reason) == (NOW + DAY, clinician, "All well")
    again = end_study_pause(pause=pause, reason="Later", by=clinician, now=NOW + 2 * DAY)
    assert again.ended_reason == "All well"
    lines = AuditEvent.objects.filter(action__startswith="study.pause").order_by("seq")
    assert [line.action for line in lines] == ["study.paused", "study.pause_ended"]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MONITOR, Role.RATER, Role.INSTRUCTOR])
def test_nobody_else_stops_the_study(role):
    with pytest.raises(Forbidden):
        stop(cast.staff(role, at=cast.site()))


def test_a_clinician_stops_and_ends_it_on_its_page(clinician, settings):
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    page = Client()
    page.force_login(clinician)
    assert page.post("/safety/pause/", {"what": "sessions"}).status_code == 400
    sent = {"what": "sessions", "reason": "An event is looked into"}
    assert page.post("/safety/pause/", sent).status_code == 302
    pause = StudyPause.objects.get()
    shown = page.get("/safety/pause/").text
    assert "An event is looked into" in shown
    # By the clocks of the site.
    assert f"{pause.since.astimezone(cast.site().tz):%-d %b %Y, %H:%M}" in shown
    end = f"/safety/pause/{pause.pk}/end/"
    assert page.post(end, {"reason": "All well"}).status_code == 302
    pause.refresh_from_db()
    assert pause.until is not None
