"""What a phone needs to go on without a network: which pages to keep, and whose they are."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.person import person_key
from accounts.roles import Role
from assessments import phone
from assessments import selectors as assessments
from core import clock
from core.static import version
from enrollment.guard import OWN_DATA, page, public
from enrollment.models import Participant
from enrollment.selectors import account, own_participant, refusal
from logging_app.checkins import selectors as check_ins
from schedule.selectors import exercises

# Pages under these addresses are kept on the phone of whom they belong to.
KEPT = ("/today/", "/week/", "/plan/", "/exercises/", "/moving/", "/when-to-stop/", "/log/",
        "/sleep/", "/check-in/", "/assessments/", "/history/", "/unsent/")  # fmt: skip
MORNINGS_KEPT = 7
# How long a page may take before the kept one is shown.
PATIENCE_MS = 1000


class OwnSessionSerializer(serializers.Serializer):
    person = serializers.CharField()
    csrf = serializers.CharField()


class SessionView(APIView):
    """Whose session this is, and the token to write with: asked before entries are sent again."""

    needs = OWN_DATA

    @extend_schema(operation_id="session_read", responses=OwnSessionSerializer)
    def get(self, request: Request) -> Response:
        found = {"person": person_key(account(request)), "csrf": get_token(request._request)}
        return Response(OwnSessionSerializer(found).data)


@require_safe
@page(Role.PARTICIPANT)
def unsent(request: HttpRequest) -> HttpResponse:
    """The entries that wait on this phone. The list is the phone's own; the server knows none."""
    return render(request, "pages/unsent.html", {"study_id": own_participant(request).study_id})


@require_safe
@page(Role.PARTICIPANT)
def keep(request: HttpRequest) -> HttpResponse:
    """The pages to have on the phone, as addresses, for the service worker to fetch."""
    return JsonResponse({"pages": pages_to_keep(own_participant(request))})


def pages_to_keep(participant: Participant) -> list[str]:
    """What opens without a network although it was never opened: today's pages and the nights."""
    now = clock.now()
    today = clock.local_date(now, participant.tz)
    pages = [reverse("today"), reverse("unsent"), reverse("log"), reverse("nights"),
             reverse("history"), reverse("assessments"), reverse("check_ins")]  # fmt: skip
    if exercises(participant):
        pages += [reverse("log_start"), reverse("log_running")]
    if refusal(participant, now) is None:
        mornings = [today - timedelta(days=back) for back in range(MORNINGS_KEPT + 1)]
        pages += [reverse("night", args=[morning]) for morning in mornings]
        begun = assessments.begun_by_version(participant)
        pages += [
            page
            for due in assessments.due(participant, now)
            for page in phone.pages(due, begun.get((due.visit, due.instrument)))
        ]
        check_in = check_ins.standing(participant, now)
        pages += [reverse("check_in", args=[check_in.due.due])] if check_in.due else []
        pages += _tomorrows(clock.next_day(today), check_in)
    return pages


def _tomorrows(tomorrow: date, check_in: check_ins.Standing) -> list[str]:
    """What begins tomorrow, for a phone that wakes up without a network."""
    pages = [reverse("night", args=[tomorrow])]
    if check_in.tomorrow is not None:
        pages.append(reverse("check_in", args=[check_in.tomorrow.due]))
    return [f"{page}?ahead=1" for page in pages]


@require_safe
@public
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker itself. Browsers ask for it again by themselves; none keeps an old one."""
    context = {
        "sw_version": version(),
        "precache": [],
        "kept": KEPT,
        "patience_ms": PATIENCE_MS,
    }
    response = render(request, "core/sw.js", context, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response
