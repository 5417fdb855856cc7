"""What an instructor reads of a roster: reasons in words, figures with what is unknown, a chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import protocol
from enrollment.models import Participant
from exdep_site.pages.instructor import charts
from exdep_site.pages.instructor.reading import Roster, Standing
from logging_app.progress import Outlook
from schedule.presenters import week_name
from schedule.rules.adherence import Counts, Record, Spread
from schedule.rules.attention import Attention, Reason, days_since_last
from schedule.rules.progression import Kind

UNKNOWN = "–"
TONES = {
    Reason.RED_FLAG: ("urgent", "urgent"), Reason.WARNING_SIGN: ("warn", "warn"),
    Reason.SAID_BEFORE: ("warn", "warn"),
    Reason.TOO_HARD: ("warn", "warn"), Reason.ABOVE_ZONE: ("warn", "heart-rate"),
    Reason.NO_PLAN: ("info", "edit"), Reason.QUIET: ("info", "rest"),
    Reason.CHANGE_DUE: ("ok", "chart"), Reason.HELD: ("info", "pause"),
}  # fmt: skip


def roster_page(roster: Roster) -> dict[str, Any]:
    """Everything the roster's template shows."""
    return {
        "rows": [standing_row(one) for one in roster.standings],
        "over": [standing_row(one) for one in roster.over],
        "unassigned": [unassigned_row(person) for person in roster.unassigned],
        "figures": figures(roster),
    }


def standing_row(one: Standing) -> dict[str, Any]:
    """One participant as the roster shows them."""
    person, record = one.participant, one.record
    return {
        "study_id": person.study_id,
        "name": person.user.name if person.user else "",
        "by_cover": getattr(person, "by_cover", False),
        "reasons": reasons(one),
        "where": where(record),
        "this_week": this_week(record),
        "last": last_session(record),
        "attendance": attendance(record),
        "attendance_known": record.attendance is not None,
        "chart": chart(record),
    }


def unassigned_row(person: Participant) -> dict[str, str]:
    since = formats.date_format(person.day_one, "j F") if person.day_one else ""
    return {
        "study_id": person.study_id,
        "note": _("%(site)s · allocated on %(day)s") % {"site": person.site, "day": since},
    }


# --- reasons


def reasons(one: Standing) -> list[dict[str, str]]:
    """Each reason with its tone and icon, by rank."""
    return [
        {"tone": TONES[found.reason][0], "icon": TONES[found.reason][1],
         "text": WORDS[found.reason](found, one)}
        for found in one.reasons
    ]  # fmt: skip


def _told(found: Attention, _one: Standing) -> str:
    symptoms = symptom_words(found.symptoms)
    said = {"symptoms": symptoms, "day": day_words(found.on)}
    if found.reason is Reason.RED_FLAG:
        return _("Red flag: %(symptoms)s (%(day)s)") % said
    return _("%(symptoms)s (%(day)s)") % said


def _said_before(found: Attention, _one: Standing) -> str:
    known = {row.code: str(row.label) for row in protocol.current().readiness}
    said = _("; ").join(known.get(code, code) for code in found.symptoms)
    return _("Said before a session: %(said)s (%(day)s)") % {
        "said": said, "day": day_words(found.on),
    }  # fmt: skip


def _too_hard(found: Attention, _one: Standing) -> str:
    return _("Effort %(value)s, asked for %(asked)s (%(day)s)") % _against(found)


def _above_zone(found: Attention, _one: Standing) -> str:
    return _("Mean heart rate %(value)s, asked for %(asked)s (%(day)s)") % _against(found)


def _no_plan(_found: Attention, one: Standing) -> str:
    day_one = one.participant.day_one
    within = protocol.current().program_starts_within_days
    if day_one is None:
        return _("Needs a plan")
    left = within - (one.record.today - day_one).days
    if left < 0:
        return _("Needs a plan: the program should have started by now")
    return ngettext(
        "Needs a plan: the program starts within %(days)d day",
        "Needs a plan: the program starts within %(days)d days", left,
    ) % {"days": left}  # fmt: skip


def _quiet(found: Attention, _one: Standing) -> str:
    if found.days is None:
        return _("Nothing yet since the program started")
    return ngettext("Nothing for %(days)d day", "Nothing for %(days)d days", found.days) % {
        "days": found.days
    }


def _change_due(_found: Attention, one: Standing) -> str:
    return change_words(one.outlook)


def _held(_found: Attention, _one: Standing) -> str:
    return _("Sessions are on hold; the clinician decides")


