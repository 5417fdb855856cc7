"""The participant's week: Today's states, the week, pauses, the plan, and the entry's session."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import protocol
from accounts.roles import Role
from enrollment.models import Medication
from logging_app.models import SessionMatch, Workout
from logging_app.services import record_workout
from schedule import selectors
from schedule.models import NotToday, Pause
from schedule.rules.plan import ExercisePlan, Plan, protocol_plan
from schedule.services import pauses
from schedule.services.week import plan_day
from tests import cast

pytestmark = pytest.mark.django_db
NOW = cast.NOW
TODAY = date(2026, 3, 18)  # a Wednesday, day 3 of week 7 (16 to 22 March)
DAY = timedelta(days=1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
INDISCREET = re.compile(r"depress|trial|\barm\b|control|抑郁|试验", re.IGNORECASE)
BLAME = re.compile(r"fail|missed|should have|must|late|skipp|streak", re.IGNORECASE)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def person() -> Any:
    return cast.participant()


def phone(person: Any) -> Client:
    client = Client()
    client.force_login(person.user, BACKEND)
    return client


def today(person: Any) -> Any:
    return phone(person).get("/today/")


def text(response: Any) -> str:
    """What a page says, without its markup."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.S)
    assert main is not None
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main[0])))


def did(person: Any, *, by: Any = None, at: Any = None, **fields: Any) -> Workout:
    entry = {
        "modality": "aerobic", "activity": "jogging", "duration_min": 30,
        "started_at": at or NOW - timedelta(hours=2), **fields,
    }  # fmt: skip
    return record_workout(
        participant=person, uuid=uuid.uuid4(), entry=entry, by=by or person.user, now=NOW
    ).workout


def two_strength(person: Any) -> None:
    """Their plan from this week on, with strength twice a week and its exercises named."""
    kinds = [
        replace(kind, per_week=2, exercises=(
            ExercisePlan("row", 2, 10, band_level="light"),
            ExercisePlan("shoulder_press", 3, 8, load_kg=4.5),
            ExercisePlan("plank_knees", 2, hold_s=20),
        )) if kind.modality == "strength" else kind
        for kind in protocol_plan(protocol.current(), 7).kinds
    ]  # fmt: skip
    cast.prescribe(person, Plan(tuple(kinds)), from_week=7)


def planned(person: Any, key: str, day: date) -> None:
    plan_day(participant=person, session_key=key, day=day, by=person.user, now=NOW)


def beta_blocker(person: Any) -> None:
    Medication.objects.create(
        participant=person, substance="Metoprolol", dose="50 mg", rate_limiting=True,
        started_on=TODAY - 3 * DAY, noted_by=cast.investigator(),
    )  # fmt: skip


def held(person: Any) -> None:
    clinician = cast.staff(Role.CLINICIAN, at=person.site)
    pauses.hold(participant=person, reason="very dark thoughts", by=clinician, now=NOW)


# --- Today: what, how long, how hard


def test_today_says_how_hard_in_words_first_and_beats_second(person: Any) -> None:
    cast.fitness(person)
    said = text(today(person))
    order = [said.index(w) for w in ("40 minutes", "You can talk", "Effort 3–4", "126–132 beats")]
    assert order == sorted(order)


def test_a_beta_blocker_switches_beats_off_on_every_page_of_the_participant(person: Any) -> None:
    cast.fitness(person)
    pages = ("/today/", "/week/", "/plan/")
    assert all("beats a minute" in text(phone(person).get(page)) for page in pages)
    beta_blocker(person)
    for page in pages:
        said = text(phone(person).get(page))
        assert "beats a minute" not in said
        assert "Effort 3–4 of 10" in said
    sessions = phone(person).get("/api/v1/today/").json()["sessions"]
    assert {s["intensity"]["hr_bpm"] for s in sessions} == {None}


def test_when_to_stop_is_one_tap_away_wherever_a_session_is(person: Any) -> None:
    for page in ("/today/", "/week/", "/plan/", f"/log/?entry={uuid.uuid4()}"):
        assert 'href="/when-to-stop/"' in phone(person).get(page).content.decode()


