"""The pages on the way in, as a browser without JavaScript walks them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import OutgoingMessage, User
from accounts.roles import Role
from enrollment.join import limits, presenters
from enrollment.models import Participant
from enrollment.services.invitations import Wanted, issue, revoke
from tests import cast

NOW = cast.NOW
PASSWORD = {"secret": "four quiet words here", "again": "four quiet words here"}
PIN = {"secret": "480159", "again": "480159"}
WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605 MicroMessenger/8.0.40"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605 Version/17.0 Safari/604"


@pytest.fixture(autouse=True)
def clock(db):
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk():
    return cast.staff(Role.COORDINATOR, at=cast.site(contact_name="Li", contact_phone="010 1"))


@pytest.fixture
def code(desk):
    return invited(desk)


def invited(desk, **wanted):
    wanted = Wanted(**{"language": "en", **wanted})
    return issue(site=cast.site(), wanted=[wanted], by=desk, now=NOW)[0].code


def digits() -> str:
    return re.search(r"^(\d{6})$", mail.outbox[-1].body, re.M)[1]


def past_the_mail(browser, code, email="new@example.org"):
    answer = browser.post(f"/join/{code}/", {"email": email})
    assert answer["location"] == f"/join/{code}/check/"
    return browser.post(f"/join/{code}/check/", {"digits": digits()})


# --- the two ways in


def test_join_with_mail_from_link_to_signed_in(code):
    browser = Client()
    assert browser.get(f"/join/{code}/").status_code == 200
    answer = past_the_mail(browser, code)
    assert answer["location"] == f"/join/{code}/password/"
    assert "new@example.org" in browser.get(f"/join/{code}/password/").content.decode()
    answer = browser.post(f"/join/{code}/password/", PASSWORD)
    assert answer["location"] == "/join/done/"
    person = Participant.objects.get()
    assert (person.user.email, person.user.language) == ("new@example.org", "en")
    page = browser.get("/join/done/")
    assert "EX-101" in page.content.decode()
    assert page.context["onward"] in {"/consent/", "/today/"}
    assert "joining" not in browser.session
    again = Client().post("/account/login/", {"login": "new@example.org", **_typed(PASSWORD)})
    assert again.status_code == 302


def test_join_without_mail_from_card_to_signed_in(code):
    browser = Client()
    answer = browser.post("/join/", {"code": f"{code[:3]} {code[3:6].lower()}-{code[6:]}"})
    assert answer["location"] == f"/join/{code}/"
    assert browser.get(f"/join/{code}/pin/").status_code == 200
    assert browser.post(f"/join/{code}/pin/", PIN)["location"] == "/join/done/"
    person = Participant.objects.get()
    assert (person.user.email, person.user.sign_in_code) == (None, "EX-101")
    assert browser.get("/join/done/").status_code == 200
    for login in ("EX-101", "ex-101"):
        again = Client().post("/account/login/", {"login": login, **_typed(PIN)})
        assert again.status_code == 302


def _typed(secret):
    return {"password": secret["secret"]}


def test_join_asks_nothing_about_health(code):
    for path in ("", "pin/"):
        page = Client().get(f"/join/{code}/{path}").content.decode().lower()
        for word in ("depress", "health", "mood", "exercise", "trial", "study"):
            assert word not in page.replace("study team", ""), word


def test_join_every_page_survives_a_reload(code):
    browser = Client()
    past_the_mail(browser, code)
    for path in ("", "check/", "password/", "pin/"):
        for _ in range(2):
            assert browser.get(f"/join/{code}/{path}").status_code == 200


def test_join_steps_cannot_be_skipped(code):
    browser = Client()
    for path in ("check/", "password/"):
        assert browser.get(f"/join/{code}/{path}")["location"] == f"/join/{code}/"
    assert browser.post(f"/join/{code}/password/", PASSWORD)["location"] == f"/join/{code}/"
    browser.post(f"/join/{code}/", {"email": "new@example.org"})
    assert browser.post(f"/join/{code}/password/", PASSWORD)["location"] == f"/join/{code}/"
    assert not Participant.objects.exists()


def test_join_a_proof_for_one_invitation_does_not_open_another(desk, code):
    browser = Client()
    past_the_mail(browser, code)
    other = invited(desk)
    assert browser.get(f"/join/{other}/password/")["location"] == f"/join/{other}/"


def test_join_in_chinese_when_the_invitation_is(desk):
    chinese = invited(desk, language="zh-hans")
    browser = Client()
    assert 'lang="zh-hans"' in browser.get(f"/join/{chinese}/").content.decode()
    browser.post(f"/join/{chinese}/pin/", PIN)
    assert User.objects.get(sign_in_code="EX-101").language == "zh-hans"


def test_join_signed_in_goes_home_whatever_the_code(code):
    browser = Client()
    browser.force_login(cast.participant().user)
    for path in (f"/join/{code}/", "/join/WRONG/", "/join/"):
        assert browser.get(path)["location"] == "/"


# --- the digits of the mail


def test_digits_are_good_for_fifteen_minutes(code, clock):
    browser = Client()
    browser.post(f"/join/{code}/", {"email": "new@example.org"})
    clock.shift(timedelta(minutes=15, seconds=1))
    answer = browser.post(f"/join/{code}/check/", {"digits": digits()})
    assert answer.status_code == 200
    assert "not right" in answer.content.decode()


def test_digits_may_be_tried_five_times(code):
    browser = Client()
    browser.post(f"/join/{code}/", {"email": "new@example.org"})
    right = digits()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        assert browser.post(f"/join/{code}/check/", {"digits": wrong}).status_code == 200
    assert browser.post(f"/join/{code}/check/", {"digits": right}).status_code == 200
    browser.post(f"/join/{code}/check/", {"action": "resend"})
    answer = browser.post(f"/join/{code}/check/", {"digits": f" {digits()[:3]} {digits()[3:]}"})
    assert answer["location"] == f"/join/{code}/password/"


def test_mails_are_limited_to_six_an_hour(code, clock):
    browser = Client()
    for _ in range(6):
        assert browser.post(f"/join/{code}/", {"email": "new@example.org"}).status_code == 302
    answer = browser.post(f"/join/{code}/", {"email": "new@example.org"})
    assert (answer.status_code, len(mail.outbox)) == (200, 6)
    clock.shift(timedelta(hours=1))
    assert browser.post(f"/join/{code}/", {"email": "new@example.org"}).status_code == 302


def test_an_address_with_an_account_is_told_by_mail_only(code):
    cast.user("taken")
    browser, other = Client(), Client()
    known = browser.post(f"/join/{code}/", {"email": "taken@example.org"})
    assert not re.search(r"\d{6}", mail.outbox[-1].body)
    new = other.post(f"/join/{code}/", {"email": "fresh@example.org"})
    assert (known.status_code, known["location"]) == (new.status_code, new["location"])
    for guess in ("", "000000"):
        answer = browser.post(f"/join/{code}/check/", {"digits": guess})
        assert answer.status_code == 200
    assert browser.get(f"/join/{code}/password/").status_code == 302


def test_mail_says_nothing_of_what_this_is_about(code):
    Client().post(f"/join/{code}/", {"email": "new@example.org"})
    sent = mail.outbox[-1]
    words = f"{sent.subject} {sent.body}".lower()
    assert sent.subject == "My Week"
    for word in ("depress", "trial", "exercise", "study", "arm"):
        assert word not in words
    assert OutgoingMessage.objects.get().kind == "enrollment/join_code"


# --- secrets


@pytest.mark.parametrize(
    "pin", [{"secret": "111111", "again": "111111"}, {"secret": "480159", "again": "480158"}, {}]
)
def test_join_refuses_a_bad_pin_and_says_why(code, pin):
    answer = Client().post(f"/join/{code}/pin/", pin)
    assert answer.status_code == 200
    assert "Something needs another look" in answer.content.decode()
    assert not Participant.objects.exists()


@pytest.mark.parametrize("password", ["short", "12345678901", "password"])
def test_join_refuses_a_bad_password(code, password):
    browser = Client()
    past_the_mail(browser, code)
    answer = browser.post(f"/join/{code}/password/", {"secret": password, "again": password})
    assert answer.status_code == 200
    assert not Participant.objects.exists()


# --- codes that open nothing


def masked(answer):
    text = answer.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "TOKEN", text)
    return answer.status_code, text


def closed_codes(desk, clock):
    used, revoked, expired = (invited(desk) for _ in range(3))
    assert Client().post(f"/join/{used}/pin/", PIN).status_code == 302
    row = issue(site=cast.site(), wanted=[Wanted()], by=desk, now=NOW)[0]
    revoke(invitation=row.invitation, by=desk, now=NOW)
    clock.shift(timedelta(days=31))
    return [used, row.code, expired, revoked, "WRONG23456", "x", "ABC%00DEF"]


@pytest.mark.parametrize("path", ["", "check/", "password/", "pin/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_used_expired_revoked_and_wrong_codes_get_one_answer(desk, clock, path, method):
    codes = closed_codes(desk, clock)
    answers = set()
    for code in codes:
        cache.clear()
        answer = getattr(Client(), method)(f"/join/{code}/{path}", {} if method == "get" else PIN)
        answers.add(masked(answer))
    status, text = answers.pop()
    assert status == 404
    assert "does not open anything" in text
    assert answers == set()


def test_used_expired_revoked_and_wrong_codes_cost_the_same(desk, clock):
    """The same work, hence a similar time: one look for the code, and the count."""
    work = set()
    for code in closed_codes(desk, clock):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            Client().get(f"/join/{code}/")
        work.add(tuple(re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries))
    assert len(work) == 1
    assert sum("enrollment_invitation" in query for query in work.pop()) == 1


def test_wrong_codes_are_limited_by_address(code, clock):
    browser = Client()
    for _ in range(limits.BY_ADDRESS.times):
        assert browser.get("/join/WRONG23456/").status_code == 404
    assert browser.get("/join/WRONG23456/").status_code == 429
    assert browser.get(f"/join/{code}/").status_code == 429
    assert browser.post(f"/join/{code}/pin/", PIN).status_code == 429
    assert Client(REMOTE_ADDR="10.0.0.9").get(f"/join/{code}/").status_code == 200
    clock.shift(timedelta(minutes=10))
    assert browser.get(f"/join/{code}/").status_code == 200


def test_wrong_codes_are_limited_overall(code, monkeypatch):
    monkeypatch.setattr(limits, "OVERALL", limits.Limit("join-all", 6, 3600))
    for n in range(6):
        assert Client(REMOTE_ADDR=f"10.0.0.{n}").get("/join/WRONG23456/").status_code == 404
    assert Client(REMOTE_ADDR="10.0.1.1").get(f"/join/{code}/").status_code == 429


def test_right_codes_do_not_count(code):
    for _ in range(limits.BY_ADDRESS.times + 2):
        assert Client().get(f"/join/{code}/").status_code == 200


# --- browsers inside apps


@pytest.mark.parametrize(
    ("agent", "app"),
    [
        (WECHAT, "WeChat"), ("Mozilla/5.0 QQ/8.9.50", "QQ"), ("Weibo (iPhone14)", "Weibo"),
        ("Mozilla/5.0 [FBAN/FBIOS;FBAV/400]", "Facebook"), (SAFARI, ""),
        ("Mozilla/5.0 MQQBrowser/13 Mobile", ""), ("", ""),
    ],
)  # fmt: skip
def test_in_app_knows_the_windows_of_apps(agent, app):
    assert presenters.in_app(agent) == app


def test_join_works_in_an_app_and_says_how_to_leave_it(code):
    inside = Client(headers={"user-agent": WECHAT})
    assert "Open in browser" in inside.get(f"/join/{code}/").content.decode()
    assert (
        "Open in browser"
        not in Client(headers={"user-agent": SAFARI}).get(f"/join/{code}/").content.decode()
    )
    assert inside.post(f"/join/{code}/pin/", PIN)["location"] == "/join/done/"
