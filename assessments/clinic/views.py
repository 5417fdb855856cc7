"""Questions at the clinic: staff make a link, and a lent device opens it, once."""

from __future__ import annotations

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Role
from assessments.clinic import selectors, services
from assessments.clinic.links import LASTS
from core import clock
from core.errors import NotFound
from enrollment import loan
from enrollment.guard import page, public
from enrollment.selectors import account


@require_http_methods(["GET", "POST"])
@page(Role.COORDINATOR)
def links(request: HttpRequest, study_id: str) -> HttpResponse:
    """What is open to a participant; a link to one of them where one was asked for."""
    person, now = selectors.lent_to(account(request), study_id), clock.now()
    context = {"participant": person, "rows": selectors.open_now(person, now)}
    status = 200
    if request.method == "POST":
        try:
            token = services.make_link(
                participant=person, visit=request.POST.get("visit", ""),
                instrument=request.POST.get("instrument", ""), by=account(request), now=now,
            )  # fmt: skip
        except NotFound:
            status = 400
        else:
            link = request.build_absolute_uri(reverse("clinic_open", args=[token]))
            square = segno.make(link, error="m")
            qr = square.svg_data_uri(scale=4, border=2, dark="#000", light="#fff")
            context |= {"link": link, "qr": qr}
    return render(request, "assessments/clinic/links.html", context, status=status)


@require_http_methods(["GET", "POST"])
@public
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link. It is used up by pressing the button, not by looking."""
    now = clock.now()
    try:
        if request.method == "POST":
            return _begin(request, token)
        person, _link = services.look(token, now)
    except NotFound:
        return render(request, "assessments/clinic/gone.html", status=404)
    return render(request, "assessments/clinic/open.html", {"study_id": person.study_id})


def _begin(request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    user, link = services.use_link(token=token, now=now)
    place = {"visit": link.visit, "instrument": link.instrument}
    here = reverse("assessment", kwargs=place)
    loan.begin(
        request, user, until=now + LASTS, lasts=LASTS,
        paths=[here, reverse("api_assessment", kwargs=place), reverse("clinic_stop")],
    )  # fmt: skip
    return redirect(here)


@require_POST
@page(Role.PARTICIPANT)
def stop(request: HttpRequest) -> HttpResponse:
    """The device is handed back before the end; what was answered is kept."""
    if not loan.is_lent(request.session):
        return redirect("today")
    loan.end(request)
    return redirect("clinic_thanks")


@require_safe
@public
def thanks(request: HttpRequest) -> HttpResponse:
    """The end: nobody is signed in on the device any more."""
    return render(request, "assessments/clinic/thanks.html")
