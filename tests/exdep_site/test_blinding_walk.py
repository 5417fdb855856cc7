"""The blinding walk: nothing that a rater or a statistician can fetch differs by a twin's arm.

Every address of the site, with every method that the permission walk knows and those that any
address has, by cookie (by token: all of the API, every page once), with the twin's own ids in it;
in two worlds in which one twin is in another arm, and between two twins of one world. What is
compared is the whole answer: status, headers, cookies, length and bytes, after the fixed list of
masks in `twins.MASKS`.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

import protocol
from accounts.roles import Role
from assessments.rater.services import note_heard
from assessments.services import save_answers
from data_management.rules import Kind
from data_management.services import make_export
from safety.models.event import AdverseEvent
from safety.services import telling
from tests import cast, doors
from tests.assessments import rated
from tests.exdep_site import twins, walk_objects
from tests.exdep_site.addresses import addresses
from tests.exdep_site.test_permissions import JSON, ROWS

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

WAYS = ("cookie", "token")
LIBRARY = ("admin/", "account/", "_allauth/")
ROUTES = sorted({address.route for address in addresses()})
ASKED = sorted(
    {(row.method, row.route) for row in ROWS}
    | {(method, route) for method in ("GET", "POST") for route in ROUTES}
    | {(m, route) for m in ("HEAD", "OPTIONS") for route in ROUTES if not route.startswith(LIBRARY)}
)
READ = [("GET", route) for route in ROUTES]
# A token opens nothing but the API; every other address is read once, to see that it stays so.
OF_A_TOKEN = sorted({*READ, *(one for one in ASKED if one[1].startswith(JSON))})
ASKED_BY = {"cookie": ASKED, "token": OF_A_TOKEN}
# Addresses that are nowhere, and one of each kind that somebody might try.
NOWHERE = ("/nowhere/", "/rater/999999/", "/admin/nowhere/", "/api/v1/nowhere/", "/api/v1/",
           "/media/", "/static/", "/admin/r/1/1/", "/api/v1/workouts/%00/", "/healthz?arm=exercise",
           "/admin/autocomplete/?app_label=enrollment&model_name=participant&field_name=arm",
           "/admin/enrollment/participant/?arm__exact=exercise", "/?next=/admin/")  # fmt: skip


RATING = {f"item_{item.key}": str(item.range[1]) for item in protocol.instrument("hdrs17").items}
RATING["item_16B"] = "other"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(cast.NOW, tick=False):
        yield


def key_of(watcher: Any, way: str) -> dict[str, Any]:
    """What makes a client the watcher's."""
    if way == "token":
        return {"headers": {"X-Session-Token": doors.token(watcher)}}
    jar = doors.cookie(watcher).cookies
    return {"cookies": {name: morsel.value for name, morsel in jar.items()}}


def client_of(key: dict[str, Any]) -> Client:
    client = Client(headers=key.get("headers"), raise_request_exception=False)
    client.cookies.load(key.get("cookies", {}))
    return client


def ask(key: dict[str, Any], method: str, route: str, path: str) -> str:
    """One request of a client that has only its key; what it changed is undone."""
    options: dict[str, Any] = {}
    if method in {"POST", "PUT", "PATCH", "DELETE"}:
        options["data"] = walk_objects.BODIES.get(f"{method} {route}", {})
        if route.startswith(JSON):
            options["content_type"] = "application/json"
    with transaction.atomic():
        answer = getattr(client_of(key), method.lower())(path, **options)
        found = twins.seen(answer, asked=path)
        transaction.set_rollback(True)
    return found


def address(route: str, places: Mapping[str, str]) -> str:
    """A route with the twin's ids in it; where none stands for a part, one of nothing."""
    unknown = [place for place in re.findall(r"<[^<>]*>", route) if place not in places]
    return walk_objects.fill(route, {**places, **dict.fromkeys(unknown, "1")})


def walk(key: dict[str, Any], places: Any, asked: Any) -> dict[str, str]:
    """Every answer, by what was asked for. `places` are the ids of the twin looked at."""
    found = {
        f"{method} /{route}": ask(key, method, route, address(route, places))
        for method, route in asked
    }
    return found | {path: ask(key, "GET", "", path) for path in NOWHERE}


def different(one: dict[str, str], other: dict[str, str]) -> dict[str, tuple[str, str]]:
    """What was asked for and answered differently, with the lines that differ."""
    assert one.keys() == other.keys()
    return {asked: _lines(one[asked], other[asked]) for asked in one if one[asked] != other[asked]}


def _lines(one: str, other: str) -> tuple[str, str]:
    left, right = one.splitlines(), other.splitlines()
    return (
        "\n".join(line for line in left if line not in right)[:600],
        "\n".join(line for line in right if line not in left)[:600],
    )


