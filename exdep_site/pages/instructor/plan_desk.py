"""What the plan's page begins from, and how it shows a plan before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

import protocol
from enrollment.models import Participant
from logging_app.presenters import how
from logging_app.progress import Outlook, outlooks
from logging_app.selectors.adherence import adherence
from schedule import desk, selectors
from schedule.forms import Level, PlanForm, plan_initial
from schedule.models import Prescription
from schedule.programme import Programme
from schedule.rules import KindPlan, Plan, hr_target
from schedule.rules.prescribing import Body, default_kind, default_plan
from schedule.rules.ranges import Outside, problems
from schedule.services.prescribing import ORIGINS

WEEKS_AHEAD = 4
CURRENT, PROTOCOL, PROPOSAL = "current", "protocol", "proposal"


@dataclass(frozen=True)
class Desk:
    """Everything that is known when somebody's plan is made. `base` says what it begins from."""

    person: Participant
    today: date
    programme: Programme
    outlook: Outlook
    body: Body
    newest: Prescription | None
    base: str
    plan: Plan

    @property
    def over(self) -> bool:
        """The programme has no week left that could change."""
        return self.newest is not None and self.outlook.coming > protocol.current().weeks

    @property
    def now_asked(self) -> Plan | None:
        """What would be asked without a new version."""
        return self.outlook.plan if self.newest else None

    def origin(self, plan: Plan) -> str:
        """How a plan came about: as it was proposed, as the protocol has it, or adjusted."""
        proposal = self.outlook.proposal
        if proposal is not None and plan == proposal.plan:
            return ORIGINS[proposal.kind]
        if plan == default_plan(protocol.current(), _week(self.outlook), self.body):
            return Prescription.Origin.DEFAULT
        return Prescription.Origin.ADJUSTED

    def outside(self, plan: Plan) -> list[Outside]:
        return problems(protocol.current(), plan, self.body)

    def beats(self, kind: KindPlan, plan: Plan) -> tuple[int, int] | None:
        """A kind's beats a minute today; None where beats cannot guide, or shall not."""
        limit = self.programme.limit_bpm(self.today)
        rates = self.programme.rates(self.today) if plan.heart_rate else None
        return hr_target(rates, kind.hrr_percent, limit_bpm=limit)


def desk_for(person: Participant, now: datetime, base: str) -> Desk:
    """What is known of one person now. Without a wish for the base, what is proposed."""
    record = adherence([person], now)[person.pk]
    outlook = outlooks({person.pk: record})[person.pk]
    body = record.programme.body(record.today)
    newest = selectors.newest_prescription(person)
    plans = {
        PROPOSAL: outlook.proposal.plan if outlook.proposal else None,
        CURRENT: outlook.plan if newest else None,
        PROTOCOL: default_plan(protocol.current(), _week(outlook), body),
    }
    wanted = base if plans.get(base) else next(name for name, plan in plans.items() if plan)
    plan = plans[wanted]
    assert plan is not None
    return Desk(person, record.today, record.programme, outlook, body, newest, wanted, plan)


def _week(outlook: Outlook) -> int:
    return min(outlook.coming, protocol.current().weeks) if outlook.version else 1


def bound(found: Desk, clinicians: list[Any], data: Any = None) -> PlanForm:
    """The form over a desk, empty or with what was sent."""
    levels = levels_of(found)
    initial = {
        **plan_initial(found.plan, levels, found.body),
        "over": found.outlook.version,
        "from_week": found.outlook.coming,
        "starts_on": found.today,
        **_reason(found),
    }
    return PlanForm(
        data, initial=initial, plan=found.plan, levels=levels, weeks=weeks_of(found),
        clinicians=clinicians, guides=found.body.heart_rate,
    )  # fmt: skip


def _reason(found: Desk) -> dict[str, str]:
    proposal = found.outlook.proposal
    if found.base == PROPOSAL and proposal is not None:
        return {"reason": "going", "reason_text": desk.reasons(proposal.reasons)[:200]}
    return {"reason": "protocol"} if found.newest is None or found.base == PROTOCOL else {}


def weeks_of(found: Desk) -> list[tuple[int, str]]:
    """The weeks from which a new version may count; none for the first, which sets the start."""
    if found.newest is None:
        return []
    first, last = found.outlook.coming, protocol.current().weeks
    return [
        (week, week_words(found.programme, week))
        for week in range(first, min(first + WEEKS_AHEAD, last + 1))
    ]


def week_words(programme: Programme, week: int) -> str:
    day = formats.date_format(programme.span(week).first, "l, j F")
    return _("Week %(week)d, from %(day)s") % {"week": week, "day": day}


def levels_of(found: Desk) -> dict[str, list[Level]]:
    """The protocol's intensities of each kind that is guided by heart rate, in words."""
    levels: dict[str, list[Level]] = {}
    for kind in protocol.current().session_kinds:
        seen: dict[Any, Level] = {}
        for number, step in enumerate(kind.steps, start=1):
            plan = default_kind(protocol.current(), kind, number, found.body)
            if plan.hrr_percent is None or (plan.effort, plan.hrr_percent) in seen:
                continue
            seen[plan.effort, plan.hrr_percent] = Level(
                number, plan.effort, plan.hrr_percent, f"{step.talk_test} {_measure(found, plan)}"
            )
        levels[kind.modality] = list(seen.values())
    return levels


def _measure(found: Desk, plan: KindPlan) -> str:
    beats = found.beats(plan, Plan((plan,)))
    if beats is None:
        return _("(effort %(effort)s)") % {"effort": desk.span(plan.effort)}
    return _("(%(percent)s %%: %(beats)s beats)") % {
        "percent": desk.span(plan.hrr_percent), "beats": desk.span(beats),
    }  # fmt: skip


def review(found: Desk, form: PlanForm) -> dict[str, Any]:
    """What the participant will read, what changes, and what leaves the protocol."""
    plan = form.plan()
    study = protocol.current()
    when = form.cleaned_data.get("starts_on")
    week = form.cleaned_data.get("from_week")
    return {
        "kinds": [
            {**how(kind, found.beats(kind, plan)), "per_week": kind.per_week,
             "title": str(own.label)}
            for kind in plan.kinds if kind.per_week and (own := study.kind(kind.modality))
        ],
        "changes": desk.changes(found.now_asked, plan) if found.newest else [],
        "outside": [desk.outside_words(one) for one in found.outside(plan)],
        "when": formats.date_format(when, "l, j F") if when else week_words(
            found.programme, week or found.outlook.coming
        ),
        "first": found.newest is None,
        "reason": form.reason_words(),
    }  # fmt: skip


def standing(found: Desk) -> dict[str, Any]:
    """What stands above the form: what it begins from, and what else it could."""
    proposal = found.outlook.proposal
    return {
        "base": found.base,
        "title": str(desk.KINDS[proposal.kind]) if proposal else "",
        "reasons": desk.reasons(proposal.reasons) if proposal else "",
        "against": [desk.reason_words(one) for one in found.outlook.against],
        "bases": [name for name in _bases(found) if name != found.base],
        "guides": found.body.heart_rate,
        "held": found.programme.held(found.today),
        "recheck": bool(proposal and proposal.recheck),
    }


def _bases(found: Desk) -> list[str]:
    names = [PROPOSAL] if found.outlook.proposal else []
    return [*names, CURRENT, PROTOCOL] if found.newest else [PROTOCOL]
