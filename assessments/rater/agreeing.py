"""Pages about two ratings of one visit: the two raters resolve what differs too much, and others
read how well raters agree."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.roles import Role
from assessments.desk import visit_name
from assessments.models import RatingAgreement
from assessments.rater import forms, pairs, presenters, rules, services
from core import clock
from core.errors import NotFound, Refused
from enrollment.guard import answer as refusal
from enrollment.guard import page
from enrollment.selectors import account

PAIRS_SHOWN = 50


@require_GET
@page(*pairs.READERS)
def agreement(request: HttpRequest) -> HttpResponse:
    """How well raters agree, what is to be resolved, and where a group was revealed."""
    user = account(request)
    rows = list(pairs.visible_pairs(user))
    context = {
        "tables": [presenters.agreement_table(one) for one in pairs.agreement(rows)],
        "pairs": [{"row": row, "state": presenters.pair_state(row)} for row in rows[:PAIRS_SHOWN]],
        "told": pairs.told_in_interviews(user),
    }
    return render(request, "assessments/rater/agreement.html", context)


@require_http_methods(["GET", "POST"])
@page(Role.RATER)
def difference(request: HttpRequest, pair_id: int) -> HttpResponse:
    """What the two raters scored differently, and what they agree on."""
    pair = _pair(request, pair_id)
    scale = pair.first.questionnaire
    keys = rules.differences(pair.first.answers, pair.second.answers, scale.keys)
    form = forms.ConsensusForm(scale, keys, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.propose(
                pair=pair, scores=form.scores(), words=form.cleaned_data["words"],
                by=account(request), now=clock.now(),
            )  # fmt: skip
            messages.success(request, _("Proposed. The other rater confirms it."))
            return redirect("rater_difference", pair.pk)
        except ValidationError as error:
            forms.put_errors(form, error, {"answers.": "item_"})
        except Refused as refused:
            return refusal(request, refused)  # type: ignore[return-value]
    context = {
        "pair": pair, "form": form, "scale": scale,
        "rows": presenters.pair_rows(pair, account(request)),
        "may_confirm": pair.proposed_by is not None and pair.proposed_by != account(request),
        "shown": rules.proposal_key(pair.consensus, pair.words),
        "visit": visit_name(pair.visit.code),
    }  # fmt: skip
    status = 400 if form.errors else 200
    return render(request, "assessments/rater/difference.html", context, status=status)


@require_POST
@page(Role.RATER)
def confirm(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Agree to the other's proposal, as it was shown."""
    pair = _pair(request, pair_id)
    try:
        services.confirm(
            pair=pair, shown=request.POST.get("shown", ""), by=account(request), now=clock.now()
        )
    except Refused as refused:
        return refusal(request, refused)  # type: ignore[return-value]
    messages.success(request, _("Resolved. Both signed ratings stay as they are."))
    return redirect("rater")


def _pair(request: HttpRequest, pair_id: int) -> RatingAgreement:
    try:
        return pairs.pair_of(account(request), pair_id)
    except NotFound:
        raise Http404 from None
