"""What the database itself refuses about people and the trail, by whatever hand.

- The trail (AuditEvent) takes new lines only; its head only ever rises.
- A role, once given, is never deleted nor turned into another; rating excludes every other staff
  role, past or present, and a superuser does not rate: a rater who was something else, or becomes
  it later, may know the arm.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from core import triggers
from core.triggers import Trigger

EVENT = "accounts_auditevent"
HEAD = "accounts_audithead"
ROLE = "accounts_staffrole"
USER = "accounts_user"

KEPT = "The audit trail keeps every line as it was written."
RATER_ALONE = "A rater holds no other staff role, past or present."
RATER_NO_ADMIN = "A superuser cannot rate, and a rater cannot become one."

NEW_ADMIN_RATES = (
    "NEW.is_superuser AND EXISTS (SELECT 1 FROM accounts_staffrole r "
    "WHERE r.user_id = NEW.id AND r.role = 'rater')"
)
LOCK_HOLDER = "PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR UPDATE;"


def _never(table: str, key: str, message: str) -> tuple[Trigger, ...]:
    """No DELETE, no TRUNCATE, and on SQLite no INSERT OR REPLACE, which deletes silently."""
    return (
        Trigger(name=f"{table}_no_delete", table=table, event="DELETE", message=message),
        Trigger(name=f"{table}_no_truncate", table=table, event="TRUNCATE", message=message),
        Trigger(
            name=f"{table}_no_replace", table=table, event="INSERT", message=message,
            refuse_when=f"EXISTS (SELECT 1 FROM {table} o WHERE o.{key} = NEW.{key})",  # noqa: S608
            engine="sqlite",
        ),
    )  # fmt: skip


TRIGGERS: tuple[Trigger, ...] = (
    *_never(EVENT, "seq", KEPT),
    Trigger(name=f"{EVENT}_no_update", table=EVENT, event="UPDATE", message=KEPT),
    *_never(HEAD, "id", KEPT),
    Trigger(
        name=f"{HEAD}_rises", table=HEAD, event="UPDATE", message=KEPT,
        refuse_when="NEW.seq <= OLD.seq OR NEW.id <> OLD.id",
    ),
    *_never(ROLE, "id", "A role that was held is ended, never deleted."),
    Trigger(
        name=f"{ROLE}_stays", table=ROLE, event="UPDATE",
        message="A role keeps its holder and its kind: end it and grant another.",
        refuse_when="NEW.role <> OLD.role OR NEW.user_id <> OLD.user_id OR NEW.id <> OLD.id",
    ),
    Trigger(
        name=f"{ROLE}_rater_alone", table=ROLE, event="INSERT", message=RATER_ALONE,
        refuse_when=(
            "EXISTS (SELECT 1 FROM accounts_staffrole r WHERE r.user_id = NEW.user_id "
            "AND (r.role = 'rater') <> (NEW.role = 'rater'))"
        ),
        # Two roles granted at once wait for each other here, and the second sees the first.
        postgres_first=LOCK_HOLDER,
    ),
    Trigger(
        name=f"{ROLE}_rater_no_admin", table=ROLE, event="INSERT", message=RATER_NO_ADMIN,
        refuse_when=(
            "NEW.role = 'rater' AND EXISTS "
            "(SELECT 1 FROM accounts_user u WHERE u.id = NEW.user_id AND u.is_superuser)"
        ),
        postgres_first=LOCK_HOLDER,
        reads=(USER,),
    ),
    Trigger(
        name=f"{USER}_rater_no_admin", table=USER, event="UPDATE", message=RATER_NO_ADMIN,
        refuse_when=NEW_ADMIN_RATES, reads=(ROLE,),
    ),
    Trigger(
        name=f"{USER}_new_rater_no_admin", table=USER, event="INSERT", message=RATER_NO_ADMIN,
        refuse_when=NEW_ADMIN_RATES, reads=(ROLE,),
    ),
)  # fmt: skip


def check_triggers(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[checks.CheckMessage]:
    """A system check (tag `database`). A warning, because an error would stop the very migrate
    that mends it; `serve` does not start and /healthz fails while `core.triggers.missing` names
    any."""
    return [
        checks.Warning(
            f"{using}: the database lacks the trigger {name}.",
            hint="Run manage.py migrate, which puts it back; then manage.py verify_audit.",
            id="accounts.W001",
        )
        for using in databases or []
        for name in triggers.missing(using)
    ]
