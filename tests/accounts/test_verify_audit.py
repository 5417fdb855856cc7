"""`verify_audit` finds whatever was done to the trail and names the row."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, connection, transaction

from accounts import audit, verification
from accounts.models import AuditEvent, AuditHead
from tests.accounts.people import write


@pytest.fixture(autouse=True)
def data_dir(settings: object, tmp_path: Path) -> Path:
    settings.EXDEP_DATA_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def trail(without_triggers: None) -> None:
    """Ten rows with an anchor at the fifth and at the last, open to whoever dropped triggers."""
    write(5)
    audit.anchor_head("test")
    write(5)
    audit.anchor_head("test")


def verify(*args: str) -> str:
    out = io.StringIO()
    call_command("verify_audit", *args, stdout=out, verbosity=0)
    return out.getvalue()


def refusal(*args: str) -> str:
    with pytest.raises(CommandError) as caught:
        verify(*args)
    assert caught.value.returncode == 1
    text = str(caught.value)
    assert "\n" not in text
    return text


def execute(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def swap(first: int, second: int) -> None:
    for old, new in [(first, -1), (second, first), (-1, second)]:
        execute("UPDATE accounts_auditevent SET seq = %s WHERE seq = %s", new, old)


def set_head(seq: int) -> None:
    AuditHead.objects.update(seq=seq, mac=AuditEvent.objects.get(seq=seq).mac)


def forge_from(seq: int) -> None:
    """Row `seq` and all after it written anew by someone who has the key."""
    for event in AuditEvent.objects.filter(seq__gte=seq).order_by("seq"):
        previous = AuditEvent.objects.get(seq=event.seq - 1)
        event.reason = "forged"
        event.previous_mac = previous.mac
        event.mac = audit.mac_of(event)
        event.save()
    set_head(10)


def test_whole_trail_is_one_line(trail: None) -> None:
    mac = AuditEvent.objects.get(seq=10).mac
    assert verify() == f"audit: 10 events, head {mac}, 2 anchors agree\n"


@pytest.mark.django_db
def test_empty_trail_is_whole() -> None:
    assert verify() == f"audit: 0 events, head {'0' * 64}, 0 anchors agree\n"


CHANGES = {
    "reason": "'x'", "actor_id": "77", "participant_id": "5", "action": "'x'", "changes": "'{}'",
    "at": "'2020-01-01 00:00:00'", "role": "'admin'", "request_id": "'x'", "object_id": "'x'",
    "object_type": "'x'", "previous_mac": "'x'", "mac": "'x'",
}  # fmt: skip


def test_every_column_is_among_the_changes() -> None:
    columns = {field.column for field in AuditEvent._meta.concrete_fields}
    assert set(CHANGES) == columns - {"seq"}


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.parametrize("seq", [1, 4, 10])
def test_changed_row_is_named(trail: None, column: str, seq: int) -> None:
    execute(f"UPDATE accounts_auditevent SET {column} = {CHANGES[column]} WHERE seq = %s", seq)
    assert f"row {seq} was changed" in refusal()


@pytest.mark.parametrize(
    ("name", "damage", "expected"),
    [
        ("removed", lambda: execute("DELETE FROM accounts_auditevent WHERE seq = 4"),
         "row 4 is missing: row 3 is followed by row 5"),
        ("gap", lambda: execute("DELETE FROM accounts_auditevent WHERE seq IN (4, 5, 6)"),
         "rows 4 to 6 are missing"),
        ("first", lambda: execute("DELETE FROM accounts_auditevent WHERE seq = 1"),
         "row 1 is missing"),
        ("reordered", lambda: swap(4, 7), "row 4 was changed or moved"),
        ("neighbours", lambda: swap(9, 10), "row 9 was changed or moved"),
        ("tail", lambda: execute("DELETE FROM accounts_auditevent WHERE seq > 7"),
         "the tail is cut off: the head row counts 10 rows, row 7 is the last"),
        ("all", lambda: execute("DELETE FROM accounts_auditevent"),
         "the tail is cut off: the head row counts 10 rows, row 0 is the last"),
        ("head back", lambda: set_head(7), "the head row was set back to 7: row 10 is the last"),
        ("head mac", lambda: execute("UPDATE accounts_audithead SET mac = 'x'"),
         "the head row was changed: it does not hold the MAC of row 10"),
        ("head gone", lambda: execute("DELETE FROM accounts_audithead"),
         "the head row is missing"),
        ("before the first", lambda: execute(
            "UPDATE accounts_auditevent SET seq = 0 WHERE seq = 1"), "a row stands before row 1"),
        ("rewritten with the key", lambda: forge_from(3), "row 5 was rewritten"),
    ],
    ids=lambda value: value if isinstance(value, str) and " is " not in value else "",
)  # fmt: skip
def test_damage_is_named(trail: None, name: str, damage: Callable[[], None], expected: str) -> None:
    damage()
    assert expected in refusal()


def test_cut_tail_shows_by_the_anchors_even_if_the_head_was_cut_as_well(
    trail: None, data_dir: Path
) -> None:
    execute("DELETE FROM accounts_auditevent WHERE seq > 7")
    set_head(7)
    assert refusal() == (
        "audit: the tail is cut off: audit-heads.jsonl line 2 saw row 10, row 7 is the last"
    )
    (data_dir / "audit-heads.jsonl").unlink()
    assert "7 events" in verify()  # without anchors nobody could tell


def test_row_moved_in_from_another_chain_is_named(trail: None) -> None:
    """A row whose own MAC is right, made with the key, but on another past."""
    event = AuditEvent.objects.get(seq=6)
    event.previous_mac = "f" * 64
    event.mac = audit.mac_of(event)
    event.save()
    assert "row 6 does not follow row 5" in refusal()


def test_row_written_past_the_head_is_named(trail: None) -> None:
    last = AuditEvent.objects.get(seq=10)
    extra = AuditEvent(seq=11, at=last.at, action="forged", previous_mac=last.mac, mac="0" * 64)
    extra.save(force_insert=True)
    assert "row 11 was changed or moved" in refusal()
    extra.mac = audit.mac_of(extra)
    extra.save()
    assert "the head row was set back to 10: row 11 is the last" in refusal()


@pytest.mark.parametrize("chunk", [1, 3, 10, 11])
def test_chunks_do_not_show(trail: None, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(verification, "CHUNK", chunk)
    assert "10 events" in verify()
    execute("DELETE FROM accounts_auditevent WHERE seq = 4")
    assert "row 4 is missing" in refusal()


@pytest.mark.parametrize("at", ["2026-99-99 00:00:00", "yesterday evening"])
def test_row_that_cannot_be_read_is_named(trail: None, at: str) -> None:
    """SQLite takes any text for a time; PostgreSQL refuses it at the door."""
    sql = "UPDATE accounts_auditevent SET at = %s WHERE seq = 6"
    if connection.vendor == "postgresql":
        with pytest.raises(DataError), transaction.atomic():
            execute(sql, at)
    else:
        execute(sql, at)
        assert "row 6 was changed" in refusal()


def test_heads_of_another_file_are_compared(trail: None, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_text(json.dumps({"seq": 3, "mac": "a" * 64}) + "\n")
    assert "row 3 was rewritten: copy.jsonl line 1 holds another MAC" in refusal(
        "--heads", str(copy)
    )


@pytest.mark.parametrize("line", ["{", "[]", '{"seq": 1}', '{"seq": "x", "mac": ""}', "5"])
def test_anchor_that_is_none_is_named(trail: None, tmp_path: Path, line: str) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_text(f"{json.dumps({'seq': 0, 'mac': '0' * 64})}\n{line}\n")
    assert "copy.jsonl line 2 is no anchored head" in refusal("--heads", str(copy))


def test_line_cut_by_a_crash_is_left_out(trail: None, data_dir: Path) -> None:
    with (data_dir / "audit-heads.jsonl").open("a") as file:
        file.write('{"seq": 1')
    assert "2 anchors agree" in verify()


@pytest.mark.django_db
def test_named_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    assert "none.jsonl does not exist" in refusal("--heads", str(tmp_path / "none.jsonl"))


def test_other_key_fits_nothing(trail: None, settings: object) -> None:
    settings.EXDEP_KEYS = {"audit": b"x" * 32}  # type: ignore[attr-defined]
    assert "row 1 was changed" in refusal()
