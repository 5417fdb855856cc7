"""Reaching people: gateway, Web Push, mail, and the order in which they are tried."""

from __future__ import annotations

import base64
import json
import smtplib
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.core.exceptions import ValidationError
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client

from accounts.messages import channels, outside, push, selectors, services
from accounts.messages.channels import Note, deliver
from accounts.messages.gateways import Log, Webhook, gateway
from accounts.models import OutgoingMessage, PushSubscription, User
from tests import cast

pytestmark = pytest.mark.django_db

NOTE = Note(
    kind="reminder", subject="My Week", words="There is something here.",
    link=lambda key: f"https://s.org/note/{key}/", stop="https://s.org/stop/t/", stop_words="Stop:",
)  # fmt: skip
EVERY = ["push", "email", "sms"]
FCM = "https://fcm.googleapis.com/fcm/send/abc"
# RFC 8291, appendix A.
RFC = {
    "plain": b"When I grow up, I want to be a watermelon",
    "private": "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
    "p256dh": (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    ),
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    "salt": "DGv6ra1nlYgDCS1FRnbzlw",
    "body": (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    ),
}  # fmt: skip


class Answers(BaseHTTPRequestHandler):
    """A gateway that answers as the test says, and keeps what it got."""

    status: ClassVar[int] = 200
    seen: ClassVar[list[tuple[str, dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, dict(self.headers), body))
        self.send_response(self.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Answers.seen.clear()
    Answers.status = 200
    with HTTPServer(("127.0.0.1", 0), Answers) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture
def person() -> User:
    return cast.user("patient", phone="+86 10 1234-5678")


def subscribe(person: User, endpoint: str = FCM) -> PushSubscription:
    return services.add_phone(
        user=person, endpoint=endpoint, p256dh=RFC["p256dh"], auth=RFC["auth"], now=cast.NOW
    )


def answering(monkeypatch: pytest.MonkeyPatch, *statuses: Any) -> list[dict[str, Any]]:
    """The outside world answers with these, in order; an exception is raised."""
    asked: list[dict[str, Any]] = []
    waiting = list(statuses)

    def post(url: str, **what: Any) -> int:
        asked.append({"url": url, **what})
        found = waiting.pop(0)
        if isinstance(found, Exception):
            raise found
        return int(found)

    monkeypatch.setattr(outside, "post", post)
    return asked


class BrokenMail(BaseEmailBackend):
    """A mail server of the test's making."""

    opens: ClassVar[Exception | None] = None
    sends: ClassVar[Exception | None] = None

    def open(self) -> None:
        if self.opens:
            raise self.opens

    def send_messages(self, messages: Any) -> int:
        if self.sends:
            raise self.sends
        return len(messages)


def broken_mail(settings: Any, monkeypatch: pytest.MonkeyPatch, **how: Exception | None) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.BrokenMail"
    for name, error in how.items():
        monkeypatch.setattr(BrokenMail, name, error)


def kept() -> list[tuple[str, str, str]]:
    return list(OutgoingMessage.objects.order_by("pk").values_list("channel", "state", "error"))


# --- the gateway


def test_webhook_posts_what_it_promises(server: str) -> None:
    assert Webhook(f"{server}/send?a=1", "a secret of ours").send("+861", "你好").state == "sent"
    path, headers, body = Answers.seen[0]
    assert path == "/send?a=1"
    assert headers["Authorization"] == "Bearer a secret of ours"
    assert json.loads(body) == {"to": "+861", "text": "你好", "test": False}


@pytest.mark.parametrize(
    ("status", "state"),
    [(200, "sent"), (202, "sent"), (302, "failed"), (400, "rejected"), (401, "failed"),
     (404, "rejected"), (410, "rejected"), (422, "rejected"), (429, "failed"), (500, "failed")],
)  # fmt: skip
def test_webhook_answers(server: str, status: int, state: str) -> None:
    Answers.status = status
    outcome = Webhook(server, "s").send("+861", "text")
    assert (outcome.state, outcome.perhaps) == (state, False)
    assert outcome.error == ("" if state == "sent" else f"HTTP {status}")
    assert len(Answers.seen) == 1, "a redirect was followed"


def test_webhook_that_is_not_there_got_nothing() -> None:
    outcome = Webhook("http://127.0.0.1:1/", "s").send("+861", "text")
    assert (outcome.state, outcome.error, outcome.perhaps) == (
        "failed", "ConnectionRefusedError", False,
    )  # fmt: skip


def test_webhook_that_falls_silent_may_have_sent(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answers, "do_POST", lambda self: self.connection.close())
    assert Webhook(server, "s").send("+861", "text").perhaps


def test_nothing_goes_out_without_tls_but_to_this_machine() -> None:
    outcome = Webhook("http://sms.example.org/", "s").send("+861", "text")
    assert (outcome.state, outcome.error) == ("failed", "NoTLS")


def test_gateway_by_setting(settings: Any) -> None:
    assert gateway() is None
    settings.EXDEP_SMS_GATEWAY = "log"
    assert isinstance(gateway(), Log)
    settings.EXDEP_SMS_GATEWAY, settings.EXDEP_SMS_SECRET = "webhook:https://s.org/x", "secret"
    assert gateway() == Webhook("https://s.org/x", "secret")


def test_the_log_says_neither_number_nor_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    Log().send("+8613912345678", "the words")
    said = str([vars(record) for record in caplog.records])
    assert "13912345678" not in said
    assert "the words" not in said


def test_gateway_is_tested_weekly_and_hourly_until_it_works(settings: Any, server: str) -> None:
    assert services.check_gateway(cast.NOW) is None, "there is none to test"
    settings.EXDEP_SMS_GATEWAY, settings.EXDEP_SMS_SECRET = f"webhook:{server}", "s"
    Answers.status = 422
    failed = services.check_gateway(cast.NOW)
    assert failed is not None
    assert (failed.state, failed.kind, failed.user) == ("failed", "gateway_test", None)
    assert selectors.gateway_last_ok() is None
    Answers.status = 200
    later = cast.NOW + timedelta(hours=1)
    assert services.check_gateway(later).state == "sent"  # type: ignore[union-attr]
    assert json.loads(Answers.seen[-1][2]) == {"to": "", "text": "", "test": True}
    assert services.check_gateway(later + timedelta(days=6, hours=23)) is None
    assert services.check_gateway(later + timedelta(days=7)) is not None
    assert selectors.gateway_last_ok() == later + timedelta(days=7)


@pytest.mark.parametrize(
    ("states", "word"), [(["failed"], "degraded"), (["failed", "sent"], "ok"), (["sent"], "ok")]
)
def test_health_stays_degraded_until_the_gateway_works(
    client: Client, states: list[str], word: str
) -> None:
    for day, state in enumerate(states):
        OutgoingMessage.objects.create(
            kind="gateway_test", channel="sms", state=state,
            created_at=cast.NOW - timedelta(days=400 - day),
        )  # fmt: skip
    assert client.get("/healthz").json()["messages"] == word


# --- Web Push


def test_push_encrypts_as_the_rfc_does() -> None:
    own = ec.derive_private_key(int.from_bytes(push.unbase64(RFC["private"]), "big"), push.CURVE)
    made = push.encrypt(
        RFC["plain"], p256dh=push.unbase64(RFC["p256dh"]), auth=push.unbase64(RFC["auth"]),
        salt=push.unbase64(RFC["salt"]), own=own,
    )  # fmt: skip
    assert base64.urlsafe_b64encode(made).rstrip(b"=").decode() == RFC["body"]


def test_push_says_which_site_sends() -> None:
    scheme, given = push.vapid("https://fcm.googleapis.com/x?y", cast.NOW).split(" ", 1)
    fields = dict(part.strip().split("=", 1) for part in given.split(","))
    head, claims, signature = fields["t"].split(".")
    assert scheme == "vapid"
    assert json.loads(push.unbase64(head)) == {"typ": "JWT", "alg": "ES256"}
    told = json.loads(push.unbase64(claims))
    assert told["aud"] == "https://fcm.googleapis.com"
    assert told["sub"].startswith("mailto:noreply@")
    assert 0 < told["exp"] - cast.NOW.timestamp() <= 24 * 3600  # RFC 8292, 2: a day at most
    key = ec.EllipticCurvePublicKey.from_encoded_point(push.CURVE, push.unbase64(fields["k"]))
    raw = push.unbase64(signature)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    key.verify(
        encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256())
    )  # raises where it does not fit
    assert fields["k"] == push.public_key()


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        (FCM, True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://web.push.apple.com/Q", True),
        ("https://sg2p.notify.windows.com:443/w/?token=x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com.evil.org/x", False),
        ("https://evilfcm.googleapis.com.org/", False),
        ("https://notfcm.googleapis.com/", False),
        ("https://user@fcm.googleapis.com/", False),
        ("https://fcm.googleapis.com:8443/", False),
        ("https://fcm.googleapis.com:99999/", False),
        ("https://127.0.0.1/", False),
        ("", False),
    ],
)
def test_push_goes_to_push_services_only(endpoint: str, known: bool) -> None:
    assert push.is_push_service(endpoint) is known


