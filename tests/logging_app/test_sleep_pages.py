"""`/sleep/` and `/sleep/<date>/`, as a browser without script uses them."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest
import time_machine
from django.test import Client

from enrollment.models import DataLock
from logging_app.models import SleepNight
from tests import cast

TODAY = "/sleep/2026-03-18/"
DIARY = "/sleep/2026-03-12/"  # week 6 is on 15 March; the seven mornings before ask all
WHOLE = {
    "edit": "1", "in_bed_at": "22:30", "tried_to_sleep_at": "23:00", "woke_at": "06:30",
    "out_of_bed_at": "07:00", "sleep_onset_latency_min": "30", "awakenings": "2",
    "wake_after_sleep_onset_min": "45", "quality": "6",
}  # fmt: skip
ASKS = "Is this right?"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(cast.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def patient(db):
    return cast.participant()


@pytest.fixture
def client(patient):
    client = Client()
    client.force_login(patient.user)
    return client


def text(answer) -> str:
    return answer.content.decode()


def test_nights_page_with_nothing_written_offers_this_morning(client):
    page = text(client.get("/sleep/"))
    assert "Nothing written yet" in page
    assert page.count('href="/sleep/2026-03-18/"') == 2
    assert 'href="/sleep/2026-03-05/"' in page
    assert "/sleep/2026-03-04/" not in page


def test_nights_page_says_what_was_written_and_judges_nothing(client, patient):
    SleepNight.objects.create(
        participant=patient, zone=patient.zone, date=date(2026, 3, 17), quality=2,
        in_bed_at=time(22, 30), out_of_bed_at=time(7), tried_to_sleep_at=time(23),
        woke_at=time(6, 30), sleep_onset_latency_min=30, wake_after_sleep_onset_min=45,
    )  # fmt: skip
    SleepNight.objects.create(
        participant=patient, zone=patient.zone, date=date(2026, 3, 16), awakenings=3
    )
    page = text(client.get("/sleep/"))
    assert "Sleep 2 of 10 · to bed 22:30, up 07:00" in page
    assert "A few lines" in page
    assert page.count("<small>Add</small>") == 12
    # The banners' patterns (%s) are no words about a night.
    shown = re.sub(r'data-[a-z-]+="[^"]*"', "", page.split("<main")[1])
    for number in ("375", "510", "73.5", "78.1", "%"):
        assert number not in shown


def test_night_page_on_a_diary_morning_asks_all_eight_openly(client):
    page = text(client.get(DIARY))
    assert "<details" not in page
    assert page.index('name="in_bed_at"') < page.index('name="quality"')


def test_night_page_else_asks_the_quality_and_folds_the_rest(client):
    page = text(client.get(TODAY))
    assert page.index('name="quality"') < page.index("<details") < page.index('name="in_bed_at"')
    assert '<details class="more" open' not in page
    assert "checked" not in page


def test_night_page_opens_the_rest_where_times_were_written(client):
    client.post(TODAY, WHOLE)
    page = text(client.get(TODAY))
    assert '<details class="more" open' in page
    assert 'value="22:30"' in page


def test_night_saved_today_goes_back_to_today_which_asks_no_more(client):
    assert f'href="{TODAY}"' in text(client.get("/today/"))
    answer = client.post(TODAY, {"edit": "1", "quality": "7"}, follow=True)
    assert answer.redirect_chain == [("/today/", 302)]
    assert "Saved. Thank you." in text(answer)
    assert f'href="{TODAY}"' not in text(client.get("/today/"))
    night = SleepNight.objects.get()
    assert (night.quality, night.in_bed_at, night.awakenings) == (7, None, None)


def test_night_saved_for_an_earlier_morning_goes_back_to_the_list(client):
    answer = client.post(DIARY, WHOLE, follow=True)
    assert answer.redirect_chain == [("/sleep/", 302)]
    assert "Saved. Thank you." in text(answer)
    night = SleepNight.objects.get()
    assert (night.in_bed_at, night.woke_at) == (time(22, 30), time(6, 30))
    assert (night.sleep_onset_latency_min, night.awakenings) == (30, 2)
    assert night.wake_after_sleep_onset_min == 45


def test_night_untouched_is_missing_and_zero_is_zero(client):
    client.post(TODAY, {"edit": "1", "awakenings": "0"})
    night = SleepNight.objects.get()
    assert (night.awakenings, night.quality, night.sleep_onset_latency_min) == (0, None, None)


def test_night_corrected_on_the_page_keeps_the_earlier_values(client):
    client.post(TODAY, WHOLE)
    page = text(client.get(TODAY))
    assert 'name="edit" value="2"' in page
    assert "What you wrote before is kept as well." in page
    client.post(TODAY, {**WHOLE, "edit": "2", "quality": "", "woke_at": "06:00"})
    history = SleepNight.history.order_by("history_id")
    assert [(row.quality, row.woke_at) for row in history] == [(6, time(6, 30)), (None, time(6))]


def test_night_page_never_forgets_what_the_phone_wrote(client):
    """A page opened before the phone's entry asks once more, and shows what was typed."""
    client.put("/api/v1/sleep/2026-03-18/", {"quality": 3}, content_type="application/json")
    answer = client.post(TODAY, {**WHOLE, "quality": "8"})
    assert answer.status_code == 409
    assert "This was saved already." in text(answer)
    assert 'name="edit" value="2"' in text(answer)
    assert SleepNight.objects.get().quality == 3
    assert client.post(TODAY, {**WHOLE, "quality": "8", "edit": "2"}).status_code == 302
    assert SleepNight.objects.get().quality == 8


