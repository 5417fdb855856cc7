"""Who may hold which roles together. Pure; the database's triggers hold the same by themselves.

Source: DESIGN, "The arm is a secret": being a rater excludes every other staff role in the study.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from accounts.roles import STAFF_ROLES, Role

Problem = Literal["not_staff", "rater_alone", "superuser_rates", "held_already"]


def why_not_grant(
    role: Role, *, ever_held: Collection[Role], held_here: bool, is_superuser: bool
) -> Problem | None:
    """What stands against granting `role`, or None.

    `ever_held` are the staff roles held now or earlier, at any site; `held_here` says whether
    this very role is open at the same site already.
    """
    if role not in STAFF_ROLES:
        return "not_staff"
    if role == Role.RATER and is_superuser:
        return "superuser_rates"
    if any((other == Role.RATER) != (role == Role.RATER) for other in ever_held):
        return "rater_alone"
    return "held_already" if held_here else None
