"""What an answer, or a total, calls for: the alerts of the instruments' and the study's rules.

Before allocation the lowest tier asks for one review of eligibility and no more; afterwards an
answer of that tier alerts where it is new or risen. A higher tier always does (clinical notes 1.7).
"""

from __future__ import annotations

import protocol
from accounts.models import User
from assessments import rules, scoring, selectors
from assessments.models import Response
from protocol import Instrument, SafetyTier, Worsening
from safety.models import SafetyAlert
from safety.rules import most_urgent
from safety.rules.worsening import is_worse, reaches
from safety.services import raise_alert


def watch(response: Response, questionnaire: Instrument, changed: list[str], *, by: User) -> None:
    """Raise what the `changed` answers call for and, once they are sent or signed, their total.

    One alert a value: changing back closes nothing.
    """
    for key in changed:
        _watch_answer(response, questionnaire, key, by)
    if response.submitted_at is not None and response.reading == 1:
        _watch_total(response, questionnaire, by)


def _watch_answer(response: Response, questionnaire: Instrument, key: str, by: User) -> None:
    value = response.answers[key]
    previous = selectors.previous_answer(response, key)
    tiers = questionnaire.alert_tiers(key, value, previous)
    if not tiers:
        return
    study = protocol.current()
    tier = most_urgent([study.safety_tier(code) for code in tiers])
    if _is_lowest(tier) and _before_allocation(response):
        _review_eligibility(response, tier.code, by)
    elif not (_is_lowest(tier) and _was_known(previous, value)):
        raise_alert(
            participant=response.participant,
            kind=SafetyAlert.Kind.RISK_ANSWER,
            tier=tier.code,
            source_kind="response",
            source_id=f"{response.pk}:{key}:{value}",
            detail={
                "instrument": questionnaire.code, "version": questionnaire.version, "item": key,
                "value": value,
            },
            by=by,
        )  # fmt: skip


def _was_known(previous: int | None, value: int | None) -> bool:
    return previous is not None and value is not None and value <= previous


def _watch_total(response: Response, questionnaire: Instrument, by: User) -> None:
    study = protocol.current()
    rule = next((row for row in study.worsening if row.instrument == questionnaire.code), None)
    total = scoring.score(questionnaire, response.answers).total
    if rule is None or total is None:
        return
    if _before_allocation(response):
        if reaches(rule, total):
            _review_eligibility(response, rule.tier, by)
    elif is_worse(rule, total, _baseline_total(response)):
        _raise_worsening(response, rule, by)


def _raise_worsening(response: Response, rule: Worsening, by: User) -> None:
    """One for a visit's instrument, however often it is corrected. It holds no number."""
    place = f"{response.participant_id}:{response.visit.code}:{rule.instrument}"
    raise_alert(
        participant=response.participant, kind=SafetyAlert.Kind.WORSENING, tier=rule.tier,
        source_kind="total", source_id=place,
        detail={"instrument": rule.instrument, "visit": response.visit.code}, by=by,
    )  # fmt: skip


def _review_eligibility(response: Response, tier: str, by: User) -> None:
    """One for each person, however many answers call for it."""
    raise_alert(
        participant=response.participant, kind=SafetyAlert.Kind.ELIGIBILITY, tier=tier,
        source_kind="participant", source_id=str(response.participant_id), detail={}, by=by,
    )  # fmt: skip


def _baseline_total(response: Response) -> int | None:
    """What the total is compared with; None also where another version's total has another range,
    as no difference between the two is one in how the person is."""
    code = response.instrument
    visit = rules.baseline_visit(protocol.current(), code)
    before = selectors.response_of(response.participant, visit, code) if visit else None
    if before is None or before.submitted_at is None:
        return None
    if before.questionnaire.scoring.total_range != response.questionnaire.scoring.total_range:
        return None
    return scoring.score(before.questionnaire, before.answers).total


def _is_lowest(tier: SafetyTier) -> bool:
    return tier.rank == min(row.rank for row in protocol.current().safety_tiers)


def _before_allocation(response: Response) -> bool:
    plans = protocol.current().enabled_visits
    return any(plan.before_allocation for plan in plans if plan.code == response.visit.code)
