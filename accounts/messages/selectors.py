"""Reads about reaching people."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing
from django.db.models import QuerySet

from accounts.messages.rules import RATIONS, Wish
from accounts.models import OutgoingMessage, Reminder, ReminderSettings, User

STOP = "accounts.stop-reminders"
REMINDER = "reminder"
TEST = "reminder_test"
GATEWAY_TEST = "gateway_test"


def settings_of(user: User) -> ReminderSettings:
    """What somebody chose, or the offer as it stands before they did (not saved)."""
    return ReminderSettings.objects.filter(user=user).first() or ReminderSettings(user=user)


def wish_of(row: ReminderSettings) -> Wish:
    return Wish(row.on, row.at, row.quiet_from, row.quiet_to, row.changed_at)


def who_wants_reminders() -> QuerySet[ReminderSettings]:
    """Everyone who turned reminders on and can sign in, with their account."""
    return (
        ReminderSettings.objects.filter(on=True, user__is_active=True)
        .select_related("user").order_by("pk")
    )  # fmt: skip


def reminded_at(user: User, now: datetime) -> list[datetime]:
    """When somebody was reminded, as far back as the rations look. One that may have arrived
    counts."""
    longest = max(span for _allowed, span in RATIONS)
    found = Reminder.objects.filter(user=user, tried_at__gt=now - timedelta(days=longest + 1))
    return list(found.exclude(state=Reminder.State.FAILED).values_list("tried_at", flat=True))


def sent_to(user: User) -> QuerySet[OutgoingMessage]:
    """Every attempt to remind somebody, newest first."""
    return user.messages_sent.filter(kind__in=(REMINDER, TEST)).order_by("-created_at")


def stop_token(user: User) -> str:
    """What stands in the address that stops reminders without a sign-in. It does nothing else."""
    return signing.dumps(user.pk, salt=STOP)


def user_of_stop_token(token: str) -> User | None:
    """Whose reminders an address stops; None for one that this site did not write."""
    try:
        return User.objects.filter(pk=signing.loads(token, salt=STOP)).first()
    except signing.BadSignature:
        return None


def last_gateway_test() -> OutgoingMessage | None:
    """The newest test of the SMS gateway."""
    return OutgoingMessage.objects.filter(kind=GATEWAY_TEST).order_by("-created_at").first()


def gateway_last_ok() -> datetime | None:
    """When the SMS gateway last answered its test as it should."""
    return (
        OutgoingMessage.objects.filter(kind=GATEWAY_TEST, state=OutgoingMessage.State.SENT)
        .order_by("-created_at").values_list("created_at", flat=True).first()
    )  # fmt: skip
