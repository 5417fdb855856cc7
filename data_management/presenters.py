"""The timeline of one participant in words, by study week, latest first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import protocol
from accounts.messages.selectors import sent_to, settings_of
from assessments import desk as answers
from core import clock
from data_management import selectors
from data_management.selectors import Happened
from enrollment.models import Participant
from logging_app import presenters as log
from logging_app.checkins import presenters as check_ins
from logging_app.models import CheckIn, SleepNight, Workout
from logging_app.selectors import session_key
from protocol import UnknownNameError
from safety import presenters as alerts
from safety.models import SafetyAlert
from schedule.models import FitnessAssessment
from schedule.presenters import week_name
from schedule.selectors import exercises


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `time` orders a day; `tone` is "", urgent, quiet or sun."""

    day: date
    icon: str
    title: str
    text: str = ""
    tone: str = ""
    href: str = ""
    time: str = ""


@dataclass
class Week:
    """A study week of the timeline; `opens` where it is unfolded from the start."""

    title: str
    line: str
    opens: bool
    days: list[tuple[date, list[Entry]]] = field(default_factory=list)


def arm_name(participant: Participant) -> str:
    """The group's name, for staff who may know it; raters never come where this is shown."""
    try:
        return str(protocol.current().arm(participant.arm).label) if participant.arm else "–"
    except UnknownNameError:
        return participant.arm


def facts(participant: Participant, found: Happened) -> list[tuple[str, str]]:
    """The head of the page: who this is to the study, without a name."""
    entries: list[Any] = [*found.workouts, *found.nights, *found.check_ins]
    logged = [row.received_at for row in entries]
    return [
        (_("Site"), str(participant.site)),
        (_("State"), participant.get_state_display()),
        (_("Group"), arm_name(participant)),
        (_("Study week"), week_name(found.today.week)),
        (_("Day 1"), _date(participant.day_one)),
        (_("Last log"), local_date(participant, max(logged, default=None))),
        (_("Sex, birth year"), _sex_and_year(participant)),
        *_unasked(participant, found),
        (_("Reminders"), _last_reminder(participant)),
    ]


def _last_reminder(participant: Participant) -> str:
    """The newest attempt to remind them: when, how, what became of it, and whether it was read."""
    if participant.user is None or not settings_of(participant.user).on:
        return _("off")
    last = sent_to(participant.user).first()
    if last is None:
        return _("on, none yet")
    opened = [_("opened")] if last.opened_at else []
    when = local_date(participant, last.created_at)
    return " · ".join([when, last.get_channel_display(), last.get_state_display(), *opened])


def local_date(participant: Participant, moment: datetime | None) -> str:
    """The date of a moment where the participant lives."""
    return _date(clock.local_date(moment, participant.tz) if moment else None)


