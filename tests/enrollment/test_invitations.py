"""Invitations: codes, who may use them when, and the study ids they lead to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent, User
from accounts.roles import Role
from core.errors import NotFound
from enrollment.models import Invitation, Participant
from enrollment.rules import joining
from enrollment.services.invitations import (
    Wanted,
    find_open,
    hashed,
    issue,
    join,
    revoke,
    set_pin,
)
from tests import cast

NOW = cast.NOW
DAY = timedelta(days=1)


@pytest.fixture
def desk(db):
    return cast.staff(Role.COORDINATOR, at=cast.site())


def one(desk, **wanted):
    return issue(site=cast.site(), wanted=[Wanted(**wanted)], by=desk, now=NOW)[0]


def enter(code, *, now=NOW, email=None, secret="480159"):
    return join(code=code, secret=secret, language="en", now=now, email=email)


# --- codes and PINs


def test_new_code_has_ten_letters_and_digits_that_nobody_mistakes():
    codes = {joining.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 10 for code in codes)
    assert not set("".join(codes)) & set("01OILU")


@pytest.mark.parametrize("typed", ["ABC DEF GHJK", "abc-def-ghjk", " abcDEFghjk ", "ABC·DEF·GHJK"])
def test_tidy_reads_a_code_as_people_type_it(typed):
    assert joining.tidy(typed) == "ABCDEFGHJK"


def test_grouped_is_read_back_as_the_code():
    assert joining.grouped("ABCDEFGHJK") == "ABC DEF GHJK"
    assert joining.tidy(joining.grouped("ABCDEFGHJK")) == "ABCDEFGHJK"


@given(st.text(max_size=80))
def test_tidy_of_anything_is_short_and_stays_as_it_is(typed):
    once = joining.tidy(typed)
    assert len(joining.tidy(once)) <= 64


@pytest.mark.parametrize(
    ("taken", "following"),
    [
        ([], "EX-101"), (["EX-101"], "EX-102"), (["EX-003", "EX-120"], "EX-121"),
        (["EX-owner", "B-500"], "EX-101"), (["EX-999"], "EX-1000"),
    ],
)  # fmt: skip
def test_next_study_id_counts_on_from_the_highest(taken, following):
    assert joining.next_study_id(taken) == following


@pytest.mark.parametrize(
    ("pin", "problem"),
    [
        ("12345", "short"), ("", "digits"), ("12a456", "digits"), ("١٢٣٤٥٦", "digits"),
        ("111111", "simple"), ("121212", "simple"), ("123456", "simple"), ("654321", "simple"),
        ("890123", "simple"), ("135791", "simple"), ("417417", "simple"), ("417714", "simple"),
        ("19900517", "simple"), ("900517", "simple"), ("480159", None), ("7302948", None),
        ("9" * 33, "digits"),
    ],
)  # fmt: skip
def test_why_not_pin_refuses_what_is_tried_first(pin, problem):
    assert joining.why_not_pin(pin) == problem


# --- issuing


def test_issue_keeps_only_the_hash_and_tells_the_trail_no_address(desk):
    issued = one(desk, email="New@Example.org", note="letter")
    row = Invitation.objects.get()
    assert row.code_sha256 == hashed(issued.code) != issued.code
    assert (row.email, row.issued_by, row.expires_at) == ("new@example.org", desk, NOW + 30 * DAY)
    event = AuditEvent.objects.get(action="enrollment.invitation_issued")
    assert "example" not in event.changes
    assert issued.code not in event.changes


def test_issue_makes_all_or_none(desk):
    wanted = [Wanted(email="a@example.org"), Wanted(email="not an address")]
    with pytest.raises(ValidationError, match="Line 2"):
        issue(site=cast.site(), wanted=wanted, by=desk, now=NOW)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "days"),
    [([], 30), ([Wanted()] * 201, 30), ([Wanted()], 0), ([Wanted()], 181),
     ([Wanted(language="fr")], 30)],
)  # fmt: skip
def test_issue_refuses_what_makes_no_sense(desk, wanted, days):
    with pytest.raises(ValidationError):
        issue(site=cast.site(), wanted=wanted, by=desk, now=NOW, days=days)
    assert not Invitation.objects.exists()


def test_find_open_takes_the_code_in_any_writing(desk):
    issued = one(desk)
    assert find_open(joining.grouped(issued.code).lower(), NOW) == issued.invitation


def test_find_open_finds_nothing_used_expired_revoked_or_wrong(desk):
    used, expired, revoked = (one(desk) for _ in range(3))
    enter(used.code)
    revoke(invitation=revoked.invitation, by=desk, now=NOW)
    assert find_open(expired.code, NOW + 30 * DAY - timedelta(seconds=1))
    assert find_open(expired.code, NOW + 30 * DAY) is None
    for code in (used.code, revoked.code, "WRONG23456", ""):
        assert find_open(code, NOW) is None


def test_revoke_refuses_what_was_used_or_revoked(desk):
    used, revoked = one(desk), one(desk)
    enter(used.code)
    revoke(invitation=revoked.invitation, by=desk, now=NOW, reason="lost")
    assert AuditEvent.objects.get(action="enrollment.invitation_revoked").reason == "lost"
    for issued in (used, revoked):
        with pytest.raises(ValidationError):
            revoke(invitation=issued.invitation, by=desk, now=NOW)


# --- joining


def test_join_makes_account_participant_and_uses_the_invitation(desk):
    issued = one(desk)
    participant = enter(issued.code)
    assert (participant.study_id, participant.state) == ("EX-101", Participant.State.INVITED)
    assert participant.user.sign_in_code == "EX-101"
    assert participant.user.check_password("480159")
    assert participant.zone == cast.site().zone
    row = Invitation.objects.get()
    assert (row.used_at, row.participant) == (NOW, participant)
    event = AuditEvent.objects.get(action="enrollment.joined")
    assert (event.actor_id, event.participant_id) == (participant.user_id, participant.pk)


def test_join_gives_ids_in_order_whatever_the_site(desk):
    other = issue(site=cast.site("sh"), wanted=[Wanted()], by=desk, now=NOW)[0]
    codes = [one(desk).code, other.code, one(desk).code]
    assert [enter(code).study_id for code in codes] == ["EX-101", "EX-102", "EX-103"]


def test_join_works_once(desk):
    issued = one(desk)
    enter(issued.code)
    with pytest.raises(NotFound):
        enter(issued.code)
    assert Participant.objects.count() == 1


def test_join_with_an_address_that_is_taken_changes_nothing(desk):
    cast.user("taken")
    issued = one(desk)
    with pytest.raises(ValidationError):
        enter(issued.code, email="Taken@example.org")
    assert not Participant.objects.exists()
    assert find_open(issued.code, NOW)


def test_join_after_a_demo_of_a_hundred_goes_on_counting(desk):
    for number in (100, 101):
        Participant.objects.create(study_id=f"EX-{number}", site=cast.site(), zone="Asia/Shanghai")
    assert enter(one(desk).code).study_id == "EX-102"


# --- a forgotten PIN


def test_set_pin_lets_the_new_one_in_only_and_tells_the_trail(desk):
    participant = enter(one(desk).code)
    set_pin(participant=participant, pin="730294", by=desk, reason="forgot it, showed her card")
    user = User.objects.get(pk=participant.user_id)
    assert user.check_password("730294")
    assert not user.check_password("480159")
    event = AuditEvent.objects.get(action="enrollment.pin_reset")
    assert (event.actor_id, event.participant_id) == (desk.pk, participant.pk)
    assert "730294" not in event.changes + event.reason


def test_set_pin_refuses_a_simple_one_and_a_closed_account(desk):
    participant = enter(one(desk).code)
    with pytest.raises(ValidationError):
        set_pin(participant=participant, pin="111111", by=desk, reason="forgot")
    User.objects.update(is_active=False)
    participant.user.refresh_from_db()
    with pytest.raises(ValidationError):
        set_pin(participant=participant, pin="730294", by=desk, reason="forgot")
