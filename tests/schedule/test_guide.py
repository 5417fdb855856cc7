"""The guide: drawings, how to do each exercise, moving in plain words, and when to stop."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import translation

import protocol
from accounts.roles import Role
from protocol import UnknownNameError
from protocol.programme import EQUIPMENT
from schedule.guide import presenters, words
from tests import cast, doors
from tests.exdep_site.test_in_chinese import english, opened, signed_in

STUDIES = protocol.study_names()
PAGES = ("/exercises/", "/exercises/fast_walking/", "/exercises/squat/", "/moving/",
         "/when-to-stop/")  # fmt: skip
DRAWINGS = Path(settings.BASE_DIR) / "static" / "schedule" / "drawings"
SVG = "{http://www.w3.org/2000/svg}"
# Clinical notes, section 6, and whatever would promise or blame.
AVOIDED = re.compile(
    r"\b(treats?|cures?|prevents?|proven?|diagnos\w+|risk|safe(ly)?|should have|must not miss"
    r"|calories|lose weight|streak|fail\w*)\b|治疗|治愈|预防|证明|安全|减肥|失败",
    re.IGNORECASE,
)


@pytest.fixture(autouse=True)
def _noon_in_english() -> Any:
    with time_machine.travel(cast.NOW, tick=False), translation.override("en"):
        yield


@pytest.fixture
def phone(db: None) -> Client:
    client = Client()
    client.force_login(cast.participant().user)
    return client


def offered(name: str) -> list[dict[str, Any]]:
    return [one for kind in presenters.kinds(protocol.load(name)) for one in kind["exercises"]]


# --- what the guide holds


@pytest.mark.parametrize("name", STUDIES)
def test_every_exercise_of_a_study_is_drawn_and_told_in_both_languages(name: str) -> None:
    study = protocol.load(name)
    for kind in study.session_kinds:
        for exercise in map(study.exercise, kind.exercises):
            assert finders.find(presenters.drawing(exercise.drawing)), exercise.code
            texts = [exercise.label, exercise.area, *exercise.how]
            assert all(text.en and text.zh and text.en != text.zh for text in texts), exercise.code
            assert set(exercise.equipment) <= set(presenters.EQUIPMENT), exercise.code


@pytest.mark.parametrize("name", STUDIES)
def test_every_activity_of_aerobic_sessions_is_told(name: str) -> None:
    kind = protocol.load(name).kind("aerobic")
    asked = set(kind.activities if kind else ()) - {"other"}
    assert asked <= set(words.aerobic())
    for activity in words.aerobic().values():
        assert finders.find(presenters.drawing(activity.drawing)), activity.code
        assert all(step.en and step.zh for step in activity.how), activity.code


@pytest.mark.parametrize("name", STUDIES)
def test_every_kind_of_session_has_something_to_look_up(name: str) -> None:
    kinds = presenters.kinds(protocol.load(name))
    assert [kind["title"] for kind in kinds] == [
        str(kind.label) for kind in protocol.load(name).session_kinds
    ]
    codes = [one["code"] for one in offered(name)]
    assert len(codes) == len(set(codes))


def test_every_kind_of_equipment_has_its_words() -> None:
    assert set(presenters.EQUIPMENT) == set(EQUIPMENT)
    assert presenters.equipment(("mat",)) == "Works with a mat."
    assert presenters.equipment(("chair", "dumbbells")) == "Works with a chair or dumbbells."
    assert presenters.equipment(("chair", "mat", "wall")) == "Works with a chair, a mat or a wall."


def test_breathing_is_told_for_every_strength_exercise_and_never_to_hold_it() -> None:
    told = {e.code: e.breathing for e in protocol.load("exdep12").exercises_of("strength")}
    assert told
    for code, breathing in told.items():
        assert breathing is not None, code
        assert "Never hold your breath" in breathing.en, code
        assert "不要憋气" in breathing.zh, code


def test_what_no_session_offers_is_no_exercise_of_the_guide() -> None:
    study = protocol.load("exdep12")
    for code in ("yoga", "dumbbells", "other", "nothing"):
        with pytest.raises(UnknownNameError):
            presenters.one(study, code)


def test_words_on_moving_promise_nothing_and_blame_nobody() -> None:
    topics = words.topics()
    assert 5 <= len(topics) == len({topic.code for topic in topics})
    texts = [text for topic in topics for text in (topic.title, *topic.points)]
    texts += [step for activity in words.aerobic().values() for step in activity.how]
    found = [text.en for text in texts if AVOIDED.search(text.en) or AVOIDED.search(text.zh)]
    assert found == []
    assert all(text.en.strip() and text.zh.strip() for text in texts)


# --- the drawings


def test_no_drawing_lies_about_unused() -> None:
    used = {one["drawing"] for name in STUDIES for one in offered(name)}
    assert {presenters.drawing(path.stem) for path in DRAWINGS.iterdir()} == used


@pytest.mark.parametrize("path", sorted(DRAWINGS.glob("*.svg")), ids=lambda path: path.stem)
def test_drawing_takes_its_colours_from_the_page_and_breaks_no_policy(path: Path) -> None:
    root = ElementTree.parse(path).getroot()
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 240 160"
    [drawing] = [part for part in root if part.get("id") == "drawing"]
    assert drawing.get("stroke") == "currentColor"
    for part in root.iter():
        assert part.tag in {f"{SVG}{name}" for name in ("svg", "g", "path", "circle")}
        assert not {"style", "class", "onload", "href"} & set(part.attrib)
        for paint in filter(None, (part.get("stroke"), part.get("fill"))):
            assert re.match(r"none|currentColor|var\(--drawing-", paint), paint


def test_stretches_show_the_spot_that_their_page_speaks_of() -> None:
    for exercise in protocol.load("exdep12").exercises_of("flexibility"):
        drawn = (DRAWINGS / f"{exercise.drawing}.svg").read_text("utf-8")
        assert "var(--drawing-feel" in drawn, exercise.code


# --- the pages


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_in_the_exercise_arm_and_is_nowhere_in_the_control_arm(
    db: None, page: str
) -> None:
    for name, fields, status in (
        ("one", {"arm": "exercise"}, 200),
        ("two", {"arm": "control"}, 404),
        ("three", {"week": None}, 404),
    ):
        client = Client()
        client.force_login(cast.participant(name, **fields).user)
        assert client.get(page).status_code == status, fields


@pytest.mark.parametrize("page", PAGES)
def test_instructor_opens_the_page_too(db: None, page: str) -> None:
    instructor = cast.staff(Role.INSTRUCTOR, at=cast.site())
    doors.second_factor(instructor)
    assert doors.cookie(instructor).get(page).status_code == 200


@pytest.mark.parametrize("page", ["/today/", "/me/", "/history/", "/log/", "/assessments/"])
def test_control_arm_has_no_way_there(db: None, page: str) -> None:
    client = Client()
    client.force_login(cast.participant(arm="control").user)
    shown = client.get(page, follow=True).content.decode()
    assert not re.search(r'href="/(exercises|moving|when-to-stop)/', shown)


@pytest.mark.parametrize("code", ["nothing", "yoga", "SQUAT"])
def test_unknown_exercise_is_nowhere(phone: Client, code: str) -> None:
    assert phone.get(f"/exercises/{code}/").status_code == 404


def test_list_leads_to_every_exercise_and_each_of_them_opens(phone: Client) -> None:
    page = phone.get("/exercises/").content.decode()
    found = re.findall(r'href="/exercises/(\w+)/"', page)
    assert found == [one["code"] for one in offered("exdep12")]
    for code in found:
        answer = phone.get(f"/exercises/{code}/")
        shown = answer.context["exercise"]
        text = answer.content.decode()
        assert shown["how"]
        assert text.count("<ol") == 1
        assert f"{shown['drawing'].removesuffix('.svg')}" in text
        assert 'href="/when-to-stop/"' in text


def test_exercise_tells_steps_breathing_and_what_it_can_be_done_with(phone: Client) -> None:
    shown = phone.get("/exercises/squat/").content.decode()
    squat = protocol.current().exercise("squat")
    for text in (squat.label, squat.area, *squat.how, squat.breathing):
        assert str(text) in shown
    assert "Works with your own body weight, an elastic band or dumbbells." in shown
    assert "coloured spot" not in shown
    assert "coloured spot" in phone.get("/exercises/calf_stretch/").content.decode()


@pytest.mark.parametrize(("region", "number"), [("CN-11", "120"), ("GB", "999"), ("US", "911")])
def test_when_to_stop_begins_with_whom_to_call_and_every_red_symptom(
    db: None, region: str, number: str
) -> None:
    client = Client()
    client.force_login(cast.participant(at=cast.site("xx", region=region)).user)
    shown = client.get("/when-to-stop/").content.decode()
    main = shown[shown.index("<main") :]
    place = [main.index(f'href="tel:{number}"')]
    for severity in ("red", "amber"):
        for symptom in (s for s in protocol.current().stop_list if s.severity == severity):
            place.append(main.index(str(symptom.label)))
            assert str(symptom.advice) in main
    assert place == sorted(place)
    assert len(place) == 1 + len(protocol.current().stop_list)


def test_instructor_is_shown_the_number_of_their_own_site_and_no_log(db: None) -> None:
    cast.site("aa", region="US")
    instructor = cast.staff(Role.INSTRUCTOR, at=cast.site("bb", region="GB"))
    doors.second_factor(instructor)
    shown = doors.cookie(instructor).get("/when-to-stop/").content.decode()
    assert 'href="tel:999"' in shown
    assert 'href="/log/"' not in shown


@pytest.mark.parametrize("page", PAGES)
def test_page_has_no_english_left_and_a_title_that_tells_nothing(db: None, page: str) -> None:
    client = signed_in(cast.participant(at=cast.site("bj", name="北京医院")))
    shown = opened(client, page)
    assert english(shown) == []
    title = re.findall(r"(?s)<title>(.*?)</title>", shown)[0]
    assert not re.search("抑郁|情绪|试验|研究|组", title)
