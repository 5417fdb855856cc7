"""What the permission walk finds at its addresses: one thing of each kind, all the owner's."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.test import Client
from PIL import Image

import protocol
from accounts.models import AuditEvent, OutgoingMessage, User
from accounts.roles import Role
from assessments.models import ArmGuess, RaterTraining, RatingAgreement, Response, Visit
from data_management.models import Export
from enrollment.models import (
    ConsentConversation,
    ConsentDocument,
    ConsentRecord,
    Contact,
    DataLock,
    Deviation,
    DeviceIssue,
    Erasure,
    Invitation,
    Medication,
    Participant,
    ProtocolConfirmation,
    Screening,
    Unblinding,
)
from estimates.models import Estimate, EstimatorVersion
from logging_app.models import CheckIn, SleepNight, Workout
from logging_app.photos.services import attach_photo
from safety.models import AdverseEvent, SafetyAlert
from safety.rules import red_flag_tier
from schedule.models import Instructing, Pause
from schedule.services.pauses import pause
from tests import cast

WORKOUT = UUID(int=7)
WALK = {
    "modality": "aerobic", "activity": "jogging",
    "started_at": "2026-03-18T10:00:00+08:00", "duration_min": 30,
}  # fmt: skip
NIGHT = {"in_bed_at": "22:30", "out_of_bed_at": "07:00", "quality": 6}
MORNING = "2026-03-18"
CHECK_IN = "2026-03-15"  # study day 42
PAGE = {**WALK, "started_at": "2026-03-18T10:00"}
READY = {"answers": ["very_tired"]}
WORKOUT_API = "api/v1/workouts/<uuid:uuid>/"
ONE_ASSESSMENT = "assessments/<slug:visit>/<slug:instrument>/"

# What is sent, where an empty body would not show who may write.
BODIES: dict[str, dict[str, Any]] = {
    f"PUT {WORKOUT_API}": WALK,
    "PUT api/v1/readiness/<uuid:uuid>/": READY,
    "POST log/start/": {"uuid": str(UUID(int=9)), "entry": str(UUID(int=8))},
    f"PUT api/v1/{ONE_ASSESSMENT}": {"answers": {"mood": 5}},
    "PUT api/v1/sleep/<morning:date>/": NIGHT,
    "POST sleep/<morning:date>/": {**NIGHT, "edit": 1},
    "PUT api/v1/check-ins/<morning:due>/": {"active_minutes": 20},
    "POST check-in/<morning:due>/": {"active_minutes": 20, "edit": 1},
    "POST log/": {**PAGE, "uuid": str(UUID(int=8)), "edit": 1},
    "POST log/<uuid:uuid>/change/": {**PAGE, "uuid": str(WORKOUT), "edit": 2, "effort": 3},
    f"POST {ONE_ASSESSMENT}<int:number>/": {"answer": 5},
    "POST me/reminders/": {
        "at": "18:00",
        "first": "email",
        "quiet_from": "21:00",
        "quiet_to": "08:00",
    },
    "POST instructor/take-on/": {"study_id": "EX-owner"},
    "POST week/pause/": {"kind": "illness", "starts_on": MORNING, "ends_on": MORNING},
    "POST today/not-today/": {"date": MORNING},
    "POST today/after-all/": {"date": MORNING},
}

# What stands for each `<…>` of a route.
PLACES = {
    "<slug:study_id>": "EX-owner",
    "<int:participant>": "1",
    "<uuid:uuid>": str(WORKOUT),
    "<int:cover_id>": "0",
    "<slug:visit>": "week-6",
    "<slug:instrument>": "wellbeing",
    "<int:number>": "1",
    "<slug:code>": "fast_walking",
    "<morning:date>": MORNING,
    "<morning:due>": CHECK_IN,
    "<int:pk>": "1",
    "<int:alert_id>": "1",
    "<int:event_id>": "1",
    "<int:study_pause_id>": "999",
    "<int:shift_id>": "999",
    "<int:hold_id>": "999",
    "<key>": "a-key",
    "<str:key>": "never-sent",
    "<str:code>": "WRONG23456",
    "<str:token>": "never-made",
    "<int:pause_id>": "999",
    "<int:pair_id>": "999",
    "<path:content_type_id>": "1",
    "<app_label>": "enrollment",
    "<url>": "nothing",
}


def tiny_jpeg() -> bytes:
    """A picture of a tracker's display."""
    out = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    return out.getvalue()


def give_to(instructor: User) -> None:
    """The owner, where there is one, is this instructor's."""
    for owner in Participant.objects.filter(study_id=PLACES["<slug:study_id>"]):
        Instructing.objects.create(
            participant=owner, instructor=instructor, since=cast.NOW, by=instructor
        )


def make() -> dict[str, str]:
    """Make them; gives PLACES with their ids, and for each table of the desk its row."""
    owner = cast.participant("owner")
    browser = Client()
    browser.force_login(owner.user)
    sent = browser.put(f"/api/v1/workouts/{WORKOUT}/", WALK, content_type="application/json")
    assert sent.status_code == 201
    ready = browser.put(f"/api/v1/readiness/{WORKOUT}/", READY, content_type="application/json")
    assert ready.status_code == 201
    attach_photo(participant=owner, uuid=WORKOUT, data=tiny_jpeg(), by=owner.user, now=cast.NOW)
    found = rows(owner)
    alert = next(row for row in found if isinstance(row, SafetyAlert))
    return {
        **PLACES,
        "<int:pk>": str(owner.user_id),
        "<int:pause_id>": str(_pause(owner).pk),
        "<int:participant>": str(owner.pk),
        "<int:alert_id>": str(alert.pk),
        "<int:event_id>": str(_event(owner).pk),
        **{f"admin/{row._meta.label_lower.replace('.', '/')}/": str(row.pk) for row in found},
    }


