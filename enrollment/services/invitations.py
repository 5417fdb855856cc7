"""Invitations: issued, taken back, and used once to make an account and a study id."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts import audit
from accounts.models import Site, User
from accounts.services import end_sessions
from core.errors import NotFound
from enrollment.models import Invitation, Participant
from enrollment.rules import joining
from enrollment.selectors import unconfirmed_assumptions

DAYS_VALID = 30
LONGEST_DAYS = 180
MOST_AT_ONCE = 200

WHY_NOT_PIN = {
    "digits": _lazy("Please use digits only."),
    "short": _lazy("Please use six digits or more."),
    "simple": _lazy("This one is easily guessed. Please choose another."),
}


@dataclass(frozen=True)
class Wanted:
    """One invitation to issue: its language, and (each may be empty) an address and a note."""

    language: str = "zh-hans"
    email: str = ""
    note: str = ""


@dataclass(frozen=True)
class Issued:
    """An invitation with its code, which is known now and never again."""

    invitation: Invitation
    code: str


def hashed(code: str) -> str:
    """The keyed hash (64 hex digits) by which a code is known; small letters and groups count as
    the code itself."""
    text = b"invitation\0" + joining.tidy(code).encode()
    return hmac.new(settings.EXDEP_KEYS["audit"], text, hashlib.sha256).hexdigest()


def find_open(code: str, now: datetime) -> Invitation | None:
    """The invitation that `code` opens now. A used, expired, revoked and wrong one are the same."""
    return (
        Invitation.objects.select_related("site")
        .filter(code_sha256=hashed(code), used_at=None, revoked_at=None, expires_at__gt=now)
        .first()
    )


@transaction.atomic
def issue(
    *, site: Site, wanted: Iterable[Wanted], by: User, now: datetime, days: int = DAYS_VALID
) -> list[Issued]:
    """Issue invitations to `site`, all or none, valid for `days` days.

    Raises ValidationError while a choice that the protocol assumes is not confirmed, for none or
    more than MOST_AT_ONCE, for an unknown language or a wrong address (naming its line, counted
    from 1), and for days outside 1 to LONGEST_DAYS.
    """
    _refuse_unconfirmed()
    rows = list(wanted)
    if not 1 <= len(rows) <= MOST_AT_ONCE:
        raise ValidationError(
            _("Please ask for 1 to %(most)s invitations at once."), params={"most": MOST_AT_ONCE}
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise ValidationError(
            _("Please let them be valid for 1 to %(most)s days."), params={"most": LONGEST_DAYS}
        )
    _check(rows)
    return [_issue_one(site, row, by, now, now + timedelta(days=days)) for row in rows]


def _refuse_unconfirmed() -> None:
    if choices := unconfirmed_assumptions():
        raise ValidationError(
            _(
                "Nobody can be invited yet: nobody has confirmed what the protocol assumes about "
                "%(choices)s. A clinician or coordinator does so on the desk, under “What the "
                "protocol assumes”."
            ),
            params={"choices": ", ".join(row.code for row in choices)}, code="unconfirmed",
        )  # fmt: skip


def _check(rows: list[Wanted]) -> None:
    for line, row in enumerate(rows, start=1):
        if row.language not in dict(settings.LANGUAGES):
            raise ValidationError(
                _("Line %(line)s: the language %(code)s is not one of the site's."),
                params={"line": line, "code": row.language[:20]},
            )
        if row.email:
            try:
                validate_email(row.email)
            except ValidationError:
                raise ValidationError(
                    _("Line %(line)s: this is no e-mail address."), params={"line": line}
                ) from None


def _issue_one(site: Site, row: Wanted, by: User, now: datetime, until: datetime) -> Issued:
    code = joining.new_code()
    invitation = Invitation(
        code_sha256=hashed(code), site=site, language=row.language, email=row.email.lower(),
        note=row.note, expires_at=until, issued_at=now, issued_by=by,
    )  # fmt: skip
    invitation.full_clean()
    invitation.save(force_insert=True)
    audit.record(
        action="enrollment.invitation_issued", by=by, obj=invitation, at=now,
        changes={"site": site.code, "until": until, "by_mail": bool(row.email)},
    )  # fmt: skip
    return Issued(invitation, code)


@transaction.atomic
def revoke(*, invitation: Invitation, by: User, now: datetime, reason: str = "") -> Invitation:
    """Take an invitation back. ValidationError where it was used or taken back already."""
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.used_at or row.revoked_at:
        raise ValidationError(_("This invitation was used or taken back already."), code="over")
    row.revoked_at, row.revoked_by = now, by
    row.save(update_fields=["revoked_at", "revoked_by"])
    audit.record(action="enrollment.invitation_revoked", by=by, obj=row, reason=reason, at=now)
    return row


@transaction.atomic
def join(
    *, code: str, secret: str, language: str, now: datetime, email: str | None = None
) -> Participant:
    """Use an invitation: make the account and the participant, with the next study id.

    `secret` is a password, or the PIN of someone without e-mail; the caller has checked it, and
    that `email` is theirs. The study id signs in as well. Raises NotFound where the code opens
    nothing (any more), ValidationError where the address has an account.
    """
    found = find_open(code, now)
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .filter(pk=found.pk, used_at=None, revoked_at=None).first()
        if found else None
    )  # fmt: skip
    if invitation is None:
        raise NotFound
    site = invitation.site
    study_id = _next_study_id()
    user = User.objects.create_user(
        email=email, sign_in_code=study_id, language=language, password=secret
    )
    participant = Participant(user=user, study_id=study_id, site=site, zone=site.zone)
    participant.full_clean()
    participant._history_user = user  # type: ignore[attr-defined]
    participant._change_reason = "joined"  # type: ignore[attr-defined]
    participant.save(force_insert=True)
    invitation.used_at, invitation.participant = now, participant
    invitation.save(update_fields=["used_at", "participant"])
    audit.record(
        action="enrollment.joined", by=user, obj=participant, participant_id=participant.pk, at=now,
        changes={"invitation": invitation.pk, "by_mail": bool(email), "site": site.code},
    )  # fmt: skip
    return participant


def _next_study_id() -> str:
    """One after the other: the sites' rows are the queue that everyone who joins stands in."""
    list(Site.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return joining.next_study_id(Participant.objects.values_list("study_id", flat=True))


@transaction.atomic
def set_pin(*, participant: Participant, pin: str, by: User, reason: str) -> Participant:
    """Give a participant a new PIN, chosen by themselves at the desk; every session ends.

    Raises ValidationError for a PIN that is too simple, and for a closed account.
    """
    user = participant.user
    if user is None or not user.is_active:
        raise ValidationError(_("This account is closed."), code="closed")
    if problem := joining.why_not_pin(pin, study_id=participant.study_id):
        raise ValidationError(str(WHY_NOT_PIN[problem]), code=problem)
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_password(pin)
    user.save(update_fields=["password"])
    audit.record(
        action="enrollment.pin_reset", by=by, obj=user, participant_id=participant.pk,
        reason=reason,
    )  # fmt: skip
    end_sessions(user)
    return participant
