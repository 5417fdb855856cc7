"""Two people who differ in their arm alone, with all that follows from it, and what others see.

A world is made whole, looked at, and undone; the next one is made with the same keys. What stands
in one world and not in the other is what the arm brings: workouts, matched sessions, a red flag
and its alert, an estimate, a fitness assessment, another deviation, another contact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.apps import apps
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.test import Client

from accounts.models import AuditEvent, OutgoingMessage, User
from accounts.roles import Role
from assessments.models import Response, Visit
from assessments.services import book_visit, miss_visit, open_extra_visit
from data_management.models import Export
from enrollment.models import (
    AllocationSlot,
    Contact,
    DataLock,
    Deviation,
    DeviceIssue,
    Medication,
    Participant,
    Screening,
)
from estimates.models import Estimate, EstimatorVersion
from logging_app.models import SleepNight
from safety.models import AdverseEvent, SafetyAlert
from safety.services import events, raise_alert
from tests import cast, doors
from tests.assessments import rated
from tests.exdep_site import walk_objects

# Everything that may differ between two answers, and what stands in its place. Nothing else may.
MASKS: tuple[tuple[str, str], ...] = (
    (r"EX-(one|two)", "STUDY-ID"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
    (r"\b[0-9a-f]{32}\b", "UUID"),
    (r'(name="csrfmiddlewaretoken" value=")\w{64}', r"\1TOKEN"),
    (r"\b(csrftoken|sessionid|messages)=[^;\s]*", r"\1=TOKEN"),
    (r'("session_token": ?")\w+', r"\1TOKEN"),
    (r'("(?:challenge|last_used_at|created_at)": ?)("[^"]*"|[\d.]+)', r"\1TOKEN"),
    (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[\d.]*(Z|[+-]\d{2}:\d{2})", "TIME"),
    (r"\b\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT", "TIME"),
)  # fmt: skip
WALK = {**walk_objects.WALK, "hr_before_bpm": 70, "hr_after_bpm": 120, "effort": 4}
LIFTING = {
    **walk_objects.WALK, "modality": "strength", "activity": "elastic_bands",
    "started_at": "2026-03-17T10:00:00+08:00",
}  # fmt: skip
# What both arms have came in before the first workout: no latest moment may tell of one.
EARLIER = cast.NOW - timedelta(days=1)
WATCHERS = (Role.RATER, Role.STATISTICIAN)
# Where visits take place: with whoever rates on the day, with the watcher, with another rater.
ANYBODYS, OWN, ANOTHERS = "Room 401", "Room 501", "Room 901"
MISSED = "hidden-reason: a funeral"


@dataclass(frozen=True)
class World:
    """Who is in it, and what stands for the parts of an address, by twin."""

    one: Participant
    two: Participant
    watchers: Mapping[Role, User]
    places: Mapping[str, Mapping[str, str]]


@contextmanager
def world(one: str, two: str = "control") -> Iterator[World]:
    """The twins in these arms. All of it is gone afterwards, and so are the keys it took."""
    _start_keys_anew()
    with transaction.atomic():
        yield _make({"one": one, "two": two})
        transaction.set_rollback(True)
    cache.clear()


def _start_keys_anew() -> None:
    """PostgreSQL does not give keys back that were rolled back."""
    for sql in connection.ops.sequence_reset_sql(
        no_style(), apps.get_models(include_auto_created=True)
    ):
        with connection.cursor() as cursor:
            cursor.execute(sql)


def _make(arms: dict[str, str]) -> World:
    """First what both arms have, in the same order and with the same keys; then the arm's own."""
    site = cast.site()
    watchers = {role: cast.staff(role, at=site, name=f"watcher-{role}") for role in WATCHERS}
    for watcher in watchers.values():
        doors.second_factor(watcher)
    rated.train(watchers[Role.RATER])
    clinician = cast.staff(Role.CLINICIAN, at=site, name="clinician")
    twins = {name: cast.participant(name, arm=arm, at=site) for name, arm in arms.items()}
    Participant.objects.update(created_at=EARLIER)
    version = EstimatorVersion.objects.create(
        version="1", sha256="0" * 64, data_origin="study", participants=30, card={}
    )
    shared = {name: _shared(twin, clinician) for name, twin in twins.items()}
    desk = cast.staff(Role.COORDINATOR, at=site, name="desk")
    other = rated.rater("colleague", at=site)
    for twin in twins.values():
        _arrange(twin, desk, watchers[Role.RATER], other)
    of_study = [site, clinician, version, clinician.staff_roles.get(), Export.objects.create(
        kind="conduct", made_at=cast.NOW, manifest_sha256="0" * 64
    )]  # fmt: skip
    for name, twin in twins.items():
        if twin.arm == "exercise":
            shared[name] += _of_exercise(twin, clinician, version)
        else:
            _of_control(twin, clinician)
    places = {name: _places([*of_study, *rows], twins[name]) for name, rows in shared.items()}
    return World(twins["one"], twins["two"], watchers, places)


