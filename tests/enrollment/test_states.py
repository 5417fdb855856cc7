"""A participant's state moves by the table only; the documentation shows that table."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as conf
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent
from core.errors import IllegalStep
from enrollment.models import STATES, Participant
from enrollment.services.states import advance
from tests import cast

S = Participant.State
EVENTS = sorted({event for _state, event in STATES.steps})

pytestmark = pytest.mark.django_db


def invited(name="patient"):
    return cast.participant(name, week=None, consented=False)


def move(person, event, **more):
    return advance(participant=person, event=event, by=person.user, now=cast.NOW, **more)


def test_states_the_table_names_every_state_and_no_other():
    assert set(STATES.states) == set(S.values)


def test_advance_saves_state_history_and_trail():
    person = invited()
    assert move(person, "sign_consent") is person
    assert person.state == S.CONSENTED
    assert Participant.objects.get().state == S.CONSENTED
    version = Participant.history.first()
    assert (version.state, version.history_user) == (S.CONSENTED, person.user)
    event = AuditEvent.objects.get(action="enrollment.sign_consent")
    assert event.participant_id == person.pk
    assert event.changes == '{"state":["invited","consented"]}'


def test_advance_goes_by_the_stored_state_not_by_the_object_in_hand():
    person, stale = invited(), Participant.objects.get()
    move(person, "sign_consent")
    with pytest.raises(IllegalStep):
        move(stale, "sign_consent")


def test_advance_refuses_and_changes_nothing():
    person = invited()
    before = AuditEvent.objects.count(), Participant.history.count()
    with pytest.raises(IllegalStep) as refused:
        move(person, "allocate")
    assert refused.value.context == {"state": "invited", "event": "allocate"}
    assert person.state == Participant.objects.get().state == S.INVITED
    assert (AuditEvent.objects.count(), Participant.history.count()) == before


def test_advance_keeps_the_reason():
    person = invited()
    move(person, "decline", reason="no time")
    assert Participant.history.first().history_change_reason == "no time"
    assert AuditEvent.objects.get(action="enrollment.decline").reason == "no time"


SHARED_DATABASE = [HealthCheck.function_scoped_fixture]


@settings(max_examples=40, deadline=None, suppress_health_check=SHARED_DATABASE)
@given(events=st.lists(st.sampled_from(EVENTS), max_size=12))
def test_advance_by_any_order_of_events_stays_in_the_table(db, events):
    """Illegal steps change nothing, legal ones lead where the table says."""
    Participant.objects.all().delete()
    expected = S.INVITED
    person = Participant.objects.create(
        study_id="EX-1", site=cast.site(), zone="Asia/Shanghai", state=S.INVITED
    )
    for event in events:
        try:
            advance(participant=person, event=event, by=None, now=cast.NOW)
            assert (expected, event) in STATES.steps
            expected = STATES.steps[expected, event]
        except IllegalStep:
            assert (expected, event) not in STATES.steps
        assert Participant.objects.get().state == expected


def test_states_page_is_what_the_code_says():
    call_command("draw_states", "--check", stdout=StringIO())
    page = (Path(conf.BASE_DIR) / "docs" / "states.md").read_text()
    assert all(event in page for event in EVENTS)


def test_draw_states_writes_the_page_and_finds_an_old_one(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    with pytest.raises(CommandError, match="not what the code says"):
        call_command("draw_states", "--check", stdout=StringIO())
    call_command("draw_states", stdout=StringIO())
    call_command("draw_states", "--check", stdout=StringIO())
