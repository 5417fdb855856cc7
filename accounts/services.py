"""Each write about people: roles, accounts, languages, and how they are reached."""

from __future__ import annotations

import logging

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts import audit, rules
from accounts.messages.channels import hand_over_mail
from accounts.models import OutgoingMessage, Site, StaffRole, User
from accounts.roles import Role
from core import clock

logger = logging.getLogger("exdep.messages")

WHY_NOT_GRANT: dict[rules.Problem, Promise] = {
    "not_staff": _lazy("Taking part is no staff role; invite the person instead."),
    "rater_alone": _lazy(
        "A rater holds no other staff role, now or ever: whoever knows the groups cannot rate. "
        "Please ask someone else to do this."
    ),
    "superuser_rates": _lazy("A superuser sees everything, so they cannot rate."),
    "held_already": _lazy("This person holds this role here already."),
}


@transaction.atomic
def grant_role(
    *, user: User, role: Role, by: User | None, site: Site | None = None, reason: str = ""
) -> StaffRole:
    """Give `user` a staff role from now, at `site` or (None) at every site.

    Raises ValidationError, with a sentence for the person who grants, where it is held already or
    rating would meet another role. `by=None` is the command line and the seed.
    """
    holder = User.objects.select_for_update().get(pk=user.pk)
    roles = holder.staff_roles
    problem = rules.why_not_grant(
        role,
        ever_held={Role(value) for value in roles.values_list("role", flat=True)},
        held_here=roles.filter(role=role, site=site, ended_at=None).exists(),
        is_superuser=holder.is_superuser,
    )
    if problem:
        raise ValidationError(str(WHY_NOT_GRANT[problem]), code=problem)
    granted = StaffRole(user=holder, role=role, site=site, granted_by=by, reason=reason)
    granted.full_clean(exclude=[] if by else ["granted_by"])
    granted.save(force_insert=True)
    _forget_roles(user)
    audit.record(
        action="accounts.role_granted", by=by, obj=granted, reason=reason,
        changes={"user": holder.pk, "role": role.value, "site": site.pk if site else None},
    )  # fmt: skip
    return granted


@transaction.atomic
def end_role(*, staff_role: StaffRole, by: User, reason: str = "") -> StaffRole:
    """End a role now; its row stays. Raises ValidationError where it has ended already."""
    held = StaffRole.objects.select_for_update().get(pk=staff_role.pk)
    if held.ended_at is not None:
        raise ValidationError(_("This role has ended already."), code="ended")
    held.ended_at = max(clock.now(), held.granted_at)
    held.ended_by = by
    held.full_clean(exclude=["granted_by"])  # nobody, where the command line granted it
    held.save(update_fields=["ended_at", "ended_by"])
    _forget_roles(staff_role.user)
    audit.record(
        action="accounts.role_ended", by=by, obj=held, reason=reason,
        changes={"user": held.user_id, "role": held.role, "site": held.site_id},
    )  # fmt: skip
    return held


@transaction.atomic
def deactivate_user(*, user: User, by: User, reason: str) -> User:
    """Nobody signs in as `user` any more, and every open session ends. Roles stay as history.

    Raises ValidationError for one's own account and for one that is closed already.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    if person == by:
        raise ValidationError(_("You cannot close your own account."), code="own")
    if not person.is_active:
        raise ValidationError(_("This account is closed already."), code="closed")
    person.is_active = user.is_active = False
    person.save(update_fields=["is_active"])
    audit.record(
        action="accounts.user_deactivated", by=by, obj=person, reason=reason,
        changes={"is_active": [True, False]},
    )  # fmt: skip
    end_sessions(person)
    return person


def end_sessions(user: User) -> None:
    """Sign `user` out wherever they are signed in."""
    for session in UserSession.objects.filter(user=user):
        session.end()


@transaction.atomic
def remove_second_factor(*, user: User, by: User, reason: str) -> int:
    """Take every second factor of `user` away, who lost them and was recognised otherwise.

    They are signed out, and set up a new one at the next sign-in. Gives how many there were.
    Raises ValidationError for one's own account, without a reason, and where there are none.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    if person == by:
        raise ValidationError(_("Someone else has to do this for you."), code="own")
    if not reason.strip():
        raise ValidationError(_("Please say how you recognised the person."), code="reason")
    factors = list(Authenticator.objects.filter(user=person))
    if not factors:
        raise ValidationError(_("This account has no second factor."), code="none")
    for factor in factors:
        factor.delete()
    audit.record(
        action="accounts.second_factor_removed", by=by, obj=person, reason=reason,
        changes={"types": sorted(factor.type for factor in factors)},
    )  # fmt: skip
    end_sessions(person)
    return len(factors)


@transaction.atomic
def change_language(*, user: User, language: str, by: User | None = None) -> User:
    """Use `language` (a code of settings.LANGUAGES) for `user`; ValidationError for another."""
    if language not in dict(settings.LANGUAGES):
        raise ValidationError(_("Please choose one of the languages of the list."), code="language")
    person = User.objects.select_for_update().get(pk=user.pk)
    before = person.language
    user.language = language
    if before == language:
        return person
    person.language = language
    person.save(update_fields=["language"])
    audit.record(
        action="accounts.language_changed", by=by or user, obj=person,
        changes={"language": [before, language]},
    )  # fmt: skip
    return person


def send_email(message: EmailMessage, *, kind: str, to_user: User | None) -> OutgoingMessage:
    """Hand `message` over and record the attempt; `kind` names its template.

    A failure is recorded and logged without the address, and not raised: nobody who signs in can
    do anything about it, and /healthz shows it. The text is not kept.
    """
    error = hand_over_mail(message).error
    state = OutgoingMessage.State.FAILED if error else OutgoingMessage.State.SENT
    if error:
        logger.error("mail failed", extra={"kind": kind, "error": error})
    with transaction.atomic():
        return OutgoingMessage.objects.create(
            user=to_user if to_user is not None and to_user.pk else None,
            kind=kind[:64], state=state, error=error,
        )  # fmt: skip


def _forget_roles(user: User) -> None:
    """`active_roles` is kept on the instance; what the caller holds must read it anew."""
    user.__dict__.pop("active_roles", None)