def _shared(twin: Participant, clinician: User) -> list[models.Model]:
    """What everyone in week 7 has: nights, visits with answers, one of them left to a rater."""
    lock = DataLock.objects.create(
        participant=twin, at=cast.NOW, by=clinician, reason="a mistake",
        lifted_at=cast.NOW, lifted_by=clinician,
    )  # fmt: skip
    nights = [
        SleepNight.objects.create(
            participant=twin, date=(cast.NOW - timedelta(days=day)).date(), zone=twin.zone,
            quality=5, received_at=EARLIER,
        )
        for day in range(1, 9)
    ]  # fmt: skip
    assert twin.day_one is not None
    visits = [
        Visit.objects.create(participant=twin, code="week-0", done_on=twin.day_one),
        Visit.objects.create(participant=twin, code="week-6", done_on=cast.NOW.date()),
    ]
    answers = Response.objects.create(
        participant=twin, visit=visits[0], instrument="wellbeing", instrument_version="wellbeing-1",
        answers={"mood": 4}, answered_by=twin.user, submitted_at=EARLIER, updated_at=EARLIER,
    )  # fmt: skip
    message = OutgoingMessage.objects.create(user=twin.user, kind="test", state="sent")
    screening = Screening.objects.create(
        participant=twin, in_age_range=True, fitness_result="pass", hdrs_total=20,
        decided_at=EARLIER, decided_by=clinician,
    )  # fmt: skip
    medicine = Medication.objects.create(
        participant=twin, substance="sertraline", dose="50 mg", noted_by=clinician
    )
    device = DeviceIssue.objects.create(
        participant=twin, device="band", issued_on=twin.day_one, issued_by=clinician
    )
    AllocationSlot.objects.create(
        stratum="female", position=1 + AllocationSlot.objects.count(), participant=twin,
        sealed_arm=f"sealed {twin.arm}", used_at=EARLIER, used_by=clinician,
    )  # fmt: skip
    assert twin.user is not None
    return [twin, twin.user, twin.consents.get(), twin.consents.get().document, screening,
            medicine, device, lock, nights[0], visits[1], answers, message]  # fmt: skip


def _arrange(twin: Participant, desk: User, watcher: User, other: User) -> None:
    """Visits with a time, a place and a rater, one that was missed, and one that no calendar plans,
    as the coordinator makes them."""
    missed, extra = (
        open_extra_visit(participant=twin, kind="unscheduled", by=desk, now=cast.NOW - ago)
        for ago in (timedelta(days=9), timedelta(days=1))
    )
    miss_visit(participant=twin, visit=missed.code, reason=MISSED, by=desk, now=EARLIER)
    for code, after, place, rater in (
        ("week-6", timedelta(hours=1), ANYBODYS, None),
        (extra.code, timedelta(hours=2), OWN, watcher),
        ("week-12", timedelta(days=35), ANOTHERS, other),
    ):
        book_visit(
            participant=twin, visit=code, booked_at=cast.NOW + after, place=place, rater=rater,
            by=desk, now=cast.NOW,
        )  # fmt: skip


