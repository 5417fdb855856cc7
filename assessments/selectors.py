"""Reads of visits and answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

import protocol
from accounts.models import User
from accounts.roles import Role
from assessments import rules
from assessments.models import Response, Visit
from assessments.scoring import score
from core.errors import NotFound
from enrollment.models import Participant
from protocol import Instrument, VisitPlan
from safety.rules.duty import Cover
from safety.selectors import cover_of
from schedule.selectors import study_day

# Whose interview can be due: signed, not gone, not at the end.
RATED_STATES = (
    Participant.State.CONSENTED, Participant.State.ELIGIBLE, Participant.State.READY,
    Participant.State.ALLOCATED,
)  # fmt: skip


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


def asked(participant: Participant, visit: str, instrument: str, moment: datetime) -> Asked:
    """What one address of the questionnaires is about. Raises NotFound."""
    plan, questionnaire = self_questionnaire(visit, instrument)
    return Asked(
        participant=participant,
        plan=plan,
        questionnaire=questionnaire,
        response=response_of(participant, visit, instrument),
        is_open=rules.is_open(
            plan, today=study_day(participant, moment).date, day_one=participant.day_one
        ),
        cover=cover_of(participant.site, moment) if questionnaire.alert_items else None,
    )


def next_visit(participant: Participant, moment: datetime) -> rules.Window | None:
    """The participant's next visit, or None before allocation and after the last one."""
    if participant.day_one is None:
        return None
    done = set(
        Visit.objects.filter(participant=participant)
        .exclude(done_on=None)
        .values_list("code", flat=True)
    )
    today = study_day(participant, moment).date
    return rules.next_window(
        rules.windows(protocol.current(), participant.day_one), today=today, done=done
    )


def due(participant: Participant, moment: datetime) -> list[rules.Due]:
    """The questionnaires open to this participant now."""
    if participant.day_one is None:
        return []
    submitted = set(
        Response.objects.own()
        .filter(participant=participant)
        .exclude(submitted_at=None)
        .values_list("visit__code", "instrument")
    )
    return rules.due(
        rules.windows(protocol.current(), participant.day_one),
        protocol.instruments(),
        today=study_day(participant, moment).date,
        submitted=submitted,
    )


def self_questionnaire(visit: str, instrument: str) -> tuple[VisitPlan, Instrument]:
    """A visit of the study and a questionnaire participants answer at it. Raises NotFound."""
    plan = next((v for v in protocol.current().enabled_visits if v.code == visit), None)
    if plan is None or instrument not in plan.instruments:
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
    """The same item's answer the last time the same questionnaire was submitted."""
    earlier = (
        Response.objects.own()
        .filter(participant=response.participant, instrument=response.instrument)
        .exclude(pk=response.pk)
        .exclude(submitted_at=None)
        .order_by("-submitted_at")
        .first()
    )
    value: int | None = earlier.answers.get(key) if earlier else None
    return value


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


def begun(participant: Participant) -> set[tuple[str, str]]:
    """Visit and instrument of every draft."""
    return set(
        Response.objects.own()
        .filter(participant=participant, submitted_at=None)
        .values_list("visit__code", "instrument")
    )


def sent_instruments(participant: Participant, visit: str) -> set[str]:
    """The questionnaires of one visit that are submitted."""
    rows = Response.objects.own().filter(participant=participant, visit__code=visit)
    return set(rows.exclude(submitted_at=None).values_list("instrument", flat=True))


@dataclass(frozen=True)
class Rating:
    """One visit's interview scale, as it stands for one participant at one moment."""

    participant: Participant
    plan: VisitPlan
    questionnaire: Instrument
    is_open: bool
    is_rated: bool


def may_rate(user: User, participant: Participant) -> bool:
    """Whether `user` rates at the participant's site, and was never told their group."""
    return user.has_perm("enrollment.rate_participant", participant)


def rating(participant: Participant, visit: str, moment: datetime) -> Rating:
    """What a rater would score at one visit. Raises NotFound where there is nothing to rate."""
    plan = next((v for v in protocol.current().enabled_visits if v.code == visit), None)
    codes = plan.instruments if plan else ()
    scales = [found for code in codes if (found := protocol.instrument(code)).mode == "rater"]
    if plan is None or not scales:
        raise NotFound
    response = response_of(participant, visit, scales[0].code)
    return Rating(
        participant=participant,
        plan=plan,
        questionnaire=scales[0],
        is_open=rules.is_open(
            plan, today=study_day(participant, moment).date, day_one=participant.day_one
        ),
        is_rated=response is not None and response.submitted_at is not None,
    )


def to_rate(user: User, moment: datetime) -> list[Rating]:
    """The visits that `user` may rate now, by study id: nothing else about anyone."""
    people = Participant.objects.filter(state__in=RATED_STATES, withdrawal=None)
    people = people.exclude(unblindings__shown_to=user)
    sites = user.sites(Role.RATER)
    if sites is not None:
        people = people.filter(site__in=sites)
    known = _seen_visits(people)
    return [
        Rating(person, plan, scale, is_open=True, is_rated=False)
        for person in people.select_related("site").order_by("study_id")
        for plan, scale in _scales()
        if (person.pk, plan.code) not in known
        and rules.is_open(plan, today=study_day(person, moment).date, day_one=person.day_one)
    ]


def _scales() -> list[tuple[VisitPlan, Instrument]]:
    """Each visit with its interview scale."""
    return [
        (plan, scale)
        for plan in protocol.current().enabled_visits
        for code in plan.instruments
        if (scale := protocol.instrument(code)).mode == "rater"
    ]


def _seen_visits(people: QuerySet[Participant]) -> set[tuple[int, str]]:
    """Visits that are rated, or that did not take place."""
    rated = (
        Response.objects.own()
        .filter(participant__in=people, instrument__in={scale.code for _plan, scale in _scales()})
        .exclude(submitted_at=None)
    )
    missed = Visit.objects.filter(participant__in=people).exclude(missed_reason="")
    return {
        *rated.values_list("participant_id", "visit__code"),
        *missed.values_list("participant_id", "code"),
    }


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
        and score(protocol.instrument(row.instrument), row.answers).total is not None
    }
    return with_total == set(instruments)


def ratable(user: User, study_id: str, visit: str, moment: datetime) -> Rating:
    """One rating by its address. Raises NotFound also for people of other sites."""
    person = Participant.objects.select_related("site").filter(study_id=study_id).first()
    if person is None or not may_rate(user, person):
        raise NotFound
    return rating(person, visit, moment)
