"""What happens along the way: medicine, devices, contacts, deviations."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.row_changes import save_row
from core import clock
from core.errors import Locked
from enrollment.models import Contact, Deviation, DeviceIssue, Medication, Participant
from enrollment.selectors import may_write, write_facts

Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def note_medication(*, medication: Medication, by: User, now: datetime) -> Medication:
    """Keep a medicine with its dose. One begun after allocation is a deviation as well.

    Raises what the gate raises, and ValidationError for a row that makes no sense.
    """
    participant = _locked(medication.participant_id)
    may_write(participant, now)
    _check_dates(medication, participant, now)
    medication.noted_by = by
    medication.full_clean()
    _save(medication, by, new=True)
    begun = medication.started_on
    if participant.day_one and begun and begun >= participant.day_one:
        _deviation(medication, participant, begun, _told("began", medication), by, now)
    return medication


@transaction.atomic
def change_medication(
    *,
    medication: Medication,
    on: date,
    by: User,
    now: datetime,
    substance: str = "",
    dose: str = "",
    reason: str = "",
) -> Medication | None:
    """A medicine ends on `on`, or goes on with another `dose` or as another `substance`.

    The row ends and the next begins (None where it only ended). From day 1 on the change is a
    deviation: the protocol asks for the same kind and dose throughout. Raises what the gate
    raises; ValidationError for a medicine that has ended, and for dates that make no sense.
    """
    row = Medication.objects.select_for_update().get(pk=medication.pk)
    participant = _locked(row.participant_id)
    may_write(participant, now)
    if row.ended_on is not None:
        raise ValidationError(_("This medicine has ended already."), code="ended")
    row.ended_on = on
    _check_dates(row, participant, now)
    _save(row, by, reason=reason)
    following = None
    if (substance or dose) and (substance, dose) != (row.substance, row.dose):
        following = Medication(
            participant=participant, substance=substance or row.substance, dose=dose or row.dose,
            rate_limiting=row.rate_limiting, started_on=on, noted_by=by,
        )  # fmt: skip
        following.full_clean()
        _save(following, by, new=True)
    if participant.day_one and on >= participant.day_one:
        what = _told("ended", row) if following is None else f"{row} → {following}"
        _deviation(row, participant, on, f"{what}. {reason}".strip(), by, now)
    return following


@transaction.atomic
def issue_device(*, device: DeviceIssue, by: User, now: datetime, reason: str = "") -> DeviceIssue:
    """Keep that a tracker was handed out (or came back), and what was explained.

    Raises what the gate raises; a return is noted after a withdrawal too, unless data are locked.
    """
    participant = _locked(device.participant_id)
    new = device.pk is None
    if new:
        may_write(participant, now)
        device.issued_by = by
    refuse_locked(participant, now)
    if device.returned_on and device.returned_on < device.issued_on:
        raise ValidationError({"returned_on": _("It came back after it was handed out.")})
    device.full_clean()
    return _save(device, by, new=new, reason=reason)


@transaction.atomic
def note_contact(*, contact: Contact, by: User, now: datetime, reason: str = "") -> Contact:
    """Keep that staff reached somebody, or tried to: before a consent and after leaving as well.

    Raises Locked, and ValidationError for a contact in the future.
    """
    participant = _locked(contact.participant_id)
    refuse_locked(participant, now)
    new = contact.pk is None
    if new:
        contact.by = by
    if contact.at > now:
        raise ValidationError({"at": _("This is in the future.")})
    contact.full_clean()
    return _save(contact, by, new=new, reason=reason)


@transaction.atomic
def note_deviation(*, deviation: Deviation, by: User, now: datetime, reason: str = "") -> Deviation:
    """Keep that something did not go by the protocol, of one participant or of the study.

    Raises Locked, and ValidationError for dates that make no sense.
    """
    if deviation.participant_id is not None:
        refuse_locked(_locked(deviation.participant_id), now)
    new = deviation.pk is None
    if new:
        deviation.noted_by = by
    if deviation.found_on < deviation.occurred_on:
        raise ValidationError({"found_on": _("It was found after it happened.")})
    deviation.full_clean()
    return _save(deviation, by, new=new, reason=reason)


def refuse_locked(participant: Participant, now: datetime) -> None:
    """Locked data stay as they are, also where no consent is asked for."""
    if write_facts(participant, now).locked:
        raise Locked


def _locked(participant_id: int) -> Participant:
    return Participant.objects.select_for_update().get(pk=participant_id)


def _check_dates(row: Medication, participant: Participant, now: datetime) -> None:
    today = clock.local_date(now, participant.tz)
    if row.started_on and row.started_on > today:
        raise ValidationError({"started_on": _("This is in the future.")})
    if row.ended_on and row.ended_on > today:
        raise ValidationError({"ended_on": _("This is in the future.")})
    if row.started_on and row.ended_on and row.ended_on < row.started_on:
        raise ValidationError({"ended_on": _("It ends after it begins.")})


def _told(what: str, medication: Medication) -> str:
    return f"{medication} {what}"


def _deviation(
    medication: Medication, participant: Participant, on: date, what: str, by: User, now: datetime
) -> Deviation:
    row = Deviation(
        participant=participant, category=Deviation.Category.MEDICATION, occurred_on=on,
        found_on=max(on, clock.local_date(now, participant.tz)), what=what, noted_by=by,
    )  # fmt: skip
    row.full_clean()
    return _save(row, by, new=True)


def _save(row: Row, by: User, *, new: bool = False, reason: str = "") -> Row:
    return save_row(row=row, by=by, changed=[], new=new, reason=reason)
