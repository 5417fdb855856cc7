"""Who got in, who failed to, and who was let where: one story through the pages, one trail."""

from __future__ import annotations

import json

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from tests import cast, doors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(cast.NOW, tick=False):
        yield


def trail(since: int) -> list[tuple[str, int | None]]:
    events = AuditEvent.objects.filter(seq__gt=since).order_by("seq")
    return [(event.action, event.actor_id) for event in events]


def newest() -> int:
    return AuditEvent.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def test_every_step_of_an_account_stands_in_the_trail_in_order():
    boss, helper = cast.staff(Role.ADMIN, name="boss"), cast.user("helper")
    site, other = cast.site(), cast.site("sh")
    for person in (boss, helper):
        doors.second_factor(person)
    start = newest()

    door = Client()
    door.post("/account/login/", {"login": boss.email, "password": "not the phrase"})
    answer = door.post("/account/login/", {"login": boss.email, "password": cast.PASSWORD})
    door.post(answer["location"], {"code": "000000"})
    doors.code()  # forgets the attempts
    desk = doors.cookie(boss)
    assert trail(start) == [
        ("accounts.sign_in_failed", None),
        ("accounts.sign_in_failed", None),
        ("accounts.signed_in", boss.pk),
    ]
    methods = json.loads(AuditEvent.objects.get(action="accounts.signed_in").changes)["methods"]
    assert methods == ["password", "mfa"]

    start = newest()
    roles = reverse("admin:accounts_user_roles", args=[helper.pk])
    desk.post(roles, {
        "action": "grant", "grant-role": "coordinator", "grant-site": site.pk,
        "grant-reason": "new here",
    })  # fmt: skip
    held = helper.staff_roles.get()
    desk.post(roles, {"action": "end", "held": held.pk, "end-reason": "moves to the other site"})
    desk.post(roles, {
        "action": "grant", "grant-role": "coordinator", "grant-site": other.pk,
        "grant-reason": "moved",
    })  # fmt: skip
    desk.post(reverse("admin:accounts_site_change", args=[other.pk]), {
        "name": "Another name", "code": "sh", "region": "CN-31", "zone": "Asia/Shanghai",
        "reason": "renamed",
    })  # fmt: skip
    assert trail(start) == [
        ("accounts.role_granted", boss.pk),
        ("accounts.role_ended", boss.pk),
        ("accounts.role_granted", boss.pk),
        ("accounts.site_changed", boss.pk),
    ]
    told = [json.loads(event.changes) for event in AuditEvent.objects.filter(seq__gt=start)]
    places = [(t["user"], t["role"], t["site"]) for t in told[:3]]
    assert sorted(places) == sorted([
        (helper.pk, "coordinator", site.pk), (helper.pk, "coordinator", site.pk),
        (helper.pk, "coordinator", other.pk),
    ])  # fmt: skip

    start = newest()
    theirs = doors.cookie(helper)
    assert theirs.get("/admin/").status_code == 200
    theirs.post("/account/logout/")
    doors.token(helper)
    desk.post(roles, {"action": "close", "close-reason": "left"})
    assert Client().post(
        "/account/login/", {"login": helper.email, "password": cast.PASSWORD}
    )["location"].startswith("/account/inactive/")  # fmt: skip
    found = trail(start)
    assert found[:2] == [("accounts.signed_in", helper.pk), ("accounts.signed_out", helper.pk)]
    assert ("accounts.user_deactivated", boss.pk) in found
    assert found.count(("accounts.signed_in", helper.pk)) == 2
    assert ("accounts.session_ended", boss.pk) in found
    for event in AuditEvent.objects.all():
        for secret in (cast.PASSWORD, "not the phrase", helper.email, "Helper", "000000"):
            assert secret not in event.changes + event.reason
    call_command("verify_audit")
