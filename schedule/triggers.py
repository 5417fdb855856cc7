"""What the database itself refuses: a prescription stays as it was written."""

from __future__ import annotations

from core.triggers import Trigger

PRESCRIPTION = "schedule_prescription"
STAYS = "A prescription stays as it was written: write a new version."

TRIGGERS: tuple[Trigger, ...] = (
    Trigger(name=f"{PRESCRIPTION}_stays", table=PRESCRIPTION, event="UPDATE", message=STAYS),
    Trigger(name=f"{PRESCRIPTION}_no_delete", table=PRESCRIPTION, event="DELETE", message=STAYS),
    Trigger(
        name=f"{PRESCRIPTION}_no_truncate", table=PRESCRIPTION, event="TRUNCATE", message=STAYS
    ),
    # On SQLite INSERT OR REPLACE deletes silently.
    Trigger(
        name=f"{PRESCRIPTION}_no_replace", table=PRESCRIPTION, event="INSERT", message=STAYS,
        refuse_when=(
            f"EXISTS (SELECT 1 FROM {PRESCRIPTION} o WHERE o.id = NEW.id "  # noqa: S608
            "OR (o.participant_id = NEW.participant_id AND o.version = NEW.version))"
        ),
        engine="sqlite",
    ),
)  # fmt: skip
