"""What an instructor writes down of a participant: a note, a contact, a pause; and covering."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.errors import NotFound, Refused
from enrollment import unsent
from enrollment.guard import answer
from enrollment.models import Contact, Participant
from enrollment.selectors import account
from exdep_site.pages.instructor import forms
from exdep_site.pages.instructor.access import frame, instructors_page, looked_after_or_404
from exdep_site.pages.instructor.person_words import cover_words, shown
from exdep_site.pages.instructor.saving import form_page, typed
from schedule import instructed
from schedule.services import instructing, pauses


@require_http_methods(["GET", "POST"])
@instructors_page
def note(request: HttpRequest, study_id: str) -> HttpResponse:
    """Add a note."""
    person = looked_after_or_404(request, study_id)

    def keep(form: forms.Typed) -> object:
        return instructing.note(
            participant=person, text=form.cleaned_data["text"], by=account(request),
            now=clock.now(),
        )  # fmt: skip

    return form_page(
        request, person, forms.NoteForm(typed(request)), keep,
        title=gettext_lazy("Add a note"), saved=gettext_lazy("The note is saved."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@instructors_page
def contact(request: HttpRequest, study_id: str) -> HttpResponse:
    """Tell of a contact, or of an attempt."""
    person = looked_after_or_404(request, study_id)
    form = forms.ContactForm(
        typed(request), zone=person.tz,
        initial={"at": forms.wall_clock(clock.now(), person.tz)},
    )  # fmt: skip

    def keep(form: forms.Typed) -> object:
        row = Contact(participant=person, **form.cleaned_data)
        return instructing.contact(contact=row, by=account(request), now=clock.now())

    return form_page(
        request, person, form, keep,
        title=gettext_lazy("Note a contact"), saved=gettext_lazy("The contact is saved."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@instructors_page
def pause(request: HttpRequest, study_id: str) -> HttpResponse:
    """Days on which no session is asked for."""
    person = looked_after_or_404(request, study_id)
    today = clock.local_date(clock.now(), person.tz)
    form = forms.PauseForm(typed(request), initial={"starts_on": today, "kind": "illness"})

    def keep(form: forms.Typed) -> object:
        return pauses.pause(
            participant=person, by=account(request), now=clock.now(), **form.cleaned_data
        )

    return form_page(
        request, person, form, keep,
        title=gettext_lazy("Pause the sessions"), saved=gettext_lazy("The pause is saved."),
    )  # fmt: skip


@require_POST
@instructors_page
def end_pause(request: HttpRequest, study_id: str, pause_id: int) -> HttpResponse:
    """Ask for sessions again from today on."""
    person = looked_after_or_404(request, study_id)
    try:
        pauses.end_pause(participant=person, pk=pause_id, by=account(request), now=clock.now())
    except NotFound:
        raise Http404 from None
    except Refused as refused:
        return answer(request, refused)  # type: ignore[return-value]
    messages.success(request, _("The pause is over."))
    return redirect("instructor_person", study_id=study_id)


@require_http_methods(["GET", "POST"])
@instructors_page
def cover(request: HttpRequest) -> HttpResponse:
    """Stand in for a colleague; end a cover early."""
    user, now = account(request), clock.now()
    rows = {str(row.participant_id): row for row in instructed.of_colleagues(user, now)}
    choices = [(pk, f"{row.participant} · {shown(row.instructor)}") for pk, row in rows.items()]
    form = forms.CoverForm(typed(request), people=choices)
    if request.method == "POST" and form.is_valid():
        chosen = [rows[pk].participant for pk in form.cleaned_data["people"]]
        if _cover(request, form, chosen):
            return redirect("instructor")
    context = {
        **frame("cover"), "form": form, "owner": unsent.owner_note(user), "colleagues": choices,
        "running": [
            {"pk": row.pk, "study_id": row.participant.study_id,
             "text": cover_words(row, instructed.zone_of(row.participant.site))}
            for row in instructed.running_covers(user, now)
        ],
    }  # fmt: skip
    status = 400 if form.errors and request.method == "POST" else 200
    return render(request, "instructor/cover.html", context, status=status)


def _cover(request: HttpRequest, form: forms.CoverForm, people: list[Participant]) -> bool:
    """Each cover stands for itself: one that is refused says so and loses none of the others."""
    kept = []
    for person in people:
        try:
            instructing.cover(
                participant=person, instructor=account(request), by=account(request),
                now=clock.now(), last_day=form.cleaned_data["last_day"],
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except ValidationError as error:
            form.show(error)
            break
        except Refused as refused:
            messages.warning(request, f"{person}: {refused.text}")
        else:
            kept.append(str(person))
    if kept:
        messages.success(request, _("You cover for: %(people)s.") % {"people": ", ".join(kept)})
    return not form.errors


@require_POST
@instructors_page
def end_cover(request: HttpRequest, cover_id: int) -> HttpResponse:
    """A cover ends before its day."""
    user, now = account(request), clock.now()
    row = get_object_or_404(instructed.running_covers(user, now), pk=cover_id)
    instructing.end(instructing=row, by=user, now=now)
    messages.success(request, _("The cover is over."))
    return redirect("instructor_cover")
