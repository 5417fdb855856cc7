"""Reminders: the offer on Me, the phone that takes notes, and the two addresses in a message."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.messages import push, services
from accounts.messages.channels import usable
from accounts.messages.selectors import settings_of, user_of_stop_token
from accounts.models import Channel, User
from accounts.presenters import contact
from accounts.roles import Role
from core import clock
from enrollment.guard import page, public
from enrollment.selectors import account, own_participant
from exdep_site.pages.reminders_form import WAYS, RemindersForm
from exdep_site.reminders import sample_note_for


@require_http_methods(["GET", "POST"])
@page(Role.PARTICIPANT)
@never_cache
def reminders(request: HttpRequest) -> HttpResponse:
    """What was chosen; sending the form turns reminders on as chosen."""
    user = account(request)
    stored = settings_of(user)
    posted = request.POST if request.method == "POST" else None
    form = RemindersForm(posted, offered=usable(user, Channel.values), stored=stored)
    if posted is not None and form.is_valid() and _chosen(request, user, form):
        return redirect("reminders")
    works = usable(user, stored.channels)
    context = {
        "form": form,
        "stored": stored,
        "by": WAYS[Channel(works[0])] if works else "",
        "phones": user.push_subscriptions.count(),
        "push_key": push.public_key(),
        "contact": contact(own_participant(request).site),
        "active_nav": "me",
    }
    return render(request, "pages/reminders.html", context)


def _chosen(request: HttpRequest, user: User, form: RemindersForm) -> bool:
    try:
        services.choose_reminders(user=user, choice=form.choice(), by=user, now=clock.now())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("Saved. Reminders are on."))
    return True


@require_POST
@page(Role.PARTICIPANT)
def stop(request: HttpRequest) -> HttpResponse:
    """No more reminders, by the person who is signed in."""
    user = account(request)
    services.stop_reminders(user=user, by=user, now=clock.now())
    messages.success(request, _("Stopped. Nothing will come any more."))
    return redirect("reminders")


@require_POST
@page(Role.PARTICIPANT)
def send_one(request: HttpRequest) -> HttpResponse:
    """Send one now, to see how it looks."""
    user = account(request)
    try:
        delivered = services.send_test(
            user=user, make=lambda: sample_note_for(user), now=clock.now()
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("reminders")
    if delivered.by is None:
        messages.error(request, _("It could not be sent. Please try another way."))
    else:
        way = WAYS[Channel(delivered.by)]
        messages.success(request, _("On its way: %(way)s") % {"way": way})
    return redirect("reminders")


@require_POST
@page(Role.PARTICIPANT)
def add_phone(request: HttpRequest) -> HttpResponse:
    """A browser's own address for notes, from its script: 201, or 400 with the reason."""
    asked = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    try:
        services.add_phone(user=account(request), now=clock.now(), **asked)
    except ValidationError as error:
        return JsonResponse({"detail": " ".join(error.messages), "code": "push"}, status=400)
    messages.success(request, _("This one shows notes now."))
    return JsonResponse({}, status=201)


@require_POST
@page(Role.PARTICIPANT)
def remove_phones(request: HttpRequest) -> HttpResponse:
    """No more notes on any phone or computer."""
    user = account(request)
    services.remove_phones(user=user, by=user, now=clock.now())
    messages.success(request, _("No phone or computer shows notes any more."))
    return redirect("reminders")


@require_safe
@page(Role.PARTICIPANT)
def note(request: HttpRequest, key: str) -> HttpResponse:
    """Where a message leads. Behind the sign-in, so that a mail scanner opens nothing."""
    services.mark_opened(user=account(request), key=key, now=clock.now())
    return redirect("today")


@csrf_exempt  # RFC 8058: a mail program posts here, without a cookie
@require_http_methods(["GET", "HEAD", "POST"])
@public
@never_cache
def stop_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """One button that stops reminders, without a sign-in; a mail program may press it itself."""
    user = user_of_stop_token(token)
    if user is None:
        raise Http404
    if request.method == "POST":
        services.stop_reminders(user=user, by=None, now=clock.now())
    with translation.override(user.language):
        return render(request, "pages/stop_reminders.html", {"is_on": settings_of(user).on})
