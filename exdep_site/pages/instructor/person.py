"""One participant's page: the plan against what was done, and all that belongs to it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from enrollment.selectors import account
from exdep_site.pages.instructor import person_words, reading
from exdep_site.pages.instructor.access import frame, instructors_page, looked_after_or_404
from logging_app.photos.views import for_staff


@require_safe
@instructors_page
def person(request: HttpRequest, study_id: str) -> HttpResponse:
    participant = looked_after_or_404(request, study_id)
    found = reading.read_person(participant, clock.now())
    context = {**frame("roster"), **person_words.person_page(found)}
    return render(request, "instructor/person.html", context)


@require_safe
@instructors_page
def photo(request: HttpRequest, study_id: str, uuid: UUID) -> HttpResponse:
    """The picture that somebody sent with a session, for the instructor who looks after them."""
    return for_staff(looked_after_or_404(request, study_id), uuid, account(request))
