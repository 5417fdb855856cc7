"""What a protocol assumes is confirmed by a person before anybody is enrolled."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

import protocol
from accounts.models import AuditEvent
from accounts.roles import Role
from core.errors import Forbidden, NotFound
from enrollment import selectors
from enrollment.models import Invitation, ProtocolConfirmation
from enrollment.services import allocation, ready
from enrollment.services.invitations import Wanted, issue
from enrollment.services.protocol import confirm_assumption
from tests import cast, doors
from tests.enrollment import stage

pytestmark = pytest.mark.django_db
CONFIRM = "admin:enrollment_protocolconfirmation_add"


@pytest.fixture(autouse=True)
def _gordon(settings):
    settings.EXDEP_STUDY = "gordon8"
    with time_machine.travel(cast.NOW, tick=False):
        yield


def confirm(code="minutes", by=None, choice=None, **words):
    row = next((row for row in protocol.current().assumed if row.code == code), None)
    choice = choice or (row.choice if row else "")
    by = by or stage.clinician()
    return confirm_assumption(code=code, choice=choice, by=by, now=cast.NOW, **words)


def confirm_all():
    for row in protocol.current().assumed:
        confirm(row.code)


def open_codes():
    return [row.code for row in selectors.unconfirmed_assumptions()]


def invite():
    desk = stage.coordinator()
    return issue(site=cast.site(), wanted=[Wanted()], by=desk, now=cast.NOW)


def test_everything_is_open_until_it_is_confirmed():
    assert open_codes() == [row.code for row in protocol.current().assumed]
    confirm("minutes")
    assert "minutes" not in open_codes()
    confirm_all()
    assert open_codes() == []


def test_confirmation_keeps_what_was_shown_and_by_whom():
    row = confirm("minutes", words="as agreed on 3 March")
    assert row.choice == "25 to 45 minutes a session."
    assert (row.study_name, row.protocol_version) == ("gordon8", "1.0")
    assert (row.confirmed_by, row.at) == (stage.clinician(), cast.NOW)
    event = AuditEvent.objects.get(action="protocol.choice_confirmed")
    assert event.reason == "as agreed on 3 March"


def test_confirmed_twice_the_first_stands():
    first = confirm("minutes")
    assert confirm("minutes", by=stage.coordinator()) == first
    assert ProtocolConfirmation.objects.get().confirmed_by == stage.clinician()
    assert AuditEvent.objects.filter(action="protocol.choice_confirmed").count() == 1


@pytest.mark.parametrize("role", [Role.RATER, Role.INSTRUCTOR, Role.MONITOR, Role.ADMIN])
def test_only_clinicians_and_coordinators_confirm(role):
    with pytest.raises(Forbidden):
        confirm(by=cast.staff(role))


@pytest.mark.parametrize(
    ("code", "choice"), [("weather", "It never rains."), ("minutes", "5 minutes a session.")]
)
def test_what_the_protocol_does_not_say_cannot_be_confirmed(code, choice):
    with pytest.raises(NotFound):
        confirm(code, choice=choice)


@pytest.mark.parametrize(
    "change", [{"choice": "Other words."}, {"protocol_version": "0.9"}, {"study_name": "short6"}]
)
def test_other_words_version_or_study_are_another_choice(change):
    row = next(row for row in protocol.current().assumed if row.code == "minutes")
    as_now = {"study_name": "gordon8", "protocol_version": "1.0", "choice": row.choice}
    ProtocolConfirmation.objects.create(
        **{**as_now, **change}, code="minutes", confirmed_by=stage.clinician(), at=cast.NOW
    )
    assert "minutes" in open_codes()


def test_nobody_is_invited_while_a_choice_is_open():
    confirm_all_but = [row for row in protocol.current().assumed if row.code != "size"]
    for row in confirm_all_but:
        confirm(row.code)
    with pytest.raises(ValidationError, match=r"about size\. .*“What the protocol assumes”"):
        invite()
    assert not Invitation.objects.exists()
    confirm("size")
    assert len(invite()) == 1


def test_nobody_is_allocated_while_a_choice_is_open():
    person = stage.ready()
    stage.make_list()
    confirm_all()
    assert ready.missing_for_allocation(person, cast.NOW) == ()
    remade = protocol.current().assumed[0].code
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER enrollment_protocolconfirmation_no_delete" + _on())
    ProtocolConfirmation.objects.filter(code=remade).delete()
    with pytest.raises(ready.NotReady) as refused:
        allocation.allocate(participant=person, by=stage.coordinator(), now=cast.NOW)
    assert refused.value.missing == (f"assumed:{remade}",)
    person.refresh_from_db()
    assert person.arm == ""


def _on():
    return "" if connection.vendor == "sqlite" else " ON enrollment_protocolconfirmation"


def test_page_of_a_participant_says_what_is_open_and_where(client):
    person = stage.ready()
    doors.second_factor(desk := stage.coordinator())
    client.force_login(desk)
    address = reverse("admin:enrollment_participant_enrolment", args=[person.pk])
    page = client.get(address).content.decode()
    assert "choice “minutes” (desk: What the protocol assumes)" in page


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM enrollment_protocolconfirmation",
        "UPDATE enrollment_protocolconfirmation SET words = 'other'",
    ],
)
def test_confirmation_is_never_changed_even_by_hand(statement):
    confirm()
    with (
        pytest.raises(DatabaseError, match="stays as it was confirmed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_study_that_assumes_nothing_invites_at_once(settings):
    settings.EXDEP_STUDY = "exdep12"
    assert open_codes() == []
    assert len(invite()) == 1


def at_desk(client, user):
    doors.second_factor(user)
    client.force_login(user)
    return client


def test_desk_shows_each_choice_and_confirms_what_is_ticked(client):
    browser = at_desk(client, stage.clinician())
    page = browser.get(reverse(CONFIRM)).content.decode()
    assert "25 to 45 minutes a session." in page
    answer = browser.post(reverse(CONFIRM), {"choice_minutes": "on", "words": "ours"}, follow=True)
    assert "1 choice is confirmed" in answer.content.decode()
    assert "ours" in answer.content.decode()
    assert [row.code for row in ProtocolConfirmation.objects.all()] == ["minutes"]


def test_desk_keeps_nothing_where_nothing_is_ticked(client):
    answer = at_desk(client, stage.coordinator()).post(reverse(CONFIRM), {"words": "all"})
    assert "Please tick what you confirm." in answer.content.decode()
    assert not ProtocolConfirmation.objects.exists()


def test_desk_home_calls_for_what_is_open(client):
    browser = at_desk(client, stage.coordinator())
    assert "11 choices are not confirmed" in browser.get("/admin/").content.decode()
    confirm_all()
    assert "not confirmed" not in browser.get("/admin/").content.decode()


def test_desk_says_so_where_nothing_is_assumed(client, settings):
    settings.EXDEP_STUDY = "exdep12"
    page = at_desk(client, stage.coordinator()).get(reverse(CONFIRM)).content.decode()
    assert "assumes nothing" in page
