"""The demo's seed for its tests: how it is run, and what it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from enrollment.models import Participant
from exdep_site.demo.rows import Rows
from logging_app.models import Workout
from safety.models import AdverseEvent

NOW = datetime(2026, 3, 18, 0, 5, tzinfo=ZoneInfo("Asia/Shanghai"))  # just after midnight there
TODAY = date(2026, 3, 18)
TABLES = list(Rows().tables)


def seed(**options):
    out = StringIO()
    with override_settings(EXDEP_DEMO=True):
        call_command("seed_demo", stdout=out, **options)
    return out.getvalue()


@contextmanager
def seeded(blocker, **options) -> Iterator[str]:
    """The demo, seeded just after midnight at the sites and gone afterwards; what the command said.

    `blocker` is pytest-django's `django_db_blocker`, because this may outlive one test.
    """
    with blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        yield seed(**options)
        transaction.set_rollback(True)


def dump():
    """Every row of every table that belongs to a participant, without keys of the database."""
    return {
        model.__name__: sorted(
            map(repr, model.objects.values_list("participant__study_id", *own_fields(model)))
        )
        for model in [*TABLES, AdverseEvent]
    } | {"Participant": list(Participant.objects.values_list(*own_fields(Participant)))}


def own_fields(model):
    return [
        field.name
        for field in model._meta.concrete_fields
        if not field.is_relation
        and field.name not in ("id", "created_at")
        # Of an event it may be a key of the database.
        and (model, field.name) != (AdverseEvent, "source_id")
    ] + (["id"] if model is Workout else [])
