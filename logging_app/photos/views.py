"""The photo beside an entry: added, shown, taken away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import NotFound, Refused
from core.images import PHOTO_MAX_BYTES
from enrollment.guard import answer, page
from enrollment.models import Participant
from enrollment.selectors import account, own_participant
from logging_app import selectors as log
from logging_app.photos import selectors, services

participants_own = page(Role.PARTICIPANT, gate_writes=True)


def jpeg(picture: bytes) -> HttpResponse:
    """A picture for one person's eyes: no copy is kept on the way, and its name says nothing."""
    return HttpResponse(
        picture,
        content_type="image/jpeg",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": 'inline; filename="picture.jpg"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def for_staff(participant: Participant, uuid: UUID, by: User) -> HttpResponse:
    """The picture beside a workout, for staff who may read it; Http404 where there is none."""
    try:
        found = services.open_photo(participant=participant, uuid=uuid, by=by, now=clock.now())
    except NotFound:
        raise Http404 from None
    return jpeg(found)


@require_http_methods(["GET", "POST"])
@participants_own
def photo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """GET shows the picture, POST (multipart `photo`) puts one in its place."""
    participant = own_participant(request)
    if request.method == "GET":
        return jpeg(selectors.picture(participant, uuid))
    workout = log.own_workout(participant, uuid)
    sent = request.FILES.get("photo")
    data = sent.read(PHOTO_MAX_BYTES + 1) if sent else b""
    try:
        services.attach_photo(
            participant=participant, uuid=uuid, data=data, by=account(request), now=clock.now()
        )
    except ValidationError as error:
        context = {"why": error.messages, "workout": workout, "active_nav": "history"}
        return render(request, "logging_app/photo.html", context, status=400)
    except Refused as refused:
        return answer(request, refused)  # type: ignore[return-value]
    messages.success(request, _("The picture is kept with this entry."))
    return redirect("log_entry", uuid=uuid)


@require_POST
@participants_own
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the picture away."""
    try:
        services.remove_photo(
            participant=own_participant(request), uuid=uuid, by=account(request), now=clock.now()
        )
    except Refused as refused:
        return answer(request, refused)  # type: ignore[return-value]
    messages.success(request, _("The picture is gone."))
    return redirect("log_entry", uuid=uuid)
