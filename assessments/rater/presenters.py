"""The sentences of the rater's room. None of them holds a total, an arm, or another's words."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

import protocol
from accounts.models import User
from assessments.agreement import Icc
from assessments.desk import visit_name
from assessments.models import RatingAgreement, Response, Visit
from assessments.rater import rules
from assessments.rater.pairs import Agreement, Line
from assessments.rater.selectors import Rating
from protocol import Instrument
from safety.rules import most_urgent
from safety.selectors import duty_phones

ICC_SHOWN = ("2,1", "1,1", "3,1")


def row(one: Rating) -> dict[str, Any]:
    """One visit in the list of those to score."""
    return {
        **one.place,
        "label": str(one.plan.label),
        "when": _booked(one),
        "tags": [tag for tag in (_draft_tag(one), _second_tag(one)) if tag],
    }


def _booked(one: Rating) -> str:
    row = one.visit
    if row is None or row.booked_at is None:
        return ""
    at = formats.date_format(row.booked_at.astimezone(one.participant.site.tz), "D j F, H:i")
    return " · ".join(part for part in (at, row.place) if part)


def _draft_tag(one: Rating) -> str:
    if not one.is_draft:
        return ""
    return _("correction, not signed") if one.signed else _("draft, not signed")


def _second_tag(one: Rating) -> str:
    return _("second, independent rating") if one.is_second else ""


def visit_row(visit: Visit) -> dict[str, Any]:
    """A visit by study id and name."""
    return {
        "study_id": visit.participant.study_id, "visit": visit.code,
        "label": visit_name(visit.code),
    }  # fmt: skip


def signed_row(response: Response) -> dict[str, Any]:
    """One signed rating of the rater's own: where and when."""
    signed_at = response.interview.signed_at
    assert signed_at is not None
    at = signed_at.astimezone(response.participant.tz)
    return {
        **visit_row(response.visit),
        "when": _("Signed %(when)s") % {"when": formats.date_format(at, "j F Y, H:i")},
    }


def meaning(one: Rating) -> str:
    """What a signature under a rating means, as the page shows and the row keeps it."""
    if one.signed is not None:
        return _("I held this interview; the corrected scores are my own judgement.")
    if one.is_second:
        return _("I was at this interview, or saw it whole; the scores are my own judgement, "
                 "made without knowing anybody else’s.")  # fmt: skip
    return _("I held this interview; the scores are my own judgement.")


def danger(one: Rating, now: datetime) -> dict[str, Any]:
    """Whom to call and what to do where a score tells of danger, by the item it stands under."""
    study = protocol.current()
    urgent = rules.urgent_scores(study, one.questionnaire)
    return {
        key: {
            "phones": duty_phones(one.participant.site, now),
            "steps": [{"score": value, "action": str(tier.action)} for value, tier in scores],
            "shown": any(one.answers.get(key) == value for value, _tier in scores),
        }
        for key, scores in urgent.items()
    }


def must_act(response: Response) -> str:
    """What a rater does now where an answer tells of danger, in the protocol's words; else ""."""
    questionnaire, study = response.questionnaire, protocol.current()
    codes = {
        tier
        for key in questionnaire.alert_items
        for tier in questionnaire.alert_tiers(key, response.answers.get(key))
    }
    if not codes:
        return ""
    tier = most_urgent([study.safety_tier(code) for code in codes])
    return _("An alert stands for the duty clinician. %(action)s") % {"action": tier.action}


def summary(scale: Instrument, response: Response) -> list[dict[str, str]]:
    """What is signed, item by item; an item without a score says so."""
    return [
        {
            "key": item.key,
            "item": f"{item.key}. {item.text}",
            "score": score_words(scale, item.key, response.answers),
            "note": response.interview.notes.get(item.key, ""),
        }
        for item in scale.items
    ]


def score_words(scale: Instrument, key: str, answers: dict[str, int | None]) -> str:
    """A score with its anchor. "" where nothing was chosen."""
    if key not in answers:
        in_group = [keys for keys in scale.scoring.one_of if key in keys]
        other = in_group and any(one in answers for one in in_group[0])
        return _("Not this one") if other else ""
    value = answers[key]
    if value is None:
        return _("Could not be rated")
    options = (option for option in scale.item(key).options if option.value == value)
    return next((f"{value}  {option.label}" for option in options), str(value))


def pair_rows(pair: RatingAgreement, user: User) -> list[dict[str, str]]:
    """The items that two raters scored differently, in words: one's own, and the other's."""
    scale = pair.first.questionnaire
    mine, other = pair.first, pair.second
    if mine.answered_by_id != user.pk:
        mine, other = other, mine
    return [
        {
            "item": f"{key}. {scale.item(key).text}",
            "mine": score_words(mine.questionnaire, key, mine.answers) or "–",
            "other": score_words(other.questionnaire, key, other.answers) or "–",
            "agreed": score_words(scale, key, pair.consensus or {}),
        }
        for key in rules.differences(mine.answers, other.answers, scale.keys)
    ]


def pair_state(pair: RatingAgreement) -> str:
    """How far two raters are, for those who read agreement."""
    if not pair.discrepant:
        return _("within the limit")
    if pair.resolved_at is not None:
        return _("resolved by both raters")
    return _("proposed, not confirmed") if pair.proposed_by_id else _("to be resolved")


def agreement_table(found: Agreement) -> dict[str, Any]:
    """One scale's agreement with its figures in words."""
    return {
        "title": f"{found.scale.title} · {found.scale.version}",
        "kinds": [f"ICC({kind})" for kind in ICC_SHOWN],
        "lines": [_agreement_line(line) for line in found.lines],
    }


def _agreement_line(line: Line) -> dict[str, Any]:
    return {
        "label": f"{line.key}. {line.label}" if line.key else _("Total"),
        "pairs": line.pairs,
        "icc": [_icc(line.icc.get(kind)) for kind in ICC_SHOWN],
        "kappa": _figure(line.kappa),
    }


def _icc(found: Icc | None) -> str:
    if found is None or math.isnan(found.value):
        return "–"
    if math.isnan(found.low) or math.isnan(found.high):
        return _figure(found.value)
    return f"{_figure(found.value)} ({_figure(found.low)} – {_figure(found.high)})"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace("-", "−")
