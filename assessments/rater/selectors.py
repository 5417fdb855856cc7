"""What a rater may see: study id, visit, scale, and what they wrote themselves. No arm, no total,
nothing of anybody else before both have signed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q, QuerySet

import protocol
from accounts.models import User
from accounts.roles import Role
from assessments import rules as visit_rules
from assessments.models import ArmGuess, Interview, RaterTraining, Response, Visit
from assessments.rater import rules
from assessments.visits.selectors import plan_of
from core import clock
from core.errors import NotFound
from enrollment.models import Participant, Unblinding
from protocol import Instrument, VisitPlan
from schedule.selectors import study_day

# Whose interview can be due: signed, not gone, not at the end.
RATED_STATES = (*Participant.BEFORE_ALLOCATION, Participant.State.ALLOCATED)


@dataclass(frozen=True)
class Rating:
    """One visit's interview scale, as it stands for one rater at one moment.

    `reading` is theirs to score, None where it is another's. `response` is their newest version of
    it and `signed` their newest signed one.
    """

    participant: Participant
    plan: VisitPlan
    questionnaire: Instrument
    is_open: bool
    reading: int | None
    visit: Visit | None = None
    response: Response | None = None
    signed: Response | None = None

    @property
    def interview(self) -> Interview | None:
        return getattr(self.response, "interview", None)

    @property
    def is_draft(self) -> bool:
        """Whether the rater has begun, or is correcting, and has not signed."""
        return self.response is not None and self.response.submitted_at is None

    @property
    def is_rated(self) -> bool:
        """Whether the rater has signed, and corrects nothing now."""
        return self.signed is not None and not self.is_draft

    @property
    def is_second(self) -> bool:
        return self.reading == rules.SECOND

    @property
    def answers(self) -> dict[str, int | None]:
        return self.response.answers if self.response else {}

    @property
    def place(self) -> dict[str, str]:
        """What names it in an address."""
        return {"study_id": self.participant.study_id, "visit": self.plan.code}


def may_rate(user: User, participant: Participant) -> bool:
    """Whether `user` rates at the participant's site, and was never shown their group."""
    return user.has_perm("enrollment.rate_participant", participant)


def scales() -> list[tuple[VisitPlan, Instrument]]:
    """Each visit with its interview scale."""
    return [row for plan in protocol.current().enabled_visits for row in scales_at(plan)]


def scales_at(plan: VisitPlan) -> list[tuple[VisitPlan, Instrument]]:
    """A visit, planned or opened by staff, with its interview scale if it has one."""
    found = (protocol.instrument(code) for code in plan.instruments)
    return [(plan, scale) for scale in found if scale.mode == "rater"]


def ratings_of(people: QuerySet[Participant]) -> QuerySet[Response]:
    """Every rating of these people that staff have not voided, drafts too, oldest version first."""
    codes = {scale.code for _plan, scale in scales()}
    rows = Response.objects.filter(participant__in=people, instrument__in=codes, voided_at=None)
    return rows.select_related("visit", "interview").order_by("reading", "version")


def rating(user: User, participant: Participant, visit: str, moment: datetime) -> Rating:
    """What a rater would score at one visit. Raises NotFound where there is nothing to rate."""
    found = scales_at(plan_of(participant, visit))
    if not found:
        raise NotFound
    plan, scale = found[0]
    people = Participant.objects.filter(pk=participant.pk)
    row = Visit.objects.filter(participant=participant, code=visit).first()
    rows = [one for one in ratings_of(people) if one.visit.code == visit]
    told = _told(people)[participant.pk]
    return _rating(user, participant, plan, scale, row, rows, told, moment)


def ratable(user: User, study_id: str, visit: str, moment: datetime) -> Rating:
    """One rating by its address. Raises NotFound also for people of other sites."""
    return rating(user, person_of(user, study_id), visit, moment)