def test_the_other_arm_is_told_of_none_of_it() -> None:
    control = cast.participant("control", arm="control")
    client = phone(control)
    for page in ("/today/", "/me/", f"/log/?entry={uuid.uuid4()}", "/calendar/"):
        body = client.get(page).content.decode()
        assert not re.search(r"/week/|/plan/|/exercises/|/when-to-stop/|/moving/", body)
    for page in ("/week/", "/plan/"):
        assert client.get(page).status_code == 404
    for page in ("/week/", "/week/pause/", "/week/pause/1/end/", "/today/not-today/"):
        assert client.post(page).status_code == 404


def test_what_to_do_names_each_exercise_and_leads_to_it(person: Any) -> None:
    two_strength(person)
    body = today(person).content.decode()
    said = text(today(person))
    assert "Row 2 × 10 times · light band" in said
    assert "Shoulder press 3 × 8 times · 4.5 kg" in said
    assert "2 × 20 seconds" in said
    assert 'href="/exercises/shoulder_press/"' in body


def test_a_planned_session_comes_first_on_its_day(person: Any) -> None:
    planned(person, "w07-aerobic-3", TODAY)
    planned(person, "w07-strength-1", TODAY + DAY)
    aerobic, strength, _ = today(person).context["kinds"]
    assert (aerobic["next_key"], aerobic["planned"]) == ("w07-aerobic-3", "Planned for today")
    assert strength["planned"] == "Planned for Thursday"


def test_the_log_presets_what_is_planned_for_today(person: Any) -> None:
    planned(person, "w07-strength-1", TODAY)
    form = phone(person).get(f"/log/?entry={uuid.uuid4()}").context["form"]
    assert form["modality"].value() == "strength"


def test_today_needs_few_queries_whatever_was_done(person: Any) -> None:
    client = phone(person)
    client.get("/today/")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get("/today/")
        return len(found)

    before = queries()
    for day in range(20):
        did(person, at=NOW - (day + 1) * DAY)
    assert queries() == before <= 35


# --- Today: when nothing is asked


def test_before_there_is_a_plan_today_says_who_prepares_it() -> None:
    person = cast.participant(prescribed=False)
    said = text(today(person))
    assert "Your plan is being prepared" in said
    assert "Log it" not in said
    assert "Please go on as usual" not in said


def test_before_the_programme_starts_today_says_when() -> None:
    person = cast.participant(week=1, prescribed=False)
    study = protocol.current()
    cast.prescribe(person, protocol_plan(study, 1), starts_on=TODAY + 5 * DAY)
    response = today(person)
    assert "Your sessions start on Monday, 23 March" in text(response)
    assert 'href="/plan/"' in response.content.decode()
    assert "3 times a week" in text(phone(person).get("/plan/"))


def test_a_pause_rests_the_sessions_and_says_until_when(person: Any) -> None:
    pauses.pause(
        participant=person, kind="illness", starts_on=TODAY, ends_on=TODAY + 2 * DAY,
        by=person.user, now=NOW,
    )  # fmt: skip
    response = today(person)
    said = text(response)
    assert "Your sessions rest until Friday, 20 March" in said
    assert response.context["kinds"] == []
    assert 'href="/log/"' in response.content.decode()
    assert not BLAME.search(said.split("Someone to talk to")[0].split("Visit")[0])


def test_a_hold_says_that_it_holds_whom_to_call_and_never_why(person: Any) -> None:
    held(person)
    for page in ("/today/", "/week/", "/plan/"):
        response = phone(person).get(page)
        assert "Your sessions are on hold" in text(response)
        assert "dark thoughts" not in response.content.decode()
    assert today(person).context["kinds"] == []
    assert 'href="/log/"' in today(person).content.decode()
    assert "safety hold" not in text(phone(person).get("/week/")).lower()


