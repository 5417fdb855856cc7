"""Must show: the required answers of an ordinary week are at most 45."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import protocol
from logging_app.checkins.forms import CheckInForm
from logging_app.forms import StartForm, WorkoutForm
from logging_app.nights.forms import NightForm

AT_MOST = 45
SCALES = ("mood_before", "mood_after", "feeling", "effort")


def required(form) -> int:
    """What a person cannot leave out; what the page fills in by itself counts as well."""
    return sum(field.field.required for field in form.visible_fields())


def test_an_ordinary_week_asks_for_at_most_45_answers() -> None:
    study = protocol.current()
    sessions = sum(kind.per_week for kind in study.session_kinds)
    log = required(WorkoutForm(zone=ZoneInfo("Asia/Shanghai")))
    ready = 1  # one screen, answered by one tap or by ticks
    night = required(NightForm())
    check_in = required(CheckInForm()) / study.check_in_every_weeks
    must = sessions * (log + ready) + 7 * night + check_in
    assert (sessions, log, night, check_in) == (5, 4, 0, 0)
    assert must <= AT_MOST
    # Even who answers every question that stands open in the log stays within it.
    assert must + sessions * len(SCALES) <= AT_MOST


def test_before_a_session_nothing_but_one_tap_is_needed() -> None:
    assert required(StartForm()) == 0
