"""Reads of safety."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

import protocol
from accounts.models import Site, StaffRole, User
from accounts.roles import Role
from enrollment.models import Participant
from safety.models import (
    ANSWERS_ALERTS,
    WATCH_ALERTS,
    AdverseEvent,
    AlertMessage,
    DutyShift,
    SafetyAlert,
)
from safety.models.alert import AlertQuerySet
from safety.rules.duty import Cover, Shift, cover, is_covered, next_cover, on_duty
from safety.rules.events import REPORT_WITHIN
from schedule.models import Pause

# A message that has waited this long is one that did not go.
STUCK_AFTER = timedelta(minutes=5)


def has_open_alert(participant: Participant) -> bool:
    """Whether an alert about this participant is unclosed: somebody may have to reach them."""
    return participant.alerts.all().unclosed().exists()


def help_lines_not_rung(today: date) -> tuple[str, ...]:
    """The telephones of the help page that nobody has rung within the protocol's days, or ever."""
    study = protocol.current()
    lines = [line for of_region in study.crisis.values() for line in of_region]
    stale = (line.phone for line in lines if line.is_stale(today, study.crisis_valid_days))
    return tuple(dict.fromkeys(stale))


def visible_alerts(user: User) -> AlertQuerySet:
    """The alerts that `user` answers or watches, the oldest unanswered first."""
    return SafetyAlert.objects.visible_to(user).select_related("participant__site", "owner")


def shifts_of(site: Site) -> list[Shift]:
    """A site's rota as the rules read it; who lost the role or the account is not on it."""
    return shifts_of_sites([site])[site.pk]


def shifts_of_sites(sites: Iterable[Site]) -> dict[int, list[Shift]]:
    """Each site's rota, in two queries."""
    places = {site.pk for site in sites}
    rows = DutyShift.objects.filter(site__in=places, clinician__is_active=True)
    able = _clinicians(places)
    found: dict[int, list[Shift]] = defaultdict(list)
    for row in rows:
        if row.clinician_id in able[row.site_id] | able[None]:
            found[row.site_id].append(
                Shift(
                    clinician=row.clinician_id, order=row.order, phone=row.phone,
                    weekdays=frozenset(row.weekdays), starts_at=row.starts_at,
                    ends_at=row.ends_at, since=row.since, until=row.until,
                )
            )  # fmt: skip
    return found


def _clinicians(sites: Iterable[int]) -> dict[int | None, set[int]]:
    """Who holds the role of a clinician: by site, and under None at every site."""
    rows = StaffRole.objects.filter(role=ANSWERS_ALERTS, ended_at=None, user__is_active=True)
    found: dict[int | None, set[int]] = defaultdict(set)
    for user, site in rows.filter(Q(site=None) | Q(site__in=list(sites))).values_list(
        "user", "site"
    ):
        found[site].add(user)
    return found


def clinicians_at(*sites: Site) -> QuerySet[User]:
    """Who holds the role of a clinician at one of the sites, or at every site."""
    able = _clinicians([site.pk for site in sites])
    return User.objects.filter(pk__in=set().union(*able.values()) if able else ()).order_by("name")


def called_in_order(site: Site, moment: datetime) -> list[int]:
    """Whom an alert goes to, in order: who is on duty now, then every other clinician there."""
    on_now = [shift.clinician for shift in on_duty(shifts_of(site), moment, site.tz)]
    able = _clinicians([site.pk])
    rest = sorted((able[site.pk] | able[None]) - set(on_now))
    return [*on_now, *rest]


def everyone_to_tell(site: Site, moment: datetime) -> list[int]:
    """The last step of passing on: every clinician and coordinator of the site."""
    rows = StaffRole.objects.filter(
        Q(site=None) | Q(site=site), role=Role.COORDINATOR, ended_at=None, user__is_active=True
    )
    coordinators = sorted(set(rows.values_list("user", flat=True)))
    return list(dict.fromkeys([*called_in_order(site, moment), *coordinators]))


def covered(site: Site, moment: datetime) -> bool:
    """Whether somebody answers if a question about harming oneself is asked here and now."""
    return is_covered(shifts_of(site), moment, site.tz)


