"""What the database itself refuses: a signed rating stays as it was signed. It may be superseded by
a corrected version or voided with a reason, never changed nor deleted."""

from __future__ import annotations

from core.triggers import Trigger

RESPONSE, INTERVIEW = "assessments_response", "assessments_interview"
STAYS = "A signed rating stays as it was signed."
SIGNED = (
    f"EXISTS (SELECT 1 FROM {INTERVIEW} i WHERE i.response_id = OLD.id "  # noqa: S608
    "AND i.signed_at IS NOT NULL)"
)
COLUMNS = (
    "id", "visit_id", "participant_id", "instrument", "instrument_version", "reading", "version",
    "answers", "answered_by_id",
)  # fmt: skip
CHANGED = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in COLUMNS)

TRIGGERS: tuple[Trigger, ...] = (
    Trigger(
        name=f"{RESPONSE}_signed_stays", table=RESPONSE, event="UPDATE", message=STAYS,
        refuse_when=(
            f"{SIGNED} AND ({CHANGED} OR NEW.answered_by_id IS NULL OR NEW.submitted_at IS NULL "
            "OR NEW.submitted_at <> OLD.submitted_at)"
        ),
        reads=(INTERVIEW,),
    ),
    Trigger(
        name=f"{RESPONSE}_signed_no_delete", table=RESPONSE, event="DELETE", message=STAYS,
        refuse_when=SIGNED, reads=(INTERVIEW,),
    ),
    Trigger(
        name=f"{INTERVIEW}_signed_stays", table=INTERVIEW, event="UPDATE", message=STAYS,
        refuse_when="OLD.signed_at IS NOT NULL",
    ),
    Trigger(
        name=f"{INTERVIEW}_signed_no_delete", table=INTERVIEW, event="DELETE", message=STAYS,
        refuse_when="OLD.signed_at IS NOT NULL",
    ),
)  # fmt: skip