def test_the_programmes_own_last_week_decides_when_the_weeks_are_over() -> None:
    """Sessions began five days after day 1: in study week 13 the last ones are still asked."""
    person = cast.participant(week=13, prescribed=False)
    study = protocol.current()
    cast.prescribe(person, protocol_plan(study, 12), starts_on=person.day_one + 5 * DAY)
    response = today(person)
    assert response.context["finished"] is False
    assert len(response.context["kinds"]) == 3
    with time_machine.travel(NOW + 7 * DAY, tick=False):
        assert "The weeks are behind you" in text(today(person))


def test_what_an_instructor_wrote_down_asks_how_it_was(person: Any) -> None:
    coach = cast.staff(Role.INSTRUCTOR, at=person.site)
    theirs = did(person, by=coach)
    did(person)
    did(person, by=coach, effort=4)
    response = today(person)
    assert [line["uuid"] for line in response.context["unsaid"]] == [theirs.pk]
    assert "How was Wednesday, 18 March for you?" in text(response)
    assert f"/log/{theirs.pk}/change/" in response.content.decode()


# --- not today


def test_not_today_needs_no_reason_and_brings_no_blame(person: Any) -> None:
    client = phone(person)
    answer = client.post("/today/not-today/", {"date": "2026-03-18"}, follow=True)
    said = text(answer)
    assert "Rest is fine" in said
    assert not BLAME.search(said.split("Someone to talk to")[0].split("Visit")[0])
    assert NotToday.objects.get().reason == ""
    assert len(answer.context["kinds"]) == 3
    client.post("/today/after-all/", {"date": "2026-03-18"})
    assert not NotToday.objects.exists()
    assert "Rest is fine" not in text(client.get("/today/"))


@pytest.mark.parametrize("reason", ["unwell", "pain"])
def test_not_today_for_the_bodys_sake_names_the_team(person: Any, reason: str) -> None:
    sent = {"date": "2026-03-18", "reason": reason}
    answer = phone(person).post("/today/not-today/", sent, follow=True)
    assert "please tell the study team" in text(answer)


@pytest.mark.parametrize("sent", [{}, {"date": "x"}, {"date": "2026-03-10"},
                                  {"date": "2026-03-18", "reason": "lazy"}])  # fmt: skip
def test_what_cannot_be_kept_leads_back_to_today(person: Any, sent: dict[str, str]) -> None:
    assert phone(person).post("/today/not-today/", sent)["Location"] == "/today/"
    assert not NotToday.objects.exists()


# --- the week


def test_the_week_shows_seven_days_and_each_session_once(person: Any) -> None:
    did(person)
    planned(person, "w07-strength-1", TODAY + DAY)
    context = phone(person).get("/week/").context
    assert [day["date"] for day in context["days"]] == [f"{n} March" for n in range(16, 23)]
    assert [day["is_today"] for day in context["days"]].index(True) == 2
    assert [one["title"] for one in context["days"][2]["done"]] == ["Aerobic session"]
    assert [one["title"] for one in context["days"][3]["planned"]] == ["Strength session"]
    assert [(one["name"], one["state"]) for one in context["sessions"]] == [
        ("Aerobic session, 1 of 3", "Done"),
        ("Aerobic session, 2 of 3", "Open"),
        ("Aerobic session, 3 of 3", "Open"),
        ("Strength session", "Planned for Thursday"),
        ("Stretching or yoga", "Open"),
    ]


def test_days_are_set_and_taken_off_with_a_plain_form(person: Any) -> None:
    client = phone(person)
    sent = {"w07-aerobic-1": "2026-03-18", "w07-strength-1": "2026-03-20", "w07-aerobic-2": ""}
    assert client.post("/week/?week=7", sent)["Location"] == "/week/?week=7"
    days = {"w07-aerobic-1": TODAY, "w07-strength-1": date(2026, 3, 20)}
    assert selectors.programme(person).planned == days
    client.post("/week/?week=7", {**sent, "w07-aerobic-1": ""})
    assert selectors.programme(person).planned == {"w07-strength-1": date(2026, 3, 20)}


