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
    check_medication(medication, now)
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
    check_change(row, on, now)
    row.ended_on = on
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
    _locked(device.participant_id)
    check_device(device, now)
    new = device.pk is None
    if new:
        device.issued_by = by
    device.full_clean()
    return _save(device, by, new=new, reason=reason)


@transaction.atomic
def note_contact(*, contact: Contact, by: User, now: datetime, reason: str = "") -> Contact:
    """Keep that staff reached somebody, or tried to: before a consent and after leaving as well.

    Raises Locked, and ValidationError for a contact in the future.
    """
    _locked(contact.participant_id)
    check_contact(contact, now)
    new = contact.pk is None
    if new:
        contact.by = by
    contact.full_clean()
    return _save(contact, by, new=new, reason=reason)


@transaction.atomic
def note_deviation(*, deviation: Deviation, by: User, now: datetime, reason: str = "") -> Deviation:
    """Keep that something did not go by the protocol, of one participant or of the study.

    Raises Locked, and ValidationError for dates that make no sense.
    """
    if deviation.participant_id is not None:
        _locked(deviation.participant_id)
    check_deviation(deviation, now)
    new = deviation.pk is None
    if new:
        deviation.noted_by = by
    deviation.full_clean()
    return _save(deviation, by, new=new, reason=reason)


@transaction.atomic
def correct_medication(
    *, medication: Medication, by: User, now: datetime, reason: str
) -> Medication:
    """Put a slip of the pen right: nothing changed but what is written, so it is no deviation."""
    _locked(medication.participant_id)
    check_medication(medication, now)
    medication.full_clean()
    return _save(medication, by, reason=reason)


# What stands against a row, before it is kept: forms ask the same. Each raises a Refused of the
# gate, or a ValidationError.


def check_medication(medication: Medication, now: datetime) -> None:
    """A medicine, new or corrected."""
    participant = medication.participant
    may_write(participant, now)
    _check_dates(medication, participant, now)


def check_change(medication: Medication, on: date, now: datetime) -> None:
    """A medicine that ends on `on`, or changes its dose then."""
    if medication.ended_on is not None:
        raise ValidationError(_("This medicine has ended already."), code="ended")
    participant = medication.participant
    may_write(participant, now)
    if on > clock.local_date(now, participant.tz):
        raise ValidationError(_("This is in the future."), code="future")
    if medication.started_on and on < medication.started_on:
        raise ValidationError(_("It ends after it begins."), code="order")


def check_device(device: DeviceIssue, now: datetime) -> None:
    """A device handed out; or coming back, after somebody left as well."""
    if device.pk is None:
        may_write(device.participant, now)
    _refuse_locked(device.participant, now)
    if device.returned_on and device.returned_on < device.issued_on:
        raise ValidationError({"returned_on": _("It came back after it was handed out.")})


def check_contact(contact: Contact, now: datetime) -> None:
    """A contact, also before a consent and after somebody left."""
    _refuse_locked(contact.participant, now)
    if contact.at > now:
        raise ValidationError({"at": _("This is in the future.")})


def check_deviation(deviation: Deviation, now: datetime) -> None:
    """A deviation, of a participant or of the study."""
    if deviation.participant is not None:
        _refuse_locked(deviation.participant, now)
    if deviation.found_on < deviation.occurred_on:
        raise ValidationError({"found_on": _("It was found after it happened.")})


def _refuse_locked(participant: Participant, now: datetime) -> None:
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