def person_of(user: User, study_id: str) -> Participant:
    """A participant whom `user` may rate. Raises NotFound."""
    person = Participant.objects.select_related("site").filter(study_id=study_id).first()
    if person is None or not may_rate(user, person):
        raise NotFound
    return person


def to_rate(user: User, moment: datetime) -> list[Rating]:
    """The visits that `user` may score now or has begun: booked ones first, by their time."""
    people = _people(user)
    told, visits, rows = _told(people), _visits(people), _by_visit(people)
    found = [
        _rating(
            user, person, plan, scale, visits.get((person.pk, plan.code)),
            rows[person.pk, plan.code], told[person.pk], moment,
        )
        for person in people.select_related("site").order_by("study_id")
        for plan, scale in [*scales(), *_opened(person, visits)]
    ]  # fmt: skip
    mine = [one for one in found if one.reading and not one.is_rated and _can_be_rated(one)]
    return sorted(mine, key=_by_time)


def _opened(
    person: Participant, visits: dict[tuple[int, str], Visit]
) -> list[tuple[VisitPlan, Instrument]]:
    """The interviews of visits that staff opened for this person."""
    if person.day_one is None:
        return []
    mine = [row for (pk, _code), row in visits.items() if pk == person.pk and row.opened_on]
    return [found for row in mine for found in scales_at(plan_of(person, row.code))]


def _can_be_rated(one: Rating) -> bool:
    missed = one.visit is not None and bool(one.visit.missed_reason)
    return one.is_draft or (one.is_open and not missed)


def _by_time(one: Rating) -> tuple[bool, float, str]:
    at = one.visit.booked_at if one.visit else None
    return (at is None, at.timestamp() if at else 0, one.participant.study_id)


def _people(user: User) -> QuerySet[Participant]:
    people = Participant.objects.filter(state__in=RATED_STATES, withdrawal=None)
    people = people.exclude(unblindings__shown_to=user)
    sites = user.sites(Role.RATER)
    return people if sites is None else people.filter(site__in=sites)


def _visits(people: QuerySet[Participant]) -> dict[tuple[int, str], Visit]:
    rows = Visit.objects.filter(participant__in=people)
    return {(row.participant_id, row.code): row for row in rows}


def _by_visit(people: QuerySet[Participant]) -> defaultdict[tuple[int, str], list[Response]]:
    found: defaultdict[tuple[int, str], list[Response]] = defaultdict(list)
    for row in ratings_of(people):
        found[row.participant_id, row.visit.code].append(row)
    return found


Told = set[int | None]


def _told(people: QuerySet[Participant]) -> defaultdict[int, Told]:
    """By person, which raters learnt their group in an interview, also in one given back."""
    found: defaultdict[int, Told] = defaultdict(set)
    rows = Interview.objects.filter(response__participant__in=people, group_revealed=True)
    for person, rater in rows.values_list("response__participant", "response__answered_by"):
        found[person].add(rater)
    return found


def _rating(
    user: User, person: Participant, plan: VisitPlan, scale: Instrument, visit: Visit | None,
    rows: list[Response], told: Told, moment: datetime,
) -> Rating:  # fmt: skip
    newest = {row.reading: row for row in rows}
    begun = {
        reading: rules.Begun(row.answered_by_id, _is_signed(rows, reading))
        for reading, row in newest.items()
    }
    reading = rules.reading_for(
        user.pk, begun, doubled=doubled(person, plan.code),
        booked=_booked(person, visit, told),
    )  # fmt: skip
    # Who learnt the group begins no other visit of this person: nobody forgets.
    if reading not in newest and user.pk in told:
        reading = None
    mine = [row for row in rows if row.reading == reading and row.answered_by_id == user.pk]
    signed = [row for row in mine if row.submitted_at is not None]
    # What was begun goes on by its version, and a second reading by that of the first.
    begun_by = (mine or rows)[-1].questionnaire if rows else scale
    return Rating(
        participant=person, plan=plan, questionnaire=begun_by, reading=reading, visit=visit,
        is_open=visit_rules.is_open(
            plan, today=study_day(person, moment).date, day_one=person.day_one
        ),
        response=mine[-1] if mine else None, signed=signed[-1] if signed else None,
    )  # fmt: skip


