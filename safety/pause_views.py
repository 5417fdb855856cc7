"""Stopping the study, and going on."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.admin_base import tell_local_time
from core import clock
from core.errors import Refused
from enrollment.guard import answer as refusal
from enrollment.guard import page
from enrollment.models import StudyPause
from enrollment.selectors import account, study_pauses
from enrollment.services.study_pause import STOPS_THE_STUDY, begin_study_pause, end_study_pause
from safety.views import nav


@require_http_methods(["GET", "POST"])
@page(*STOPS_THE_STUDY)
def study_pause(request: HttpRequest) -> HttpResponse:
    """What stands still and why; a clinician or an administrator stops something else."""
    problem = ""
    tell_local_time(request)
    if request.method == "POST":
        try:
            begin_study_pause(
                what=request.POST.get("what", ""), reason=request.POST.get("reason", ""),
                by=account(request), now=clock.now(),
            )  # fmt: skip
        except ValidationError as error:
            problem = " ".join(error.messages)
        except Refused as refused:
            return refusal(request, refused)  # type: ignore[return-value]
        else:
            messages.success(request, _("It stands still now, for everybody."))
            return redirect("safety_pause")
    context = {
        "pauses": study_pauses(), "kinds": StudyPause.What.choices, "problem": problem,
        "staff_nav": nav(account(request)), "active_nav": "pause",
    }  # fmt: skip
    return render(request, "safety/pause.html", context, status=400 if problem else 200)


@require_POST
@page(*STOPS_THE_STUDY)
def study_pause_end(request: HttpRequest, study_pause_id: int) -> HttpResponse:
    """Go on, with a reason."""
    row = get_object_or_404(study_pauses(), pk=study_pause_id)
    try:
        end_study_pause(
            pause=row, reason=request.POST.get("reason", ""), by=account(request), now=clock.now()
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except Refused as refused:
        return refusal(request, refused)  # type: ignore[return-value]
    else:
        messages.success(request, _("It goes on."))
    return redirect("safety_pause")
