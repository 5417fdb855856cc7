"""What of a questionnaire a phone keeps, so that it can be answered without a network."""

from __future__ import annotations

from django.urls import reverse

import protocol
from assessments.rules import Due
from protocol import Instrument


def pages(due: Due, begun: Instrument | None = None) -> list[str]:
    """The addresses of one questionnaire, by the version that it was `begun` with. In place of a
    question that can raise an alert, and of the last look, stands a page that says that these wait
    for the network."""
    questionnaire = begun or protocol.instrument(due.instrument)
    place = {"visit": due.visit, "instrument": due.instrument}
    found = [reverse("assessment", kwargs=place)]
    for number, key in enumerate(questionnaire.keys, start=1):
        alerts = key in questionnaire.alert_items
        name = "assessment_question_waits" if alerts else "assessment_question"
        found.append(reverse(name, kwargs={**place, "number": number}))
    return [*found, reverse("assessment_check_waits", kwargs=place)]
