"""Making a link and using it, each with its line in the trail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import AuditEvent, User
from accounts.roles import Role
from assessments import selectors
from assessments.clinic import links
from core.errors import Forbidden, NotFound
from enrollment.models import Participant
from enrollment.permissions import same_site_as

coordinates = same_site_as(Role.COORDINATOR)
OPENED = "clinic.opened"


def make_link(
    *, participant: Participant, visit: str, instrument: str, by: User, now: datetime
) -> str:
    """The signed text of a new link. Raises Forbidden for anybody but a coordinator of the site,
    and NotFound where these questions are not open or were sent."""
    if not coordinates(by, participant):
        raise Forbidden
    _asked(participant, visit, instrument, now)
    link = links.new(participant.pk, visit, instrument)
    with transaction.atomic():
        audit.record(
            action="clinic.link_made", by=by, obj=participant, participant_id=participant.pk,
            changes={"visit": visit, "instrument": instrument, "link": link.number},
        )  # fmt: skip
    return links.sign(link)


def look(token: str, now: datetime) -> tuple[Participant, links.Link]:
    """Whose link this is. Raises NotFound where it is not ours, too old, used, or about questions
    that cannot be answered now."""
    link = links.read(token)
    participant = (
        Participant.objects.select_related("user", "site").filter(pk=link.participant).first()
    )
    if participant is None or participant.user is None or _is_used(link):
        raise NotFound
    _asked(participant, link.visit, link.instrument, now)
    return participant, link


@transaction.atomic
def use_link(*, token: str, now: datetime) -> tuple[User, links.Link]:
    """Whom the link signs in, and for what; from now on it opens nothing. Raises as `look`."""
    link = links.read(token)
    Participant.objects.select_for_update().filter(pk=link.participant).first()
    participant, link = look(token, now)
    user = participant.user
    assert user is not None
    audit.record(
        action=OPENED, by=user, object_type="assessments.clinic_link",
        object_id=link.number, participant_id=participant.pk,
        changes={"visit": link.visit, "instrument": link.instrument},
    )  # fmt: skip
    return user, link


def _is_used(link: links.Link) -> bool:
    used = AuditEvent.objects.filter(participant_id=link.participant, action=OPENED)
    return used.filter(object_id=link.number).exists()


def _asked(participant: Participant, visit: str, instrument: str, now: datetime) -> None:
    asked = selectors.asked(participant, visit, instrument, now)
    if not asked.is_open or asked.is_sent:
        raise NotFound
