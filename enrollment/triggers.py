"""What the database itself refuses about consent and the arm, by whatever hand.

- A signed record is never deleted, and its evidence never changes; the ticks neither, once a
  person has signed with a name. It is countersigned once, which makes its copy anew.
- An approved document, and every text of it, stays as it was approved.
- That an arm was shown to somebody is never taken back, and neither is that somebody confirmed
  what the protocol assumes.
"""

from __future__ import annotations

from core.triggers import Trigger

RECORD = "enrollment_consentrecord"
DOCUMENT = "enrollment_consentdocument"
TEXT = "enrollment_consenttext"
UNBLINDING = "enrollment_unblinding"
CONFIRMATION = "enrollment_protocolconfirmation"

SIGNED = "A signed consent stays as it was signed."
CONFIRMED = "What was confirmed stays as it was confirmed."
SHOWN = "That an arm was shown is never taken back."
APPROVED = "An approved text never changes: write a new version."

EVIDENCE = (
    "participant_id", "document_id", "language", "text_sha256", "signed_at", "method",
    "seconds_shown", "quiz_answers", "identity_sha256",
)  # fmt: skip
TICKS = ("tracker_data", "estimates", "sharing")
CHANGED_EVIDENCE = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in EVIDENCE)
CHANGED_TICKS = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in TICKS)
APPROVED_DOCUMENT = (
    "EXISTS (SELECT 1 FROM enrollment_consentdocument d "
    "WHERE d.id = {row}.document_id AND d.approved_at IS NOT NULL)"
)


def _changed(column: str) -> str:
    """Whether a column that may be empty changed, for both engines."""
    return f"NEW.{column} <> OLD.{column} OR (NEW.{column} IS NULL) <> (OLD.{column} IS NULL)"


def _kept(table: str, message: str, same: str) -> tuple[Trigger, ...]:
    """No DELETE, no TRUNCATE, and on SQLite no INSERT OR REPLACE, which deletes silently."""
    return (
        Trigger(name=f"{table}_no_delete", table=table, event="DELETE", message=message),
        Trigger(name=f"{table}_no_truncate", table=table, event="TRUNCATE", message=message),
        Trigger(
            name=f"{table}_no_replace", table=table, event="INSERT", message=message,
            refuse_when=f"EXISTS (SELECT 1 FROM {table} o WHERE o.id = NEW.id OR ({same}))",  # noqa: S608
            engine="sqlite",
        ),
    )  # fmt: skip


TRIGGERS: tuple[Trigger, ...] = (
    *_kept(
        RECORD, SIGNED,
        "o.participant_id = NEW.participant_id AND o.document_id = NEW.document_id",
    ),
    Trigger(
        name=f"{RECORD}_stays", table=RECORD, event="UPDATE", message=SIGNED,
        refuse_when=(
            f"({CHANGED_EVIDENCE}) OR ({_changed('reauthenticated_at')}) "
            f"OR (OLD.identity_sha256 <> '' AND ({CHANGED_TICKS})) "
            f"OR (OLD.countersigned_at IS NOT NULL AND ({_changed('countersigned_at')} "
            f"OR {_changed('countersigned_by_id')} OR NEW.pdf_sha256 <> OLD.pdf_sha256)) "
            "OR (OLD.countersigned_at IS NULL AND NEW.countersigned_at IS NULL "
            "AND NEW.pdf_sha256 <> OLD.pdf_sha256)"
        ),
    ),
    Trigger(
        name=f"{DOCUMENT}_stays", table=DOCUMENT, event="UPDATE", message=APPROVED,
        refuse_when="OLD.approved_at IS NOT NULL",
    ),
    Trigger(
        name=f"{DOCUMENT}_no_delete", table=DOCUMENT, event="DELETE", message=APPROVED,
        refuse_when="OLD.approved_at IS NOT NULL",
    ),
    Trigger(
        name=f"{TEXT}_stays", table=TEXT, event="UPDATE", message=APPROVED, reads=(DOCUMENT,),
        refuse_when=" OR ".join(APPROVED_DOCUMENT.format(row=row) for row in ("OLD", "NEW")),
    ),
    Trigger(
        name=f"{TEXT}_no_delete", table=TEXT, event="DELETE", message=APPROVED, reads=(DOCUMENT,),
        refuse_when=APPROVED_DOCUMENT.format(row="OLD"),
    ),
    Trigger(
        name=f"{TEXT}_no_addition", table=TEXT, event="INSERT", message=APPROVED,
        reads=(DOCUMENT,), refuse_when=APPROVED_DOCUMENT.format(row="NEW"),
    ),
    *_kept(UNBLINDING, SHOWN, "0"),
    Trigger(
        name=f"{UNBLINDING}_stays", table=UNBLINDING, event="UPDATE", message=SHOWN,
    ),
    *_kept(
        CONFIRMATION, CONFIRMED,
        "o.study_name = NEW.study_name AND o.protocol_version = NEW.protocol_version "
        "AND o.code = NEW.code AND o.choice = NEW.choice",
    ),
    Trigger(
        name=f"{CONFIRMATION}_stays", table=CONFIRMATION, event="UPDATE", message=CONFIRMED,
    ),
)  # fmt: skip