def test_a_wrong_day_is_told_at_its_session_and_nothing_is_kept(person: Any) -> None:
    sent = {"w07-aerobic-1": "2026-03-18", "w07-strength-1": "2026-03-29"}
    answer = phone(person).post("/week/?week=7", sent)
    assert answer.status_code == 400
    assert selectors.programme(person).planned == {}
    assert answer.context["form"]["w07-strength-1"].errors


def test_a_day_that_was_set_and_is_over_stays_when_the_others_change(
    person: Any, noon: Any
) -> None:
    planned(person, "w07-aerobic-1", TODAY)
    noon.move_to(NOW + DAY)
    sent = {"w07-aerobic-1": "2026-03-18", "w07-aerobic-2": "2026-03-20"}
    assert phone(person).post("/week/?week=7", sent).status_code == 302
    assert len(selectors.programme(person).planned) == 2


def test_two_strength_sessions_close_together_are_pointed_out_and_kept(person: Any) -> None:
    two_strength(person)
    sent = {"w07-strength-1": "2026-03-19", "w07-strength-2": "2026-03-20"}
    said = text(phone(person).post("/week/?week=7", sent, follow=True))
    assert "Close to the same kind of session on Friday, 20 March" in said
    assert "48 hours of rest" in said
    assert len(selectors.programme(person).planned) == 2
    apart = {**sent, "w07-strength-2": "2026-03-21"}
    said = text(phone(person).post("/week/?week=7", apart, follow=True))
    assert "Close to" not in said
    assert "Rest from: Strength session" in said


def test_strength_close_to_what_was_done_last_week_is_pointed_out_too(
    person: Any, noon: Any
) -> None:
    noon.move_to(NOW - 2 * DAY)
    did(person, at=NOW - 3 * DAY, modality="strength", activity="dumbbells")
    plan_day(
        participant=person, session_key="w07-strength-1", day=date(2026, 3, 16),
        by=person.user, now=NOW - 2 * DAY,
    )  # fmt: skip
    assert "Close to the same kind of session on Sunday, 15 March" in text(
        phone(person).get("/week/")
    )


def test_a_week_that_is_over_stays_as_it_was(person: Any) -> None:
    did(person, at=NOW - 7 * DAY)
    response = phone(person).get("/week/?week=6")
    states = [one["state"] for one in response.context["sessions"]]
    assert states == ["Done", *["Not done, and that is all right"] * 4]
    assert "<select" not in response.content.decode()


def test_a_week_to_come_can_be_planned(person: Any) -> None:
    client = phone(person)
    assert client.get("/week/?week=8").content.count(b"<select") == 5
    client.post("/week/?week=8", {"w08-aerobic-1": "2026-03-24"})
    assert selectors.programme(person).planned == {"w08-aerobic-1": date(2026, 3, 24)}


@pytest.mark.parametrize("week", ["0", "13", "-1", "x", "²", "9" * 5000])
def test_a_week_without_sessions_is_nowhere(person: Any, week: str) -> None:
    assert phone(person).get(f"/week/?week={week}").status_code == 404


def test_the_week_has_something_to_say_without_a_plan_and_after_the_last_week() -> None:
    assert "Your plan is being prepared" in text(
        phone(cast.participant("early", prescribed=False)).get("/week/")
    )
    late = phone(cast.participant("late", week=15)).get("/week/")
    assert late.context["week"] == 12


# --- pauses


def test_a_pause_is_taken_shown_and_ended(person: Any) -> None:
    client = phone(person)
    sent = {"kind": "illness", "starts_on": "2026-03-16", "ends_on": "", "reason": "a cold"}
    said = text(client.post("/week/pause/", sent, follow=True))
    assert "Illness · From 16 March on a cold" in said
    assert "Rests: there was or is a pause" in said
    row = Pause.objects.get()
    client.post(f"/week/pause/{row.pk}/end/")
    row.refresh_from_db()
    assert row.ends_on == date(2026, 3, 17)
    assert "End it today" not in text(client.get("/week/"))


