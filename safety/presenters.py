"""The sentences about alerts that depend on data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import protocol
from accounts.models import User
from safety.models import ALERT_STATES, ANSWERS_ALERTS, AlertStep, SafetyAlert
from safety.rules import Clock, clock_of

TONES = {"open": "urgent", "acknowledged": "warn", "assessed": "info", "closed": "plain"}
HOUR, DAY = 60, 24 * 60
# Rooms below say how the note of an alert's source reads, by the kind of source: source_id → text.
NOTES: dict[str, Callable[[str], str]] = {}


def what_was_said(alert: SafetyAlert) -> str:
    """An alert's cause in the study's own words."""
    study = protocol.current()
    known = {row.code: str(row.label) for row in study.readiness}
    known |= {row.code: str(row.label) for row in study.stop_list}
    symptoms = [known.get(code, code) for code in alert.detail.get("symptoms", [])]
    return _("; ").join(symptoms)


def answer_chosen(alert: SafetyAlert, user: User) -> tuple[str, str]:
    """The question and the answer that raised an alert; for those who answer alerts only."""
    detail = alert.detail
    if alert.kind != SafetyAlert.Kind.RISK_ANSWER or not user.has_role(ANSWERS_ALERTS):
        return ("", "")
    scale = protocol.instrument(str(detail["instrument"]), detail.get("version"))
    item = scale.item(str(detail["item"]))
    label = next((str(o.label) for o in item.options if o.value == detail["value"]), "")
    return (f"{scale.title}: {item.text}", label or str(detail["value"]))


def note_heard(alert: SafetyAlert, user: User) -> str:
    """The note whose words raised an alert, as it reads now, or what a rater wrote of harm; for
    those who answer alerts only."""
    if not user.has_role(ANSWERS_ALERTS):
        return ""
    if alert.kind == SafetyAlert.Kind.HEARD:
        return str(alert.detail.get("words", ""))
    if alert.kind != SafetyAlert.Kind.WORDS:
        return ""
    read = NOTES.get(alert.source_kind)
    return read(alert.source_id) if read else ""


def clock(alert: SafetyAlert, now: datetime) -> Clock:
    """By when an alert is to be answered, by its tier."""
    tier = protocol.current().safety_tier(alert.tier)
    return clock_of(tier, state=alert.state, raised_at=alert.raised_at, now=now)


def clock_words(alert: SafetyAlert, now: datetime) -> str:
    """How long there is left, or how late it is; nothing once nobody is waited for."""
    minutes = clock(alert, now).minutes_left(now)
    if minutes is None:
        return ""
    if minutes < 0:
        return _("Late by %(time)s") % {"time": duration(-minutes)}
    what = {"open": _("Answer within %(time)s"), "acknowledged": _("Assess within %(time)s")}
    return what[alert.state] % {"time": duration(minutes)}


def called_by(alert: SafetyAlert, covered: bool) -> datetime | None:
    """By when a participant is called who said that they are not safe; None where nobody is on
    duty to promise it."""
    tier = protocol.current().safety_tier(alert.tier)
    return alert.raised_at + timedelta(minutes=tier.acknowledge_minutes) if covered else None


def duration(minutes: int) -> str:
    """Minutes as a person says them: 45 minutes, 3 hours, 2 days."""
    if minutes < 2 * HOUR:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < 2 * DAY:
        hours = minutes // HOUR
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = minutes // DAY
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def row(alert: SafetyAlert, now: datetime) -> dict[str, Any]:
    """One line of the list."""
    return {
        "alert": alert,
        "title": alert.get_kind_display(),
        "study_id": alert.participant.study_id,
        "site": alert.participant.site.name,
        "tier": str(protocol.current().safety_tier(alert.tier).label),
        "state": alert.get_state_display(),
        "tone": TONES[alert.state],
        "owner": alert.owner.name if alert.owner else _("nobody yet"),
        "clock": clock_words(alert, now),
        "late": clock(alert, now).late,
        "raised_at": alert.raised_at,
    }


def steps(alert: SafetyAlert) -> list[dict[str, Any]]:
    """What was done with an alert, in order."""
    return [
        {
            "at": timezone.localtime(step.at),
            "what": step.get_event_display(),
            "who": step.by.name if step.by else "",
            "to": step.to.name if step.to else "",
            "words": step.words,
            "alarm": step.event == AlertStep.Event.UNDELIVERED,
        }
        for step in alert.steps.select_related("by", "to")
    ]


def next_steps(alert: SafetyAlert) -> list[tuple[str, str]]:
    """What a clinician may do now: the step and its words on the button."""
    buttons = {
        AlertStep.Event.ACKNOWLEDGE: _("I am looking after this"),
        AlertStep.Event.ASSESS: _("Assessed"),
        AlertStep.Event.CLOSE: _("Close"),
    }
    return [
        (str(event.value), words)
        for event, words in buttons.items()
        if ALERT_STATES.allows(alert.state, event)
    ]


def tier_action(alert: SafetyAlert) -> str:
    """What the protocol asks for at this tier."""
    return str(protocol.current().safety_tier(alert.tier).action)


def reach(alert: SafetyAlert, user: User) -> dict[str, str]:
    """Whom this is about, for those who must be able to call: the clinicians of the site."""
    person = alert.participant.user
    if person is None or not user.has_role(ANSWERS_ALERTS):
        return {}
    return {
        "name": person.name,
        "phone": person.phone,
        "tel": "tel:" + "".join(c for c in person.phone if c.isdigit() or c == "+"),
    }
