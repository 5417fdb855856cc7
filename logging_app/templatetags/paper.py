"""`{% copied_from_paper row %}`: when the study team copied an entry; empty where they did not."""

from __future__ import annotations

from django import template

from logging_app.models import Workout
from logging_app.paper import presenters

register = template.Library()


@register.simple_tag
def copied_from_paper(workout: Workout) -> str:
    return presenters.copied(workout, workout.tz)