def cover_of(site: Site, moment: datetime) -> Cover:
    """Whether a questionnaire with a question about harming oneself opens here and now."""
    return cover(shifts_of(site), moment, site.tz)


def covered_from(site: Site, moment: datetime) -> datetime | None:
    """When the site is covered next, for the page that says so."""
    return next_cover(shifts_of(site), moment, site.tz)


def duty_phones(site: Site, moment: datetime) -> list[tuple[User, str]]:
    """The clinicians on duty now with their telephones, the first to call in front."""
    shifts = on_duty(shifts_of(site), moment, site.tz)
    people = User.objects.in_bulk([shift.clinician for shift in shifts])
    return [(people[shift.clinician], shift.phone) for shift in shifts]


def telephone(person: User, site: Site, moment: datetime) -> str:
    """Where somebody is rung: their telephone on duty at a site, else their own."""
    shifts = on_duty(shifts_of(site), moment, site.tz)
    return next((s.phone for s in shifts if s.clinician == person.pk), "") or person.phone


def messages_in_trouble(now: datetime) -> QuerySet[AlertMessage]:
    """Messages about unclosed alerts that failed, or have waited too long to go."""
    return AlertMessage.objects.exclude(alert__state=SafetyAlert.State.CLOSED).filter(
        Q(state=AlertMessage.State.FAILED)
        | Q(state=AlertMessage.State.WAITING, owed_at__lt=now - STUCK_AFTER)
    )


def messages_in_trouble_at(user: User, now: datetime) -> int:
    """How many of them are about the alerts that `user` sees."""
    return messages_in_trouble(now).filter(alert__in=SafetyAlert.objects.visible_to(user)).count()


def holds(participant: Participant, day: date) -> QuerySet[Pause]:
    """The safety holds that stand on a day."""
    rows = participant.pauses.filter(kind=Pause.Kind.HOLD, starts_on__lte=day)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=day))


@dataclass(frozen=True)
class Rota:
    """A site's duty as its page shows it. `next_at` is when it is covered next, if it is not."""

    site: Site
    lines: list[DutyShift]
    on_now: list[tuple[User, str]]
    covered: bool
    next_at: datetime | None


def rotas(user: User, now: datetime) -> list[Rota]:
    """The rotas of the sites where `user` answers or watches alerts."""
    return [_rota(site, now) for site in watched_sites(user)]


def sites_without_cover(user: User, now: datetime) -> list[Site]:
    """Sites where nobody can be asked about harming oneself now."""
    return [site for site in watched_sites(user) if not covered(site, now)]


def watched_sites(user: User) -> QuerySet[Site]:
    """The sites where `user` answers or watches alerts."""
    reach = user.sites(*WATCH_ALERTS)
    return Site.objects.all() if reach is None else Site.objects.filter(pk__in=reach)


def _rota(site: Site, now: datetime) -> Rota:
    today = now.astimezone(site.tz).date()
    lines = DutyShift.objects.filter(Q(until=None) | Q(until__gte=today), site=site)
    is_now = covered(site, now)
    return Rota(
        site=site,
        lines=list(lines.select_related("clinician")),
        on_now=duty_phones(site, now),
        covered=is_now,
        next_at=None if is_now else covered_from(site, now),
    )


def visible_events(user: User) -> QuerySet[AdverseEvent]:
    """The adverse events of the sites where `user` answers or watches alerts; never a rater's."""
    rows = AdverseEvent.objects.select_related("participant__site", "assessed_by")
    sites = user.sites(*WATCH_ALERTS)
    return rows if sites is None else rows.filter(participant__site__in=sites)


def reports_overdue(user: User, now: datetime) -> int:
    """How many serious events that `user` sees wait for their report for too long."""
    waiting = visible_events(user).filter(reported_at=None, aware_at__lt=now - REPORT_WITHIN)
    return sum(event.is_serious for event in waiting)


def people_of(user: User) -> QuerySet[Participant]:
    """Those about whom `user` may note an event, by study id."""
    sites = user.sites(*WATCH_ALERTS)
    rows = Participant.objects.order_by("study_id")
    return rows if sites is None else rows.filter(site__in=sites)
