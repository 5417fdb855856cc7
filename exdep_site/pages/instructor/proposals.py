"""Every proposal of a roster on one page: look, tick, accept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core import clock
from enrollment.models import Participant
from enrollment.selectors import account
from exdep_site.pages.instructor.access import frame, instructors_page
from exdep_site.pages.instructor.plan_desk import week_words
from logging_app.progress import Outlook, outlooks
from logging_app.selectors.adherence import adherence
from schedule import desk
from schedule.permissions import looked_after
from schedule.programme import Programme
from schedule.services.prescribing import accept_proposals

Known = tuple[Participant, Programme, Outlook]


@require_http_methods(["GET", "POST"])
@instructors_page
def proposals(request: HttpRequest) -> HttpResponse:
    """What the rule proposes for everyone this instructor looks after; nothing by itself."""
    known = _known(account(request))
    if request.method == "POST":
        return _accept(request, known)
    context = {
        **frame("proposals"),
        "rows": [_row(*one) for one in known if one[2].proposal],
        "waiting": [
            {"study_id": person.study_id, "why": [desk.reason_words(r) for r in outlook.against]}
            for person, _programme, outlook in known if outlook.against
        ],
    }  # fmt: skip
    return render(request, "instructor/proposals.html", context)


def _known(user: User) -> list[Known]:
    now = clock.now()
    people = list(looked_after(user, now).select_related("site").order_by("study_id"))
    records = adherence(people, now)
    ahead = outlooks(records)
    return [(one, records[one.pk].programme, ahead[one.pk]) for one in people]


def _value(person: Participant, outlook: Outlook) -> str:
    """What a tick says: whose proposal, made over which version, and what it was."""
    kind = outlook.proposal.kind if outlook.proposal else ""
    return f"{person.study_id}:{outlook.version}:{outlook.coming}:{kind}"


def _row(person: Participant, programme: Programme, outlook: Outlook) -> dict[str, Any]:
    proposal = outlook.proposal
    assert proposal is not None
    return {
        "study_id": person.study_id,
        "value": _value(person, outlook),
        "title": str(desk.KINDS[proposal.kind]),
        "when": week_words(programme, proposal.from_week),
        "reasons": desk.reasons(proposal.reasons),
        "recheck": proposal.recheck,
        "changes": desk.changes(outlook.plan, proposal.plan),
    }


def _accept(request: HttpRequest, known: list[Known]) -> HttpResponse:
    ticked = set(request.POST.getlist("accept"))
    standing = {_value(one, outlook): (one, outlook) for one, _, outlook in known}
    taken = {
        one: (outlook.proposal, outlook.version)
        for value, (one, outlook) in standing.items()
        if value in ticked and outlook.proposal
    }
    results = accept_proposals(proposals=taken, by=account(request), now=clock.now())
    kept = sum(one.prescription is not None for one in results)
    if not ticked:
        messages.info(request, _("Nothing was ticked, and nothing was changed."))
    elif kept:
        messages.success(request, ngettext(
            "%(count)d new version is kept.", "%(count)d new versions are kept.", kept
        ) % {"count": kept})  # fmt: skip
    for one in results:
        if one.refused:
            messages.error(request, f"{one.participant.study_id}: {one.refused}")
    for value in sorted(ticked - set(standing)):
        gone = _("%(id)s: this proposal stands no more, and nothing was changed.")
        messages.warning(request, gone % {"id": value.split(":")[0][:16]})
    return redirect("instructor_proposals")
