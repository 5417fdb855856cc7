"""How every page of an instructor begins: who they are, and whom they look after."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import Role
from core import clock
from enrollment.guard import page
from enrollment.models import Participant
from enrollment.selectors import account
from schedule.permissions import looked_after

instructors_page = page(Role.INSTRUCTOR)


def looked_after_or_404(request: HttpRequest, study_id: str) -> Participant:
    """A participant whom this instructor looks after now; Http404 for anybody else's study id."""
    people = looked_after(account(request), clock.now()).select_related("site", "user")
    return get_object_or_404(people, study_id=study_id)


def frame(active: str = "") -> dict[str, Any]:
    """The navigation that all these pages share; `active` is the key of the one shown."""
    places = (
        ("roster", _("Roster"), "instructor"),
        ("proposals", _("Proposals"), "instructor_proposals"),
        ("sheet", _("Attendance sheet"), "instructor_sheet"),
        ("cover", _("Cover"), "instructor_cover"),
    )
    nav = [{"key": key, "label": label, "url": reverse(name)} for key, label, name in places]
    return {"active_nav": active, "staff_nav": nav}