# --- the walk itself


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", twins.WATCHERS)
def test_nothing_that_a_watcher_fetches_differs_by_the_arm(role, way):
    """Between two worlds with the same keys, where one twin is in another arm; and between the two
    twins of one world, whose keys differ, and with them the addresses."""
    with twins.world("exercise", "control") as world:
        key, places = key_of(world.watchers[role], way), world.places
        one, two = (walk(key, places[name], ASKED_BY[way]) for name in ("one", "two"))
    with twins.world("control", "control") as world:
        again = walk(key_of(world.watchers[role], way), places["one"], ASKED_BY[way])
    assert different(one, again) == {}
    assert different(one, two) == {}


def test_the_walk_would_notice(settings):
    """The same comparison, by someone who may know: the clinician's desk differs between arms."""
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    answers, places = [], None
    for arm in ("exercise", "control"):
        with twins.world(arm) as world:
            clinician = world.one.locks.get().by
            places = places or world.places["one"]
            answers.append(walk(key_of(clinician, "cookie"), places, READ))
    found = different(*answers)
    assert "GET /admin/enrollment/participant/<path:object_id>/change/" in found
    assert "GET /admin/logging_app/workout/" in found
    assert len(found) > 10
    # Who comes today is told to the clinician too, and without the group.
    assert all(place in answers[0]["GET /visits/"] for place in (twins.ANYBODYS, twins.OWN))
    assert "GET /visits/" not in found


def test_the_walk_meets_pages_that_open(settings):
    """A walk of refusals alone would prove little."""
    with twins.world("exercise") as world:
        rater = walk(key_of(world.watchers[Role.RATER], "cookie"), world.places["one"], READ)
        phone = walk(key_of(world.watchers[Role.RATER], "token"), world.places["one"], READ)
    opened = {asked for asked, answer in rater.items() if answer.startswith("200")}
    assert {"GET /", "GET /styleguide/", "GET /account/email/", "GET /api/schema/"} <= opened
    assert {"GET /rater/", "GET /rater/<slug:study_id>/<slug:visit>/"} <= opened
    assert rater["GET /rater/"].count("STUDY-ID") >= 2
    assert all(rater["GET /rater/"].count(place) == 2 for place in (twins.ANYBODYS, twins.OWN))
    assert twins.ANOTHERS not in rater["GET /rater/"]
    assert "GET /healthz" in opened
    opened = {asked for asked, answer in phone.items() if answer.startswith("200")}
    assert {"GET /api/schema/", "GET /_allauth/app/v1/auth/session"} <= opened


def test_the_masks_leave_words_alone():
    for text in ("exercise", "control", "Exercise programme", "EX-other", "12 workouts", "arm=b",
                 "2026-03-18", "week-7", "id=17"):  # fmt: skip
        assert twins.masked(text) == text


SIGNATURE = {
    "edit": 1, "mode": "video", "informant": "participant", "revealed": "yes",
    "revealed_how": "spoke of it", "password": cast.PASSWORD,
}  # fmt: skip
HEARD = {"key": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "tier": "immediate", "words": "fell"}


def test_a_rater_scores_the_same_in_both_arms():
    """From the list to what is said afterwards: a draft whose score raises an alert, a signature, a
    correction, and what was heard of harm."""
    seen = []
    for arm in ("exercise", "control"):
        with twins.world(arm) as world:
            rater = doors.cookie(world.watchers[Role.RATER])
            path = f"/rater/{world.one.study_id}/week-6/"
            heard = f"/rater/{world.one.study_id}/heard/"
            steps = [
                rater.get("/rater/"), rater.post(path, RATING), rater.get("/rater/"),
                rater.get(path), rater.get(f"{path}sign/"), rater.post(f"{path}sign/", SIGNATURE),
                rater.get("/rater/"), rater.get(path), rater.get(f"{path}correct/"),
                rater.post(f"{path}correct/", {"reason": "a slip"}), rater.get(path),
                rater.post(f"{path}give-back/", {"reason": "was right"}), rater.get(heard),
                rater.post(heard, HEARD), rater.get(f"{path}guess/"), rater.get("/"),
            ]  # fmt: skip
            seen.append([twins.seen(answer, asked=path) for answer in steps])
            signed = world.one.responses.standing().get(instrument="hdrs17")
            assert signed.interview.signed_at == cast.NOW
    assert [answer[:3] for answer in seen[0][:6]] == ["200", "302", "200", "200", "200", "302"]
    assert seen[0] == seen[1]


