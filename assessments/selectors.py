"""Reads of visits and answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

import protocol
from accounts.models import User
from accounts.roles import Role
from assessments import rules
from assessments.models import Response
from assessments.scoring import score
from assessments.visits.selectors import (
    booked_ahead,
    early_visits,
    plan_of,
    visits_to_come,
    windows_of_person,
)
from core.errors import NotFound
from enrollment.models import Participant
from enrollment.selectors import visits_before_start
from protocol import Instrument, VisitPlan
from safety.rules.duty import Cover
from safety.selectors import cover_of
from schedule.selectors import study_day


@dataclass(frozen=True)
class Asked:
    """One questionnaire of one visit, as it stands for one participant at one moment."""

    participant: Participant
    plan: VisitPlan
    questionnaire: Instrument
    response: Response | None
    is_open: bool
    # Who answers for a question about harming oneself; None where none is asked.
    cover: Cover | None = None

    @property
    def place(self) -> dict[str, str]:
        """What names it in an address."""
        return {"visit": self.plan.code, "instrument": self.questionnaire.code}

    @property
    def answers(self) -> dict[str, int | None]:
        return self.response.answers if self.response else {}

    @property
    def is_sent(self) -> bool:
        return self.response is not None and self.response.submitted_at is not None


@dataclass(frozen=True)
class NextVisit:
    """A visit to come: `booked_at` is None while no time is made, `window` before allocation."""

    visit: VisitPlan
    window: rules.Window | None
    booked_at: datetime | None = None
    place: str = ""


def asked(participant: Participant, visit: str, instrument: str, moment: datetime) -> Asked:
    """What one address of the questionnaires is about. Raises NotFound."""
    plan, questionnaire = self_questionnaire(participant, visit, instrument)
    response = response_of(participant, visit, instrument)
    if response is not None:
        # Begun answers go on by the version they began with.
        questionnaire = response.questionnaire
    return Asked(
        participant=participant,
        plan=plan,
        questionnaire=questionnaire,
        response=response,
        is_open=_is_open(participant, plan, moment),
        cover=cover_of(participant.site, moment) if questionnaire.alert_items else None,
    )


def _is_open(participant: Participant, plan: VisitPlan, moment: datetime) -> bool:
    """Whether answers are taken: before allocation of everybody who may still come to it, because
    an early answer at the clinic is better kept than refused."""
    if plan.before_allocation:
        return participant.state in Participant.BEFORE_ALLOCATION
    today = study_day(participant, moment).date
    return rules.is_open(plan, today=today, day_one=participant.day_one)


def next_visit(participant: Participant, moment: datetime) -> NextVisit | None:
    """The participant's next visit, or None after the last one, before consent, and of somebody who
    has left."""
    if participant.state == Participant.State.WITHDRAWN:
        return None
    today = study_day(participant, moment).date
    if participant.day_one is None:
        return _next_early_visit(participant, today)
    found = visits_to_come(participant, today)
    if not found:
        return None
    window, row = found[0]
    return NextVisit(window.visit, window, row.booked_at if row else None, row.place if row else "")


def _next_early_visit(participant: Participant, today: date) -> NextVisit | None:
    """The first that is booked, else the one that the participant has come to."""
    early = early_visits(participant)
    if booked := booked_ahead(early, today, participant.tz):
        plan, row, at = min(booked, key=lambda one: (one[2], one[0].code))
        return NextVisit(plan, None, at, row.place)
    open_plans = [plan for plan, _row in early]
    now = visits_before_start(participant)[-1:]
    return next((NextVisit(plan, None) for plan in now if plan in open_plans), None)


def due(participant: Participant, moment: datetime) -> list[rules.Due]:
    """The questionnaires open to this participant now: of no visit that was missed, and nothing of
    somebody who has left. Before allocation those that `enrollment` asks for by then."""
    if participant.state == Participant.State.WITHDRAWN:
        return []
    if participant.day_one is None:
        return _due_early(participant)
    return rules.due(
        windows_of_person(participant),
        protocol.instruments(),
        today=study_day(participant, moment).date,
        submitted=_submitted(participant),
    )


def _due_early(participant: Participant) -> list[rules.Due]:
    plans = visits_before_start(participant)
    if not plans:
        return []
    missed = set(participant.visits.exclude(missed_reason="").values_list("code", flat=True))
    return rules.due_before_allocation(
        [plan for plan in plans if plan.code not in missed],
        protocol.instruments(),
        submitted=_submitted(participant),
    )


def _submitted(participant: Participant) -> set[tuple[str, str]]:
    return set(
        Response.objects.own()
        .filter(participant=participant)
        .exclude(submitted_at=None)
        .values_list("visit__code", "instrument")
    )


def self_questionnaire(
    participant: Participant, visit: str, instrument: str
) -> tuple[VisitPlan, Instrument]:
    """A visit of the participant and a questionnaire they answer at it. Raises NotFound."""
    plan = plan_of(participant, visit)
    if instrument not in plan.instruments:
        raise NotFound
    questionnaire = protocol.instrument(instrument)
    if not questionnaire.asked_of_participant:
        raise NotFound
    return plan, questionnaire


def response_of(participant: Participant, visit: str, instrument: str) -> Response | None:
    """The answers to one questionnaire at one visit as they stand, or None before the first."""
    rows = Response.objects.own().filter(
        participant=participant, visit__code=visit, instrument=instrument
    )
    return rows.order_by("-version").first()


def previous_answer(response: Response, key: str) -> int | None:
    """The same item's answer the last time the same questionnaire was submitted; None also where
    another version scored the item otherwise, so that nothing counts as known that is not."""
    earlier = (
        Response.objects.own()
        .filter(participant=response.participant, instrument=response.instrument)
        .exclude(pk=response.pk)
        .exclude(submitted_at=None)
        .order_by("-submitted_at")
        .first()
    )
    if earlier is None or not _scored_alike(earlier, response, key):
        return None
    value: int | None = earlier.answers.get(key)
    return value


def _scored_alike(one: Response, other: Response, key: str) -> bool:
    """Whether both versions of a questionnaire have the item, scored over the same range: only then
    one answer is more or less than the other."""
    scales = (one.questionnaire, other.questionnaire)
    return all(key in scale.keys for scale in scales) and (
        scales[0].item(key).range == scales[1].item(key).range
    )


def submitted(participant: Participant) -> QuerySet[Response]:
    """What the participant has sent, newest first. Answers only: no total is reckoned here."""
    codes = [c for c, found in protocol.instruments().items() if found.asked_of_participant]
    return (
        Response.objects.own()
        .filter(participant=participant, instrument__in=codes)
        .exclude(submitted_at=None)
        .select_related("visit")
        .order_by("-submitted_at")
    )


def begun_by_version(participant: Participant) -> dict[tuple[str, str], Instrument]:
    """By visit and instrument of every draft, the version that it goes on by."""
    rows = Response.objects.own().filter(participant=participant, submitted_at=None)
    return {
        (row.visit.code, row.instrument): row.questionnaire for row in rows.select_related("visit")
    }


def sent_instruments(participant: Participant, visit: str) -> set[str]:
    """The questionnaires of one visit that are submitted."""
    rows = Response.objects.own().filter(participant=participant, visit__code=visit)
    return set(rows.exclude(submitted_at=None).values_list("instrument", flat=True))


@dataclass(frozen=True)
class PaperForm:
    """A score-only instrument of one visit: filled in on a licensed form, its total kept here."""

    plan: VisitPlan
    instrument: Instrument

    @property
    def key(self) -> str:
        """What names it in a form."""
        return f"{self.plan.code}/{self.instrument.code}"


def paper_forms() -> list[PaperForm]:
    """Every score that the study's visits have on paper, in order."""
    return [
        PaperForm(plan, instrument)
        for plan in protocol.current().enabled_visits
        for code in plan.instruments
        if (instrument := protocol.instrument(code)).score_only
    ]


def paper_form(visit: str, instrument: str) -> PaperForm:
    """One of `paper_forms`. Raises NotFound."""
    for form in paper_forms():
        if (form.plan.code, form.instrument.code) == (visit, instrument):
            return form
    raise NotFound


def may_enter_totals(user: User, participant: Participant) -> bool:
    """Whether `user` is a coordinator at the participant's site."""
    sites = user.sites(Role.COORDINATOR)
    return user.has_role(Role.COORDINATOR) and (sites is None or participant.site_id in sites)


def has_totals(participant: Participant, instruments: Collection[str]) -> bool:
    """Whether each of these scales has its total at the visit that is its baseline."""
    study = protocol.current()
    rows = Response.objects.own().filter(participant=participant, instrument__in=instruments)
    with_total = {
        row.instrument
        for row in rows.exclude(submitted_at=None).select_related("visit")
        if row.visit.code == rules.baseline_visit(study, row.instrument)
        and score(row.questionnaire, row.answers).total is not None
    }
    return with_total == set(instruments)
