"""The roster: everyone an instructor looks after, and whom nobody does yet."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.errors import Refused
from enrollment.guard import answer
from enrollment.selectors import account, visible_participants
from exdep_site.pages.instructor import presenters, reading
from exdep_site.pages.instructor.access import frame, instructors_page
from schedule.services import instructing


@require_safe
@instructors_page
def roster(request: HttpRequest) -> HttpResponse:
    """Who needs their instructor first; `?q=` keeps study ids and names that hold these letters."""
    wanted = request.GET.get("q", "")[:40]
    found = reading.read_roster(account(request), clock.now(), wanted=wanted)
    context = {**frame("roster"), **presenters.roster_page(found), "wanted": wanted}
    return render(request, "instructor/roster.html", context)


@require_POST
@instructors_page
def take_on(request: HttpRequest) -> HttpResponse:
    """Begin to look after somebody of one's own site who has no instructor."""
    user = account(request)
    participant = get_object_or_404(
        visible_participants(user), study_id=request.POST.get("study_id", "")[:16]
    )
    try:
        instructing.take_on(participant=participant, by=user, now=clock.now())
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect("instructor")
    except Refused as refused:
        return answer(request, refused)  # type: ignore[return-value]
    messages.success(request, _("You look after %(person)s now.") % {"person": participant})
    return redirect("instructor_person", study_id=participant.study_id)