def _of_exercise(
    twin: Participant, clinician: User, version: EstimatorVersion
) -> list[models.Model]:
    """By the doors that a phone uses, so that everything that hangs on them happens too."""
    phone = Client()
    assert twin.user is not None
    phone.force_login(twin.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    number = 7 if twin.study_id == "EX-one" else 17
    for step, entry in enumerate((WALK, {**LIFTING, "symptoms": ["chest_pain"]})):
        path = f"/api/v1/workouts/{UUID(int=number + step)}/"
        sent = phone.put(path, entry, content_type="application/json")
        assert sent.status_code == 201, sent.content
    assert phone.post("/api/v1/estimates/", {}, content_type="application/json").status_code == 201
    alert, event_of_log = twin.alerts.get(), twin.adverse_events.get()
    _trouble(twin, clinician)
    fitness = cast.fitness(twin, by=clinician)
    deviation = Deviation.objects.create(
        participant=twin, category="visit_window", occurred_on=cast.NOW.date(),
        found_on=cast.NOW.date(), what="missed three sessions",
    )  # fmt: skip
    contact = Contact.objects.create(participant=twin, at=cast.NOW, channel="phone", by=clinician)
    estimate = Estimate.objects.filter(participant=twin).latest("pk")
    event = AuditEvent.objects.filter(action="workout.recorded").latest("seq")
    return [*twin.workouts.all()[:1], alert, event_of_log, fitness, deviation, contact, estimate,
            event]  # fmt: skip


def _trouble(twin: Participant, clinician: User) -> None:
    """What is told of someone who exercises: an alert of each kind, and an event, judged."""
    assert twin.user is not None
    for kind in (SafetyAlert.Kind.WORSENING, SafetyAlert.Kind.NOT_SAFE, SafetyAlert.Kind.HEARD):
        raise_alert(
            participant=twin, kind=kind, tier="immediate", source_kind="twin",
            source_id=f"{twin.pk}:{kind}", detail={}, by=twin.user, now=cast.NOW,
        )  # fmt: skip
    sprain = events.note_event(
        participant=twin, verbatim="sprained while jogging", started_on=cast.NOW.date(),
        source="told", by=clinician, now=cast.NOW,
    )  # fmt: skip
    entry = {
        "started_on": cast.NOW.date(), "grade": 2, "serious": ["hospitalisation"],
        "related_exercise": "probable", "action": "paused", "outcome": "recovering",
    }  # fmt: skip
    events.assess(event=sprain, entry=entry, by=clinician, now=cast.NOW)


def _of_control(twin: Participant, clinician: User) -> None:
    """Someone who was asked to go on as usual, and did something else once."""
    Deviation.objects.create(
        participant=twin, category="control_exercises", occurred_on=cast.NOW.date(),
        found_on=cast.NOW.date(), what="began to run",
    )  # fmt: skip


_ID_OF = {SafetyAlert: "<int:alert_id>", AdverseEvent: "<int:event_id>"}


def _places(rows: list[models.Model], twin: Participant) -> dict[str, str]:
    """PLACES of the permission walk with this twin's ids, and the row of each table of the desk."""
    number = 7 if twin.study_id == "EX-one" else 17
    return {
        **walk_objects.PLACES,
        "<uuid:uuid>": str(UUID(int=number)),
        "<int:pk>": str(twin.user_id),
        "<slug:study_id>": twin.study_id,
        **{_ID_OF[type(row)]: str(row.pk) for row in rows if type(row) in _ID_OF},
        **{f"admin/{row._meta.label_lower.replace('.', '/')}/": str(row.pk) for row in rows},
    }


def masked(text: str) -> str:
    """An answer without what differs between any two answers."""
    for pattern, stands in MASKS:
        text = re.sub(pattern, stands, text)
    return text


def seen(answer: Any, *, asked: str) -> str:
    """Everything of an answer that its reader gets: status, headers, cookies, length and bytes.

    The address asked for, where the answer repeats it (`?next=…`), stands as ASKED.
    """
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    head = sorted(f"{name}: {value}" for name, value in answer.items())
    cookies = sorted(morsel.OutputString() for morsel in answer.cookies.values())
    told, text = (
        masked(_without(part, asked))
        for part in ("\n".join([*head, *cookies]), body.decode("utf-8", "backslashreplace"))
    )
    return f"{answer.status_code}\n{told}\n{len(text)}\n{text}"


def _without(text: str, asked: str) -> str:
    """`/` itself stands everywhere; every longer address is told from chance."""
    if len(asked) > 2:
        for written in (asked, quote(asked), quote(asked, safe="")):
            text = text.replace(written, "ASKED")
    return text
