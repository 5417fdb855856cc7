"""The log page's form: unanswered is null, the clock is the participant's own, words for ranges."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

import protocol
from logging_app import forms
from logging_app.forms import WorkoutForm
from logging_app.models import Workout
from schedule.rules import week_sessions

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
ENTRY = uuid.UUID("6f6d9a52-6b5a-4b0e-9d4e-0f3c6f1f7a11")


def posted(zone: ZoneInfo = SHANGHAI, **fields: Any) -> WorkoutForm:
    data = QueryDict(mutable=True)
    values = {
        "uuid": str(ENTRY), "edit": "1", "modality": "aerobic", "activity": "jogging",
        "duration_min": "40", "started_at": "2026-03-18T10:30", **fields,
    }  # fmt: skip
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return WorkoutForm(data, zone=zone)


def entry_of(form: WorkoutForm, stored: Workout | None = None) -> dict[str, Any]:
    assert form.is_valid(), form.errors
    return form.entry(stored)


def test_entry_leaves_what_was_not_answered_null() -> None:
    entry = entry_of(posted())
    given_ones = {name for name, value in entry.items() if value is not None}
    assert given_ones == {"modality", "activity", "duration_min", "started_at"}
    assert entry["symptoms"] is None


def test_zero_is_an_answer() -> None:
    entry = entry_of(posted(mood_before="0", effort="0", steps="0", anything_wrong="no"))
    assert (entry["mood_before"], entry["effort"], entry["steps"]) == (0, 0, 0)
    assert entry["symptoms"] == []
    assert entry["mood_before_recalled"] is True


def test_start_is_read_on_the_participants_own_clock() -> None:
    start = entry_of(posted(SHANGHAI))["started_at"]
    assert start == datetime(2026, 3, 18, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "instant"),
    [
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # shown twice: the first
        ("2026-03-29T02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # left out that night
    ],
)
def test_start_on_a_night_when_clocks_change(clock: str, instant: datetime) -> None:
    assert entry_of(posted(BERLIN, started_at=clock))["started_at"] == instant


@pytest.mark.parametrize("words", ["", "yesterday", "2026-13-01T10:00"])
def test_start_that_cannot_be_read(words: str) -> None:
    assert list(posted(started_at=words).errors) == ["started_at"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("duration_min", "0", "from 1 to 240"),
        ("duration_min", "241", "from 1 to 240"),
        ("hr_mean_bpm", "29", "from 30 to 230"),
        ("hr_max_bpm", "231", "from 30 to 230"),
        ("hrv_rmssd_ms", "400.5", "from 0 to 400"),
        ("resp_mean_brpm", "3", "from 4 to 80"),
        ("range_of_motion_cm", "-51", "from -50 to 80"),
        ("distance_m", "-1", "0 or more"),
        ("steps", "-1", "0 or more"),
        ("energy_kcal", "50001", "from 0 to 50000"),
        ("mood_after", "11", ""),
        ("feeling", "-6", ""),
        ("activity", "skydiving", ""),
        ("symptoms", ["unheard_of"], ""),
        ("notes", "x" * 2001, ""),
    ],
)
def test_range_is_refused_in_words(field: str, value: Any, words: str) -> None:
    """The contract's ranges."""
    errors = posted(**{field: value}).errors
    assert list(errors) == [field]
    assert words in str(errors[field])


def test_yes_asks_what_it_was() -> None:
    assert list(posted(anything_wrong="yes").errors) == ["symptoms"]


def test_no_beside_a_tick_is_asked_about() -> None:
    form = posted(anything_wrong="no", symptoms=["chest_pain"])
    assert list(form.errors) == ["symptoms"]


@pytest.mark.parametrize("said", ["yes", ""])
def test_ticks_are_kept_in_order(said: str) -> None:
    entry = entry_of(posted(anything_wrong=said, symptoms=["chest_pain", "dizziness"]))
    assert entry["symptoms"] == ["chest_pain", "dizziness"]


def test_correction_keeps_what_the_page_cannot_say() -> None:
    """Seconds, the phone's clock, and a mood asked at the time."""
    stored = Workout(
        started_at=datetime(2026, 3, 18, 2, 30, 41, tzinfo=UTC), mood_before=4,
        mood_before_recalled=False, device_time=datetime(2026, 3, 18, 3, 15, tzinfo=UTC),
    )  # fmt: skip
    entry = entry_of(posted(mood_before="4"), stored)
    assert entry["started_at"] == stored.started_at
    assert entry["device_time"] == stored.device_time
    assert entry["mood_before_recalled"] is False


