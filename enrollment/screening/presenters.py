"""What is said about screening and baseline: to the participant, kindly and without a score; to
clinicians and coordinators, every reason."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

import protocol
from enrollment.models import BaselineRecord, Participant, Screening
from enrollment.rules.eligibility import Kind, Outcome, Reason, Verdict
from enrollment.selectors import visits_before_start

OUTCOMES: dict[Outcome, Promise] = {
    Outcome.ELIGIBLE: _lazy("May take part"),
    Outcome.NOT_ELIGIBLE: _lazy("May not take part"),
    Outcome.MISSING: _lazy("Not known yet"),
}
# Beside each code what stands against, and what is still missing or to be asked.
AGAINST: dict[str, Promise] = {
    "age": _lazy("Is not of the study’s age"),
    "diagnosis": _lazy("The diagnosis is not confirmed"),
    "medication": _lazy("Takes medicine, which this study does not allow"),
    "medication_stable": _lazy("Medicine is not constant in kind and dose"),
    "suicide_risk": _lazy("The rater’s item on suicide excludes: refer, and stay in touch"),
    "severity": _lazy("The rater’s total is below what the study takes in"),
    "fitness": _lazy("Did not pass the fitness examination"),
}
OPEN: dict[str, Promise] = {
    "own_half": _lazy("The participant’s own questions"),
    "age": _lazy("The participant’s age"),
    "age_contradiction": _lazy("Birth year and “are you of this age?” contradict: please ask"),
    "diagnosis": _lazy("Whether the diagnosis is confirmed"),
    "medication_stable": _lazy("Whether medicine is constant in kind and dose"),
    "rating": _lazy("The rater’s scale of the first visit"),
    "suicide_risk": _lazy("The rater’s item on suicide"),
    "severity": _lazy("A whole rating: an item is missing, so there is no total"),
    "fitness": _lazy("The fitness examination"),
}
MISSING: dict[str, Promise] = {
    "study_pause": _lazy("Allocation stands still for the whole study, until a clinician ends it"),
    "consent": _lazy("Consent to the version in force"),
    "countersignature": _lazy("The investigator’s countersignature under the consent"),
    "eligibility": _lazy("The clinician’s signature that the person may take part"),
    "baseline:rating": _lazy("The rater’s scale of the starting visit"),
    "baseline:wellbeing": _lazy("The participant’s own questions of the starting visit"),
    "baseline:nights": _lazy("Enough nights of the sleep diary"),
    "baseline_lock": _lazy("The baseline is not locked yet"),
    "list": _lazy("The study’s allocation list: an administrator makes it once"),
    "place": _lazy("A free place: recruitment of this kind of person is over"),
}
UNCONFIRMED = _lazy(
    "Confirming the protocol’s choice “%(choice)s” (desk: What the protocol assumes)"
)


def reason_words(reason: Reason) -> str:
    """One reason in words."""
    kind, _sep, code = reason.code.partition(":")
    if kind == "exclusion":
        rows = protocol.current().eligibility.exclusions
        label = next((str(row.label) for row in rows if row.code == code), code)
        return label if reason.kind is Kind.AGAINST else _("Whether: %(what)s") % {"what": label}
    words = AGAINST if reason.kind is Kind.AGAINST else OPEN
    return str(words.get(reason.code, reason.code))


def verdict_words(found: Verdict) -> dict[str, Any]:
    """The verdict as the clinician sees it: what stands against, what is open."""
    return {
        "outcome": found.outcome.value,
        "title": str(OUTCOMES[found.outcome]),
        "against": [reason_words(reason) for reason in found.of(Kind.AGAINST)],
        "open": [reason_words(reason) for reason in found.of(Kind.MISSING, Kind.ASK)],
        "decidable": found.outcome is not Outcome.MISSING,
    }


def missing_words(codes: tuple[str, ...]) -> list[str]:
    """What baseline or allocation lack, in words."""
    return [_missing(code) for code in codes]


def _missing(code: str) -> str:
    kind, _sep, choice = code.partition(":")
    return UNCONFIRMED % {"choice": choice} if kind == "assumed" else str(MISSING[code])


def next_steps(participant: Participant, parts: dict[str, BaselineRecord]) -> list[dict[str, Any]]:
    """What a participant can do before the start, each with where it stands."""
    study = protocol.current()
    own = {outcome.instrument for outcome in study.outcomes}
    steps = [
        {
            "title": str(protocol.instrument(code).title),
            "text": _("Done. Thank you.") if _done(parts, "wellbeing") else _("A few minutes."),
            "href": reverse("assessment", kwargs={"visit": visit.code, "instrument": code}),
            "done": _done(parts, "wellbeing"),
        }
        for visit in visits_before_start(participant)[-1:]
        for code in visit.instruments
        if code in own and protocol.instrument(code).asked_of_participant
    ]
    if study.diary:
        steps.append({
            "title": _("Your nights"),
            "text": _nights(parts, study.diary.nights_at_least),
            "href": reverse("nights"),
            "done": _done(parts, "nights"),
        })  # fmt: skip
    return steps


def asks_more(participant: Participant) -> bool:
    """Whether the baseline has questions for the participant beside those of `next_steps`."""
    own = {outcome.instrument for outcome in protocol.current().outcomes}
    return any(
        protocol.instrument(code).asked_of_participant and code not in own
        for visit in visits_before_start(participant)[-1:]
        for code in visit.instruments
    )


def _done(parts: dict[str, BaselineRecord], part: str) -> bool:
    return part in parts and parts[part].complete


def _nights(parts: dict[str, BaselineRecord], wanted: int) -> str:
    if _done(parts, "nights"):
        return _("Done. Thank you.")
    count = parts["nights"].count if "nights" in parts else 0
    return _("%(count)d of %(wanted)d nights written. Each morning takes a minute.") % {
        "count": count, "wanted": wanted,
    }  # fmt: skip


def where_it_stands(participant: Participant, row: Screening | None) -> str:
    """Which of the pages of /screening/ a person sees."""
    states = Participant.State
    if participant.state == states.NOT_ELIGIBLE:
        return "not_eligible"
    if participant.in_baseline:
        return "eligible"
    if participant.state in (states.ALLOCATED, states.COMPLETED, states.WITHDRAWN):
        return "over"
    return "sent" if row is not None and row.own_sent_at is not None else "asked"


def today_card(participant: Participant, row: Screening | None) -> dict[str, str] | None:
    """The way from Today to the screening while it matters, else None."""
    if participant.state == Participant.State.NOT_ELIGIBLE:
        return {"title": _("About the study"), "text": _("What we found, and where to find help.")}
    if participant.in_screening:
        text = _("A page of questions about you, and what comes next.")
        if where_it_stands(participant, row) == "sent":
            text = _("Your answers are with the study team. You can still change them.")
    elif participant.state == Participant.State.READY:
        text = _("Everything needed for the start is there. The study team tells you when it is.")
    elif participant.in_baseline:
        text = _("What is still to do, and what is done.")
    else:
        return None
    return {"title": _("Before the start"), "text": text}
