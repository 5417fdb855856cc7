"""Leaving, erasing who somebody was, and what is done where something went wrong.

Nothing here deletes what was measured. What delays an erasure is known to rooms further down:
they say so by adding a question to `DELAYS`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts import audit
from accounts.messages import services as reaching
from accounts.models import Site, User
from accounts.services import end_sessions
from core import clock
from core.errors import Refused
from enrollment.models import (
    STATES,
    ConsentIdentity,
    ConsentRecord,
    Deviation,
    Erasure,
    Invitation,
    Participant,
    Withdrawal,
)
from enrollment.seal import seal, unseal
from enrollment.services.states import advance

S = Participant.State
GONE = frozenset({S.WITHDRAWN, S.DECLINED, S.NOT_ELIGIBLE, S.COMPLETED})
PURPOSE = "consent-identity"

Delay = Callable[[Participant], bool]
# Questions that answer "does something open stand against erasing who this is?".
DELAYS: list[Delay] = []


class Delayed(Refused):
    code = "erasure_delayed"
    status = 409
    detail = _lazy(
        "Something about this person's safety is still open. Once it is closed, their name can go."
    )


@transaction.atomic
def withdraw(
    *,
    participant: Participant,
    by: User,
    now: datetime,
    stop_exercise: bool,
    stop_contact: bool,
    stop_data_use: bool,
    reason: str = "",
) -> Withdrawal | None:
    """End someone's part in the study, in one step; no reason is needed.

    Someone invited who has signed nothing says no instead: there is nothing to stop, and None
    comes back. Raises ValidationError where nothing is to stop, IllegalStep for someone who has
    left already or may not take part.
    """
    if participant.state == S.INVITED:
        advance(participant=participant, event="decline", by=by, now=now, reason=reason)
        return None
    if not (stop_exercise or stop_contact or stop_data_use):
        raise ValidationError(_("Please choose what is to stop."), code="nothing")
    advance(participant=participant, event="withdraw", by=by, now=now, reason=reason)
    row = Withdrawal(
        participant=participant, at=now, stop_exercise=stop_exercise, stop_contact=stop_contact,
        stop_data_use=stop_data_use, reason=reason,
    )  # fmt: skip
    row.full_clean()
    row._history_user = by  # type: ignore[attr-defined]
    row.save(force_insert=True)
    audit.record(
        action="enrollment.withdrawn", by=by, obj=row, reason=reason, at=now,
        changes={
            "stop_exercise": stop_exercise, "stop_contact": stop_contact,
            "stop_data_use": stop_data_use,
        },
    )  # fmt: skip
    return row


def may_leave(participant: Participant) -> bool:
    """Whether there is still something to leave."""
    allowed = any(STATES.allows(participant.state, event) for event in ("withdraw", "decline"))
    return allowed and not Withdrawal.objects.filter(participant=participant).exists()


@transaction.atomic
def ask_erasure(*, participant: Participant, by: User, now: datetime, reason: str = "") -> Erasure:
    """Note that somebody wishes their identity erased; staff do it. A second wish is the first.

    Raises ValidationError for somebody who still takes part.
    """
    _refuse_while_taking_part(participant)
    row, new = Erasure.objects.get_or_create(
        participant=participant,
        defaults={"asked_at": now, "reason": reason or "asked for on the site"},
    )
    if new:
        audit.record(action="enrollment.erasure_asked", by=by, obj=row, reason=row.reason, at=now)
    return row


def _refuse_while_taking_part(participant: Participant) -> None:
    if participant.state not in GONE:
        raise ValidationError(
            _("This person takes part. Their name can go once they have left."), code="takes_part"
        )


@transaction.atomic
def erase_identity(*, participant: Participant, by: User, now: datetime, reason: str) -> Erasure:
    """Erase who a participant was: name, e-mail, telephone and sign-in go, numbers stay.

    Printed names and signatures are sealed (`reopened` proves a consent if it ever must be).
    Raises ValidationError without a reason, while they take part, and where it was done; Delayed
    where something about their safety is open.
    """
    if not reason.strip():
        raise ValidationError(_("Please say on whose wish, and how you checked."), code="reason")
    row = Participant.objects.select_for_update().get(pk=participant.pk)
    _refuse_while_taking_part(row)
    if any(delays(row) for delays in DELAYS):
        raise Delayed
    erasure = ask_erasure(participant=row, by=by, now=now, reason=reason)
    if erasure.done_at is not None:
        raise ValidationError(_("This was done already."), code="done")
    sealed = [_seal(identity, now) for identity in _identities(row)]
    if row.user_id is not None:
        user = User.objects.select_for_update().get(pk=row.user_id)
        reaching.forget(user=user, by=by, now=now)
        _forget(user, row.study_id)
    Invitation.objects.filter(participant=row).update(email="", note="")
    erasure.done_at, erasure.done_by, erasure.reason = now, by, reason
    erasure.full_clean()
    erasure.save()
    audit.record(
        action="enrollment.identity_erased", by=by, obj=erasure, reason=reason, at=now,
        changes={"sealed": len(sealed)},
    )  # fmt: skip
    return erasure


def _identities(participant: Participant) -> list[ConsentIdentity]:
    return list(
        ConsentIdentity.objects.select_for_update().filter(
            record__participant=participant, sealed_at=None
        )
    )


def _seal(identity: ConsentIdentity, now: datetime) -> ConsentIdentity:
    plain = json.dumps({
        "printed_name": identity.printed_name,
        "signature_png": base64.b64encode(bytes(identity.signature_png or b"")).decode(),
        "address_hash": identity.address_hash,
        "copy_pdf": base64.b64encode(bytes(identity.copy_pdf or b"")).decode(),
    })  # fmt: skip
    identity.sealed = seal(plain.encode(), purpose=PURPOSE, place=_place(identity.record_id))
    identity.printed_name = identity.address_hash = ""
    identity.signature_png = identity.copy_pdf = None
    identity.sealed_at = now
    identity.save()
    return identity


@dataclass(frozen=True)
class Reopened:
    """What a seal held: the name, the signature as PNG (empty if typed), the signed copy as PDF."""

    printed_name: str
    signature_png: bytes
    copy_pdf: bytes


def reopened(record: ConsentRecord) -> Reopened:
    """Printed name, and the signed copy, of a sealed consent: for a court or an ethics committee.

    No page calls this. Raises BrokenSealError where the seal was altered or the key is another.
    """
    identity = ConsentIdentity.objects.get(record=record)
    plain = unseal(bytes(identity.sealed or b""), purpose=PURPOSE, place=_place(record.pk))
    found = json.loads(plain)
    return Reopened(
        str(found["printed_name"]), base64.b64decode(found["signature_png"]),
        base64.b64decode(found["copy_pdf"]),
    )  # fmt: skip


def _place(record_id: int) -> bytes:
    return f"consent-record:{record_id}".encode()


def _forget(user: User, study_id: str) -> None:
    """The account stays as an empty shell that the trail can point at."""
    for factor in list(Authenticator.objects.filter(user=user)):
        factor.delete()
    end_sessions(user)
    user.name = user.phone = ""
    user.email, user.sign_in_code = None, study_id
    user.is_active = False
    user.set_unusable_password()
    user.full_clean()
    user.save()
    EmailAddress.objects.filter(user=user).delete()


@transaction.atomic
def void_enrollment(
    *, participant: Participant, by: User, now: datetime, reason: str
) -> Participant:
    """Somebody else joined with this invitation: close the account, and let nothing of it count.

    What was written stays where it is, marked: the person is withdrawn with the use of their data
    stopped (or has declined, if nothing was signed), and a major deviation tells of it. A place
    of the allocation list that was used stays used. The right person gets a new invitation.
    """
    if not reason.strip():
        raise ValidationError(_("Please say what happened."), code="reason")
    row = Participant.objects.select_for_update().get(pk=participant.pk)
    if may_leave(row):
        withdraw(
            participant=row, by=by, now=now, stop_exercise=True, stop_contact=True,
            stop_data_use=True, reason=reason,
        )  # fmt: skip
    user = row.user
    if user is None or not user.is_active:
        raise ValidationError(_("This account is closed already."), code="closed")
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    today = clock.local_date(now, row.tz)
    deviation = Deviation(
        participant=row, category=Deviation.Category.ELIGIBILITY, major=True, occurred_on=today,
        found_on=today, what=reason, action="The account was closed and its data left out.",
        noted_by=by,
    )  # fmt: skip
    deviation.full_clean()
    deviation._history_user = by  # type: ignore[attr-defined]
    deviation.save()
    audit.record(
        action="enrollment.voided", by=by, obj=row, participant_id=row.pk, reason=reason, at=now,
        changes={"deviation": deviation.pk},
    )  # fmt: skip
    participant.state = row.state
    return participant


@transaction.atomic
def move_site(
    *, participant: Participant, site: Site, by: User, now: datetime, reason: str
) -> Participant:
    """Move a participant to another site. Arm, stratum and time zone stay as they were.

    Raises ValidationError without a reason, for the same site, and for somebody who has left.
    """
    row = Participant.objects.select_for_update().get(pk=participant.pk)
    if not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    if row.site_id == site.pk:
        raise ValidationError(_("They are at this site already."), code="same")
    if row.state in GONE:
        raise ValidationError(_("They do not take part any more."), code="gone")
    before = row.site.code
    row.site = participant.site = site
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason  # type: ignore[attr-defined]
    row.save(update_fields=["site"])
    audit.record(
        action="enrollment.site_changed", by=by, obj=row, participant_id=row.pk, reason=reason,
        at=now, changes={"site": [before, site.code]},
    )  # fmt: skip
    return row
