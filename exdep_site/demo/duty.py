"""Who answers the demo's alerts: two clinicians at each site, around the clock."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.roles import Role
from accounts.services import grant_role
from exdep_site.demo.staff import STUDY_BEGAN_BEFORE, Cast
from safety.models import DutyShift

MIDNIGHT = time(0)
PHONES = ("010-0000 0021", "010-0000 0022")


def write_rota(cast: Cast, today: date) -> User:
    """Both sites are covered at any hour. The second clinician, who does not sign in, is given."""
    second = User(
        email="second-clinician@example.org", name="Dr Ma Rui", password=make_password(None)
    )
    second.full_clean()
    second.save()
    grant_role(
        user=second, role=Role.CLINICIAN, site=None, by=cast.people["admin"], reason="demo"
    )  # fmt: skip
    for site in cast.sites:
        for order, person in enumerate((cast.people["clinician"], second), start=1):
            shift = DutyShift(
                site=site, clinician=person, order=order, phone=PHONES[order - 1],
                weekdays=list(range(7)), starts_at=MIDNIGHT, ends_at=MIDNIGHT,
                since=today - timedelta(days=STUDY_BEGAN_BEFORE), by=cast.people["coordinator"],
            )  # fmt: skip
            shift.full_clean()
            shift.save()
    return second
