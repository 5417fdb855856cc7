"""What the database itself refuses: an alert is never deleted, and a step with one stays."""

from __future__ import annotations

from core.triggers import Trigger

ALERT, STEP = "safety_safetyalert", "safety_alertstep"
KEPT = "A safety alert is never deleted."
STAYS = "A step with an alert stays as it was written."

TRIGGERS: tuple[Trigger, ...] = (
    Trigger(name=f"{ALERT}_no_delete", table=ALERT, event="DELETE", message=KEPT),
    Trigger(name=f"{ALERT}_no_truncate", table=ALERT, event="TRUNCATE", message=KEPT),
    Trigger(name=f"{STEP}_stays", table=STEP, event="UPDATE", message=STAYS),
    Trigger(name=f"{STEP}_no_delete", table=STEP, event="DELETE", message=STAYS),
    Trigger(name=f"{STEP}_no_truncate", table=STEP, event="TRUNCATE", message=STAYS),
)
