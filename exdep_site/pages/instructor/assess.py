"""The individual assessment: each time it is saved it is a new version."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.errors import Refused
from enrollment.selectors import account
from exdep_site.pages.instructor.access import frame, instructors_page, looked_after_or_404
from schedule import desk, selectors
from schedule.forms import AssessmentForm, assessment_initial
from schedule.services.assessing import assess as keep_assessment
from schedule.services.assessing import is_clinician


@require_http_methods(["GET", "POST"])
@instructors_page
def assess(request: HttpRequest, study_id: str) -> HttpResponse:
    """Assess somebody, or assess them again: the form begins with the version before."""
    person, now, by = looked_after_or_404(request, study_id), clock.now(), account(request)
    before = selectors.newest_assessment(person)
    limits = is_clinician(by, person)
    if request.method == "GET":
        form = AssessmentForm(
            initial=assessment_initial(before, clock.local_date(now, person.tz)), limits=limits
        )
        status = 200
    else:
        form = AssessmentForm(request.POST, limits=limits)
        status = 400
        if form.is_valid():
            try:
                keep_assessment(participant=person, fields=form.entry(), by=by, now=now)
            except ValidationError as error:
                form.show(error)
            except Refused as refused:
                form.add_error(None, str(refused.text))
                status = refused.status
            else:
                messages.success(request, _("The assessment is kept. The plan follows from it."))
                return redirect("instructor_plan", study_id=person.study_id)
    context = {
        **frame("roster"), "person": person, "form": form, "before": before,
        "limits": desk.limits(before) if before and not limits else [],
    }  # fmt: skip
    return render(request, "instructor/assess.html", context, status=status)
