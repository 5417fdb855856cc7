"""What staff see of visits: who comes on a day, what is to be arranged, one person's visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

import protocol
from accounts.models import StaffRole, User
from accounts.roles import Role
from assessments.rules import VisitState
from assessments.visits.selectors import Standing, standing
from core import clock
from core.errors import NotFound
from enrollment.models import Participant

READERS = (Role.COORDINATOR, Role.CLINICIAN)
# Who is still asked to come: signed, and neither gone nor at the end.
COMING = (*Participant.BEFORE_ALLOCATION, Participant.State.ALLOCATED)
# How long before its first day a visit is to be arranged.
ARRANGED_BEFORE = timedelta(days=14)
# Where a time can still be made.
TO_COME = (VisitState.PLANNED, VisitState.OPEN, VisitState.IN_PART)
NAMES = {
    VisitState.PLANNED: gettext_lazy("planned"),
    VisitState.OPEN: gettext_lazy("open"),
    VisitState.IN_PART: gettext_lazy("in part"),
    VisitState.COMPLETE: gettext_lazy("complete"),
    VisitState.OUT_OF_WINDOW: gettext_lazy("out of window, kept"),
    VisitState.MISSED: gettext_lazy("missed"),
}


@dataclass(frozen=True)
class Row:
    """One visit as a line: when, who, which, where, with whom, how it stands."""

    visit: Standing
    at: datetime | None
    state: str
    note: str

    @property
    def hour(self) -> str:
        """The time, by the participant's own clock."""
        return formats.time_format(self.at, "H:i") if self.at else ""

    @property
    def line(self) -> str:
        """When, where, with whom and what else there is to say, as far as it is known."""
        when = formats.date_format(self.at, "j M H:i") if self.at else ""
        return " · ".join(part for part in (when, self.place, self.rater, self.note) if part)

    @property
    def place(self) -> str:
        return self.visit.row.place if self.visit.row else ""

    @property
    def rater(self) -> str:
        rater = self.visit.row.rater if self.visit.row else None
        return rater.name if rater else ""


def people_of(user: User) -> QuerySet[Participant]:
    """Everyone whose visits `user` may see, by site and role."""
    sites = user.sites(*READERS)
    people = Participant.objects.select_related("site").order_by("study_id")
    if not user.has_role(*READERS):
        return people.none()
    return people if sites is None else people.filter(site__in=sites)


def person_of(user: User, study_id: str) -> Participant:
    """One of `people_of`. Raises NotFound."""
    person = people_of(user).filter(study_id=study_id).first()
    if person is None:
        raise NotFound
    return person


def raters_of(person: Participant) -> QuerySet[User]:
    """The raters of the person's site who were not told their group."""
    roles = StaffRole.objects.filter(role=Role.RATER, ended_at=None)
    here = roles.filter(site=person.site_id) | roles.filter(site=None)
    told = person.unblindings.values("shown_to")
    users = User.objects.filter(is_active=True, pk__in=here.values("user"))
    return users.exclude(pk__in=told).order_by("name")


def today_of(user: User, moment: datetime) -> date:
    """The date of now at the user's first site."""
    person = people_of(user).first()
    return clock.local_date(moment, person.site.tz if person else ZoneInfo("UTC"))


def booked_on(user: User, day: date, moment: datetime) -> list[Row]:
    """The visits booked for a day, by time, each in its participant's own zone."""
    noon = datetime.combine(day, time(12), UTC)
    near = (noon - timedelta(days=1, hours=3), noon + timedelta(days=1, hours=3))
    people = list(people_of(user).filter(visits__booked_at__range=near).distinct())
    rows = [row_of(one) for one in standing(people, moment)]
    return sorted(
        (row for row in rows if row.at is not None and row.at.date() == day),
        key=lambda row: (row.at, row.visit.participant.study_id),
    )


def to_arrange(user: User, moment: datetime) -> list[Row]:
    """Visits that are open or soon open and not complete, without a time to come; the one whose
    window closes first stands first."""
    people = list(people_of(user).filter(state__in=COMING, withdrawal=None))
    found = [one for one in standing(people, moment) if _needs_a_time(one, moment)]
    found.sort(key=lambda one: (_closes(one), one.participant.study_id))
    return [row_of(one) for one in found]


def visits_of(person: Participant, moment: datetime) -> list[Row]:
    """Every visit of one person."""
    return [row_of(one) for one in standing([person], moment)]


def extra_kinds(person: Participant) -> list[dict[str, str]]:
    """The extra visits that could be opened now."""
    if person.day_one is None:
        return []
    there = set(person.visits.values_list("code", flat=True))
    return [
        {"kind": extra.code, "label": str(extra.label)}
        for extra in protocol.current().extra_visits
        if extra.code not in there
    ]


def _needs_a_time(one: Standing, moment: datetime) -> bool:
    if one.booked_at is not None and one.booked_at >= moment:
        return False
    if one.plan.before_allocation and one.participant.day_one is not None:
        return False  # what it lacks can never be given again
    if one.state in (VisitState.OPEN, VisitState.IN_PART):
        return True
    soon = (moment + ARRANGED_BEFORE).date()
    return one.state is VisitState.PLANNED and one.window is not None and one.window.opens <= soon


def _closes(one: Standing) -> date:
    return one.window.closes if one.window else date.max


def row_of(one: Standing) -> Row:
    """A visit as a line, its time in the participant's own zone."""
    at = one.booked_at.astimezone(one.participant.tz) if one.booked_at else None
    return Row(visit=one, at=at, state=state_words(one), note=_note(one))


def state_words(one: Standing) -> str:
    """The state in words; what is owed after the last day is told as late."""
    words = str(NAMES[one.state])
    return _("%(state)s, late") % {"state": words} if one.late else words


def _note(one: Standing) -> str:
    if one.state is VisitState.MISSED:
        reason = one.row.missed_reason if one.row else ""
        return reason or _("not done before allocation")
    parts = []
    if one.window is not None:
        parts.append(_("%(opens)s to %(closes)s") % {
            "opens": formats.date_format(one.window.opens, "j M"),
            "closes": formats.date_format(one.window.closes, "j M"),
        })  # fmt: skip
    elif one.plan.before_allocation and one.participant.day_one is None:
        parts.append(_("before allocation"))
    if one.state is VisitState.IN_PART:
        owed = len(one.missing)
        parts.append(ngettext("%(n)d owed", "%(n)d owed", owed) % {"n": owed})
    return " · ".join(parts)


def context_of(row: Row) -> dict[str, Any]:
    """What the page of one visit shows."""
    owed = [str(protocol.instrument(code).title) for code in row.visit.missing]
    return {"row": row, "owed": owed, "participant": row.visit.participant}