def timeline(participant: Participant, found: Happened) -> list[Week]:
    """Every entry under its study week, latest week first and open."""
    by_week: dict[int | None, dict[date, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in _entries(participant, found):
        week = selectors.week_of(participant, entry.day)
        by_week[week if week is not None and week > 0 else None][entry.day].append(entry)
    weeks = sorted(by_week, key=lambda week: week or 0, reverse=True)
    return [
        Week(
            title=week_name(week),
            line=_week_line(participant, found, week),
            opens=place == 0,
            days=[
                (day, sorted(by_week[week][day], key=lambda e: e.time))
                for day in sorted(by_week[week], reverse=True)
            ],
        )
        for place, week in enumerate(weeks)
    ]


def open_alerts(found: Happened) -> list[Entry]:
    """Alerts that nobody has closed, for the head of the page."""
    return [_alert(alert) for alert in found.alerts if alert.state == SafetyAlert.State.OPEN]


def _entries(participant: Participant, found: Happened) -> list[Entry]:
    zone = participant.tz

    def day(moment: datetime) -> date:
        return clock.local_date(moment, zone)

    entries = [_workout(w, found, w.started_at.astimezone(w.tz)) for w in found.workouts]
    entries += [_night(night) for night in found.nights]
    entries += [_check_in(row) for row in found.check_ins]
    entries += [
        Entry(v.done_on, "today", answers.visit_name(v.code), _visit_text(found, v.pk), "sun",
              reverse("admin:assessments_visit_change", args=[v.pk]))
        for v in found.visits if v.done_on
    ]  # fmt: skip
    entries += [
        Entry(day(c.signed_at), "check", _("Consent signed"),
              _("version %(version)s") % {"version": c.document.version}, "sun",
              reverse("admin:enrollment_consentrecord_change", args=[c.pk]))
        for c in found.consents
    ]  # fmt: skip
    entries += [
        Entry(a.assessed_on, "heart-rate", _("Fitness assessment"), _resting(a), "",
              reverse("admin:schedule_fitnessassessment_change", args=[a.pk]))
        for a in found.assessments
    ]  # fmt: skip
    entries += [_alert(alert, zone_day=day(alert.raised_at)) for alert in found.alerts]
    if found.withdrawal:
        entries.append(_withdrawal(day(found.withdrawal.at), found))
    if participant.day_one:
        entries.append(Entry(participant.day_one, "mark", _("Day 1"), _("allocated"), "sun"))
    return entries


def _resting(assessment: FitnessAssessment) -> str:
    if assessment.resting_hr_bpm is None:
        return _("resting heart rate not known")
    return _("resting %(bpm)d beats a minute") % {"bpm": assessment.resting_hr_bpm}


def _workout(workout: Workout, found: Happened, started: datetime) -> Entry:
    taken_back = workout.voided_at is not None
    parts = [log.minutes_range((workout.duration_min, workout.duration_min))]
    parts += [log.mood_sentence(workout)]
    parts += [
        _("effort %(effort)d") % {"effort": workout.effort} if workout.effort is not None else ""
    ]
    parts += [session_key(workout) or _("an extra")] if not taken_back else []
    times = found.corrections.get(workout.pk, 0)
    if times and not taken_back:
        parts.append(ngettext("corrected once", "corrected %(n)d times", times) % {"n": times})
    title = log.activity_label(workout)
    return Entry(
        started.date(),
        log.ICONS.get(workout.modality, "log"),
        _("%(activity)s (taken back)") % {"activity": title} if taken_back else title,
        workout.void_reason if taken_back else " · ".join(part for part in parts if part),
        "quiet" if taken_back else "",
        reverse("admin:logging_app_workout_change", args=[workout.pk]),
        f"{started:%H:%M}",
    )


def _check_in(row: CheckIn) -> Entry:
    href = reverse("admin:logging_app_checkin_change", args=[row.pk])
    return Entry(row.due_on, "person", _("Check-in"), check_ins.summary(row), "", href)


def told(found: Happened) -> list[Entry]:
    """What they told as new at a check-in and nobody saw to yet, for the head of the page."""
    waiting = [row for row in found.check_ins if row.anything_new and row.handled_at is None]
    return [
        Entry(row.due_on, "edit", _("Told at a check-in: something is new"), row.new_text or "",
              "sun", reverse("admin:logging_app_checkin_change", args=[row.pk]))
        for row in waiting
    ]  # fmt: skip


def _unasked(participant: Participant, found: Happened) -> list[tuple[str, str]]:
    """Workouts of somebody who is not asked for any, as a hint to note a deviation."""
    if not participant.arm or exercises(participant):
        return []
    count = sum(workout.voided_at is None for workout in found.workouts)
    if not count:
        return []
    return [(_("Exercised without being asked"), ngettext(
        "%(n)d entry; note a deviation if it was regular",
        "%(n)d entries; note a deviation if it was regular", count,
    ) % {"n": count})]  # fmt: skip


def _night(night: SleepNight) -> Entry:
    text = (
        _("quality %(quality)d") % {"quality": night.quality} if night.quality is not None else ""
    )
    href = reverse("admin:logging_app_sleepnight_change", args=[night.pk])
    return Entry(night.date, "moon", _("Night"), text, "", href)


def _visit_text(found: Happened, visit_id: int) -> str:
    """Which questionnaires were answered. Their scores stand on their own pages."""
    titles = [
        str(response.questionnaire.title)
        for response in found.responses
        if response.visit_id == visit_id and response.submitted_at is not None
    ]
    return " · ".join(titles)


def _alert(alert: SafetyAlert, zone_day: date | None = None) -> Entry:
    is_open = alert.state == SafetyAlert.State.OPEN
    return Entry(
        zone_day or alert.raised_at.date(),
        "urgent",
        f"{alert.get_kind_display()} · {alert.get_state_display()}",
        alerts.what_was_said(alert),
        "urgent" if is_open else "",
        reverse("admin:safety_safetyalert_change", args=[alert.pk]),
    )


def _withdrawal(day: date, found: Happened) -> Entry:
    assert found.withdrawal is not None
    stops = {
        _("stops exercise"): found.withdrawal.stop_exercise,
        _("no more contact"): found.withdrawal.stop_contact,
        _("data no longer used"): found.withdrawal.stop_data_use,
    }
    text = " · ".join(what for what, stopped in stops.items() if stopped)
    href = reverse("admin:enrollment_withdrawal_change", args=[found.withdrawal.pk])
    return Entry(day, "pause", _("Left the study"), text, "quiet", href, "24")


def _week_line(participant: Participant, found: Happened, week: int | None) -> str:
    """One line on a folded week: sessions, minutes, nights."""
    if week is None:
        return ""
    done = [
        workout for workout in found.workouts
        if workout.voided_at is None
        and selectors.week_of(participant, clock.local_date(workout.started_at, workout.tz)) == week
    ]  # fmt: skip
    nights = sum(selectors.week_of(participant, night.date) == week for night in found.nights)
    asked = selectors.attended(participant, found.record, week)
    minutes = sum(workout.duration_min for workout in done)
    parts = []
    if asked.due:
        words = {"done": asked.done, "asked": asked.due}
        parts.append(_("%(done)d of %(asked)d sessions") % words)
    if asked.excused:
        parts.append(_("%(n)d excused") % {"n": asked.excused})
    if minutes:
        parts.append(log.minutes_range((minutes, minutes)))
    if nights:
        parts.append(ngettext("%(n)d night", "%(n)d nights", nights) % {"n": nights})
    return " · ".join(parts)


def _date(day: date | None) -> str:
    return formats.date_format(day, "j M Y") if day else "–"


def _sex_and_year(participant: Participant) -> str:
    known = [participant.get_sex_display(), str(participant.birth_year or "")]
    return ", ".join(part for part in known if part) or "–"