WORDS: dict[Reason, Callable[[Attention, Standing], str]] = {
    Reason.RED_FLAG: _told, Reason.WARNING_SIGN: _told,
    Reason.SAID_BEFORE: _said_before, Reason.TOO_HARD: _too_hard,
    Reason.ABOVE_ZONE: _above_zone, Reason.NO_PLAN: _no_plan, Reason.QUIET: _quiet,
    Reason.CHANGE_DUE: _change_due, Reason.HELD: _held,
}  # fmt: skip


def change_words(coming: Outlook) -> str:
    """What is proposed, in three words."""
    if coming.proposal is None:
        return ""
    return {
        Kind.UP: _("A step up is proposed"),
        Kind.BACK: _("A step back is proposed"),
        Kind.LOAD: _("More load is proposed"),
    }[coming.proposal.kind]


def symptom_words(codes: tuple[str, ...]) -> str:
    study = protocol.current()
    return _(", ").join(str(study.symptom(code).label) for code in codes)


def _against(found: Attention) -> dict[str, Any]:
    low, high = found.asked or (0, 0)
    return {"value": found.value, "asked": f"{low}–{high}", "day": day_words(found.on)}


# --- where somebody stands


def where(record: Record) -> str:
    """The week of the program, or that it has not begun or is over."""
    programme = record.programme
    if programme.starts_on is None:
        return _("No plan yet")
    week = programme.week(record.today)
    if week is None:
        return _("Starts on %(day)s") % {"day": day_words(programme.starts_on)}
    return week_name(week, of_all=True)


def this_week(record: Record) -> str:
    """How this week goes; empty where nothing is asked."""
    counts = record.week_summary(record.programme.week(record.today) or 0)
    if not counts.due:
        return ""
    return done_words(counts)


def done_words(counts: Counts) -> str:
    """ "3 of 5 done", with what a pause excused."""
    said = _("%(done)d of %(due)d done") % {"done": counts.done, "due": counts.due}
    if not counts.excused:
        return said
    return _("%(said)s, %(excused)d excused") % {"said": said, "excused": counts.excused}


def last_session(record: Record) -> str:
    days = days_since_last(record)
    if days is None:
        return _("No session yet")
    if days <= 0:
        return _("Last session today")
    return ngettext("Last session %(days)d day ago", "Last session %(days)d days ago", days) % {
        "days": days
    }


def attendance(record: Record) -> str:
    """Over the complete weeks."""
    return percent(record.attendance)


def day_words(day: date | None) -> str:
    return formats.date_format(day, "j M") if day else ""


# --- figures


def figures(roster: Roster) -> list[dict[str, str]]:
    """Medians and quartiles over the roster, each with how many are known."""
    found = roster.figures
    return [
        _figure(_("Sessions done"), found.attendance, percent, full=found.full),
        _figure(_("Minutes done"), found.dose, percent),
        _figure(_("Mean effort (0–10)"), found.effort, one_decimal),
    ]


def _figure(
    label: str, spread: Spread, show: Callable[[float | None], str], full: float | None = None
) -> dict[str, str]:
    known = _("%(known)d of %(all)d known") % {
        "known": spread.known, "all": spread.known + spread.missing,
    }  # fmt: skip
    if spread.median is None:
        return {"label": label, "value": "", "note": known}
    quartiles = _("middle half %(low)s to %(high)s") % {
        "low": show(spread.q1), "high": show(spread.q3),
    }  # fmt: skip
    notes = [_("median"), quartiles, known]
    if full is not None:
        notes.append(_("%(share)s of them did 80 %% or more") % {"share": percent(full)})
    return {"label": label, "value": show(spread.median), "note": "; ".join(notes)}


def percent(share: float | None) -> str:
    """A share of 0–1 as people read it; a dash where it is unknown."""
    return UNKNOWN if share is None else _("%(number)d %%") % {"number": round(100 * share)}


def one_decimal(value: float | None) -> str:
    return UNKNOWN if value is None else formats.number_format(round(value, 1), 1)


# --- the chart


def chart(record: Record) -> dict[str, Any] | None:
    """The last weeks as a drawing, and the same in words; None before the first."""
    weeks = charts.shown(record)
    if not weeks:
        return None
    return {
        "columns": charts.columns(weeks),
        "text": " ".join(_week_words(one) for one in weeks),
        "width": charts.WIDTH,
        "height": charts.HEIGHT,
        "floor": charts.FLOOR,
        "column": charts.COLUMN,
    }


def _week_words(one: charts.Shown) -> str:
    said = {"week": one.week, "done": done_words(one.counts), "effort": one_decimal(one.effort)}
    if one.effort is None:
        return _("Week %(week)d: %(done)s, effort not known.") % said
    return _("Week %(week)d: %(done)s, effort %(effort)s.") % said
