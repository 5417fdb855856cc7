"""What a rater sees: study id and visit, and the scale. No arm, no log, no earlier total."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Role
from assessments import presenters, selectors, services
from assessments.rater.forms import RatingForm
from assessments.selectors import Rating
from core import clock
from core.errors import NotFound, Refused
from enrollment import unsent
from enrollment.guard import answer as refusal
from enrollment.guard import page
from enrollment.selectors import account


@require_GET
@page(Role.RATER)
def index(request: HttpRequest) -> HttpResponse:
    """The visits that can be scored now."""
    found = selectors.to_rate(account(request), clock.now())
    return render(request, "assessments/rater/index.html", {"ratings": found})


@require_http_methods(["GET", "POST"])
@page(Role.RATER)
def rate(request: HttpRequest, study_id: str, visit: str) -> HttpResponse:
    """One interview. What is sent is kept as it is; there is no draft and no second try."""
    try:
        rating = selectors.ratable(account(request), study_id, visit, clock.now())
    except NotFound:
        raise Http404 from None
    if request.method == "POST":
        return _save(request, rating, RatingForm(rating.questionnaire, request.POST))
    typed = unsent.take(request, clock.now())
    form = RatingForm(rating.questionnaire, typed)
    form.unsaved = typed is not None
    return _form_page(request, rating, form)


def _save(request: HttpRequest, rating: Rating, form: RatingForm) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, rating, form, status=400)
    try:
        response = services.record_rating(
            participant=rating.participant, visit=rating.plan.code, answers=form.answers(),
            by=account(request), now=clock.now(),
        )  # fmt: skip
    except ValidationError as error:
        form.show(error)
        return _form_page(request, rating, form, status=400)
    except Refused as refused:
        return refusal(request, refused)  # type: ignore[return-value]
    name = {"person": rating.participant.study_id, "visit": rating.plan.label}
    messages.success(request, _("Saved: %(person)s, %(visit)s.") % name)
    if action := presenters.rater_must_act(response):
        messages.warning(request, action)
    return redirect("rater")


def _form_page(
    request: HttpRequest, rating: Rating, form: RatingForm, status: int = 200
) -> HttpResponse:
    context = {
        "rating": rating,
        "form": form,
        "scale": rating.questionnaire,
        "owner": unsent.owner_note(account(request)),
    }
    return render(request, "assessments/rater/rate.html", context, status=status)
