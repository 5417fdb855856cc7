"""The subscribed calendar: valid by RFC 5545, neutral, private; no clock or zone moves a day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

import protocol
from core import clock
from exdep_site.pages.calendar_file import WholeDay, written
from logging_app.checkins.services import record_check_in
from schedule.models import CalendarLink
from schedule.services.pauses import pause
from schedule.services.week import plan_day
from tests import cast

NOW = cast.NOW
TODAY = date(2026, 3, 18)
DAY = timedelta(days=1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TELLING = re.compile(r"depress|trial|study|exercise|session|aerobic|strength|w0\d|EX-|visit", re.I)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def patient(db: Any) -> Any:
    return cast.participant()


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person.user, BACKEND)
    return client


def subscribed(person: Any) -> str:
    """Make an address on the page, as a person does, and give its path."""
    page = signed_in(person).post("/calendar/")
    found = re.search(r'value="http://testserver(/calendar/[\w-]+\.ics)"', page.content.decode())
    assert found is not None
    return found[1]


def planned(person: Any, key: str, day: date, now: datetime = NOW) -> None:
    plan_day(participant=person, session_key=key, day=day, by=person.user, now=now)


def read(path: str) -> Any:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer


def events(path: str) -> list[tuple[date, str]]:
    found = Calendar.from_ical(read(path).content).walk("VEVENT")
    return sorted((e["dtstart"].dt, str(e["summary"])) for e in found)


# --- the file


def lines_of(body: bytes) -> list[str]:
    """The content lines, unfolded, after what RFC 5545 says of the bytes."""
    assert body.endswith(b"\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    return body.decode().replace("\r\n ", "").split("\r\n")[:-1]


def assert_valid(body: bytes) -> None:
    """What RFC 5545 requires of a file of events (3.4, 3.6, 3.6.1, 3.7, 3.1)."""
    lines = lines_of(body)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    for name in ("PRODID", "VERSION"):
        assert sum(line.startswith(f"{name}:") for line in lines) == 1
    assert "VERSION:2.0" in lines
    assert "METHOD" not in body.decode()
    calendar = Calendar.from_ical(body)
    assert calendar.errors == []
    uids = []
    for event in calendar.walk("VEVENT"):
        assert event.errors == []
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(event)
        assert event["dtstamp"].dt.tzinfo is UTC or event["dtstamp"].dt.utcoffset() == timedelta(0)
        assert event["dtstart"].params["VALUE"] == event["dtend"].params["VALUE"] == "DATE"
        assert type(event["dtstart"].dt) is type(event["dtend"].dt) is date
        assert event["dtend"].dt == event["dtstart"].dt + DAY
        uids.append(str(event["uid"]))
    assert len(set(uids)) == len(uids)
    assert len(uids) == sum(line == "BEGIN:VEVENT" for line in lines)


def test_the_file_is_valid_and_holds_sessions_check_ins_and_visits(patient: Any) -> None:
    planned(patient, "w07-aerobic-2", TODAY + DAY)
    planned(patient, "w07-strength-1", TODAY)
    path = subscribed(patient)
    assert_valid(read(path).content)
    # Day 1 is 2 February: the visit of week 6 is open until 22 March, that of week 12 is on day 84.
    # The check-in of day 42 is due until 25 March, the others are on days 56, 70 and 84.
    assert events(path) == [
        (TODAY, "Planned time"),
        (TODAY + DAY, "Planned time"),
        (date(2026, 3, 22), "Appointment by this day"),
        (date(2026, 3, 25), "A few minutes by this day"),
        (date(2026, 3, 29), "A few minutes around this day"),
        (date(2026, 4, 12), "A few minutes around this day"),
        (date(2026, 4, 26), "A few minutes around this day"),
        (date(2026, 4, 26), "Appointment around this day"),
    ]


def check_ins_of(path: str) -> list[tuple[date, str]]:
    return [(day, title) for day, title in events(path) if title.startswith("A few minutes")]


def test_a_check_in_that_was_written_is_not_shown_and_the_others_keep_their_ids(
    patient: Any,
) -> None:
    def ids() -> dict[date, str]:
        found = Calendar.from_ical(read(path).content).walk("VEVENT")
        return {e["dtstart"].dt: str(e["uid"]) for e in found if "minutes" in str(e["summary"])}

    path = subscribed(patient)
    before = ids()
    record_check_in(
        participant=patient, due_on=date(2026, 3, 15), entry={"resting_hr_bpm": 66},
        by=patient.user, now=NOW,
    )  # fmt: skip
    after = ids()
    assert date(2026, 3, 25) in before
    assert after == {day: uid for day, uid in before.items() if day != date(2026, 3, 25)}


def test_a_check_in_stays_the_same_one_when_its_day_has_passed(patient: Any) -> None:
    path, last = subscribed(patient), date(2026, 3, 29)

    def found() -> tuple[date, str, str]:
        one = Calendar.from_ical(read(path).content).walk("VEVENT")
        rows = sorted((e["dtstart"].dt, str(e["summary"]), str(e["uid"])) for e in one)
        return next(row for row in rows if "minutes" in row[1] and row[0] >= last)

    with time_machine.travel(NOW + 11 * DAY, tick=False):
        on_the_day = found()
    with time_machine.travel(NOW + 12 * DAY, tick=False):
        after_it = found()
    assert on_the_day[:2] == (last, "A few minutes around this day")
    assert after_it[:2] == (date(2026, 4, 8), "A few minutes by this day")
    assert on_the_day[2] == after_it[2]


def test_both_arms_have_the_same_check_ins(patient: Any) -> None:
    control = cast.participant("control", arm="control")
    found = [check_ins_of(subscribed(person)) for person in (patient, control)]
    assert len(found[0]) == 4
    assert found[0] == found[1]


def test_a_study_without_check_ins_has_none(patient: Any, monkeypatch: Any) -> None:
    study = replace(protocol.current(), check_in_every_weeks=None)
    path = subscribed(patient)
    assert "A few minutes" in signed_in(patient).get("/calendar/").content.decode()
    monkeypatch.setattr(protocol, "current", lambda: study)
    assert check_ins_of(path) == []
    assert "A few minutes" not in signed_in(patient).get("/calendar/").content.decode()


def test_the_same_moment_gives_the_same_bytes(patient: Any) -> None:
    planned(patient, "w07-aerobic-2", TODAY)
    path = subscribed(patient)
    assert read(path).content == read(path).content


def test_an_empty_calendar_is_valid_too(db: Any) -> None:
    newcomer = cast.participant(week=None)
    path = subscribed(newcomer)
    assert_valid(read(path).content)
    assert events(path) == []


@given(
    titles=st.lists(st.text(max_size=200), max_size=5),
    day=st.dates(min_value=date(2020, 1, 1), max_value=date(2060, 1, 1)),
)
def test_any_title_is_folded_and_escaped(titles: list[str], day: date) -> None:
    days = [WholeDay(str(n), day, title) for n, title in enumerate(titles)]
    body = written(days, owner=1, now=NOW)
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert len(Calendar.from_ical(body).walk("VEVENT")) == len(titles)


def test_nothing_in_the_file_tells_what_it_is_for(patient: Any) -> None:
    planned(patient, "w07-aerobic-2", TODAY)
    answer = read(subscribed(patient))
    assert not TELLING.search(answer.content.decode().replace("X-PUBLISHED", ""))
    assert "description" not in answer.content.decode().lower()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer


def test_ids_stay_and_are_nobody_elses(patient: Any) -> None:
    def uids(body: bytes) -> set[str]:
        return {str(event["uid"]) for event in Calendar.from_ical(body).walk("VEVENT")}

    planned(patient, "w07-aerobic-2", TODAY)
    path = subscribed(patient)
    before = uids(read(path).content)
    planned(patient, "w07-aerobic-2", TODAY + DAY)
    assert uids(read(path).content) == before
    assert uids(read(subscribed(patient)).content) == before
    neighbour = cast.participant("neighbour")
    planned(neighbour, "w07-aerobic-2", TODAY)
    assert not uids(read(subscribed(neighbour)).content) & before


def test_titles_speak_the_language_of_the_person(patient: Any) -> None:
    patient.user.language = "zh-hans"
    patient.user.save()
    planned(patient, "w07-aerobic-2", TODAY)
    assert events(subscribed(patient))[0] == (TODAY, "计划的时间")


def test_a_day_in_a_pause_and_a_session_no_longer_asked_are_not_shown(patient: Any) -> None:
    planned(patient, "w07-aerobic-1", TODAY)
    planned(patient, "w07-aerobic-3", TODAY + 2 * DAY)
    path = subscribed(patient)
    assert sum(title == "Planned time" for _, title in events(path)) == 2
    pause(
        participant=patient, kind="travel", starts_on=TODAY + DAY, ends_on=None,
        by=patient.user, now=NOW,
    )  # fmt: skip
    assert [day for day, title in events(path) if title == "Planned time"] == [TODAY]


def test_the_other_arm_has_no_planned_days(db: Any) -> None:
    control = cast.participant("control", arm="control")
    page = signed_in(control).get("/calendar/").content.decode()
    assert "Planned time" not in page
    found = {title.split()[0] for _, title in events(subscribed(control))}
    assert found == {"Appointment", "A"}


# --- clocks and zones


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Auckland"])
@pytest.mark.parametrize("change", [date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5)])
def test_a_change_of_clocks_moves_no_day(db: Any, zone: str, change: date) -> None:
    """Weeks in which clocks change somewhere: each day stands once, on its own date."""
    noon = datetime.combine(change, datetime.min.time(), ZoneInfo(zone)) + timedelta(hours=12)
    with time_machine.travel(noon, tick=False):
        person = cast.participant(zone=zone, week=3, now=noon)
        day = clock.local_date(noon, person.tz)
        week = (day - person.day_one).days // 7 + 1
        first = person.day_one + 7 * (week - 1) * DAY
        wanted = [d for d in (first + n * DAY for n in range(7)) if d >= day][:3]
        for number, one in enumerate(wanted, start=1):
            planned(person, f"w{week:02d}-aerobic-{number}", one, now=noon)
        path = subscribed(person)
        assert_valid(read(path).content)
        assert [d for d, title in events(path) if title == "Planned time"] == wanted


def test_a_journey_moves_no_day(patient: Any) -> None:
    """Planned in Shanghai, read in Los Angeles: the same dates, none lost, none twice."""
    planned(patient, "w07-aerobic-2", TODAY)
    path = subscribed(patient)
    before = events(path)
    for zone in ("America/Los_Angeles", "Pacific/Kiritimati"):
        patient.zone = zone
        patient.save()
        assert events(path) == before


# --- the private address


def test_a_revoked_address_is_gone(patient: Any) -> None:
    path = subscribed(patient)
    assert read(path)
    assert signed_in(patient).post("/calendar/revoke/").status_code == 302
    gone, never = Client().get(path), Client().get("/calendar/never-made.ics")
    assert gone.status_code == never.status_code == 404
    # One answer for both but for the request's own number.
    plain = [re.sub(rb"[0-9a-f]{32}", b"", one.content) for one in (gone, never)]
    assert plain[0] == plain[1]


def test_a_new_address_ends_the_old_one(patient: Any) -> None:
    old, new = subscribed(patient), subscribed(patient)
    assert Client().get(old).status_code == 404
    assert read(new)


def test_the_address_is_shown_once(patient: Any) -> None:
    path = subscribed(patient)
    page = signed_in(patient).get("/calendar/")
    assert path not in page.content.decode()
    assert "cannot be shown again" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert not CalendarLink.objects.filter(token_sha256__contains=path.split("/")[2][:10]).exists()


def test_the_calendar_ends_when_someone_leaves_or_may_not_sign_in(patient: Any) -> None:
    path = subscribed(patient)
    patient.user.is_active = False
    patient.user.save()
    assert Client().get(path).status_code == 404
    patient.user.is_active = True
    patient.user.save()
    cast.withdraw(patient)
    assert Client().get(path).status_code == 404
    assert "Make my address" not in signed_in(patient).get("/calendar/").content.decode()


def test_the_secret_reaches_no_log(patient: Any, caplog: Any) -> None:
    path = subscribed(patient)
    with caplog.at_level("DEBUG"):
        read(path)
        Client().get("/calendar/some-lost-secret.ics")
    text = "".join(str(vars(record)) for record in caplog.records if record.name == "exdep.request")
    assert "calendar_file" in text
    assert path.split("/")[2] not in text
    assert "some-lost-secret" not in text
