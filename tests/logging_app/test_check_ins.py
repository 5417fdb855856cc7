"""Check-ins: when they are due, what they may say, and that nothing is lost of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

import protocol
from accounts.models import AuditEvent
from accounts.roles import Role
from core.errors import ConsentPending, EditConflict, Locked, NotFound, Withdrawn
from enrollment.models import DataLock
from logging_app.checkins import rules, selectors
from logging_app.checkins.services import record_check_in, see_to
from logging_app.edits import WrittenAlready
from logging_app.models import CheckIn
from tests import cast

DAY_ONE = date(2026, 2, 2)
DUE = date(2026, 3, 15)  # day 42; cast.NOW is the 18th
SAID = {
    "resting_hr_bpm": 66, "hr_after_bpm": 84, "activity": "more", "active_minutes": 0,
    "diet_changed": False, "anything_new": True, "new_text": "Sertraline, 50 mg",
}  # fmt: skip
URL = f"/api/v1/check-ins/{DUE}/"
PAGE = f"/check-in/{DUE}/"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(cast.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(params=["exercise", "control"])
def patient(db, request):
    return cast.participant(arm=request.param)


@pytest.fixture
def client(patient):
    client = Client()
    client.force_login(patient.user)
    return client


def write(patient, due=DUE, entry=SAID, **more):
    more = {"by": patient.user, "now": cast.NOW, **more}
    return record_check_in(participant=patient, due_on=due, entry=entry, **more)


def put(client, body, url=URL):
    return client.put(url, body, content_type="application/json")


def text(answer) -> str:
    return answer.content.decode()


# --- when


def test_every_second_week_by_study_day_each_due_until_the_next_opens():
    found = rules.windows(protocol.load("exdep12"), DAY_ONE)
    assert [(w.due - DAY_ONE).days + 1 for w in found] == [14, 28, 42, 56, 70, 84]
    assert all((w.due - w.opens).days == 3 for w in found)
    assert all((w.closes - w.opens).days == 13 for w in found)
    for before, after in pairwise(found):
        assert after.opens - before.closes == timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "due"),
    [(1, None), (10, None), (11, 14), (14, 14), (24, 14), (25, 28), (80, 70), (81, 84), (94, 84),
     (95, None)],
)  # fmt: skip
def test_at_most_one_is_due(day, due):
    today = DAY_ONE + timedelta(days=day - 1)
    found = rules.due_window(protocol.load("exdep12"), DAY_ONE, today)
    assert (found and (found.due - DAY_ONE).days + 1) == due


def test_nobody_without_a_day_one_is_asked():
    assert rules.windows(protocol.load("exdep12"), None) == ()


@pytest.mark.parametrize(("after", "late"), [(-3, False), (0, False), (3, False), (4, True)])
def test_late_is_more_than_three_days_after(after, late):
    assert rules.is_late(DUE, DUE + timedelta(days=after)) is late


# --- what is kept


def test_kept_as_told_and_unknown_stays_unknown(patient):
    kept = write(patient, entry={"active_minutes": 0}).check_in
    kept.refresh_from_db()
    assert kept.active_minutes == 0
    assert (kept.resting_hr_bpm, kept.diet_changed, kept.anything_new) == (None, None, None)
    assert (kept.activity, kept.new_text, kept.zone) == ("", None, patient.zone)
    assert selectors.due(patient, cast.NOW) is None
    assert AuditEvent.objects.filter(action="check_in.recorded").count() == 1


def test_words_alone_say_that_something_is_new_and_never_stand_beside_a_no(patient):
    assert write(patient, entry={"new_text": " a cold "}).check_in.anything_new is True
    with pytest.raises(ValidationError) as refused:
        write(patient, entry={"new_text": "a cold", "anything_new": False}, edit=2)
    assert set(refused.value.message_dict) == {"new_text"}


def test_the_same_again_changes_nothing_and_a_higher_edit_corrects(patient):
    first = write(patient)
    again = write(patient)
    assert (first.created, again.created) == (True, False)
    with pytest.raises(EditConflict):
        write(patient, entry={**SAID, "resting_hr_bpm": 70})
    write(patient, entry={**SAID, "resting_hr_bpm": 70}, edit=2)
    late = write(patient, entry=SAID, edit=1)
    assert late.check_in.resting_hr_bpm == 70
    row = CheckIn.objects.get()
    assert [h.resting_hr_bpm for h in row.history.order_by("history_id")] == [66, 70]


@pytest.mark.parametrize("due", [DUE + timedelta(days=1), DUE + timedelta(days=14)])
def test_no_check_in_on_another_day_nor_before_it_opens(patient, due):
    with pytest.raises(ValidationError) as refused:
        write(patient, due=due)
    assert set(refused.value.message_dict) == {"date"}
    assert not CheckIn.objects.exists()


def test_one_that_is_long_past_is_kept_and_marked_late(patient):
    assert selectors.is_late(write(patient, due=DAY_ONE + timedelta(days=13)).check_in)
    assert not selectors.is_late(write(patient).check_in)


@pytest.mark.parametrize(
    ("field", "value"), [("resting_hr_bpm", 29), ("hr_after_bpm", 231), ("active_minutes", 3001)]
)
def test_ranges_are_the_models(patient, field, value):
    with pytest.raises(ValidationError) as refused:
        write(patient, entry={field: value})
    assert field in refused.value.message_dict


def test_the_gate_is_asked(db):
    pending = cast.participant("pending", consented=False)
    with pytest.raises(ConsentPending):
        write(pending)
    gone = cast.participant("gone")
    cast.withdraw(gone)
    with pytest.raises(Withdrawn):
        write(gone)
    locked = cast.participant("locked")
    DataLock.objects.create(participant=locked, at=cast.NOW, by=cast.investigator(), reason="x")
    with pytest.raises(Locked):
        write(locked)


# --- seen to


def test_something_new_waits_until_somebody_saw_to_it_and_other_words_wait_again(patient):
    people = type(patient).objects.all()
    row = write(patient).check_in
    assert list(selectors.waiting(people)) == [row]
    staff = cast.staff(Role.COORDINATOR, at=patient.site)
    see_to(check_in=row, became="medicine", note="since March", by=staff, now=cast.NOW)
    assert not selectors.waiting(people).exists()
    write(patient, entry={**SAID, "resting_hr_bpm": 70}, edit=2)
    assert not selectors.waiting(people).exists()
    write(patient, entry={**SAID, "new_text": "Sertraline, 100 mg"}, edit=3)
    again = selectors.waiting(people).get()
    assert (again.handled_as, again.handled_by, again.handled_note) == ("", None, "")


def test_what_is_not_new_cannot_be_seen_to(patient):
    row = write(patient, entry={"anything_new": False}).check_in
    with pytest.raises(NotFound):
        see_to(check_in=row, became="nothing", by=patient.user, now=cast.NOW)
    row = write(patient, entry={"anything_new": True}, edit=2).check_in
    with pytest.raises(ValidationError):
        see_to(check_in=row, became="", by=patient.user, now=cast.NOW)


# --- from paper


def test_staff_copy_from_paper_late_and_correct_it_until_the_participant_has(patient):
    staff = cast.staff(Role.COORDINATOR, at=patient.site)
    old = DAY_ONE + timedelta(days=13)
    paper = {"paper_date": old, "by": staff}
    row = write(patient, due=old, **paper).check_in
    assert (row.paper_date, row.entered_by) == (old, staff)
    assert selectors.is_late(row)
    write(patient, due=old, entry={**SAID, "resting_hr_bpm": 60}, edit=2, **paper)
    write(patient, due=old, entry={**SAID, "resting_hr_bpm": 61}, edit=3)
    with pytest.raises(WrittenAlready):
        write(patient, due=old, entry=SAID, edit=4, **paper)
    row.refresh_from_db()
    assert (row.resting_hr_bpm, row.paper_date) == (61, old)


def test_paper_never_takes_the_place_of_own_words_nor_comes_from_tomorrow(patient):
    staff = cast.staff(Role.COORDINATOR, at=patient.site)
    write(patient)
    with pytest.raises(WrittenAlready):
        write(patient, edit=2, paper_date=DUE, by=staff)
    with pytest.raises(ValidationError) as refused:
        write(patient, due=DAY_ONE + timedelta(days=13), paper_date=date(2026, 3, 19), by=staff)
    assert set(refused.value.message_dict) == {"paper_date"}


# --- the API


def test_api_writes_once_reads_back_and_corrects(client, patient):
    assert client.get(URL).status_code == 404
    made = put(client, {**SAID, "device_time": "2026-03-18T11:59:00+08:00"})
    assert made.status_code == 201
    assert made.json() == client.get(URL).json()
    assert made.json() == {
        "date": "2026-03-15", "edit": 1, "version": 1, **SAID, "late_entry": False,
        "paper_date": None, "device_time": "2026-03-18T03:59:00Z",
        "received_at": "2026-03-18T04:00:00Z",
    }  # fmt: skip
    assert put(client, SAID).status_code == 200
    assert put(client, {**SAID, "active_minutes": 20}).json()["code"] == "edit_conflict"
    corrected = put(client, {"edit": 2})
    assert corrected.status_code == 200
    assert {corrected.json()[name] for name in SAID} == {None}
    listed = client.get("/api/v1/check-ins/").json()["results"]
    assert [row["date"] for row in listed] == ["2026-03-15"]


@pytest.mark.parametrize(
    ("body", "field"),
    [({"activity": "lots"}, "activity"), ({"resting_hr_bpm": 12}, "resting_hr_bpm"),
     ({"mood": 5}, "mood"), ({"new_text": "x", "anything_new": False}, "new_text"),
     ({"handled_as": "nothing"}, "handled_as"), ({"new_text": "x" * 1001}, "new_text"),
     ({"paper_date": "2026-03-15"}, "paper_date")],
)  # fmt: skip
def test_api_names_what_is_wrong(client, body, field):
    answer = put(client, body)
    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert not CheckIn.objects.exists()


def test_api_has_no_check_in_for_other_days(client):
    answer = put(client, SAID, "/api/v1/check-ins/2026-03-16/")
    assert answer.status_code == 400
    assert list(answer.json()) == ["date"]


def test_today_has_it_among_what_is_due_until_it_is_written(client):
    def due():
        found = client.get("/api/v1/today/").json()["due"]
        return [line for line in found if line["kind"] == "check_in"]

    assert due() == [
        {"kind": "check_in", "visit": None, "instrument": None, "opens": "2026-03-12",
         "closes": "2026-03-25"}
    ]  # fmt: skip
    assert f'href="{PAGE}"' in text(client.get("/today/"))
    put(client, {})
    assert due() == []
    assert f'href="{PAGE}"' not in text(client.get("/today/"))


# --- the pages


FORM = {
    "edit": "1", "resting_hr_bpm": "66", "hr_after_bpm": "84", "activity": "more",
    "active_minutes": "0", "diet_changed": "no", "anything_new": "yes",
    "new_text": "Sertraline, 50 mg",
}  # fmt: skip


def test_page_of_what_is_due_saves_and_then_lists(client):
    page = text(client.get("/check-in/"))
    assert f'action="{PAGE}"' in page
    assert "Is anything new in your health, your medicines or your therapy?" in page
    assert "Nobody reads this at once." in page
    assert client.post(PAGE, FORM).status_code == 302
    row = CheckIn.objects.get()
    assert {name: getattr(row, name) for name in SAID} == SAID
    listed = text(client.get("/check-in/"))
    assert "More than usual · at rest 66 beats a minute · something is new" in listed
    assert "Not written. It can still be." in listed  # those of 15 February and 1 March
    assert "29 March" in listed


def test_an_empty_form_is_an_answer_and_a_stored_one_is_corrected(client):
    assert client.post(PAGE, {"edit": "1"}).status_code == 302
    row = CheckIn.objects.get()
    assert (row.active_minutes, row.diet_changed, row.activity) == (None, None, "")
    page = text(client.get(PAGE))
    assert 'name="edit" value="2"' in page
    assert client.post(PAGE, {**FORM, "edit": "2"}).status_code == 302
    assert 'value="no" id="id_diet_changed_0" checked' in text(client.get(PAGE)).replace(
        " required", ""
    )


def test_a_form_that_was_overtaken_asks_before_it_replaces(client):
    put(client, {"resting_hr_bpm": 60})
    answer = client.post(PAGE, FORM)
    assert answer.status_code == 409
    assert 'name="edit" value="2"' in text(answer)
    assert CheckIn.objects.get().resting_hr_bpm == 60


def test_a_wrong_number_is_named_and_nothing_typed_is_lost(client):
    answer = client.post(PAGE, {**FORM, "resting_hr_bpm": "7"})
    assert answer.status_code == 400
    assert "Sertraline, 50 mg" in text(answer)
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("day", ["2026-03-16", "2026-03-29", "2025-03-15"])
def test_pages_of_other_days_are_not_there(client, day):
    assert client.get(f"/check-in/{day}/").status_code == 404
    assert client.post(f"/check-in/{day}/", FORM).status_code == 404


def test_both_arms_are_asked_in_the_same_words(db):
    pages = []
    for arm in ("exercise", "control"):
        client = Client()
        client.force_login(cast.participant(arm, arm=arm).user)
        page = text(client.get("/check-in/")).split("<main")[1]
        pages.append([line for line in page.splitlines() if "csrf" not in line])
    assert pages[0] == pages[1]


def test_without_a_consent_nothing_can_be_written_and_the_page_says_so(db):
    pending = cast.participant(consented=False)
    client = Client()
    client.force_login(pending.user)
    assert "Not now" in text(client.get("/check-in/"))
    answer = client.post(PAGE, FORM)
    assert answer.status_code == 403
    assert "This is not saved." in text(answer)


def test_what_staff_copied_says_so_to_the_participant(client, patient):
    staff = cast.staff(Role.COORDINATOR, at=patient.site)
    write(patient, paper_date=date(2026, 3, 14), by=staff)
    page = text(client.get(PAGE))
    assert "Copied from paper by the study team on 18 March 2026. The paper says 14 March" in page


def test_across_the_date_line_the_participants_own_date_counts(db, noon):
    patient = cast.participant(zone="Pacific/Kiritimati")
    opens = DUE - timedelta(days=3)
    moment = datetime(opens.year, opens.month, opens.day, tzinfo=UTC) - timedelta(hours=13)
    assert selectors.due(patient, moment).due == DUE
    assert selectors.due(patient, moment - timedelta(hours=2)).due == DUE - timedelta(days=14)
