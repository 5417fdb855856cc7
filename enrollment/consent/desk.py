"""What staff read about consent documents."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.templatetags.ui import language_name
from enrollment.rules.consent import Problem

TOPICS: dict[str, str | Promise] = {
    "control": _lazy("what the control arm is offered after week 12"),
    "readers": _lazy("who reads the answers, and when"),
    "estimate": _lazy("the estimate"),
    "training": _lazy("what the estimate was trained on"),
    "data": _lazy("where the data lie, and for how long"),
    "compensation": _lazy("compensation"),
    "withdrawal": _lazy("leaving, and what happens to the data then"),
    "contact": _lazy("whom to ask"),
    "ethics": _lazy("the ethics committee"),
}


def problem(found: Problem) -> str:
    """One thing that stands against approval, as a sentence."""
    language = language_name(found.language) if found.language else ""
    sentences = {
        "no_ethics_number": _("The ethics number is missing."),
        "no_text": _("There is no text in this language: %(language)s."),
        "topic": _("%(language)s leaves out: %(topic)s ({#%(what)s})."),
        "mark": _("%(language)s has a mark that means nothing: {#%(what)s}."),
        "ethics_number": _("%(language)s does not name the number %(what)s under {#ethics}."),
        "no_quiz": _("The understanding check has no question."),
        "quiz": _("Question %(what)s of the check is not complete in every language."),
        "unprintable": _("%(language)s has characters that the signed copy cannot show: %(what)s"),
        "hash": _("%(language)s was changed outside this site."),
    }
    return sentences[found.code] % {
        "language": language,
        "what": found.what,
        "topic": TOPICS.get(found.what, found.what),
    }
