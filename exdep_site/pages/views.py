"""Pages that draw on several rooms. They hold no rule."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.roles import ADMIN_SITE_ROLES, STAFF_ROLES, Role
from accounts.services import change_language
from assessments.rater import pairs
from assessments.visits.desk import READERS as VISIT_READERS
from core import clock
from enrollment.guard import page, public
from enrollment.selectors import account, own_participant, participant_of
from exdep_site.pages import presenters
from exdep_site.pages.today import today as read_today
from logging_app.readiness.presenters import running
from safety.models import WATCH_ALERTS


@require_safe
@page()
def home(request: HttpRequest) -> HttpResponse:
    """Where each role begins."""
    if participant_of(request.user) is not None:
        return redirect("today")
    user = account(request)
    context = {"cards": _staff_cards(user), "notes": presenters.staff_notes(user)}
    return render(request, "pages/staff_home.html", context)


def _staff_cards(user: User) -> list[dict[str, str]]:
    cards = []
    if user.has_role(*ADMIN_SITE_ROLES):
        cards.append({
            "title": _("Study desk"), "href": reverse("admin:index"), "icon": "history",
            "text": _("Participants, what they logged, alerts, and the study's data to download."),
        })  # fmt: skip
    if user.has_role(*VISIT_READERS):
        cards.append({
            "title": _("Visits"), "href": reverse("visits"), "icon": "today",
            "text": _("Who comes today, and which visits still need a time."),
        })  # fmt: skip
    if user.has_role(*WATCH_ALERTS):
        cards.append({
            "title": _("Safety"), "href": reverse("safety"), "icon": "help",
            "text": _("Alerts and how long they wait, and who is on duty."),
        })  # fmt: skip
    if user.has_role(Role.INSTRUCTOR):
        cards.append({
            "title": _("Your participants"), "href": reverse("instructor"), "icon": "person",
            "text": _("Who needs you today, their plans, and what they did."),
        })  # fmt: skip
    if user.has_role(*pairs.READERS):
        cards.append({
            "title": _("Agreement of raters"), "href": reverse("rater_agreement"), "icon": "check",
            "text": _("Visits that two raters scored, and where they differ too much."),
        })  # fmt: skip
    if user.has_role(Role.RATER):
        cards.append({
            "title": _("Visits to score"), "href": reverse("rater"), "icon": "edit",
            "text": _("Interviews of the visits that are open now, by study id."),
        })  # fmt: skip
    cards.append({
        "title": _("Your account"), "href": reverse("mfa_index"), "icon": "me",
        "text": _("Second factor, password, and where you are signed in."),
    })  # fmt: skip
    return cards


@require_safe
@page(Role.PARTICIPANT)
def today(request: HttpRequest) -> HttpResponse:
    participant, now = own_participant(request), clock.now()
    context = presenters.today_page(read_today(participant, now), participant)
    context |= {"begun": running(request, participant, now), "active_nav": "today"}
    return render(request, "pages/today.html", context)


@require_safe
@page(*STAFF_ROLES)
def styleguide(request: HttpRequest) -> HttpResponse:
    from exdep_site.pages.styleguide import context

    return render(request, "pages/styleguide.html", context())


@require_safe
@public
@cache_control(max_age=300, public=True)
def help_now(request: HttpRequest) -> HttpResponse:
    emergency, regions = presenters.crisis_regions()
    context = {"emergency": emergency, "regions": regions}
    return render(request, "core/help_now.html", context)


@require_safe
@public
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "core/offline.html")


@require_safe
@public
def manifest(request: HttpRequest) -> HttpResponse:
    return render(request, "core/manifest.webmanifest", content_type="application/manifest+json")


@require_POST
@public
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages, and of the account where someone is signed in."""
    code = request.POST.get("language", "")
    target = request.POST.get("next") or "/"
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = redirect(target)
    if code in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            change_language(user=request.user, language=code)
        translation.activate(code)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=31_536_000,
            samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return response