def _is_signed(rows: list[Response], reading: int) -> bool:
    return any(row.submitted_at for row in rows if row.reading == reading)


def doubled(person: Participant, visit: str) -> bool:
    """Whether this visit is one of those that two raters score."""
    rule, key = protocol.current().rating, settings.EXDEP_KEYS["audit"]
    share = rule.double_share if rule else 0.0
    return rules.is_doubled(person.study_id, visit, share=share, key=key)


def _booked(person: Participant, row: Visit | None, told: Told) -> int | None:
    """The rater whom a visit is booked with, unless they may not take it any more."""
    booked = row.rater_id if row else None
    if booked is None or booked in told:
        return None
    shown = Unblinding.objects.filter(participant=person, shown_to=booked)
    return None if shown.exists() else booked


def trained_until(user: User, scale: Instrument, on: date) -> date | None:
    """The last day that the rater's training on a scale counts; None where none counts on `on`."""
    rows = RaterTraining.objects.filter(rater=user, instrument=scale.code, trained_on__lte=on)
    last = rows.filter(expires_on__gte=on).order_by("-expires_on").first()
    return last.expires_on if last else None


def signed_by(user: User, limit: int = 10) -> QuerySet[Response]:
    """What `user` signed, the newest first: where and when, nobody looks at scores in a list."""
    sites = user.sites(Role.RATER)
    rows = _signed_at(user)
    rows = rows if sites is None else rows.filter(participant__site__in=sites)
    return rows.select_related("visit__participant", "participant", "interview").order_by(
        "-interview__signed_at"
    )[:limit]


def may_correct(one: Rating, moment: datetime) -> bool:
    """Whether a signed rating may still be corrected by its rater: until the window of the person's
    next visit opens, because correcting shows the earlier scores."""
    if not one.is_rated or not may_be_shown(one.participant, one.plan, moment):
        return False
    return one.participant.state in (*RATED_STATES, Participant.State.COMPLETED)


def may_be_shown(person: Participant, plan: VisitPlan, moment: datetime) -> bool:
    """Whether no later visit of this person can be scored yet."""
    today, order = clock.local_date(moment, person.tz), [one for one, _scale in scales()]
    later = (one for one in order if not one.before_allocation)
    return not any(
        visit_rules.is_open(one, today=today, day_one=person.day_one)
        for one in later
        if plan.before_allocation or one.window[0] > plan.window[0]
    )


def is_guess_asked(user: User, person: Participant, visit: str) -> bool:
    """Whether the protocol asks for a guess at this visit, and `user` has signed there."""
    rule = protocol.current().rating
    return (
        rule is not None
        and visit in rule.guess_at
        and _signed_at(user).filter(participant=person, visit__code=visit).exists()
    )


def has_guessed(user: User, person: Participant, visit: str) -> bool:
    return ArmGuess.objects.filter(participant=person, visit=visit, by=user).exists()


def guesses_due(user: User) -> list[Response]:
    """The visits at which `user` signed and has not yet said which group they think of."""
    rule = protocol.current().rating
    given = set(ArmGuess.objects.filter(by=user).values_list("participant", "visit"))
    rows = _signed_at(user).filter(visit__code__in=rule.guess_at if rule else ())
    return [
        row
        for row in rows.select_related("visit__participant", "participant__site")
        if (row.participant_id, row.visit.code) not in given and may_rate(user, row.participant)
    ]


def _signed_at(user: User) -> QuerySet[Response]:
    rows = Response.objects.standing().filter(answered_by=user)
    return rows.filter(interview__signed_at__isnull=False)


def sites_filter(user: User, roles: Collection[Role], path: str) -> Q:
    """Rows whose site, at `path`, is one where `user` holds one of `roles`."""
    sites = user.sites(*roles)
    return Q() if sites is None else Q(**{f"{path}__in": sites})