def _event(owner: Participant) -> AdverseEvent:
    return AdverseEvent.objects.create(
        participant=owner, verbatim="a cold", started_on=cast.NOW.date(), source="told"
    )


def _pause(owner: Participant) -> Pause:
    return pause(
        participant=owner, kind="travel", starts_on=cast.NOW.date() + timedelta(days=60),
        ends_on=None, by=owner.user, now=cast.NOW,
    )  # fmt: skip


def rows(owner: Participant) -> list[Model]:
    """A row of every table that the desk shows, the owner's where it is a participant's."""
    of_owner = {"participant": owner}
    someone = cast.staff(Role.CLINICIAN, at=owner.site, name="someone")
    visit = Visit.objects.create(**of_owner, code="week-0", done_on=owner.day_one)
    version = EstimatorVersion.objects.create(
        version="1", sha256="0" * 64, data_origin="study", participants=30, card={}
    )
    tier = red_flag_tier(protocol.current().safety_tiers).code
    # Someone who left at the same site: the owner must be able to go on writing.
    left = cast.participant("left", at=owner.site)
    return [
        owner, owner.site, owner.user, someone.staff_roles.get(),
        OutgoingMessage.objects.create(user=owner.user, kind="test", state="sent"),
        AuditEvent.objects.get(action="workout.recorded"),
        ConsentDocument.objects.get(), ConsentRecord.objects.get(**of_owner),
        ConsentConversation.objects.create(
            **of_owner, document=ConsentDocument.objects.get(), at=cast.NOW, investigator=someone
        ),
        cast.withdraw(left),
        *_conduct(owner, left, someone),
        *_ratings(owner),
        DataLock.objects.create(participant=left, at=cast.NOW, by=someone, reason="left"),
        ProtocolConfirmation.objects.create(
            study_name="exdep12", protocol_version="1.0", code="minutes", choice="30 minutes.",
            confirmed_by=someone, at=cast.NOW,
        ),
        cast.fitness(owner), owner.prescriptions.get(version=1),
        Pause.objects.create(
            **of_owner, kind="illness", starts_on=owner.day_one, ends_on=owner.day_one, by=someone
        ),
        Instructing.objects.create(
            **of_owner, instructor=someone, since=cast.NOW, until=cast.NOW + timedelta(days=2),
            cover=True, reason="away", by=someone,
        ),
        Unblinding.objects.create(
            **of_owner, by=someone, shown_to=someone, at=cast.NOW, reason="an emergency"
        ),
        SafetyAlert.objects.create(
            **of_owner, kind="red_flag_symptom", tier=tier, source_kind="test", source_id="1"
        ),
        Workout.objects.get(pk=WORKOUT),
        SleepNight.objects.create(**of_owner, date=owner.day_one, zone=owner.zone, quality=5),
        CheckIn.objects.create(
            **of_owner, due_on=owner.day_one + timedelta(days=13), zone=owner.zone,
            anything_new=True,
        ),
        visit,
        Response.objects.create(
            **of_owner, visit=visit, instrument="wellbeing",
            instrument_version=protocol.instrument("wellbeing").version,
        ),
        version,
        Estimate.objects.create(**of_owner, made_at=cast.NOW, study_day=45, status="abstained"),
        Export.objects.create(kind="conduct", made_at=cast.NOW, manifest_sha256="0" * 64),
    ]  # fmt: skip


def _conduct(owner: Participant, left: Participant, by: User) -> list[Model]:
    """Rows of the desk's own pages of enrollment."""
    of_owner, today = {"participant": owner}, cast.NOW.date()
    return [
        Invitation.objects.create(
            code_sha256="0" * 64,
            site=owner.site,
            expires_at=cast.NOW + timedelta(days=9),
            issued_at=cast.NOW,
            issued_by=by,
        ),
        Medication.objects.create(**of_owner, substance="Sertraline", dose="50 mg"),
        DeviceIssue.objects.create(**of_owner, device="Band", issued_on=today, issued_by=by),
        Screening.objects.create(**of_owner, in_age_range=True),
        Contact.objects.create(**of_owner, at=cast.NOW, channel="phone", by=by),
        Deviation.objects.create(
            **of_owner, category="other", occurred_on=today, found_on=today, what="late"
        ),
        Erasure.objects.create(participant=left, reason="asked"),
    ]


def _ratings(owner: Participant) -> list[Model]:
    """Rows of the desk's pages about raters: a training, two readings of one visit, a guess."""
    rater = cast.staff(Role.RATER, at=owner.site, name="trained-rater")
    visit = Visit.objects.create(participant=owner, code="screening")
    first, second = (
        Response.objects.create(
            participant=owner, visit=visit, instrument="hdrs17", reading=reading,
            instrument_version=protocol.instrument("hdrs17").version,
        )
        for reading in (1, 2)
    )  # fmt: skip
    return [
        RaterTraining.objects.create(
            rater=rater, instrument="hdrs17", trained_on=cast.NOW.date(), evidence="joint",
            expires_on=cast.NOW.date() + timedelta(days=365), recorded_by=rater,
        ),
        RatingAgreement.objects.create(visit=visit, first=first, second=second),
        ArmGuess.objects.create(participant=owner, visit="week-12", guess="dont_know", by=rater),
    ]  # fmt: skip


def fill(route: str, things: dict[str, str]) -> str:
    """A route as an address. A page of the admin gets the row of its own table."""
    for place, value in things.items():
        if place.startswith("admin/") and route.startswith(place):
            route = route.replace("<path:object_id>", value)
        elif not place.startswith("admin/"):
            route = route.replace(place, value)
    route = route.replace("<path:object_id>", "1")
    assert "<" not in route, f"nothing stands for a part of {route}"
    return f"/{route}"
