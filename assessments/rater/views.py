"""What a rater sees: study id and visit, and the scale. No arm, no log, no earlier total."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Role
from assessments.rater import forms, pairs, presenters, selectors, services
from assessments.rater.selectors import Rating
from assessments.rater.services.signing import untrained
from core import clock
from core.errors import EditConflict, NotFound, Refused
from enrollment import unsent
from enrollment.guard import answer as refusal
from enrollment.guard import page
from enrollment.selectors import account

Page = Callable[..., HttpResponse]
raters = page(Role.RATER)
JSON = "application/json"


@require_GET
@raters
def index(request: HttpRequest) -> HttpResponse:
    """The visits to score, one's own drafts and signatures, and what is left to say."""
    user, now = account(request), clock.now()
    context = {
        "ratings": [presenters.row(one) for one in selectors.to_rate(user, now)],
        "differences": [
            {"pk": pair.pk, **presenters.visit_row(pair.visit)} for pair in pairs.to_resolve(user)
        ],
        "guesses": [presenters.visit_row(row.visit) for row in selectors.guesses_due(user)],
        "signed": [presenters.signed_row(row) for row in selectors.signed_by(user)],
    }
    return render(request, "assessments/rater/index.html", context)


def _to(name: str, rating: Rating) -> HttpResponse:
    return redirect(reverse(name, kwargs=rating.place))


def about_one(view: Page) -> Page:
    """Look up the rating, and give `view` it in place of its person and visit; refusals become
    pages."""

    @wraps(view)
    def looked_up(request: HttpRequest, study_id: str, visit: str) -> HttpResponse:
        try:
            rating = selectors.ratable(account(request), study_id, visit, clock.now())
            return view(request, rating)
        except NotFound:
            raise Http404 from None
        except Refused as refused:
            if _wants_json(request):
                return HttpResponse(str(refused.text), status=refused.status)
            return refusal(request, refused)  # type: ignore[return-value]

    return looked_up


@require_http_methods(["GET", "POST"])
@raters
@about_one
def rate(request: HttpRequest, rating: Rating) -> HttpResponse:
    """One interview: a draft until it is signed. Script posts the same form as it is written."""
    if request.method == "POST":
        return _save(request, rating)
    typed = unsent.take(request, clock.now())
    start = forms.initial(rating.questionnaire, rating.answers, rating.interview)
    if typed is None:
        return _form_page(request, rating, forms.RatingForm(rating.questionnaire, initial=start))
    typed = typed.copy()
    typed["edit"] = str(start["edit"])
    form = forms.RatingForm(rating.questionnaire, typed)
    form.unsaved = True
    return _form_page(request, rating, form)


def _save(request: HttpRequest, rating: Rating) -> HttpResponse:
    form = forms.RatingForm(rating.questionnaire, request.POST)
    if form.is_valid():
        try:
            return _saved(request, rating, form)
        except ValidationError as error:
            form.show(error)
        except EditConflict as conflict:
            if _wants_json(request):
                raise
            form.take_place_of(rating.interview)
            return _form_page(request, rating, form, status=conflict.status)
    if _wants_json(request):
        return HttpResponse(_("This could not be saved."), status=400)
    return _form_page(request, rating, form, status=400)


def _saved(request: HttpRequest, rating: Rating, form: forms.RatingForm) -> HttpResponse:
    """The page tells the edit it began from; what it sends is the next one."""
    response = services.save_draft(
        participant=rating.participant, visit=rating.plan.code, answers=form.answers(),
        notes=form.notes(), edit=(form.cleaned_data["edit"] or 0) + 1, by=account(request),
        now=clock.now(),
    )  # fmt: skip
    if _wants_json(request):
        return JsonResponse({"edit": response.interview.edit})
    if "sign" in request.POST:
        return _to("rate_sign", rating)
    messages.success(request, _("Draft saved. It counts once it is signed."))
    return _to("rate", rating)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == JSON


def _form_page(
    request: HttpRequest, rating: Rating, form: forms.RatingForm, status: int = 200
) -> HttpResponse:
    user, now = account(request), clock.now()
    danger = presenters.danger(rating, now)
    on = clock.local_date(now, rating.participant.tz)
    context = {
        "rating": rating,
        "form": form,
        "rows": [{**row, "danger": danger.get(row["key"])} for row in form.rows()],
        "scale": rating.questionnaire,
        "owner": unsent.owner_note(user),
        "untrained": ""
        if selectors.trained_until(user, rating.questionnaire, on)
        else untrained(rating),
        "may_correct": selectors.may_correct(rating, now),
    }
    return render(request, "assessments/rater/rate.html", context, status=status)


