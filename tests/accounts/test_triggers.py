"""What the database itself refuses, on both engines, also after a migration alters the table."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState
from django.utils import timezone

from accounts.apps import make_way
from accounts.models import AuditEvent, AuditHead, StaffRole, User
from accounts.roles import Role
from accounts.triggers import TRIGGERS
from core import triggers
from core.triggers import Trigger
from tests.accounts.people import person, write

POSTGRES = connection.vendor == "postgresql"
REFUSED_ON_BOTH = [
    "UPDATE accounts_auditevent SET reason = 'x' WHERE seq = 1",
    "UPDATE accounts_auditevent SET seq = 9 WHERE seq = 2",
    "DELETE FROM accounts_auditevent WHERE seq = 2",
    "DELETE FROM accounts_auditevent",
    "DELETE FROM accounts_audithead",
    "UPDATE accounts_audithead SET seq = 1",
    "UPDATE accounts_audithead SET mac = 'x'",
    "DELETE FROM accounts_staffrole",
    "UPDATE accounts_staffrole SET role = 'admin'",
]
REFUSED_BY_POSTGRES = [
    "TRUNCATE accounts_auditevent",
    "TRUNCATE accounts_audithead",
    "TRUNCATE accounts_staffrole",
    "TRUNCATE accounts_user CASCADE",
]
REFUSED_BY_SQLITE = [
    "INSERT OR REPLACE INTO accounts_auditevent SELECT * FROM accounts_auditevent WHERE seq = 1",
    "INSERT OR REPLACE INTO accounts_audithead SELECT * FROM accounts_audithead",
    "INSERT OR REPLACE INTO accounts_staffrole SELECT * FROM accounts_staffrole",
    "UPDATE OR REPLACE accounts_auditevent SET seq = 1 WHERE seq = 2",
]
REFUSED = REFUSED_ON_BOTH + (REFUSED_BY_POSTGRES if POSTGRES else REFUSED_BY_SQLITE)


def execute(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def state() -> list[object]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (AuditEvent, AuditHead, StaffRole)
    ]  # fmt: skip


def alter(model: type[models.Model]) -> None:
    """A later migration: SQLite remakes the whole table for its second step."""
    name = model._meta.model_name
    migration = migrations.Migration("later", "accounts")
    migration.operations = [
        migrations.AddField(name, "extra", models.CharField(max_length=8, null=True)),
        migrations.AlterField(name, "extra", models.CharField(max_length=9, null=True)),
        migrations.RemoveField(name, "extra"),
    ]
    before = ProjectState.from_apps(apps)
    with connection.schema_editor() as editor:
        migration.apply(before, editor)


@pytest.fixture
def trail(transactional_db: None) -> None:
    write(3)
    StaffRole.objects.create(user=person(), role=Role.MONITOR)


@pytest.mark.parametrize("sql", REFUSED)
def test_sql_by_hand_is_refused(trail: None, sql: str) -> None:
    before = state()
    with pytest.raises(IntegrityError):
        execute(sql)
    assert state() == before


def test_new_lines_and_a_rising_head_are_taken(trail: None) -> None:
    write(2)
    assert AuditHead.objects.get().seq == 5


@pytest.mark.parametrize("model", [AuditEvent, AuditHead, StaffRole, User])
def test_triggers_are_back_after_a_migration_alters_the_table(
    trail: None, model: type[models.Model]
) -> None:
    make_way("default", plan=["a migration"])
    alter(model)
    lost = {name for name in triggers.missing() if name.startswith(model._meta.db_table)}
    assert bool(lost) != POSTGRES  # SQLite loses a table's triggers when it remakes the table
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []
    before = state()
    for sql in REFUSED:
        with pytest.raises(IntegrityError):
            execute(sql)
    assert state() == before


def test_migrate_with_a_plan_makes_way_for_the_remake(trail: None) -> None:
    readers = [t.name for t in triggers._registered.values() if t.reads]
    make_way("default", plan=[])
    assert triggers.missing() == []
    make_way("default", plan=["a migration"])
    assert triggers.missing() == ([] if POSTGRES else sorted(readers))
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []


@pytest.mark.django_db
def test_install_twice_is_the_same() -> None:
    triggers.install()
    triggers.install()
    assert triggers.missing() == []


@pytest.mark.django_db
def test_missing_names_what_was_dropped_and_the_check_says_so() -> None:
    assert run_checks(tags=[Tags.database], databases=["default"]) == []
    victim = TRIGGERS[0]
    execute(f"DROP TRIGGER {victim.name}" + (f" ON {victim.table}" if POSTGRES else ""))
    assert triggers.missing() == [victim.name]
    [message] = run_checks(tags=[Tags.database], databases=["default"])
    assert victim.name in message.msg
    triggers.install()
    assert triggers.missing() == []


@pytest.mark.django_db
def test_missing_names_what_was_altered() -> None:
    victim = TRIGGERS[0]
    if POSTGRES:
        execute(f"ALTER TABLE {victim.table} DISABLE TRIGGER {victim.name}")
    else:
        execute(f"DROP TRIGGER {victim.name}")
        execute(victim.sqlite_sql.replace(" BEGIN", " WHEN OLD.seq > 1 BEGIN"))
    assert triggers.missing() == [victim.name]


@pytest.mark.django_db
def test_missing_names_a_function_that_does_nothing() -> None:
    victim = TRIGGERS[0]
    if POSTGRES:
        execute(
            f"CREATE OR REPLACE FUNCTION {victim.name}() RETURNS trigger LANGUAGE plpgsql "
            "AS 'BEGIN RETURN OLD; END'"
        )
    else:
        execute(f"DROP TRIGGER {victim.name}")
        execute(f"CREATE TRIGGER {victim.name} BEFORE DELETE ON {victim.table} BEGIN SELECT 1; END")
    assert triggers.missing() == [victim.name]


def test_register_refuses_two_of_one_name() -> None:
    other = Trigger(
        name=TRIGGERS[0].name, table="accounts_site", event="DELETE", message="Another."
    )
    with pytest.raises(ValueError, match="Two triggers"):
        triggers.register([other])
    triggers.register(TRIGGERS)


# --- rating excludes every other staff role


def grant(user: User, role: Role) -> StaffRole:
    with transaction.atomic():
        return StaffRole.objects.create(user=user, role=role)


OTHERS = [role for role in Role if role not in {Role.PARTICIPANT, Role.RATER}]


@pytest.mark.django_db
@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("rater_first", [True, False])
def test_rater_and_another_role_are_refused(other: Role, rater_first: bool) -> None:
    user = person()
    first, second = (Role.RATER, other) if rater_first else (other, Role.RATER)
    held = grant(user, first)
    with pytest.raises(IntegrityError, match="A rater holds no other"):
        grant(user, second)
    held.ended_at, held.ended_by = timezone.now(), user
    held.save()
    with pytest.raises(IntegrityError, match="A rater holds no other"):
        grant(user, second)


@pytest.mark.django_db
def test_roles_that_may_meet_do_meet() -> None:
    user = person()
    grant(user, Role.INSTRUCTOR)
    grant(user, Role.COORDINATOR)
    grant(person("p-2"), Role.RATER)
    assert StaffRole.objects.count() == 3


@pytest.mark.django_db
def test_superuser_cannot_rate_nor_a_rater_become_one() -> None:
    root = person("root", is_superuser=True)
    with pytest.raises(IntegrityError, match="A superuser cannot rate"):
        grant(root, Role.RATER)
    rater = person("rater")
    grant(rater, Role.RATER)
    rater.is_superuser = True
    with pytest.raises(IntegrityError, match="A superuser cannot rate"), transaction.atomic():
        rater.save()
    rater.is_superuser = False
    rater.name = "Someone"
    rater.save()


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["role", "user_id"])
def test_a_role_keeps_holder_and_kind(change: str) -> None:
    held = grant(person(), Role.MONITOR)
    value = "statistician" if change == "role" else person("p-2").pk
    with pytest.raises(IntegrityError, match="A role keeps"), transaction.atomic():
        StaffRole.objects.filter(pk=held.pk).update(**{change: value})
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        StaffRole.objects.filter(pk=held.pk).delete()


def at_once(*works: Callable[[], object]) -> list[Exception | None]:
    """Each work in a transaction and thread of its own; all have begun before any commits."""
    together = threading.Barrier(len(works))
    outcomes: list[Exception | None] = [None] * len(works)

    def run(index: int, work: Callable[[], object]) -> None:
        try:
            together.wait()
            with transaction.atomic():
                work()
        except IntegrityError as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_roles_at_once_do_not_slip_past_each_other() -> None:
    for number in range(10):
        user = person(f"p-{number}")
        outcomes = at_once(
            lambda user=user: StaffRole.objects.create(user=user, role=Role.RATER),
            lambda user=user: StaffRole.objects.create(user=user, role=Role.MONITOR),
        )
        assert [outcome for outcome in outcomes if outcome is None] == [None]
        assert user.staff_roles.count() == 1


@pytest.mark.django_db(transaction=True)
def test_second_connection_waits_for_the_first_and_then_sees_its_role() -> None:
    """Two connections by hand: the first has inserted and not committed when the second begins."""
    user = person()
    inserted, outcome = threading.Event(), []

    def second() -> None:
        inserted.wait()
        outcome.extend(at_once(lambda: StaffRole.objects.create(user=user, role=Role.RATER)))

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        StaffRole.objects.create(user=user, role=Role.MONITOR)
        inserted.set()
        thread.join(timeout=0.5)
        assert thread.is_alive()  # it waits for this transaction
    thread.join()
    assert isinstance(outcome[0], IntegrityError)
    assert user.staff_roles.get().role == Role.MONITOR


@pytest.mark.django_db(transaction=True)
def test_a_role_and_superuser_at_once_do_not_slip_past_each_other() -> None:
    for number in range(10):
        user = person(f"p-{number}")
        outcomes = at_once(
            lambda user=user: StaffRole.objects.create(user=user, role=Role.RATER),
            lambda user=user: User.objects.filter(pk=user.pk).update(is_superuser=True),
        )
        assert [outcome for outcome in outcomes if outcome is None] == [None]
        user.refresh_from_db()
        assert user.is_superuser != user.staff_roles.exists()
