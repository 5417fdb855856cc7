"""What can be answered on a device of the clinic."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404

import protocol
from accounts.models import User
from assessments import selectors
from assessments.clinic.services import coordinates
from assessments.desk import visit_name
from assessments.visits.selectors import plans_of
from enrollment.models import Participant


def lent_to(user: User, study_id: str) -> Participant:
    """The participant for whom `user` may make links; Http404 for anybody else's study id."""
    person = Participant.objects.filter(study_id=study_id).select_related("site", "user").first()
    if person is None or not coordinates(user, person):
        raise Http404
    return person


def open_now(participant: Participant, moment: datetime) -> list[dict[str, Any]]:
    """The questionnaires that are open and not sent, the newest visit first."""
    asked = [
        selectors.asked(participant, plan.code, code, moment)
        for plan in reversed(plans_of(participant))
        for code in plan.instruments
        if protocol.instrument(code).asked_of_participant
    ]
    return [
        {
            **one.place,
            "title": str(one.questionnaire.title),
            "visit_name": visit_name(one.plan.code),
            "begun": one.response is not None,
        }
        for one in asked
        if one.is_open and not one.is_sent
    ]
