"""The sentences of the estimate: what it says, from what, and what it cannot tell.

Wording: clinical.md section 6. An estimate is associated with, never caused by; it has a range;
one that rests on simulated data says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from enrollment.models import Participant
from estimates import wording
from estimates.card import Origin
from estimates.models import Estimate
from estimates.selectors import Standing
from schedule.selectors import exercises

SHORT = 12


def page(standing: Standing, latest: Estimate | None, participant: Participant) -> dict[str, Any]:
    """Everything the page shows. What stands against any estimate takes the button's place."""
    active = exercises(participant)
    closed = [wording.sentence(r.why.value, r.numbers, active=active) for r in standing.reasons]
    shown = latest
    if closed and latest is not None and latest.status == Estimate.Status.ABSTAINED:
        shown = None
    return {
        "closed": closed,
        "answer": answer(shown) if shown and shown.change is not None else None,
        "abstention": abstention(shown, active=active) if shown and shown.change is None else None,
        "made": made_line(shown, participant) if shown else "",
    }


def made_line(estimate: Estimate, participant: Participant) -> str:
    day = clock.local_date(estimate.made_at, participant.tz)
    return _("Asked on %(day)s") % {"day": formats.date_format(day, "j F")}


def answer(estimate: Estimate) -> dict[str, Any]:
    """One estimate with its range, its days, its limits and its model."""
    return {
        "text": text(estimate),
        "range": range_sentence(estimate),
        "bar": range_bar(estimate),
        "simulated": simulated(estimate),
        "inputs": input_lines(estimate),
        "limits": limits(estimate),
        "model": model_lines(estimate),
    }


def abstention(estimate: Estimate, *, active: bool) -> dict[str, Any]:
    """Why there is no estimate, every reason with what would help."""
    return {"reasons": [line["text"] for line in reasons(estimate, active=active)]}


def reasons(estimate: Estimate, *, active: bool) -> list[dict[str, str]]:
    """Each reason of an abstention as its code and its sentences. `active`: the arm exercises."""
    return [
        {"code": row["code"], "text": wording.sentence(row["code"], row, active=active)}
        for row in estimate.reasons
    ]


def simulated(estimate: Estimate) -> bool:
    return estimate.version is None or estimate.version.data_origin == Origin.SIMULATED.value


def text(estimate: Estimate) -> str:
    """The estimate in one sentence."""
    change = round(estimate.change or 0.0, 1)
    words = _of_simulated(change) if simulated(estimate) else _of_people(change)
    return words % {"points": wording.decimal(abs(change))}


def _of_simulated(change: float) -> str:
    if change == 0:
        return _(
            "In simulated data, changes like yours were associated with a self-rated mood "
            "about as at the start."
        )
    if change > 0:
        return _(
            "In simulated data, changes like yours were associated with a self-rated mood "
            "about %(points)s of 10 points higher than at the start."
        )
    return _(
        "In simulated data, changes like yours were associated with a self-rated mood "
        "about %(points)s of 10 points lower than at the start."
    )


def _of_people(change: float) -> str:
    if change == 0:
        return _(
            "Among people in the study before you, changes like yours were associated with a "
            "self-rated mood about as at the start."
        )
    if change > 0:
        return _(
            "Among people in the study before you, changes like yours were associated with a "
            "self-rated mood about %(points)s of 10 points higher than at the start."
        )
    return _(
        "Among people in the study before you, changes like yours were associated with a "
        "self-rated mood about %(points)s of 10 points lower than at the start."
    )


def range_sentence(estimate: Estimate) -> str:
    """The range at its coverage; of people, or of those who were made up."""
    values = {
        "percent": f"{100 * (estimate.coverage or 0):.0f}",
        "low": signed(estimate.low or 0.0),
        "high": signed(estimate.high or 0.0),
    }
    if simulated(estimate):
        return (
            _(
                "The range is wide: for about %(percent)s %% of the made-up participants such a "
                "range held what they said. Here it goes from %(low)s to %(high)s."
            )
            % values
        )
    return (
        _(
            "The range is wide: for about %(percent)s %% of similar past participants such a range "
            "held what they said. Here it goes from %(low)s to %(high)s."
        )
        % values
    )


def signed(value: float) -> str:
    """A change to one decimal with a real sign, as +1.2 or −0.4."""
    shown = wording.decimal(value)
    return f"+{shown}" if round(value, 1) > 0 else shown


