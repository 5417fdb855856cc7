"""What the guide's pages show."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import protocol
from protocol import Exercise, SessionKind, Study, Symptom, UnknownNameError
from schedule.guide import words

EQUIPMENT = {
    "bodyweight": gettext_lazy("your own body weight"),
    "elastic_bands": gettext_lazy("an elastic band"),
    "dumbbells": gettext_lazy("dumbbells"),
    "machines": gettext_lazy("a machine"),
    "chair": gettext_lazy("a chair"),
    "mat": gettext_lazy("a mat"),
    "wall": gettext_lazy("a wall"),
}


def kinds(study: Study) -> list[dict[str, Any]]:
    """The study's exercises by kind of session, each with name, address and drawing."""
    cards = [(kind, _cards(study, kind)) for kind in study.session_kinds]
    return [{"title": str(kind.label), "exercises": found} for kind, found in cards if found]


def _cards(study: Study, kind: SessionKind) -> list[dict[str, str]]:
    activities = [code for code in kind.activities if code in words.aerobic()]
    return [one(study, code) for code in (*activities, *kind.exercises)]


def one(study: Study, code: str) -> dict[str, Any]:
    """One exercise in full. Raises `UnknownNameError` where no session of the study offers it."""
    kind = next((k for k in study.session_kinds if code in (*k.activities, *k.exercises)), None)
    if kind is not None and code in kind.exercises:
        return _exercise(study.exercise(code), kind)
    if kind is not None and code in words.aerobic():
        return _activity(study, words.aerobic()[code], kind)
    raise UnknownNameError(f"no exercise is called {code!r}")


def _exercise(exercise: Exercise, kind: SessionKind) -> dict[str, Any]:
    return {
        "code": exercise.code,
        "title": str(exercise.label),
        "drawing": drawing(exercise.drawing),
        "kind": str(kind.label),
        "area": str(exercise.area),
        "how": [str(step) for step in exercise.how],
        "breathing": str(exercise.breathing or ""),
        "equipment": equipment(exercise.equipment),
        "stretch": exercise.modality == "flexibility",
    }


def _activity(study: Study, activity: words.Aerobic, kind: SessionKind) -> dict[str, Any]:
    return {
        "code": activity.code,
        "title": str(study.activities[activity.code].label),
        "drawing": drawing(activity.drawing),
        "kind": str(kind.label),
        "how": [str(step) for step in activity.how],
    }


def drawing(name: str) -> str:
    """A drawing's static file."""
    return f"schedule/drawings/{name}.svg"


def equipment(codes: tuple[str, ...]) -> str:
    """What an exercise can be done with, as a sentence."""
    *some, things = [str(EQUIPMENT[code]) for code in codes]
    if some:
        things = _("%(some)s or %(last)s") % {"some": _(", ").join(some), "last": things}
    return _("Works with %(things)s.") % {"things": things}


def topics() -> list[dict[str, Any]]:
    """The pages on moving."""
    return [
        {"code": topic.code, "title": str(topic.title), "points": [str(p) for p in topic.points]}
        for topic in words.topics()
    ]


def stop_list() -> dict[str, list[Symptom]]:
    """What to stop for: `red` calls for an ambulance, `amber` for rest and a word to the team."""
    symptoms = protocol.current().stop_list
    return {tone: [s for s in symptoms if s.severity == tone] for tone in ("red", "amber")}
