"""Who is reminded now, and why not: what accounts allows, joined with what every room knows.

A reminder never says what it is for. It goes where something is open today, nothing was logged
today, and nothing stands against it: consent, a lock, a pause, "not today".
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.messages import rules, services
from accounts.messages.channels import Note, usable
from accounts.messages.selectors import (
    REMINDER,
    TEST,
    reminded_at,
    stop_token,
    who_wants_reminders,
    wish_of,
)
from accounts.models import ReminderSettings, User
from core import clock
from enrollment.models import Participant
from enrollment.selectors import participant_of, refusal
from exdep_site.pages.today import Today, today
from logging_app.selectors.logged import logged_on
from schedule.rules import Outcome

logger = logging.getLogger("exdep.messages")

SENT, NOT_SENT, WAITS, BROKE = "sent", "could not be sent", "waits", "broke off"


def why_not(row: ReminderSettings, now: datetime) -> str:
    """What stands against reminding this person now, in a word or two; empty where nothing does."""
    person = participant_of(row.user)
    if person is None or person.day_one is None:
        return "not in the program"
    wish, sent = wish_of(row), reminded_at(row.user, now)
    found = rules.why_not_remind(now, person.tz, wish, sent=sent, logged_today=False)
    if found:
        return found
    if refusal(person, now) is not None:
        return "may not write"
    if _logged(person, now):
        return "logged"
    here = today(person, now)
    if any(span.holds(here.day.date) for span in here.programme.pauses):
        return "paused"
    if here.rest is not None:
        return "not today"
    if not _is_open(here):
        return "nothing open"
    return "" if usable(row.user, row.channels) else "no address"


def _logged(person: Participant, now: datetime) -> bool:
    day = clock.local_date(now, person.tz)
    begins = datetime.combine(day, time(), person.tz)
    answered = person.responses.filter(
        answered_by=person.user_id, updated_at__gte=begins, updated_at__lte=now
    )
    return logged_on(person, day) or answered.exists()


def _is_open(here: Today) -> bool:
    """Whether anything can be done today: a session, a night, a check-in, a questionnaire."""
    sessions = any(session.outcome == Outcome.OPEN for session in here.sessions)
    check_in = here.check_in.due is not None
    return sessions or check_in or here.sleep_due or bool(here.due)


def note_for(user: User, *, kind: str = REMINDER, lasts: timedelta = timedelta(hours=1)) -> Note:
    """The words of a reminder, in the person's own language: neutral, like its sender."""
    with translation.override(user.language):
        return Note(
            kind=kind,
            subject=settings.EXDEP_SITE_NAME,
            words=_("There is something here for you, when it suits you. It can also wait."),
            link=lambda key: address("note", key),
            stop=address("stop_reminders", stop_token(user)),
            stop_words=_("No more of these notes:"),
            lasts=lasts,
        )


def sample_note_for(user: User) -> Note:
    """The same, sent because its reader wants to see how it looks."""
    return note_for(user, kind=TEST)


def address(name: str, *args: str) -> str:
    """A page's whole address, where no request says under which name the site is reached."""
    return settings.EXDEP_SITE_URL + reverse(name, args=args)


def send_due(
    now: datetime,
    *,
    dry_run: bool = False,
    rows: Iterable[ReminderSettings] | None = None,
    tick: Callable[[], object] = lambda: None,
) -> Counter[str]:
    """Remind everyone who is to be reminded now; counts what became of each by a word.

    One person's trouble stops nobody else's reminder. `dry_run` sends and writes nothing.
    """
    counts: Counter[str] = Counter()
    for row in who_wants_reminders() if rows is None else rows:
        try:
            counts[_remind(row, now, dry_run=dry_run)] += 1
        except Exception:  # whatever it was, the others are still to be reminded
            counts[BROKE] += 1
            logger.exception("a reminder broke off")
        tick()
    return counts


def _remind(row: ReminderSettings, now: datetime, *, dry_run: bool) -> str:
    reason = why_not(row, now)
    if reason or dry_run:
        return reason or SENT
    person = participant_of(row.user)
    assert person is not None
    delivered = services.remind(
        user=row.user,
        day=clock.local_date(now, person.tz),
        note=note_for(row.user, lasts=rules.lasts(now, person.tz, wish_of(row))),
        channels=row.channels,
        now=now,
    )
    if delivered is None:
        return WAITS
    return SENT if delivered.may_have_arrived else NOT_SENT


def run() -> None:
    """The worker's, every few minutes. Raises where one broke off, so that it shows."""
    if send_due(clock.now())[BROKE]:
        raise RuntimeError("A reminder broke off; the log says why.")