def test_correction_that_says_otherwise_is_believed() -> None:
    stored = Workout(
        started_at=datetime(2026, 3, 18, 2, 30, 41, tzinfo=UTC), stopped_early=False,
        mood_before=4, mood_before_recalled=False,
    )  # fmt: skip
    form = posted(mood_before="5", stopped_early="yes", started_at="2026-03-18T10:31")
    entry = entry_of(form, stored)
    assert entry["started_at"] == datetime(2026, 3, 18, 2, 31, tzinfo=UTC)
    assert (entry["stopped_early"], entry["mood_before_recalled"]) == (True, True)


@given(
    start=st.datetimes(
        min_value=datetime(2020, 1, 1),  # noqa: DTZ001 (hypothesis adds the zone)
        max_value=datetime(2030, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    zone=st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("America/St_Johns")]),
)
def test_stored_entry_survives_its_own_form(start: datetime, zone: ZoneInfo) -> None:
    """What is shown and sent back unchanged is the same instant, in every zone and season."""
    workout = Workout(
        pk=ENTRY, started_at=start, modality="aerobic", activity="jogging", duration_min=30, edit=1
    )
    form = WorkoutForm(initial=forms.stored(workout, zone), zone=zone)
    shown = form["started_at"].value()
    sent = posted(zone, started_at=f"{shown:%Y-%m-%dT%H:%M}")
    assert entry_of(sent, workout)["started_at"] == start


def test_preset_is_the_session_that_is_due_just_finished() -> None:
    session = week_sessions(protocol.current(), 7)[0]
    now = datetime(2026, 3, 18, 4, 0, 30, tzinfo=UTC)
    preset = forms.preset(session, now, SHANGHAI, ENTRY)
    started = datetime(2026, 3, 18, 11, 20)  # noqa: DTZ001 (what the wall showed)
    assert preset == {
        "uuid": ENTRY, "edit": 1, "modality": "aerobic", "activity": "fast_walking",
        "duration_min": 40, "started_at": started,
    }  # fmt: skip


def test_preset_without_a_session_is_half_an_hour() -> None:
    preset = forms.preset(None, datetime(2026, 3, 18, 4, 0, tzinfo=UTC), SHANGHAI, ENTRY)
    assert (preset["duration_min"], preset["activity"]) == (30, None)


@pytest.mark.parametrize(
    ("text", "found"), [(str(ENTRY), ENTRY), (None, None), ("", None), ("../etc", None)]
)
def test_uuid_of_an_address(text: str | None, found: uuid.UUID | None) -> None:
    assert forms.uuid_or_none(text) == found


def test_offer_again_raises_the_edit_and_keeps_the_words() -> None:
    form = posted(notes="as it was")
    assert form.is_valid()
    form.offer_again(edit=5)
    assert form["edit"].value() == "5"
    assert form["notes"].value() == "as it was"
    assert form.non_field_errors()


def test_activities_stand_once() -> None:
    groups = posted().fields["activity"].choices
    codes = [code for _group, choices in groups for code, _label in choices]
    assert len(codes) == len(set(codes))
    assert set(codes) == set(protocol.current().activities)


def test_preset_never_starts_in_the_future() -> None:
    now = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
    for week in range(1, 13):
        for session in week_sessions(protocol.current(), week):
            started = forms.preset(session, now, SHANGHAI, ENTRY)["started_at"]
            assert started.replace(tzinfo=SHANGHAI) <= now - timedelta(minutes=1)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", ["effort", "feeling"])
def test_the_logs_two_questions_are_asked_in_the_words_of_their_instruments(code, language):
    (item,) = protocol.instrument(code).items
    with translation.override(language):
        field = WorkoutForm.base_fields[code]
        assert str(field.label) == str(item.text)
        values = [value for value, _label in field.choices if value != ""]
        assert values == [*range(item.range[0], item.range[1] + 1)]
        words = (str(field.widget.low), str(field.widget.high))
        assert words == (str(item.low_label), str(item.high_label))
