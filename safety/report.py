"""The report for the ethics committee: what happened in a period, and nothing that tells the arm.

Left out are the free words of an event or of a withdrawal, whether an event is thought to come from
the exercise, and what was done with it; a deviation that only one arm can have is "other".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Site, User
from core import clock
from enrollment.models import Deviation, Withdrawal
from safety.events_presenters import report_words
from safety.models import AdverseEvent
from safety.selectors import visible_events, watched_sites

OF_ONE_ARM = frozenset({Deviation.Category.CONTROL_EXERCISES})


@dataclass(frozen=True)
class Line:
    """One line of the report, as the page and the file have it."""

    kind: str
    study_id: str
    site: str
    on: date
    what: str
    more: str


def lines(user: User, since: date, until: date, now: datetime) -> list[Line]:
    """Serious events staff became aware of, deviations found, and withdrawals, both dates included
    by each site's calendar, in order of their dates."""
    sites = watched_sites(user)
    found = [
        *_events(user, now), *_deviations(list(sites)), *_withdrawals(list(sites)),
    ]  # fmt: skip
    return sorted(
        (line for line in found if since <= line.on <= until),
        key=lambda line: (line.kind, line.on, line.study_id),
    )


def _events(user: User, now: datetime) -> list[Line]:
    rows = visible_events(user).exclude(state=AdverseEvent.State.DISMISSED)
    return [
        Line(
            _("serious adverse event"), row.participant.study_id, row.participant.site.name,
            clock.local_date(row.aware_at, row.participant.site.tz),
            row.term or _("not coded yet"),
            "; ".join(
                [*(str(AdverseEvent.SERIOUS[code]) for code in row.serious),
                 _("grade %(grade)s") % {"grade": row.grade}, report_words(row, now)]
            ),
        )
        for row in rows
        if row.is_serious
    ]  # fmt: skip


def _deviations(sites: list[Site]) -> list[Line]:
    rows = Deviation.objects.filter(participant__site__in=sites)
    return [
        Line(
            _("deviation"), row.participant.study_id, row.participant.site.name, row.found_on,
            str(_("other") if row.category in OF_ONE_ARM else row.get_category_display()),
            _("major") if row.major else _("minor"),
        )
        for row in rows.select_related("participant__site")
        if row.participant is not None
    ]  # fmt: skip


def _withdrawals(sites: list[Site]) -> list[Line]:
    rows = Withdrawal.objects.filter(participant__site__in=sites)
    return [
        Line(
            _("withdrawal"), row.participant.study_id, row.participant.site.name,
            clock.local_date(row.at, row.participant.site.tz),
            _("left the study"),
            _("data may no longer be used") if row.stop_data_use else _("data may be used"),
        )
        for row in rows.select_related("participant__site")
    ]  # fmt: skip


def quarter_before(today: date) -> tuple[date, date]:
    """The period that is shown first: the last 90 days."""
    return today - timedelta(days=90), today
