"""How study weeks are named."""

from __future__ import annotations

from django.utils.translation import gettext as _

import protocol


def week_name(week: int | None, *, of_all: bool = False) -> str:
    """A study week: its number (`of_all`: of how many), or that it lies before or after them."""
    weeks = protocol.current().weeks
    if week is None or week < 1:
        return _("Before the start")
    if week > weeks:
        return _("After week %(weeks)d") % {"weeks": weeks}
    if of_all:
        return _("Week %(week)d of %(weeks)d") % {"week": week, "weeks": weeks}
    return _("Week %(week)d") % {"week": week}
