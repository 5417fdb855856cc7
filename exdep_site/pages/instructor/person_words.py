"""What an instructor reads of one participant: the plan, each week against it, and the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import protocol
from accounts.models import User
from enrollment.models import Participant
from exdep_site.pages.instructor import presenters
from exdep_site.pages.instructor.presenters import UNKNOWN, day_words
from exdep_site.pages.instructor.reading import Person
from logging_app import presenters as log
from logging_app.models import Supervision, Workout
from logging_app.supervision import JUDGED
from schedule.models import FitnessAssessment, Instructing, Pause
from schedule.presenters import week_name
from schedule.rules.adherence import Done
from schedule.rules.weeks import Outcome, PlannedSession

# The latest week stands open, the earlier ones are folded.
OPEN_WEEKS = 1
TONES = {
    Outcome.DONE: "ok", Outcome.OPEN: "info", Outcome.MISSED: "", Outcome.EXCUSED: "",
}  # fmt: skip


def person_page(person: Person) -> dict[str, Any]:
    """Everything the page of one participant shows."""
    standing = person.standing
    record, participant = standing.record, standing.participant
    zone = participant.tz
    return {
        "participant": participant,
        "person_name": participant.user.name if participant.user else "",
        "phone": participant.user.phone if participant.user else "",
        "where": presenters.where(record),
        "last": presenters.last_session(record),
        "reasons": presenters.reasons(standing),
        "chart": presenters.chart(record),
        "looked_after": looked_after(person),
        "held": record.programme.held(record.today),
        "plan": plan(person),
        "change": presenters.change_words(standing.outlook),
        "weeks": weeks(person),
        "attendance": presenters.percent(record.attendance),
        "dose": presenters.percent(record.dose),
        "extras": [_extra(done, person) for done in reversed(record.extras)],
        "facts": assessment_facts(person.assessment),
        "assessed_on": person.assessment.assessed_on if person.assessment else None,
        "pauses": [pause_row(row, record.today) for row in person.pauses],
        "notes": [
            {"when": moment(row.at, zone), "by": row.by, "text": row.text} for row in person.notes
        ],
        "contacts": [
            {"when": moment(row.at, zone), "by": row.by, "how": contact_words(row),
             "text": row.note}
            for row in person.contacts
        ],
    }  # fmt: skip


def looked_after(person: Person) -> list[str]:
    """Whose participant this is, and who stands in until when."""
    site_zone = ZoneInfo(person.standing.participant.site.zone)
    found = []
    if person.own is not None:
        found.append(_("Looked after by %(who)s.") % {"who": shown(person.own.instructor)})
    found += [cover_words(cover, site_zone) for cover in person.covers]
    return found


def cover_words(cover: Instructing, zone: ZoneInfo) -> str:
    """Until when somebody stands in, and why."""
    return _("Covered by %(who)s until %(until)s: %(why)s") % {
        "who": shown(cover.instructor), "until": moment(cover.until, zone), "why": cover.reason,
    }  # fmt: skip


def shown(user: User) -> str:
    return user.name or str(user)


# --- the plan


def plan(person: Person) -> list[dict[str, Any]]:
    """What each kind of session asks this week, as the participant reads it, with the beats."""
    record = person.standing.record
    programme = record.programme
    week = programme.week(record.today) or (1 if programme.starts_on else 0)
    firsts = {one.modality: one for one in reversed(programme.sessions(min(week, _weeks())))}
    asked = programme.plan(min(week, _weeks()))
    return [
        {"title": str(one.label), "times": _times(asked.kind(one.modality).per_week),  # type: ignore[union-attr]
         **log.how(one, programme.hr_bpm(one, record.today))}
        for one in reversed(firsts.values())
    ]  # fmt: skip


def _weeks() -> int:
    return protocol.current().weeks


def _times(many: int) -> str:
    return ngettext("%(times)d time a week", "%(times)d times a week", many) % {"times": many}


# --- week by week


def weeks(person: Person) -> list[dict[str, Any]]:
    """Each week that has begun, newest first: what was asked and what became of it."""
    record = person.standing.record
    found = []
    for place, week in enumerate(reversed(record.week_numbers)):
        span = record.programme.span(week)
        counts = record.week_summary(week)
        found.append({
            "title": week_name(week),
            "dates": _("%(first)s to %(last)s") % {
                "first": day_words(span.first), "last": day_words(span.last),
            },
            "done": presenters.done_words(counts),
            "open": place < OPEN_WEEKS,
            "rows": [
                session_row(one, person) for one in record.sessions if one.week == week
            ],
        })  # fmt: skip
    return found


def session_row(session: PlannedSession, person: Person) -> dict[str, Any]:
    """One session: what was asked against what was done; a dash where nothing is known."""
    record = person.standing.record
    outcome = record.outcomes[session.key]
    done = record.answers.get(session.key)
    last = record.programme.span(session.week).last or record.today
    on = done.day if done else min(record.today, last)
    return {
        "title": f"{session.label} {session.number}",
        "outcome": OUTCOMES[outcome](),
        "tone": TONES[outcome],
        "planned": day_words(record.programme.planned.get(session.key)) if done is None else "",
        "minutes": against(done.minutes if done else None, session.minutes),
        "effort": against(done.effort if done else None, session.effort),
        "beats": against(
            done.hr_mean_bpm if done else None, record.programme.hr_bpm(session, on)
        ),
        **(_lived(done, person) if done else {}),
    }  # fmt: skip


OUTCOMES = {
    Outcome.DONE: lambda: _("done"), Outcome.OPEN: lambda: _("still open"),
    Outcome.MISSED: lambda: _("not done"), Outcome.EXCUSED: lambda: _("excused"),
}  # fmt: skip


def against(value: int | None, asked: tuple[int, int] | None) -> str:
    """ "35 (30–40)": what was, and what was asked for; empty where nothing was, and nothing is."""
    was = UNKNOWN if value is None else str(value)
    if asked is None:
        return "" if value is None else was
    low, high = asked
    return f"{was} ({low})" if low == high else f"{was} ({low}–{high})"


def _extra(done: Done, person: Person) -> dict[str, Any]:
    return {
        "minutes": str(done.minutes), "effort": against(done.effort, None),
        "beats": against(done.hr_mean_bpm, None), **_lived(done, person),
    }  # fmt: skip


def _lived(done: Done, person: Person) -> dict[str, Any]:
    """What the person said of a session, and who signed it."""
    workout = next((row for row in person.workouts if row.pk == done.workout_id), None)
    participant = person.standing.participant
    signature = person.signed.get(done.workout_id)
    return {
        "uuid": done.workout_id,
        "day": day_words(done.day),
        "activity": log.activity_label(workout) if workout else "",
        "symptoms": presenters.symptom_words(done.symptoms),
        "red": any(protocol.current().symptom(c).severity == "red" for c in done.symptoms),
        "felt": felt(done),
        "stopped": bool(done.stopped_early),
        "stopped_why": workout.get_stopped_because_display() if workout else "",
        "picture": done.workout_id in person.pictures,
        "said": (workout.notes or "") if workout else "",
        "by_staff": bool(
            workout and workout.entered_by_id and workout.entered_by_id != participant.user_id
        ),
        "signature": signature_words(signature, participant.tz) if signature else "",
    }


def felt(done: Done) -> str:
    """Mood before and after, and the feeling during, as far as they were told."""
    parts = []
    if done.mood_before is not None or done.mood_after is not None:
        mood = [UNKNOWN if one is None else str(one) for one in (done.mood_before, done.mood_after)]
        parts.append(_("mood %(before)s → %(after)s") % {"before": mood[0], "after": mood[1]})
    if done.feeling is not None:
        said = f"{done.feeling:+d}".replace("-", "\N{MINUS SIGN}") if done.feeling else "0"
        parts.append(_("feeling %(feeling)s") % {"feeling": said})
    return ", ".join(parts)


def session_lead(workout: Workout, zone: ZoneInfo) -> str:
    """Which session it was: "Fast walking, 35 minutes, 17 Mar 2026, 10:00"."""
    minutes = log.minutes_range((workout.duration_min, workout.duration_min))
    return _(", ").join([log.activity_label(workout), minutes, moment(workout.started_at, zone)])


def signature_words(row: Supervision, zone: ZoneInfo) -> str:
    """Who signed, when, how, and how much of the checklist was as planned."""
    return _("Signed by %(who)s on %(when)s, %(how)s: %(well)s") % {
        "who": shown(row.by), "when": moment(row.signed_at, zone), "how": row.get_mode_display(),
        "well": fidelity_words(row),
    }  # fmt: skip


def fidelity_words(row: Supervision) -> str:
    """ "5 of 6 yes", with the lines that were not."""
    if not row.fidelity:
        return _("nothing judged")
    yes = sum(word == "yes" for word in row.fidelity.values())
    said = _("%(yes)d of %(all)d as planned") % {"yes": yes, "all": len(row.fidelity)}
    other = [
        f"{line.label}: {JUDGED[row.fidelity[line.code]]}"
        for line in protocol.current().fidelity
        if row.fidelity.get(line.code, "yes") != "yes"
    ]
    return "; ".join([said, *other])


def sheet_rows(
    form: forms.Form, people: Iterable[Participant], open_kinds: Mapping[int, set[str]]
) -> list[dict[str, Any]]:
    """Everybody on an attendance sheet, with the kinds of session still open to them this week."""
    kinds = protocol.current().session_kinds
    return [
        {
            "study_id": person.study_id,
            "person_name": person.user.name if person.user else "",
            "open": _(", ").join(
                str(kind.label) for kind in kinds if kind.modality in open_kinds[person.pk]
            ),
            "here": form[f"here_{person.pk}"],
            "minutes": form[f"minutes_{person.pk}"],
            "effort": form[f"effort_{person.pk}"],
        }
        for person in people
    ]


# --- the rest


def assessment_facts(row: FitnessAssessment | None) -> list[tuple[str, str]]:
    """What was measured and what limits, as label and value; what is unknown is not listed."""
    if row is None:
        return []
    known = protocol.current().activities
    found: list[tuple[str, Any]] = [
        (_("Resting heart rate"), row.resting_hr_bpm),
        (_("Maximum heart rate"), row.max_hr_measured_bpm or row.get_max_hr_source_display()),
        (_("A medicine limits the heart rate"), _("yes") if row.rate_limiting_drug else _("no")),
        (_("Sit-and-reach (cm)"), row.sit_and_reach_cm),
        (_("Likes"), _(", ").join(str(known[c].label) for c in row.activities if c in known)),
        (_("Preferences"), row.preferences),
        (_("Restrictions"), row.restrictions),
        (_("Heart rate at most"), row.limit_hr_bpm),
        (_("Effort at most"), row.limit_effort),
        (_("Minutes at most"), row.limit_minutes),
    ]
    return [
        (label, str(formats.localize(value))) for label, value in found if value not in (None, "")
    ]


def pause_row(row: Pause, today: date) -> dict[str, Any]:
    """A pause with its reason; of a hold only that it holds."""
    hold = row.kind == Pause.Kind.HOLD
    last = day_words(row.ends_on) if row.ends_on else _("open")
    return {
        "pk": row.pk,
        "title": _("On hold") if hold else row.get_kind_display(),
        "dates": _("%(first)s to %(last)s") % {"first": day_words(row.starts_on), "last": last},
        "reason": "" if hold else row.reason,
        "runs": not hold and (row.ends_on is None or row.ends_on >= today),
    }


def contact_words(row: Any) -> str:
    said = [row.get_channel_display()]
    if row.minutes:
        said.append(
            ngettext("%(count)d minute", "%(count)d minutes", row.minutes) % {"count": row.minutes}
        )
    if not row.reached:
        said.append(_("not reached"))
    return ", ".join(said)


def moment(at: Any, zone: ZoneInfo) -> str:
    """A moment on a wall clock there."""
    return formats.date_format(timezone.localtime(at, zone), "j M Y, H:i") if at else ""
