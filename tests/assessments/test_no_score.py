"""No answer, page, attribute or header that a participant can fetch holds a total or a band.

Every address of the site is fetched as a participant whose scores are planted: the rater's scale
twice, the own version once sent and once as a draft that is whole, the PHQ-9 once sent; and what
such a participant takes away or is sent: the calendar file, the copy of their data, the answers to
everything that they can write.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

import protocol
from assessments.models import Response, Visit
from assessments.scoring import score
from enrollment.models import Participant
from tests import cast
from tests.exdep_site import walk_objects
from tests.exdep_site.addresses import addresses

pytestmark = pytest.mark.walk

RATER = protocol.instrument("hdrs17")
OWN = protocol.instrument("hdrs17-self")
KEYS = OWN.keys
# Totals that occur nowhere by chance: 47, 43, 41 and 39.
RATED = {
    "week-0": dict(zip(KEYS, [4, 4, 0, 2, 2, 2, 4, 4, 4, 4, 4, 2, 2, 2, 4, 2, 1], strict=True)),
    "week-6": dict(zip(KEYS, [4, 4, 0, 2, 2, 2, 4, 4, 4, 4, 4, 2, 2, 2, 0, 2, 1], strict=True)),
}
SENT = dict(zip(KEYS, [4, 4, 0, 2, 2, 2, 4, 4, 4, 4, 4, 1, 1, 1, 0, 2, 2], strict=True))
DRAFT = dict(zip(KEYS, [4, 4, 0, 2, 2, 2, 4, 4, 4, 4, 2, 1, 1, 1, 0, 2, 2], strict=True))
PHQ9 = protocol.instrument("phq9")
OF_PHQ9 = dict(zip(PHQ9.keys, [3, 3, 3, 3, 3, 3, 3, 3, 2, 2], strict=True))
TOTALS = ("47", "43", "41", "39", "26")
BANDS = sorted({
    str(words)
    for scheme in (*RATER.schemes, *PHQ9.schemes)
    for band in scheme.bands
    for words in (band.label.en, band.label.zh, band.code)
} - {"none", "无"})  # fmt: skip
SCORE_WORDS = re.compile(r"total$|sum$|band(?!_level)|score|severity|prorated")
PLACES = {
    "<slug:visit>": ("week-0", "week-6", "week-12"),
    "<slug:instrument>": ("hdrs17", "hdrs17-self", "phq9", "wellbeing"),
    "<int:number>": ("1", "3", "9", "17"),  # the first, those about harm, the last
}


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def things(db: None) -> dict[str, str]:
    found = walk_objects.make()
    cast.cover(Participant.objects.get(study_id="EX-owner").site)
    return found


@pytest.fixture
def owner(things: dict[str, str]) -> Participant:
    return Participant.objects.get(study_id="EX-owner")


@pytest.fixture
def client(owner: Participant) -> Client:
    client = Client()
    client.force_login(owner.user)
    return client


def plant(
    owner: Participant, visit: str, instrument: Any, answers: dict[str, int], *, sent: bool
) -> None:
    row, _new = Visit.objects.get_or_create(participant=owner, code=visit)
    Response.objects.update_or_create(
        visit=row, participant=owner, instrument=instrument.code,
        defaults={
            "instrument_version": instrument.version, "answers": answers,
            "submitted_at": cast.NOW if sent else None,
        },
    )  # fmt: skip


def plant_rated(owner: Participant, answers: dict[str, dict[str, int]]) -> None:
    for visit, given in answers.items():
        rated = {("16A" if key == "16" else key): value for key, value in given.items()}
        plant(owner, visit, RATER, rated, sent=True)


@pytest.fixture
def planted(owner: Participant) -> None:
    plant_rated(owner, RATED)
    plant(owner, "week-0", OWN, SENT, sent=True)
    plant(owner, "week-6", OWN, DRAFT, sent=False)
    plant(owner, "week-6", PHQ9, OF_PHQ9, sent=True)


def paths(things: dict[str, str]) -> list[str]:
    """Every address, the questionnaires' with each visit, instrument and question."""
    found = []
    for address in addresses():
        routes = [address.route]
        if "assessments/<" in address.route:
            for place, values in PLACES.items():
                routes = [
                    route.replace(place, value)
                    for route in routes
                    for value in (values if place in route else values[:1])
                ]
        found += [walk_objects.fill(route, things) for route in routes]
    return list(dict.fromkeys(found))