@require_http_methods(["GET", "POST"])
@raters
@about_one
def sign(request: HttpRequest, rating: Rating) -> HttpResponse:
    """Every score once more, what goes before a signature, and the password."""
    if not rating.is_draft or rating.response is None or rating.interview is None:
        return _to("rate", rating)
    if request.method != "POST":
        start = {
            "edit": rating.interview.edit, "mode": rating.interview.mode,
            "informant": rating.interview.informant,
        }  # fmt: skip
        return _sign_page(request, rating, forms.SignForm(request=request, initial=start))
    form = forms.SignForm(request.POST, request=request)
    if not form.is_valid():
        return _sign_page(request, rating, form, status=400)
    asked = form.cleaned_data
    try:
        response = services.sign(
            response=rating.response, edit=asked["edit"], by=account(request), now=clock.now(),
            signature=services.Signature(
                mode=asked["mode"], informant=asked["informant"], revealed=form.revealed_value,
                revealed_how=asked["revealed_how"], meaning=presenters.meaning(rating),
            ),
        )  # fmt: skip
    except ValidationError as error:
        forms.put_errors(form, error, {})
        return _sign_page(request, rating, form, status=400)
    name = {"person": rating.participant.study_id, "visit": rating.plan.label}
    messages.success(request, _("Signed: %(person)s, %(visit)s.") % name)
    if action := presenters.must_act(response):
        messages.warning(request, action)
    if _guess_is_due(request, rating):
        return _to("rate_guess", rating)
    return redirect("rater")


def _guess_is_due(request: HttpRequest, rating: Rating) -> bool:
    who = account(request), rating.participant, rating.plan.code
    return selectors.is_guess_asked(*who) and not selectors.has_guessed(*who)


def _sign_page(
    request: HttpRequest, rating: Rating, form: forms.SignForm, status: int = 200
) -> HttpResponse:
    assert rating.response is not None
    context = {
        "rating": rating,
        "form": form,
        "scale": rating.questionnaire,
        "rows": presenters.summary(rating.questionnaire, rating.response),
        "action": presenters.must_act(rating.response),
        "meaning": presenters.meaning(rating),
        "name": account(request).name,
    }
    return render(request, "assessments/rater/sign.html", context, status=status)


@require_http_methods(["GET", "POST"])
@raters
@about_one
def correct(request: HttpRequest, rating: Rating) -> HttpResponse:
    """Why a signed rating is corrected; then its copy is open."""
    form = forms.ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.begin_correction(
                participant=rating.participant, visit=rating.plan.code,
                reason=form.cleaned_data["reason"], by=account(request), now=clock.now(),
            )  # fmt: skip
            return _to("rate", rating)
        except ValidationError as error:
            forms.put_errors(form, error, {})
    if not selectors.may_correct(rating, clock.now()):
        return _to("rate", rating)
    return _words_page(request, rating, form, _("Correct a signed rating"), _("Open a copy"))


@require_http_methods(["GET", "POST"])
@raters
@about_one
def give_back(request: HttpRequest, rating: Rating) -> HttpResponse:
    """Leave a visit that was begun to another rater."""
    form = forms.GiveBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.give_back(
                participant=rating.participant, visit=rating.plan.code, by=account(request),
                now=clock.now(), **form.cleaned_data,
            )  # fmt: skip
            return redirect("rater")
        except ValidationError as error:
            forms.put_errors(form, error, {})
    if not rating.is_draft:
        return _to("rate", rating)
    return _words_page(request, rating, form, _("Leave this draft"), _("Leave it"))


@require_http_methods(["GET", "POST"])
@raters
@about_one
def guess(request: HttpRequest, rating: Rating) -> HttpResponse:
    """The guess of the group: asked once, kept, and not shown again."""
    form = forms.GuessForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.guess_arm(
            participant=rating.participant, visit=rating.plan.code,
            guess=form.cleaned_data["guess"], by=account(request), now=clock.now(),
        )  # fmt: skip
        messages.success(request, _("Thank you. This is not shown again."))
        return redirect("rater")
    if not _guess_is_due(request, rating):
        return redirect("rater")
    return _words_page(request, rating, form, _("One last question"), _("Send"))


def _words_page(
    request: HttpRequest, rating: Rating, form: Any, title: str, button: str
) -> HttpResponse:
    context = {"rating": rating, "form": form, "title": title, "button": button}
    status = 400 if form.errors else 200
    return render(request, "assessments/rater/words.html", context, status=status)


@require_http_methods(["GET", "POST"])
@raters
def heard(request: HttpRequest, study_id: str) -> HttpResponse:
    """What was heard of harm goes to the clinicians; nothing of it comes back here."""
    try:
        person = selectors.person_of(account(request), study_id)
    except NotFound:
        raise Http404 from None
    form = forms.HeardForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.note_heard(
            participant=person, by=account(request), now=clock.now(), **form.cleaned_data
        )
        messages.success(request, _("Sent to the clinician on duty. It is not shown again here."))
        return redirect("rater")
    context = {
        "study_id": person.study_id, "form": form,
        "phones": presenters.duty_phones(person.site, clock.now()),
    }  # fmt: skip
    status = 400 if form.errors else 200
    return render(request, "assessments/rater/heard.html", context, status=status)