@pytest.mark.parametrize(
    "keys",
    [{"p256dh": RFC["p256dh"][:-2]}, {"p256dh": "é"}, {"auth": "AAAA"}, {"p256dh": "", "auth": ""}],
)
def test_a_browser_without_proper_keys_is_refused(person: User, keys: dict[str, str]) -> None:
    given = {"p256dh": RFC["p256dh"], "auth": RFC["auth"], **keys}
    with pytest.raises(ValidationError):
        services.add_phone(user=person, endpoint=FCM, now=cast.NOW, **given)
    assert not PushSubscription.objects.exists()


def test_a_browser_belongs_to_who_used_it_last(person: User) -> None:
    other = cast.user("other")
    subscribe(person)
    subscribe(other)
    assert list(PushSubscription.objects.values_list("user", flat=True)) == [other.pk]


def test_five_browsers_are_kept(person: User) -> None:
    for number in range(7):
        subscribe(person, f"{FCM}{number}")
    kept = person.push_subscriptions.order_by("pk").values_list("endpoint", flat=True)
    assert list(kept) == [f"{FCM}{number}" for number in range(2, 7)]


def test_push_hands_over_what_the_service_asks(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answering(monkeypatch, 201)
    outcome = push.send(
        subscribe(person), {"title": "My Week"}, now=cast.NOW, lasts=timedelta(minutes=90)
    )
    assert outcome.state == "sent"
    assert asked[0]["url"] == FCM
    assert asked[0]["headers"]["TTL"] == "5400"
    assert asked[0]["headers"]["Content-Encoding"] == "aes128gcm"
    assert b"My Week" not in asked[0]["body"]


# --- one note, several channels


def test_the_first_channel_that_takes_it_is_the_last_tried(
    person: User, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    subscribe(person)
    answering(monkeypatch, 201)
    assert deliver(user=person, note=NOTE, channels=EVERY, now=cast.NOW).by == "push"
    assert (kept(), mailoutbox) == ([("push", "sent", "")], [])


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_forgotten_and_mail_goes(
    person: User, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any], status: int
) -> None:
    subscribe(person)
    answering(monkeypatch, status)
    assert deliver(user=person, note=NOTE, channels=EVERY, now=cast.NOW).by == "email"
    assert kept() == [("push", "rejected", f"HTTP {status}"), ("email", "sent", "")]
    assert not person.push_subscriptions.exists()
    assert len(mailoutbox) == 1


def test_one_phone_of_two_is_enough(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(person, f"{FCM}1")
    subscribe(person, f"{FCM}2")
    answering(monkeypatch, 410, 201)
    assert deliver(user=person, note=NOTE, channels=EVERY, now=cast.NOW).by == "push"
    assert [row.endpoint for row in person.push_subscriptions.all()] == [f"{FCM}2"]


def test_a_push_that_fails_falls_back(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(person)
    answering(monkeypatch, outside.UnreachableError("gaierror"))
    assert deliver(user=person, note=NOTE, channels=EVERY, now=cast.NOW).by == "email"
    assert kept() == [("push", "failed", "gaierror"), ("email", "sent", "")]
    assert person.push_subscriptions.exists()


def test_what_may_have_arrived_is_not_sent_twice(
    person: User, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    subscribe(person)
    answering(monkeypatch, outside.NoAnswerError("TimeoutError"))
    delivered = deliver(user=person, note=NOTE, channels=EVERY, now=cast.NOW)
    assert (delivered.by, delivered.may_have_arrived) == (None, True)
    assert (kept(), mailoutbox) == ([("push", "failed", "TimeoutError")], [])


@pytest.mark.parametrize(
    ("how", "state", "next_tried"),
    [
        ({"opens": ConnectionRefusedError()}, "failed", True),
        ({"opens": TimeoutError()}, "failed", True),
        ({"sends": smtplib.SMTPRecipientsRefused({"x": (550, b"x")})}, "rejected", True),
        ({"sends": smtplib.SMTPDataError(451, b"later")}, "failed", True),
        ({"sends": smtplib.SMTPServerDisconnected()}, "failed", False),
        ({"sends": TimeoutError()}, "failed", False),
    ],
)
def test_mail_that_does_not_go_falls_back_where_it_surely_did_not(
    person: User, settings: Any, monkeypatch: pytest.MonkeyPatch, how: dict[str, Exception],
    state: str, next_tried: bool,
) -> None:  # fmt: skip
    broken_mail(settings, monkeypatch, **how)
    settings.EXDEP_SMS_GATEWAY = "log"
    delivered = deliver(user=person, note=NOTE, channels=EVERY, now=cast.NOW)
    assert delivered.by == ("sms" if next_tried else None)
    assert kept()[0][:2] == ("email", state)
    assert len(kept()) == (2 if next_tried else 1)


def test_channels_without_an_address_are_passed_over(settings: Any) -> None:
    nobody = User.objects.create_user(sign_in_code="EX-1", phone="-")
    settings.EXDEP_SMS_GATEWAY = "log"
    assert channels.usable(nobody, EVERY) == []
    assert not deliver(user=nobody, note=NOTE, channels=EVERY, now=cast.NOW).may_have_arrived
    assert kept() == []


def test_mail_is_neutral_and_can_be_stopped_by_one_tap(person: User, mailoutbox: list[Any]) -> None:
    deliver(user=person, note=NOTE, channels=["email"], now=cast.NOW)
    mail, row = mailoutbox[0], OutgoingMessage.objects.get()
    assert mail.subject == "My Week"
    assert f"https://s.org/note/{row.key}/" in mail.body
    assert mail.body.rstrip().endswith("Stop: https://s.org/stop/t/")
    sent = mail.message()
    assert sent["List-Unsubscribe"] == "<https://s.org/stop/t/>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_text_message_is_one_line_to_the_number(
    person: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EXDEP_SMS_GATEWAY, settings.EXDEP_SMS_SECRET = "webhook:https://s.org/x", "secret"
    asked = answering(monkeypatch, 200)
    deliver(user=person, note=NOTE, channels=["sms"], now=cast.NOW)
    said = json.loads(asked[0]["body"])
    assert said["to"] == "+861012345678"
    key = OutgoingMessage.objects.get().key
    assert said["text"] == (
        f"There is something here. https://s.org/note/{key}/ Stop: https://s.org/stop/t/"
    )


def test_rows_hold_neither_address_nor_text(person: User, settings: Any) -> None:
    settings.EXDEP_SMS_GATEWAY = "log"
    for channel in ("email", "sms"):
        deliver(user=person, note=NOTE, channels=[channel], now=cast.NOW)
    told = str(list(OutgoingMessage.objects.values_list()))
    assert "example.org" not in told
    assert "861012345678" not in told
    assert "something" not in told
