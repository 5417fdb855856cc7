"""Makes a demo as large as a big study: its people again and again, with all that is theirs.

PostgreSQL only: the rows are copied inside the database, with keys shifted from copy to copy. What
the first people have is the same however many follow them.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, models

from accounts.models import User
from bench.bare.growing import OWNED, fill
from enrollment.models import Participant
from logging_app.models import Workout

SHIFT = 1_000_000
SESSIONS = """
    INSERT INTO django_session (session_key, session_data, expire_date)
    SELECT md5('bench' || k), 'e30', now() + interval '7 days' FROM generate_series(1, %s) k
"""


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--participants", type=int, required=True)
        parser.add_argument("--workouts", type=int, required=True)

    def handle(self, *args: Any, participants: int, workouts: int, **options: Any) -> None:
        fill()
        copies = -(-participants // Participant.objects.count()) - 1
        mapped: tuple[type[models.Model], ...] = (User, Participant, *OWNED)
        with connection.cursor() as cursor:
            for model in mapped:
                cursor.execute(_copy(model, set(mapped)), [copies])
            others = Workout.objects.filter(participant__gte=SHIFT).count()
            missing = workouts - Workout.objects.count()
            if others and missing > 0:
                cursor.execute(_extras(), [-(-missing // others)])
            cursor.execute(SESSIONS, [copies * Participant.objects.count() // (copies + 1)])
            cursor.execute("ANALYZE")
        self.stdout.write(f"{Participant.objects.count()} {Workout.objects.count()}")


def _copy(model: type[models.Model], mapped: set[type[models.Model]]) -> str:
    """INSERT … SELECT of every row once for each copy."""
    fields = model._meta.concrete_fields
    cells = [_cell(field, mapped) for field in fields]
    mine = " WHERE t.id IN (SELECT user_id FROM enrollment_participant)" if model is User else ""
    return _insert(model, cells, f"generate_series(1, %s) k{mine}")


def _extras() -> str:
    """More workouts of the others, answering no session."""
    key = Workout._meta.pk
    cells = [_shifted(f) if f is key else f't."{f.column}"' for f in Workout._meta.concrete_fields]
    others = f"WHERE t.participant_id >= {SHIFT}"
    return _insert(Workout, cells, f"generate_series(1001, 1000 + %s) k {others}")


def _insert(model: type[models.Model], cells: list[str], copies: str) -> str:
    table = f'"{model._meta.db_table}"'
    names = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    return f"INSERT INTO {table} ({names}) SELECT {', '.join(cells)} FROM {table} t, {copies}"  # noqa: S608


def _cell(field: Any, mapped: set[type[models.Model]]) -> str:
    column = f't."{field.column}"'
    if field.primary_key or field.related_model in mapped - {User}:
        return _shifted(field)
    if field.related_model is User:
        theirs = "SELECT user_id FROM enrollment_participant WHERE user_id IS NOT NULL"
        return f"CASE WHEN {column} IN ({theirs}) THEN {_shifted(field)} ELSE {column} END"
    # An account's two names are unique by constraints over their lower case.
    if field.unique or (field.model is User and field.name in ("email", "sign_in_code")):
        return f"k || '-' || {column}"
    return column


def _shifted(field: Any) -> str:
    column = f't."{field.column}"'
    kind = field.target_field if field.is_relation else field
    if isinstance(kind, models.UUIDField):
        return f"md5({column}::text || k)::uuid"
    return f"{column} + k * {SHIFT}"
