"""Reads: who looks after whom, and what their instructors noted."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

import protocol
from accounts.models import AuditEvent, Site, User
from accounts.roles import Role
from enrollment.models import Participant
from schedule.models import Instructing, InstructorNote
from schedule.permissions import looked_after


def own_of(participant: Participant, now: datetime) -> Instructing | None:
    """Whose participant this is now, apart from any cover."""
    rows = Instructing.objects.at(now).filter(participant=participant, cover=False)
    return rows.select_related("instructor").first()


def covers_of(participant: Participant, now: datetime) -> QuerySet[Instructing]:
    """Who covers for this participant's instructor now."""
    rows = Instructing.objects.at(now).filter(participant=participant, cover=True)
    return rows.select_related("instructor")


def within_reach(user: User, now: datetime) -> list[Participant]:
    """Those in the program whom an instructor looks after (`mine`; `by_cover`: only as cover),
    and those of their sites whom nobody does, by study id, in one query."""
    sites = user.sites(Role.INSTRUCTOR)
    current = Instructing.objects.at(now).filter(participant=OuterRef("pk"))
    holds_the_role = Q(
        Q(instructor__staff_roles__site=None) | Q(instructor__staff_roles__site=OuterRef("site")),
        instructor__staff_roles__role=Role.INSTRUCTOR, instructor__staff_roles__ended_at=None,
        instructor__is_active=True,
    )  # fmt: skip
    people = (
        Participant.objects.in_study().filter(arm__in=exercising_arms())
        .annotate(
            mine=Exists(current.filter(instructor=user)),
            by_cover=~Exists(current.filter(instructor=user, cover=False)),
            taken=Exists(current.filter(holds_the_role, cover=False)),
        )
        .filter(Q(mine=True) | Q(taken=False))
        .select_related("user", "site", "withdrawal").order_by("study_id")
    )  # fmt: skip
    return list(people if sites is None else people.filter(site__in=sites))


def of_colleagues(user: User, now: datetime) -> QuerySet[Instructing]:
    """Whom colleagues of the same sites look after, as far as `user` does not."""
    sites = user.sites(Role.INSTRUCTOR)
    rows = (
        Instructing.objects.at(now).filter(cover=False, participant__withdrawal=None)
        .exclude(instructor=user).exclude(participant__in=looked_after(user, now))
        .select_related("participant__site", "instructor")
        .order_by("instructor__name", "participant__study_id")
    )  # fmt: skip
    return rows if sites is None else rows.filter(participant__site__in=sites)


def running_covers(user: User, now: datetime) -> QuerySet[Instructing]:
    """The covers that concern an instructor now: theirs, and those of their own participants."""
    mine = Instructing.objects.at(now).filter(instructor=user, cover=False).values("participant")
    return (
        Instructing.objects.at(now).filter(cover=True)
        .filter(Q(instructor=user) | Q(participant__in=mine))
        .select_related("participant__site", "instructor").order_by("until", "pk")
    )  # fmt: skip


def untold_ends(action: str, now: datetime) -> list[Instructing]:
    """The covers that are over and of whose end the trail (`action`) says nothing yet."""
    told = set(AuditEvent.objects.filter(action=action).values_list("object_id", flat=True))
    over = Instructing.objects.filter(cover=True, until__lte=now).select_related("participant")
    return [row for row in over if str(row.pk) not in told]


def notes(participant: Participant) -> QuerySet[InstructorNote]:
    """What instructors noted, newest first."""
    return participant.instructor_notes.select_related("by")


def exercising_arms() -> list[str]:
    """The arms of which sessions are asked."""
    return [arm.code for arm in protocol.current().arms if arm.exercises]


def zone_of(site: Site) -> ZoneInfo:
    """The clock of a site: days of its staff are counted by it."""
    return ZoneInfo(site.zone)
