"""The trail: what a line holds, how it is chained, what never gets in."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import audit, tasks
from accounts.models import AuditEvent, AuditHead, Site, StaffRole
from accounts.roles import STAFF_ROLES, Role
from core import context
from tests.accounts.people import person, write

ZEROS = "0" * 64
OTHERS = STAFF_ROLES - {Role.RATER}
MOMENT = datetime(2026, 3, 1, 8, 30, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.django_db
def test_record_chains_by_hmac_over_every_column() -> None:
    user = person()
    token = context.request_id.set("req-1")
    try:
        event = audit.record(
            action="test.done", by=user, object_type="t", object_id="7", participant_id=3,
            changes={"a": [1, 2]}, reason="why", at=MOMENT,
        )  # fmt: skip
    finally:
        context.request_id.reset(token)
    columns = [
        "exdep-audit-1", 1, "2026-03-01T00:30:00.000000+00:00", user.pk, "participant",
        "test.done", "t", "7", 3, '{"a":[1,2]}', "why", "req-1", ZEROS,
    ]  # fmt: skip
    text = json.dumps(columns, separators=(",", ":")).encode()
    expected = hmac.new(settings.EXDEP_KEYS["audit"], text, hashlib.sha256).hexdigest()
    assert event.mac == expected
    assert audit.current_head() == {"seq": 1, "mac": expected}
    stored = AuditEvent.objects.get(seq=1)
    assert audit.mac_of(stored) == expected


def test_mac_covers_every_column() -> None:
    base = AuditEvent(
        seq=1, at=MOMENT, actor_id=1, role="a", action="b", object_type="c", object_id="d",
        participant_id=2, changes="{}", reason="e", request_id="f", previous_mac=ZEROS,
    )  # fmt: skip
    before = audit.mac_of(base)
    names = [field.attname for field in AuditEvent._meta.concrete_fields if field.name != "mac"]
    for name in names:
        other = AuditEvent(**{field: getattr(base, field) for field in names})
        value = getattr(base, name)
        changed = value + timedelta(microseconds=1) if name == "at" else value * 2
        setattr(other, name, changed + "x" if isinstance(changed, str) else changed)
        assert audit.mac_of(other) != before, name


def test_mac_knows_where_one_column_ends() -> None:
    def mac(action: str, object_type: str) -> str:
        return audit.mac_of(
            AuditEvent(seq=1, at=MOMENT, action=action, object_type=object_type, previous_mac=ZEROS)
        )

    assert mac("a", "bc") != mac("ab", "c")
    assert mac('a","b', "") != mac("a", "b")


@pytest.mark.django_db(transaction=True)
def test_record_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="call record"):
        audit.record(action="test.done", by=None)
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_record_goes_with_the_transaction_it_tells_of() -> None:
    write(1)
    with transaction.atomic():
        audit.record(action="test.done", by=None)
        transaction.set_rollback(True)
    assert AuditEvent.objects.count() == 1
    assert audit.current_head()["seq"] == 1


@pytest.mark.django_db
def test_record_takes_three_queries() -> None:
    user = person()
    assert user.active_roles == {}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        audit.record(action="test.done", by=user)
    assert len(queries) == 3


@pytest.mark.django_db
def test_record_many_takes_three_queries_and_one_chain() -> None:
    entries = [audit.Entry(action=f"test.{n}", by=None) for n in range(40)]
    with CaptureQueriesContext(connection) as queries:
        events = audit.record_many(entries)
    assert len(queries) == 3
    assert [event.seq for event in events] == list(range(1, 41))
    assert [e.previous_mac for e in events] == [ZEROS, *[e.mac for e in events[:-1]]]
    assert audit.current_head() == {"seq": 40, "mac": events[-1].mac}


@pytest.mark.django_db
def test_record_many_of_nothing_changes_nothing() -> None:
    assert audit.record_many([]) == []
    assert audit.current_head() == {"seq": 0, "mac": ZEROS}


@pytest.mark.django_db
def test_record_takes_type_and_id_from_the_object() -> None:
    site = Site.objects.create(code="bj", name="A hospital", region="CN-11")
    event = audit.record(action="test.done", by=None, obj=site)
    assert (event.object_type, event.object_id) == ("accounts.site", str(site.pk))
    assert (event.actor_id, event.role, event.participant_id) == (None, "", None)


@pytest.mark.django_db
def test_record_role_is_what_the_actor_holds_now() -> None:
    user = person()
    StaffRole.objects.create(user=user, role=Role.MONITOR)
    assert audit.record(action="test.done", by=user).role == "monitor"


@pytest.mark.django_db
def test_record_of_more_roles_than_the_column_holds_keeps_them_all() -> None:
    user = person()
    for role in OTHERS:
        StaffRole.objects.create(user=user, role=role)
    event = audit.record(action="test.done", by=user, changes={"a": 1})
    assert (event.role, json.loads(event.changes)["a"]) == ("several", 1)
    assert json.loads(event.changes)["acting_roles"] == sorted(role.value for role in OTHERS)
    event.refresh_from_db()
    assert event.mac == audit.mac_of(event)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"email": "a"}, {"Name": "a"}, {"phone": None},
        {"user": {"name": "a"}}, {"users": [{"email": "a"}]},
    ],
)  # fmt: skip
def test_record_refuses_identity(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must not hold"):
        audit.record(action="test.done", by=None, changes=changes)
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_record_refuses_a_naive_time() -> None:
    with pytest.raises(ValueError, match="needs an offset"):
        audit.record(action="test.done", by=None, at=MOMENT.replace(tzinfo=None))


@pytest.mark.django_db
def test_record_refuses_what_json_cannot_hold() -> None:
    with pytest.raises(TypeError, match="cannot hold a object"):
        audit.record(action="test.done", by=None, changes={"a": object()})
    with pytest.raises(ValueError, match="not JSON compliant"):
        audit.record(action="test.done", by=None, changes={"a": float("nan")})


def test_canonical_json_is_plain_and_sorted() -> None:
    text = audit.canonical_json(
        {
            "z": MOMENT, "y": date(2026, 3, 1), "x": Decimal("1.50"), "w": {3, 1, 2},
            "v": UUID(int=1), "u": "睡眠", "t": timedelta(minutes=2).total_seconds(),
        }
    )  # fmt: skip
    assert text == (
        '{"t":120.0,"u":"睡眠","v":"00000000-0000-0000-0000-000000000001","w":[1,2,3],'
        '"x":"1.50","y":"2026-03-01","z":"2026-03-01T00:30:00+00:00"}'
    )


def test_fingerprint_is_keyed_and_ignores_case() -> None:
    assert audit.fingerprint(" Ann@Example.org ") == audit.fingerprint("ann@example.org")
    assert audit.fingerprint("a") != audit.fingerprint("b")
    assert audit.fingerprint("a") != hashlib.sha256(b"a").hexdigest()


@pytest.mark.django_db(transaction=True)
def test_record_by_twenty_threads_is_one_chain() -> None:
    start = threading.Barrier(20)
    failures: list[Exception] = []

    def work() -> None:
        try:
            start.wait()
            write(5)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    events = list(AuditEvent.objects.order_by("seq"))
    assert [event.seq for event in events] == list(range(1, 101))
    assert [e.previous_mac for e in events] == [ZEROS, *[e.mac for e in events[:-1]]]
    assert all(event.mac == audit.mac_of(event) for event in events)
    assert audit.current_head() == {"seq": 100, "mac": events[-1].mac}


@pytest.mark.django_db
def test_anchor_head_appends_a_line_and_logs_it(
    settings: object, tmp_path: object, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EXDEP_DATA_DIR = tmp_path  # type: ignore[attr-defined]
    write(2)
    with caplog.at_level("INFO", logger="exdep.audit"):
        first = audit.anchor_head("test")
    write(1)
    tasks.anchor_audit_head()
    lines = [json.loads(line) for line in audit.anchors_file().read_text().splitlines()]
    assert [line["seq"] for line in lines] == [2, 3]
    assert [line["where"] for line in lines] == ["test", "worker"]
    assert lines[0]["mac"] == first["mac"]
    assert datetime.fromisoformat(lines[0]["at"]).tzinfo == UTC
    assert caplog.records[0].audit_head["seq"] == 2
    assert audit.anchors_file().stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_ensure_head_leaves_a_trail_without_a_head_alone(
    caplog: pytest.LogCaptureFixture, without_triggers: None
) -> None:
    write(1)
    AuditHead.objects.all().delete()
    audit.ensure_head()
    assert not AuditHead.objects.exists()
    assert "no head row" in caplog.text
    with pytest.raises(RuntimeError, match="no head row"):
        audit.record(action="test.done", by=None)
    with pytest.raises(RuntimeError, match="no head row"):
        audit.current_head()
