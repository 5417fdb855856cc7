"""Signing a session that was supervised, and the attendance sheet of a group."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from enrollment import unsent
from enrollment.models import Participant
from enrollment.selectors import account
from exdep_site.pages.instructor import forms, person_words, reading
from exdep_site.pages.instructor.access import frame, instructors_page, looked_after_or_404
from exdep_site.pages.instructor.saving import form_page, typed
from logging_app import selectors as log
from logging_app.selectors import supervised
from logging_app.supervision import Line, record_sheet, supervise
from schedule.instructed import zone_of
from schedule.permissions import looked_after


@require_http_methods(["GET", "POST"])
@instructors_page
def sign(request: HttpRequest, study_id: str, uuid: UUID) -> HttpResponse:
    """One session: how it was supervised and how well it was done."""
    person = looked_after_or_404(request, study_id)
    workout = log.own_workout(person, uuid)
    row = getattr(workout, "supervision", None)
    if row is None:
        form = forms.SignForm(typed(request))
    else:
        form = forms.CorrectionForm(typed(request), initial=forms.signed(row))

    def keep(form: forms.Typed) -> object:
        assert isinstance(form, forms.SignForm)
        return supervise(
            participant=person, uuid=uuid, signature=form.signature(), by=account(request),
            now=clock.now(), reason=form.cleaned_data.get("reason", ""),
        )  # fmt: skip

    more = {
        "lead": person_words.session_lead(workout, person.tz),
        "signature": person_words.signature_words(row, person.tz) if row else "",
    }
    return form_page(
        request, person, form, keep, title=_("Sign a supervised session"), saved=_("Signed."),
        template="instructor/sign.html", more=more,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@instructors_page
def sheet(request: HttpRequest) -> HttpResponse:
    """One session of a group, written down for everyone who was there."""
    user, now = account(request), clock.now()
    everyone = looked_after(user, now).in_study().select_related("site", "user")
    kinds = reading.open_kinds(everyone.order_by("study_id"), now)
    people = [person for person in everyone.order_by("study_id") if person.pk in kinds]
    if not people:
        return render(request, "instructor/sheet_empty.html", frame("sheet"))
    zone = zone_of(people[0].site)
    form = forms.SheetForm(
        typed(request), people=people, zone=zone,
        initial={"started_at": forms.wall_clock(now, zone)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        return _kept(request, form)
    form.unsaved = form.is_bound and request.method == "GET"
    context = {
        **frame("sheet"), "form": form, "owner": unsent.owner_note(user),
        "people": person_words.sheet_rows(form, people, kinds),
        "zone": zone.key if len({person.zone for person in people}) > 1 else "",
    }  # fmt: skip
    status = 400 if request.method == "POST" else 200
    return render(request, "instructor/sheet.html", context, status=status)


def _kept(request: HttpRequest, form: forms.SheetForm) -> HttpResponse:
    """A sheet that is new for everybody has an address; who was refused, and whose session was
    there before, stands on the answer itself."""
    lines = record_sheet(
        sheet=form.cleaned_data["uuid"], entry=form.entry(), signature=form.signature(),
        present=form.present(), by=account(request), now=clock.now(),
    )  # fmt: skip
    if all(line.new for line in lines):
        return redirect("instructor_sheet_done", uuid=form.cleaned_data["uuid"])
    return _result(request, lines)


@require_safe
@instructors_page
def sheet_done(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What a sheet kept, of those whom the instructor looks after."""
    people: list[Participant] = list(looked_after(account(request), clock.now()))
    rows = supervised.of_sheet(uuid, people)
    return _result(request, [Line(row.participant, row.workout, new=True) for row in rows])


def _result(request: HttpRequest, lines: list[Line]) -> HttpResponse:
    context = {
        **frame("sheet"), "refused": [line for line in lines if line.refused],
        "kept": [line for line in lines if line.workout],
    }  # fmt: skip
    return render(request, "instructor/sheet_done.html", context)
