"""The sentences of the diary that depend on data. They say what was written and judge nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from logging_app.models import SleepNight
from logging_app.nights import selectors
from logging_app.nights.rules import Unlikely


def morning_row(morning: date, night: SleepNight | None, today: date) -> dict[str, Any]:
    """One line of the last two weeks."""
    return {
        "date": morning,
        "title": morning_title(morning, today),
        "text": written(night) if night is not None else "",
    }


def morning_title(morning: date, today: date) -> str:
    """Which morning it is, the nearest two by name."""
    day = formats.date_format(morning, "l, j F")
    if morning == today:
        return _("This morning · %(day)s") % {"day": day}
    if (today - morning).days == 1:
        return _("Yesterday · %(day)s") % {"day": day}
    return day


def written(night: SleepNight) -> str:
    """What was written, in short; nothing where all was left out or taken back."""
    entry = selectors.entry(night)
    parts = []
    if night.quality is not None:
        parts.append(_("Sleep %(quality)d of 10") % {"quality": night.quality})
    if night.in_bed_at and night.out_of_bed_at:
        times = {"bed": f"{night.in_bed_at:%H:%M}", "up": f"{night.out_of_bed_at:%H:%M}"}
        parts.append(_("to bed %(bed)s, up %(up)s") % times)
    if not parts and any(value is not None for value in entry.values()):
        parts.append(_("A few lines"))
    return " · ".join(parts)


def is_this_right(unlikely: Unlikely) -> str:
    """A gentle question about what may be a slip of the clock, and what to do either way."""
    if unlikely.ahead:
        found = _("The last of these times is still ahead today.")
    elif unlikely.in_bed_min is not None:
        found = _("These times make %(time)s in bed.") % {"time": hours(unlikely.in_bed_min)}
    else:
        found = _("These times make %(time)s of sleep.") % {"time": hours(unlikely.sleep_min or 0)}
    asked = _("Is this right? Then tick it below. If not, change the times. Then save.")
    return f"{found} {asked}"


def hours(minutes: int) -> str:
    """Minutes as hours and minutes in words."""
    whole, rest = divmod(minutes, 60)
    in_hours = ngettext("%(count)d hour", "%(count)d hours", whole) % {"count": whole}
    in_minutes = ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest}
    if whole and rest:
        return _("%(hours)s and %(minutes)s") % {"hours": in_hours, "minutes": in_minutes}
    return in_hours if whole else in_minutes
