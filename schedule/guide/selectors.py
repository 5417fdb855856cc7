"""Who reads the guide, and from where."""

from __future__ import annotations

from accounts.models import Site, User
from accounts.roles import Role
from enrollment.models import Participant


def own_site(user: User, participant: Participant | None) -> Site | None:
    """The hospital whose numbers a reader is shown: the participant's, or an instructor's first."""
    if participant is not None:
        return participant.site
    sites = user.sites(Role.INSTRUCTOR)
    found = Site.objects.all() if sites is None else Site.objects.filter(pk__in=sites)
    return found.order_by("pk").first()
