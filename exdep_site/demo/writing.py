"""Writes the demo study into an empty database: many rows at once, each with its history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db import models, transaction

import protocol
from accounts import audit
from enrollment.models import ConsentIdentity, Participant
from exdep_site.demo.bookings import add_bookings
from exdep_site.demo.check_ins import add_check_ins
from exdep_site.demo.course import Course
from exdep_site.demo.duty import write_rota
from exdep_site.demo.enrolling import add_enrolment, make_list, use_list
from exdep_site.demo.events import write_events
from exdep_site.demo.participants import (
    BATCH,
    WHY,
    write_newcomer,
    write_newcomers_talk,
    write_participants,
)
from exdep_site.demo.plans import add_plans
from exdep_site.demo.ratings import write_ratings
from exdep_site.demo.rows import Rows, add_course
from exdep_site.demo.staff import make_cast
from exdep_site.demo.study import courses

STEPS_AFTER_PEOPLE = len(Rows().tables) + 2


@transaction.atomic
def seed_study(*, size: int, seed: int, today: date, step: Callable[[], object]) -> dict[str, int]:
    """Fill the database with `size` people, the newcomer and the staff; rows by table name.

    `today` is the date in the sites' zone. `step` is called after each person drawn and then
    STEPS_AFTER_PEOPLE times more.
    """
    cast = make_cast(today)
    clinicians = (cast.people["clinician"], write_rota(cast, today))
    drawn = []
    for course in courses(
        size=size, seed=seed, today=today,
        study=protocol.current(), instruments=protocol.instruments(),
    ):  # fmt: skip
        drawn.append(course)
        step()
    make_list(drawn, cast, seed)
    participants = write_participants(drawn, cast)
    write_newcomer(size, cast)
    rows = Rows()
    people = list(zip(drawn, participants, strict=True))
    for course, participant in people:
        add_course(rows, course, participant, cast)
        add_enrolment(rows, course, participant, cast)
        add_plans(rows, course, participant, cast)
        add_check_ins(rows, course, participant, cast, seed)
    add_bookings(rows, people, cast, seed)
    counts = {"participant": size + 1}
    for model, table in rows.tables.items():
        _keep(model, table)
        counts[str(model._meta.verbose_name)] = len(table)
        step()
    for identity in rows.identities:
        identity.record_id = identity.record.pk
    ConsentIdentity.objects.bulk_create(rows.identities)
    write_ratings(cast, today, seed, _keep)
    write_newcomers_talk(cast)
    use_list(drawn, participants, cast)
    counts["adverse event"] = write_events(rows, people, clinicians, cast, today=today, seed=seed)
    step()
    _trail(drawn, participants, seed=seed)
    step()
    return counts


def _keep(model: type[models.Model], rows: Sequence[Any]) -> None:
    model._default_manager.bulk_create(rows, batch_size=BATCH)
    model.history.bulk_history_create(  # type: ignore[attr-defined]
        rows, batch_size=BATCH, default_change_reason=WHY
    )


def _trail(drawn: Iterable[Course], participants: Iterable[Participant], *, seed: int) -> None:
    """One line for each person: these rows were made by the demo, not by anybody's hand."""
    audit.record_many(
        audit.Entry(
            action="demo.seeded",
            by=None,
            obj=participant,
            participant_id=participant.pk,
            changes={
                "seed": seed,
                "visits": len(course.visits),
                "nights": len(course.nights),
                "workouts": len(course.workouts),
            },
            reason=WHY,
        )
        for course, participant in zip(drawn, participants, strict=True)
    )
