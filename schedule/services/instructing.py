"""Who looks after whom: taking somebody on, handing over, covering for a colleague; and notes.

None of it waits for a renewed consent: it is how the study is run. Notes do.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

import protocol
from accounts import audit
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import ConsentPending, Forbidden
from core.words import tidy
from enrollment.models import Contact, Participant
from enrollment.permissions import same_site_as
from enrollment.selectors import may_write, refusal
from enrollment.services.conduct import note_contact
from schedule import instructed, selectors
from schedule.models import Instructing, InstructorNote
from schedule.permissions import must_instruct
from schedule.services.rows import keep, locked

BEGAN, ENDED = "schedule.instructor_began", "schedule.instructor_ended"
COVER_BEGAN, COVER_ENDED = "schedule.cover_began", "schedule.cover_ended"
# The same words by the same person within this time were sent twice.
SENT_AGAIN = timedelta(minutes=10)
instructs_there = same_site_as(Role.INSTRUCTOR)
coordinates_there = same_site_as(Role.COORDINATOR)


@transaction.atomic
def take_on(*, participant: Participant, by: User, now: datetime) -> Instructing:
    """An instructor of the site begins to look after somebody who has no instructor, or one who
    instructs there no more.

    Taken on before by the same person, nothing changes. Raises Withdrawn, Locked, Forbidden, and
    ValidationError where a colleague looks after them or no sessions are asked for.
    """
    participant = locked(participant)
    if not instructs_there(by, participant):
        raise Forbidden
    own = instructed.own_of(participant, now)
    if own is not None and own.instructor_id == by.pk:
        return own
    if own is not None and instructs_there(own.instructor, participant):
        raise ValidationError(_("A colleague looks after this person by now."), code="taken")
    if own is not None:
        _end(own, by=by, now=now)
    return _begin(participant, by, by=by, now=now)


@transaction.atomic
def assign(
    *, participant: Participant, instructor: User, by: User, now: datetime, reason: str = ""
) -> Instructing:
    """A coordinator of the site gives a participant to an instructor; whoever had them until now
    hands over at this moment. Raises Withdrawn, Locked, Forbidden and ValidationError."""
    participant = locked(participant)
    if not coordinates_there(by, participant):
        raise Forbidden
    if not instructs_there(instructor, participant):
        raise ValidationError(
            {"instructor": _("This person is no instructor at the participant's site.")}
        )
    own = instructed.own_of(participant, now)
    if own is not None and own.instructor_id == instructor.pk:
        return own
    if own is not None:
        _end(own, by=by, now=now, reason=reason)
    return _begin(participant, instructor, by=by, now=now, reason=reason)


@transaction.atomic
def end(*, instructing: Instructing, by: User, now: datetime, reason: str = "") -> Instructing:
    """End one now: a coordinator of the site any, the instructor who covers their own cover, and
    the one who is covered for as well. One that is over stays as it is. Raises Forbidden."""
    participant = locked(instructing.participant)
    row = Instructing.objects.select_related("participant").get(pk=instructing.pk)
    own = instructed.own_of(participant, now)
    theirs = row.cover and by.pk in {row.instructor_id, own.instructor_id if own else None}
    if not coordinates_there(by, participant) and not theirs:
        raise Forbidden
    if row.until is not None and row.until <= now:
        return row
    return _end(row, by=by, now=now, reason=reason)


@transaction.atomic
def cover(
    *,
    participant: Participant,
    instructor: User,
    last_day: date,
    reason: str,
    by: User,
    now: datetime,
) -> Instructing:
    """An instructor stands in for a colleague until the end of `last_day` (by the site's clock).

    By themselves, or by a coordinator of the site. At most the protocol's number of days, today
    included; the same cover sent again changes nothing. Raises Withdrawn, Locked, Forbidden, and
    ValidationError by field.
    """
    participant = locked(participant)
    if not instructs_there(instructor, participant):
        raise Forbidden
    if by.pk != instructor.pk and not coordinates_there(by, participant):
        raise Forbidden
    own = instructed.own_of(participant, now)
    if own is None:
        raise ValidationError(_("This person has no instructor to cover for."), code="nobody")
    if own.instructor_id == instructor.pk:
        raise ValidationError(_("You look after this person already."), code="own")
    _check_last_day(last_day, participant, now)
    until = _midnight_after(last_day, participant)
    there = Instructing.objects.at(now).filter(
        participant=participant, instructor=instructor, cover=True
    ).first()  # fmt: skip
    if there is not None and there.until == until:
        return there
    if there is not None:
        _end(there, by=by, now=now)
    return _begin(
        participant, instructor, by=by, now=now, until=until, reason=_needed(reason, "reason")
    )


@transaction.atomic
def tell_ended_covers(now: datetime) -> int:
    """Put into the trail each cover that ended by itself; gives how many. Run by the worker."""
    entries = [
        audit.Entry(action=COVER_ENDED, by=None, obj=row, changes=_told(row))
        for row in instructed.untold_ends(COVER_ENDED, now)
    ]
    return len(audit.record_many(entries))


@transaction.atomic
def note(*, participant: Participant, text: str, by: User, now: datetime) -> InstructorNote:
    """Keep a note. The same words again within minutes are one note. Raises what the gate raises,
    Forbidden, and ValidationError for no words or too many."""
    participant = locked(participant)
    may_write(participant, now)
    must_instruct(by, participant)
    words = _needed(text, "text", longest=1000)
    there = InstructorNote.objects.filter(
        participant=participant, by=by, text=words, at__gt=now - SENT_AGAIN
    ).first()
    if there is not None:
        return there
    row = InstructorNote(participant=participant, text=words, by=by, at=now)
    return keep(row, by=by, action="schedule.note_added")


@transaction.atomic
def contact(*, contact: Contact, by: User, now: datetime) -> Contact:
    """Keep that an instructor reached their participant, or tried to. The same contact sent again
    is the one that is there. Raises Locked, Forbidden and ValidationError."""
    participant = locked(contact.participant)
    must_instruct(by, participant)
    there = Contact.objects.filter(
        participant=participant, by=by, at=contact.at, channel=contact.channel,
        reached=contact.reached, minutes=contact.minutes, note=contact.note,
    ).first()  # fmt: skip
    return there or note_contact(contact=contact, by=by, now=now)


def _begin(
    participant: Participant,
    instructor: User,
    *,
    by: User,
    now: datetime,
    until: datetime | None = None,
    reason: str = "",
) -> Instructing:
    _refuse_gone(participant, now)
    if not selectors.exercises(participant):
        raise ValidationError(_("No sessions are asked of this person."), code="no_sessions")
    row = Instructing(
        participant=participant, instructor=instructor, since=now, until=until,
        cover=until is not None, reason=tidy(reason, 200), by=by,
    )  # fmt: skip
    return keep(row, by=by, action=COVER_BEGAN if row.cover else BEGAN, changes=_told(row))


def _end(row: Instructing, *, by: User, now: datetime, reason: str = "") -> Instructing:
    row.until = now
    action = COVER_ENDED if row.cover else ENDED
    return keep(row, by=by, action=action, changes=_told(row), why=tidy(reason, 200))


def _refuse_gone(participant: Participant, now: datetime) -> None:
    reason = refusal(participant, now)
    if reason is not None and reason is not ConsentPending:
        raise reason


def _check_last_day(last_day: date, participant: Participant, now: datetime) -> None:
    today = clock.local_date(now, instructed.zone_of(participant.site))
    longest = protocol.current().cover_days_at_most
    if last_day < today:
        raise ValidationError({"last_day": _("This day is over.")})
    if (last_day - today).days >= longest:
        raise ValidationError({
            "last_day": _("A cover lasts %(days)d days at most.") % {"days": longest}
        })  # fmt: skip


def _midnight_after(day: date, participant: Participant) -> datetime:
    return datetime.combine(clock.next_day(day), time(0), instructed.zone_of(participant.site))


def _told(row: Instructing) -> dict[str, object]:
    return {"instructor": row.instructor_id, "until": row.until}


def _needed(text: str, field: str, longest: int = 200) -> str:
    words = tidy(text, longest)
    if not words:
        raise ValidationError({field: _("Please say it in a few words.")})
    return words
