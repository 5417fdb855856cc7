"""A questionnaire that asks about harming oneself opens only where somebody answers for it.

Its doors: nothing is begun while the site's rota lacks its two clinicians on duty. What was begun
may be finished for an hour; after that its other questions stay open, and the one about harming
oneself waits. An answer that tells of danger is never turned away, whenever it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.selectors import Asked
from core.errors import NotOpen, NotOpenYet
from enrollment.models import Participant
from safety.rules.duty import Cover

# Nobody is sent away half way through: our choice.
BEGUN_LASTS = timedelta(hours=1)


class NotCovered(NotOpenYet):
    """Nobody would answer now if this question told of danger."""


def refused(asked: Asked, answers: Mapping[str, int | None], now: datetime) -> NotOpen | None:
    """Why `answers` are not taken now, or None."""
    if not asked.is_open:
        return _closed(asked)
    changed = {key for key, value in answers.items() if asked.answers.get(key, ...) != value}
    if _tells_of_danger(asked, answers):
        return None
    return _uncovered(asked, changed, now)


def page_refused(asked: Asked, number: int | None, now: datetime, *, reads: bool) -> NotOpen | None:
    """Why a page does not open now: question `number`, or (None) the questionnaire's own pages.

    What somebody sends (not `reads`) is judged by its answers, when it is kept.
    """
    if not asked.is_open:
        return _closed(asked)
    keys = set()
    if number is not None and 1 <= number <= len(asked.questionnaire.items):
        keys = {asked.questionnaire.items[number - 1].key}
    return _uncovered(asked, keys, now) if reads else None


def _closed(asked: Asked) -> NotOpen:
    """Other visits open with their window and stay open. Those before the start close with it, and
    where it is decided that somebody may not take part."""
    if not asked.plan.before_allocation:
        return NotOpenYet()
    return NotOpen(
        _(
            "These questions are asked before the study weeks begin, and are closed now. "
            "What you wrote can be handed to the study team."
        )
    )


def _uncovered(asked: Asked, keys: set[str], now: datetime) -> NotOpen | None:
    cover, response = asked.cover, asked.response
    if cover is None or cover.open:
        return None
    if response is not None:
        begun_just_now = now - response.updated_at <= BEGUN_LASTS
        if begun_just_now or not keys & asked.questionnaire.alert_items:
            return None
    return NotCovered(words(cover, asked.participant))


def _tells_of_danger(asked: Asked, answers: Mapping[str, int | None]) -> bool:
    known = set(asked.questionnaire.keys)
    return any(
        key in known and type(value) is int and asked.questionnaire.alert_tiers(key, value)
        for key, value in answers.items()
    )


def words(cover: Cover, participant: Participant) -> str:
    """What the page says in place of the question, by the participant's own clock."""
    why = _(
        "One of these questions is about thoughts of harming oneself. It is asked only while "
        "clinicians of the study are on duty, so that somebody can answer at once."
    )
    if cover.opens is None:
        return f"{why} {_('The study team will tell you when that is.')}"
    opens = timezone.localtime(cover.opens, participant.tz)
    when = date_format(opens, "l, j F, H:i")
    return f"{why} {_('The questions open again on %(when)s.') % {'when': when}}"
