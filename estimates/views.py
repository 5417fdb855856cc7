"""The estimate's page: a GET reads, a POST asks and leads back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.roles import Role
from core import clock
from core.errors import Refused
from enrollment.guard import answer, page
from enrollment.selectors import account, own_participant
from estimates import presenters, selectors, services


@require_http_methods(["GET", "POST"])
@page(Role.PARTICIPANT, gate_writes=True)
def estimate(request: HttpRequest) -> HttpResponse:
    """The newest estimate, or why there is none, and the button that asks for one."""
    participant, now = own_participant(request), clock.now()
    if request.method == "POST":
        try:
            services.request_estimate(participant=participant, by=account(request), now=now)
        except Refused as refused:
            return answer(request, refused)  # type: ignore[return-value]
        return redirect("estimate")
    standing = selectors.standing(participant, now)
    context = presenters.page(standing, selectors.newest(participant), participant)
    return render(request, "estimates/estimate.html", {**context, "active_nav": "today"})