def everything(response: HttpResponse) -> str:
    """Body and headers as one text; of a zip the names and texts of what is in it."""
    body = b"".join(response) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    if response.get("Content-Type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(body)) as opened:
            body = b"\n".join(
                name.encode() + b"\n" + opened.read(name) for name in opened.namelist()
            )
    return f"{headers}\n{body.decode('utf-8', 'replace')}"


def holds_a_score(text: str) -> list[str]:
    """Each planted total as a number of its own, and each band's words."""
    numbers = [total for total in TOTALS if re.search(rf"(?<![\w.-]){total}(?![\w-])", text)]
    low = text.lower()
    words = [b for b in BANDS if (b in low if not b.isascii() else re.search(rf"\b{b}\b", low))]
    return numbers + words


def score_keys(body: Any) -> list[str]:
    """The keys of a JSON answer that would name a score."""
    if isinstance(body, dict):
        here = [key for key in body if SCORE_WORDS.search(key)]
        return here + [key for value in body.values() for key in score_keys(value)]
    return [key for value in body for key in score_keys(value)] if isinstance(body, list) else []


def test_planted_totals_are_what_the_walk_looks_for():
    rated = [{("16A" if k == "16" else k): v for k, v in given.items()} for given in RATED.values()]
    totals = [score(RATER, given).total for given in rated]
    totals += [score(OWN, given).total for given in (SENT, DRAFT)]
    totals.append(score(PHQ9, OF_PHQ9).total)
    assert tuple(map(str, totals)) == TOTALS


@pytest.mark.parametrize("text", ['value="47"', "X-Score: 43", ">39<", "very severe", "41."])
def test_walk_would_see_a_score(text):
    assert holds_a_score(text)


@pytest.mark.usefixtures("planted")
def test_own_copy_is_read_as_texts(client):
    """Its answers can be seen by the walk, and so could a total beside them."""
    said = everything(client.get("/me/download/"))
    assert "answers.csv" in said
    assert str(OWN.title) in said
    assert holds_a_score(said) == []


@pytest.mark.usefixtures("planted")
def test_calendar_file_holds_no_total_and_no_band(client):
    page = client.post("/calendar/").content.decode()
    address = re.search(r"/calendar/[\w-]+\.ics", page)
    assert address
    said = everything(Client().get(address[0]))
    assert "BEGIN:VEVENT" in said
    assert holds_a_score(said) == []


@pytest.mark.usefixtures("planted")
def test_nothing_that_a_phone_takes_along_holds_a_total_or_a_band(client):
    pages = client.get("/offline/keep/").json()["pages"]
    assert len(pages) > 20
    for page in pages:
        assert holds_a_score(everything(client.get(page, follow=True))) == [], page


GUIDE = ("/exercises/", "/moving/", "/when-to-stop/")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.usefixtures("planted")
def test_no_address_holds_a_total_or_a_band(client, things, language):
    client.cookies["django_language"] = language
    fetched = 0
    for path in paths(things):
        response = client.get(path)
        said = everything(response)
        if path.startswith(GUIDE):  # the same words for everyone: nobody's band
            said = re.sub(r"(?i)\b(?:mild|moderate)\b", "", said)
        assert holds_a_score(said) == [], path
        if path.startswith("/api/v1/"):
            assert score_keys(json.loads(response.content)) == [], path
        fetched += response.status_code == 200
    assert fetched > 60


@pytest.mark.usefixtures("planted")
def test_no_answer_to_a_write_holds_a_total_or_a_band(client):
    one = "/assessments/week-6/hdrs17-self/"
    as_json = {"content_type": "application/json"}
    answers = [
        client.put(f"/api/v1{one}", {"answers": {"1": 4}}, **as_json),
        client.put(f"/api/v1{one}", {"answers": {"1": 9}}, **as_json),
        client.post(f"{one}1/", {"answer": "4"}, follow=True),
        client.post(f"{one}1/", {"answer": "9"}),
        client.post(f"{one}17/", {"answer": "2"}, follow=True),
        client.put("/api/v1/check-ins/2026-03-15/", {"active_minutes": 20}, **as_json),
        client.put("/api/v1/sleep/2026-03-18/", {"quality": 6}, **as_json),
        client.post("/week/pause/", {"kind": "illness", "starts_on": "2026-03-18"}, follow=True),
        client.post("/api/v1/estimates/", {}, **as_json),
        client.post("/estimate/", follow=True),
        client.post(f"{one}check/", follow=True),
        client.put(f"/api/v1{one}", {"answers": {"1": 4}, "complete": True}, **as_json),
    ]
    assert Response.objects.get(visit__code="week-6", instrument=OWN.code).submitted_at
    for answer in answers:
        assert holds_a_score(everything(answer)) == []


CHANGING = re.compile(
    r'csrfmiddlewaretoken" value="[^"]+"|x-request-id: \w+|csrftoken=\w+|"?csrf(?:Token)?"?: ?"\w+"'
    r"|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.IGNORECASE,
)


def test_what_the_rater_scored_changes_nothing_that_a_participant_can_fetch(client, owner, things):
    """Not a total, not a word, not the order of anything."""
    seen = []
    for answers in (RATED, {visit: dict.fromkeys(KEYS, 0) for visit in RATED}):
        plant_rated(owner, answers)
        seen.append({
            path: CHANGING.sub("", everything(client.get(path)))
            for path in paths(things)
            if not path.startswith(("/admin/", "/_allauth/"))
        })  # fmt: skip
    assert seen[0] == seen[1]