# What a rater must not come across before the lock, each with a word that stands nowhere else.
def _plant(person: Any) -> None:
    other = rated.rater("another", at=person.site)
    earlier = rated.signed(
        person, "week-6", by=other, notes={"1": "hidden-note"},
        signature={"meaning": "hidden-name"},
        **{key: 2 for key in rated.A_ONLY if key != "3"},
    )  # fmt: skip
    assert earlier.submitted_at is not None
    own = dict.fromkeys(protocol.instrument("hdrs17-self").keys, 1)
    save_answers(
        participant=person, visit="week-6", instrument="hdrs17-self", answers={**own, "3": 3},
        complete=False, by=person.user, now=cast.NOW,
    )  # fmt: skip
    note_heard(
        participant=person, tier="immediate", words="hidden-alert", key=UUID(int=1), by=other,
        now=cast.NOW,
    )  # fmt: skip
    AdverseEvent.objects.create(
        participant=person, verbatim="hidden-event", source="scheduled", aware_at=cast.NOW,
        narrative="hidden-narrative", started_on=cast.NOW.date(), noted_by=other,
    )  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_rater_meets_no_earlier_score_self_report_event_or_alert(way):
    """Everything that a rater can fetch, after others have rated, answered, fallen and alarmed."""
    with twins.world("exercise") as world:
        cast.cover(world.one.site)
        _plant(world.one)
        places = {
            **world.places["one"],
            "<int:alert_id>": str(world.one.alerts.latest("pk").pk),
            "<int:event_id>": str(AdverseEvent.objects.latest("pk").pk),
            "<slug:instrument>": "hdrs17-self",
        }
        found = walk(key_of(world.watchers[Role.RATER], way), places, ASKED_BY[way])
    opened = {asked for asked, answer in found.items() if answer.startswith("200")}
    if way == "cookie":
        assert "GET /rater/<slug:study_id>/<slug:visit>/" in opened
    told = {asked for asked, answer in found.items() if "hidden-" in answer}
    assert told == set()
    # 16 items at 2 and the item of suicide at 0 are 32.
    rooms = {asked for asked in opened if "/rater/" in asked}
    assert [asked for asked in rooms if re.search(r"\b32\b", found[asked].split("<main")[-1])] == []


# --- mail


@pytest.mark.parametrize("role", twins.WATCHERS)
def test_mails_do_not_differ(role, django_capture_on_commit_callbacks):
    """Those that the study sends by itself, and those that a watcher asks for."""
    sent = []
    for arm in ("exercise", "control"):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True), twins.world(arm) as world:
            watcher = world.watchers[role]
            client = Client()
            client.post("/account/password/reset/", {"email": watcher.email})
            client.post("/account/login/code/", {"email": watcher.email})
            telling.send_owed(cast.NOW)
        others = [m for m in mail.outbox if m.subject == "Please open the safety page"]
        assert bool(others) is (arm == "exercise"), "the clinician is told of the alerts"
        mine = [m for m in mail.outbox if watcher.email in m.recipients()]
        sent.append([re.sub(r"\b[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}\b", "CODE", m.message().as_string())
                     for m in mine])  # fmt: skip
        sent[-1] = [re.sub(r"(?m)^(Message-ID|Date): .*$", "", text) for text in sent[-1]]
    assert len(sent[0]) == 2
    assert sent[0] == sent[1]


# --- the blinded export


def files(kind: Kind, folder: Any) -> dict[str, bytes]:
    make_export(out=folder, kind=kind, identified=False, by=None, now=cast.NOW)
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def test_the_blinded_export_differs_in_the_letter_alone(tmp_path):
    """Everything else is the same to the byte, the manifest but for hashes and the trail's head."""
    found, names = [], []
    for arm in ("exercise", "control"):
        with twins.world(arm):
            found.append(files(Kind.BLINDED, tmp_path / arm))
    names = [set(each) for each in found]
    assert names[0] == names[1]
    changed = {name for name in names[0] if found[0][name] != found[1][name]}
    assert changed == {"allocations.csv", "manifest.json"}
    one, other = (each["allocations.csv"].decode().splitlines() for each in found)
    letters = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    assert len(letters) == 1
    assert {letters[0][0][-1], letters[0][1][-1]} == {"A", "B"}
    assert letters[0][0][:-1] == letters[0][1][:-1]
    one, other = (json.loads(each["manifest.json"]) for each in found)
    for manifest in (one, other):
        manifest.pop("audit_head")
        facts = manifest["files"]["allocations.csv"]
        facts.pop("sha256")
    assert one == other


def test_the_blinded_download_has_the_same_name_size_and_headers(settings):
    """As a coordinator hands it to the statistician."""
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    got = []
    for arm in ("exercise", "control"):
        with twins.world(arm) as world:
            coordinator = cast.staff(Role.COORDINATOR, at=world.one.site, name="coordinator")
            answer = doors.cookie(coordinator).post(
                reverse("admin:data_management_export_download"), {"kind": "blinded"}
            )
            archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            sizes = {name: size for name, size in sizes.items() if "manifest" not in name}
            head = {k: v for k, v in answer.items() if k not in {"Content-Length", "X-Request-Id"}}
            got.append((answer.status_code, head, sizes))
    assert got[0][0] == 200
    assert got[0] == got[1]