def test_night_sent_twice_by_a_double_tap_is_saved_once(client):
    assert [client.post(TODAY, WHOLE).status_code for _ in range(2)] == [302, 302]
    assert SleepNight.history.count() == 1


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"tried_to_sleep_at": "11:00"}, "These times make 18 hours and 15 minutes of sleep."),
        ({"in_bed_at": "10:30"}, "These times make 20 hours and 30 minutes in bed."),
        ({"tried_to_sleep_at": "04:00"}, "These times make 1 hour and 15 minutes of sleep."),
        ({"out_of_bed_at": "19:00"}, "The last of these times is still ahead today."),
    ],
)
def test_night_unlikely_is_asked_about_and_nothing_is_lost(client, slip, said):
    answer = client.post(TODAY, WHOLE | slip)
    page = text(answer)
    assert answer.status_code == 400
    assert said in page
    assert ASKS in page
    assert not SleepNight.objects.exists()
    for name, value in (WHOLE | slip).items():
        if name != "quality":
            assert f'value="{value}"' in page
    assert page.count("checked") == 1
    assert client.post(TODAY, {**WHOLE, **slip, "confirmed": "on"}).status_code == 302
    assert SleepNight.objects.count() == 1


def test_night_likely_is_never_asked_about(client):
    assert 'name="confirmed"' not in text(client.get(TODAY))
    assert client.post(TODAY, WHOLE).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("in_bed_at", "25:00"), ("woke_at", "early"), ("awakenings", "61"), ("awakenings", "-1"),
        ("sleep_onset_latency_min", "961"), ("wake_after_sleep_onset_min", "421"),
        ("quality", "11"),
    ],
)  # fmt: skip
def test_night_page_says_which_answer_needs_another_look(client, field, value):
    answer = client.post(TODAY, {**WHOLE, field: value})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert '<details class="more" open' in text(answer)
    assert not SleepNight.objects.exists()


@pytest.mark.parametrize("morning", ["2026-03-19", "1999-12-31", "2026-02-30"])
def test_night_page_of_no_such_morning_is_404(client, morning):
    assert client.get(f"/sleep/{morning}/").status_code == 404
    assert client.post(f"/sleep/{morning}/", WHOLE).status_code == 404


def test_night_page_before_consent_is_closed_and_asks_nothing(db):
    person = cast.participant("waiting", consented=False, week=None)
    client = Client()
    client.force_login(person.user)
    page = text(client.get(TODAY))
    assert "Until then nothing about you is stored." in page
    assert 'name="quality"' not in page
    assert "How was the night?" not in text(client.get("/today/"))


@pytest.mark.parametrize(("state", "status"), [("withdrawn", 403), ("locked", 409)])
def test_night_refused_shows_why_and_keeps_what_was_typed(client, patient, state, status):
    if state == "withdrawn":
        cast.withdraw(patient)
    else:
        DataLock.objects.create(participant=patient, by=patient.user, reason="end", at=cast.NOW)
    answer = client.post(TODAY, WHOLE)
    assert answer.status_code == status
    assert "This is not saved." in text(answer)
    assert 'value="22:30"' in text(answer)
    assert not SleepNight.objects.exists()
    assert "How was the night?" not in text(client.get("/today/"))


def test_night_typed_into_an_ended_session_is_there_after_signing_in(client, patient):
    owner = client.get(TODAY).context["owner"]
    client.logout()
    client.post(TODAY, {**WHOLE, "owner": owner})
    client.post("/account/login/", {"login": patient.user.email, "password": cast.PASSWORD})
    page = text(client.get(TODAY))
    assert "Here is what you wrote." in page
    assert 'value="22:30"' in page
    assert not SleepNight.objects.exists()


def test_night_pages_show_only_ones_own(client):
    client.post(TODAY, WHOLE)
    stranger = Client()
    stranger.force_login(cast.participant("other").user)
    assert "22:30" not in text(stranger.get("/sleep/"))
    assert "22:30" not in text(stranger.get(TODAY))


@pytest.mark.parametrize(("week", "asked"), [(None, True), (1, True), (13, True), (14, False)])
def test_today_asks_for_nights_from_consent_until_the_last_window(db, week, asked):
    """The seven nights before day 1 are asked for before anybody knows which day that is."""
    person = cast.participant("someone", week=week)
    client = Client()
    client.force_login(person.user)
    assert client.get("/api/v1/today/").json()["sleep_due"] is asked
    assert ("How was the night?" in text(client.get("/today/"))) is asked


def test_control_arm_sees_the_same_pages(db):
    person = cast.participant("control", arm="control")
    client = Client()
    client.force_login(person.user)
    assert "<details" not in text(client.get(DIARY))
    assert client.post(DIARY, WHOLE).status_code == 302


def test_nights_page_follows_the_participants_own_midnight(client, noon):
    noon.shift(timedelta(hours=13))
    assert 'href="/sleep/2026-03-19/"' in text(client.get("/sleep/"))