def range_bar(estimate: Estimate) -> dict[str, Any]:
    """The range as whole pixels of a drawing 320 wide whose middle is no change."""
    low, high, change = estimate.low or 0.0, estimate.high or 0.0, estimate.change or 0.0
    reach = max(4.0, abs(low), abs(high))

    def place(value: float) -> int:
        return round(160 + value / reach * 148)

    return {
        "from": place(low),
        "width": max(2, place(high) - place(low)),
        "at": place(change),
        "label": _(
            "Estimate %(change)s, range %(low)s to %(high)s, on a scale where 0 is no change"
        )
        % {"change": signed(change), "low": signed(low), "high": signed(high)},
        "low": signed(low),
        "high": signed(high),
        "change": signed(change),
    }


def input_lines(estimate: Estimate) -> list[dict[str, str]]:
    """The two inputs, each with its value in words and the days that went in."""
    days: Mapping[str, list[str]] = estimate.days
    rises, nights = days.get("heart_rate", []), days.get("nights", [])
    before = days.get("nights_before", [])
    heart = ngettext(
        "%(rise)s beats a minute after an activity, from %(count)d of them: %(days)s.",
        "%(rise)s beats a minute after an activity, on average of %(count)d: %(days)s.",
        len(rises),
    ) % {
        "rise": signed(estimate.hr_change_bpm or 0.0), "count": len(rises), "days": _dates(rises),
    }  # fmt: skip
    sleep = _(
        "%(change)s of 10 points: %(count)d nights (%(days)s), compared with the %(before)d nights "
        "before day 1 (%(before_days)s)."
    ) % {
        "change": signed(estimate.sleep_quality_change or 0.0),
        "count": len(nights),
        "days": _dates(nights),
        "before": len(before),
        "before_days": _dates(before),
    }
    return [
        {"title": _("Your heart rate"), "text": heart},
        {"title": _("Your sleep quality"), "text": sleep},
    ]


def _dates(days: list[str]) -> str:
    """Dates as they are read: each once, and days in a row by the first and the last."""
    runs: list[list[date]] = []
    for day in sorted({date.fromisoformat(day) for day in days}):
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    ends = [(run[0], run[-1]) if len(run) > 1 else (run[0],) for run in runs]
    shown = ["–".join(formats.date_format(day, "j M") for day in pair) for pair in ends]
    return _(", ").join(shown)


def limits(estimate: Estimate) -> list[str]:
    """What the estimate cannot tell."""
    lines = [
        _(
            "Whether exercise or sleep is the cause. Things that change together need not make "
            "each other change."
        ),
        _("How you will feel tomorrow. It looks back at the same weeks; it is no forecast."),
        _("Whether you are well or unwell. It is no diagnosis, and nobody treats you by it."),
        _("Anything about people outside this study."),
    ]
    if simulated(estimate):
        lines.append(
            _(
                "Anything about real people at all: the data it learned from are simulated, and so "
                "are the numbers of the paper that the idea comes from."
            )
        )
    return lines


def model_lines(estimate: Estimate) -> list[str]:
    """How good the model is beside simpler ones, and which file answered."""
    assert estimate.version is not None
    card = estimate.version.card
    performance, span = card["performance"], card["range"]
    values = {
        "count": estimate.version.participants,
        "mae": wording.decimal(performance["network"]["mae"], 2),
        "mean": wording.decimal(performance["mean_change"]["mae"], 2),
        "line": wording.decimal(performance["straight_line"]["mae"], 2),
    }
    learned = _(
        "It learned from %(count)d simulated participants; nobody outside them has tested it."
    )
    if not simulated(estimate):
        learned = _("It learned from %(count)d participants; nobody outside them has tested it.")
    lines = [
        learned % values,
        _(
            "When tried on those it had not seen, it missed by %(mae)s points on average; guessing "
            "the average missed by %(mean)s, a straight line by %(line)s."
        )
        % values,
        _verdict(performance),
    ]
    if span["observed_coverage"] is not None:
        lines.append(
            _("In those tries the range held %(percent)s %% of the answers.")
            % {"percent": f"{100 * span['observed_coverage']:.0f}"}
        )
    lines.append(
        _("Model %(version)s, file %(sha256)s…")
        % {"version": estimate.version.version, "sha256": estimate.model_sha256[:SHORT]}
    )
    return lines


def _verdict(performance: Mapping[str, Any]) -> str:
    if not performance["beats_mean"]:
        return _("That is no better than the average.")
    if not performance["beats_line"]:
        return _("That is better than the average, and no better than a straight line.")
    return _("That is better than the average and than a straight line.")
