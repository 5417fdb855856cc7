"""Each write about reminders: what somebody chose, their phones, one reminder, and its opening."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.messages import push, selectors
from accounts.messages.channels import Delivered, Note, deliver, keep, usable
from accounts.messages.gateways import gateway
from accounts.messages.rules import TRIES, TRY_AGAIN_AFTER, is_quiet
from accounts.models import (
    Channel,
    OutgoingMessage,
    PushSubscription,
    Reminder,
    ReminderSettings,
    User,
)
from accounts.models.reach import by_email

MOST_PHONES = 5
TESTS_A_DAY = 3
TEST_GATEWAY_EVERY = timedelta(days=7)


@dataclass(frozen=True)
class Choice:
    """What somebody chose. `channels` in their order of preference."""

    at: time
    quiet_from: time
    quiet_to: time
    channels: Sequence[str]


@transaction.atomic
def choose_reminders(*, user: User, choice: Choice, by: User, now: datetime) -> ReminderSettings:
    """Turn reminders on as chosen, from now on. Raises ValidationError for a time in the quiet
    hours and for no channel or an unknown one."""
    row = _own(user)
    before = _told(row)
    row.on, row.at = True, choice.at
    row.quiet_from, row.quiet_to = choice.quiet_from, choice.quiet_to
    row.channels = list(choice.channels)
    if is_quiet(row.at, row.quiet_from, row.quiet_to):
        raise ValidationError({"at": _("This time lies in your quiet hours.")}, code="quiet")
    row.full_clean()
    if row.pk is not None and _told(row) == before:
        return row
    row.changed_at = now
    row.save()
    audit.record(action="accounts.reminders_chosen", by=by, obj=row, changes=_told(row), at=now)
    return row


@transaction.atomic
def stop_reminders(*, user: User, by: User | None, now: datetime) -> ReminderSettings:
    """No more reminders; asked twice, it is the same. `by=None`: by the address in a message."""
    row = _own(user)
    if not row.on:
        return row
    row.on, row.changed_at = False, now
    row.save()
    audit.record(action="accounts.reminders_stopped", by=by, obj=row, at=now)
    return row


@transaction.atomic
def add_phone(
    *, user: User, endpoint: str, p256dh: str, auth: str, now: datetime
) -> PushSubscription:
    """Let a browser take notes for `user`, who is signed in there; notes become their first choice.

    The browser is theirs alone from now on, whoever used it before; of more than five the oldest
    go. Raises ValidationError.
    """
    if not push.is_push_service(endpoint) or not push.are_keys(p256dh, auth):
        raise ValidationError(_("This browser cannot take notes."), code="push")
    settings = _own(user)
    PushSubscription.objects.filter(endpoint=endpoint).delete()
    row = PushSubscription(user=user, endpoint=endpoint, p256dh=p256dh, auth=auth, made_at=now)
    row.full_clean()
    row.save()
    audit.record(action="accounts.phone_added", by=user, obj=row, at=now)
    kept = user.push_subscriptions.order_by("-pk").values_list("pk", flat=True)[:MOST_PHONES]
    user.push_subscriptions.exclude(pk__in=list(kept)).delete()
    settings.channels = [Channel.PUSH.value, *_without_push(settings)]
    settings.save()
    return row


@transaction.atomic
def remove_phones(*, user: User, by: User, now: datetime) -> int:
    """No more notes to any browser of `user`; gives how many there were. What is left of the ways
    they chose stays; reminders that had no other way stop."""
    settings = _own(user)
    rows = PushSubscription.objects.filter(user=user)
    for row in rows:
        audit.record(action="accounts.phone_removed", by=by, obj=row, at=now)
    left = _without_push(settings)
    if settings.pk is not None and left != settings.channels:
        settings.channels, settings.on = left or by_email(), settings.on and bool(left)
        settings.save()
    return rows.delete()[0]


def _without_push(settings: ReminderSettings) -> list[str]:
    return [way for way in settings.channels if way != Channel.PUSH]


@transaction.atomic
def forget(*, user: User, by: User, now: datetime) -> None:
    """Nothing goes to somebody whose identity is erased."""
    stop_reminders(user=user, by=by, now=now)
    remove_phones(user=user, by=by, now=now)


@transaction.atomic
def mark_opened(*, user: User, key: str, now: datetime) -> bool:
    """Keep that `user` came by the address of a message of theirs; the first time counts."""
    rows = OutgoingMessage.objects.filter(user=user, key=key, opened_at=None)
    return rows.exists() and bool(rows.update(opened_at=now))


def remind(
    *, user: User, day: date, note: Note, channels: Sequence[str], now: datetime
) -> Delivered | None:
    """Send the reminder of one local day; None where it was sent, is being sent, or has to wait.

    The row of the day is claimed before anything goes out, so that of two workers one sends, and
    one that is killed while it sends leaves a claim that nobody takes up: a reminder may be lost,
    never doubled.
    """
    row = _claim(user, day, now)
    if row is None:
        return None
    delivered = deliver(user=user, note=note, channels=channels, now=now)
    went = delivered.may_have_arrived
    row.state = Reminder.State.SENT if went else Reminder.State.FAILED
    row.save(update_fields=["state"])
    return delivered


@transaction.atomic
def _claim(user: User, day: date, now: datetime) -> Reminder | None:
    User.objects.select_for_update().get(pk=user.pk)
    row = Reminder.objects.filter(user=user, day=day).first()
    if row is None:
        return Reminder.objects.create(user=user, day=day, tries=1, tried_at=now)
    again = row.state == Reminder.State.FAILED and row.tries < TRIES
    if not again or now - row.tried_at < TRY_AGAIN_AFTER:
        return None
    row.state, row.tries, row.tried_at = Reminder.State.TRYING, row.tries + 1, now
    row.save()
    return row


def send_test(*, user: User, make: Callable[[], Note], now: datetime) -> Delivered:
    """Send a note at once, because its reader asked to see one. Three a day; no reminder counts.

    Raises ValidationError after three, and where no chosen channel has an address.
    """
    row = selectors.settings_of(user)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if _tests_today(user, now) >= TESTS_A_DAY:
            raise ValidationError(
                _("That was three for today. Please try again tomorrow."), code="enough"
            )
        if not usable(user, row.channels):
            raise ValidationError(
                _("There is no address for the ways you chose yet."), code="no_channel"
            )
    return deliver(user=user, note=make(), channels=row.channels, now=now)


def check_gateway(now: datetime) -> OutgoingMessage | None:
    """Ask the SMS gateway once a week whether it would send, and each time again until it does.

    The newest row says how it stands (`selectors.last_gateway_test`). None where there is no
    gateway, or the last test is good still.
    """
    found = gateway()
    last = selectors.last_gateway_test()
    if found is None or (last is not None and _good_still(last, now)):
        return None
    return keep(found.test(), kind=selectors.GATEWAY_TEST, channel=Channel.SMS, user=None, now=now)


def _good_still(last: OutgoingMessage, now: datetime) -> bool:
    young = now - last.created_at < TEST_GATEWAY_EVERY
    return last.state == OutgoingMessage.State.SENT and young


def _tests_today(user: User, now: datetime) -> int:
    """Each test tries every channel at most once, so that its attempts share a moment."""
    rows = user.messages_sent.filter(kind=selectors.TEST, created_at__gt=now - timedelta(days=1))
    return rows.values("created_at").distinct().count()


def _own(user: User) -> ReminderSettings:
    User.objects.select_for_update().get(pk=user.pk)
    return selectors.settings_of(user)


def _told(row: ReminderSettings) -> dict[str, object]:
    times: Collection[str] = ("at", "quiet_from", "quiet_to")
    return {"on": row.on, "channels": row.channels} | {
        name: f"{getattr(row, name):%H:%M}" for name in times
    }