def test_a_pause_that_was_a_slip_is_taken_back(person: Any) -> None:
    client = phone(person)
    client.post("/week/pause/", {"kind": "travel", "starts_on": "2026-03-16"})
    client.post(f"/week/pause/{Pause.objects.get().pk}/end/", {"entirely": "1"})
    assert "Travel ·" not in text(client.get("/week/"))
    assert not any(span.holds(TODAY) for span in selectors.programme(person).pauses)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "hold"}, "kind"),
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "2026-02-01"}, "starts_on"),
        ({"ends_on": "2026-03-01"}, "ends_on"),
    ],
)
def test_a_pause_that_makes_no_sense_comes_back_with_what_was_typed(
    person: Any, change: dict[str, str], field: str
) -> None:
    sent = {"kind": "illness", "starts_on": "2026-03-18", "reason": "flu", **change}
    answer = phone(person).post("/week/pause/", sent)
    assert answer.status_code == 400
    assert list(answer.context["pause_form"].errors) == [field]
    assert 'value="flu"' in answer.content.decode()
    assert not Pause.objects.exists()


# --- the plan


def test_the_plan_holds_everything_on_one_page(person: Any) -> None:
    cast.fitness(person)
    two_strength(person)
    response = phone(person).get("/plan/")
    said = text(response)
    assert "2 times a week, 45 minutes" in said
    assert "126–132 beats a minute" in said
    assert "Shoulder press 3 × 8 times · 4.5 kg" in said
    assert "Stop and call: 120" in said
    study = protocol.current()
    assert all(str(symptom.label) in said for symptom in study.stop_list)
    assert "drawings/shoulder-press.svg#drawing" in response.content.decode()
    title = re.search(r"<title>(.*)</title>", response.content.decode())
    assert title is not None
    assert not INDISCREET.search(title[1])


# --- which session an entry answers


def test_an_entry_says_what_it_counts_as_and_can_be_changed(person: Any) -> None:
    client, walk = phone(person), did(person)
    assert "It counts as: Aerobic session, 1 of 3." in text(client.get(f"/log/{walk.pk}/"))
    page = client.get(f"/log/{walk.pk}/session/")
    assert page.context["form"]["session_key"].value() == "w07-aerobic-1"
    assert len(page.context["form"].fields["session_key"].choices) == 4
    client.post(f"/log/{walk.pk}/session/", {"session_key": "w07-aerobic-3"})
    assert "Aerobic session, 3 of 3." in text(client.get(f"/log/{walk.pk}/"))
    client.post(f"/log/{walk.pk}/session/", {"session_key": ""})
    assert "An extra: it answers none" in text(client.get(f"/log/{walk.pk}/"))
    assert SessionMatch.objects.get().chosen


def test_choosing_a_taken_session_says_that_the_two_change_places(person: Any) -> None:
    first, second = did(person), did(person)
    page = phone(person).get(f"/log/{second.pk}/session/")
    assert "Aerobic session, 1 of 3 (changes places with another entry)" in text(page)
    phone(person).post(f"/log/{second.pk}/session/", {"session_key": "w07-aerobic-1"})
    assert "2 of 3" in text(phone(person).get(f"/log/{first.pk}/"))


def test_a_session_that_does_not_fit_is_refused(person: Any) -> None:
    walk = did(person)
    answer = phone(person).post(f"/log/{walk.pk}/session/", {"session_key": "w07-strength-1"})
    assert answer.status_code == 400
    assert SessionMatch.objects.get().session_key == "w07-aerobic-1"


def test_an_entry_without_a_session_to_answer_offers_no_choice(person: Any) -> None:
    before = did(person, at=NOW - 80 * DAY)
    control = did(cast.participant("control", arm="control"))
    for owner, workout in ((person, before), (control.participant, control)):
        client = phone(owner)
        assert "/session/" not in client.get(f"/log/{workout.pk}/").content.decode()
        answer = client.get(f"/log/{workout.pk}/session/")
        assert answer["Location"] == f"/log/{workout.pk}/"
