"""The way to a signature, page by page, and what is refused on it."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from datetime import timedelta

import pytest
import time_machine
from PIL import Image, PngImagePlugin

from core.images import ImageRefused, reencode_png
from enrollment.models import ConsentRecord
from tests import cast, doors
from tests.enrollment import consenting

NOW = cast.NOW
RIGHT = {"group": "chance", "urgent": "call", "leave": "say", "estimate": "guess"}


@pytest.fixture
def clock(db):
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def patient(clock):
    person = consenting.newcomer()
    consenting.approved()
    return person


@pytest.fixture
def phone(patient):
    return doors.cookie(patient.user)


def read_all(phone, sections=13):
    for number in range(1, sections + 1):
        assert phone.get(f"/consent/read/{number}/").status_code == 200


def to_signing(phone, patient, ticks=None):
    consenting.talk(patient)
    read_all(phone)
    assert phone.post("/consent/check/", RIGHT).status_code == 302
    sent = phone.post("/consent/choices/", ticks or {})
    assert sent["location"] == "/consent/sign/"


def signing(**changes):
    return {
        "printed_name": "Chen Mei", "agreed": "on", "password": cast.PASSWORD, **changes
    }  # fmt: skip


def url(png):
    return "data:image/png;base64," + base64.b64encode(png).decode()


# --- the order of the steps


def test_no_step_can_be_skipped(phone, patient):
    consenting.talk(patient)
    for address in ("/consent/check/", "/consent/choices/", "/consent/sign/", "/consent/read/5/"):
        assert phone.get(address)["location"] == "/consent/read/1/"
    read_all(phone)
    assert phone.get("/consent/sign/")["location"] == "/consent/check/"
    phone.post("/consent/check/", RIGHT)
    assert phone.get("/consent/sign/")["location"] == "/consent/choices/"
    assert phone.get("/consent/read/14/").status_code == 404


def test_seconds_are_counted_between_requests(phone, patient, clock):
    for number in range(1, 14):
        phone.get(f"/consent/read/{number}/")
        clock.shift(timedelta(seconds=10 * number))
    phone.get("/consent/read/1/")
    clock.shift(timedelta(hours=3))  # left open
    phone.get("/consent/check/")
    clock.move_to(NOW)
    to_signing_again = {"1": 10 + 900, **{str(n): 10 * n for n in range(2, 14)}}
    phone.post("/consent/check/", RIGHT)
    phone.post("/consent/choices/", {})
    consenting.talk(patient)
    assert phone.post("/consent/sign/", signing()).status_code == 302
    assert ConsentRecord.objects.get(participant=patient).seconds_shown == to_signing_again


def test_another_language_is_another_text_and_is_read_anew(phone, patient):
    read_all(phone)
    phone.post("/language/", {"language": "zh-hans", "next": "/consent/"})
    assert phone.get("/consent/check/")["location"] == "/consent/read/1/"
    assert "这项研究是关于什么的" in phone.get("/consent/read/1/").content.decode() + (
        phone.get("/consent/read/2/").content.decode()
    )
    consenting.talk(patient)
    read_all(phone)
    phone.post("/consent/check/", RIGHT)
    phone.post("/consent/choices/", {})
    phone.post("/consent/sign/", signing())
    record = ConsentRecord.objects.get(participant=patient)
    text = consenting.text(record.document, "zh-hans")
    assert (record.language, record.text_sha256) == ("zh-hans", text.sha256)


def test_a_wrong_answer_is_explained_and_bars_nobody(phone, patient):
    read_all(phone)
    phone.post("/consent/check/", {**RIGHT, "group": "me"})
    page = phone.get("/consent/check/").content.decode()
    assert "Not quite" in page
    assert "decided by chance" in page
    phone.post("/consent/check/", RIGHT)
    assert phone.get("/consent/choices/").status_code == 200
    consenting.talk(patient)
    phone.post("/consent/choices/", {})
    phone.post("/consent/sign/", signing())
    record = ConsentRecord.objects.get(participant=patient)
    assert record.quiz_answers["group"] == ["me", "chance"]


def test_an_unanswered_question_is_asked_for(phone, patient):
    read_all(phone)
    sent = phone.post("/consent/check/", {"group": "me"})
    assert sent.status_code == 400
    assert "a guess is fine" in sent.content.decode()


def test_each_permission_stands_on_its_own(phone, patient):
    to_signing(phone, patient, {"estimates": "on"})
    phone.post("/consent/sign/", signing())
    record = ConsentRecord.objects.get(participant=patient)
    assert (record.tracker_data, record.estimates, record.sharing) == (False, True, False)


def test_without_the_talk_the_page_says_who_talks_first(phone, patient):
    read_all(phone)
    phone.post("/consent/check/", RIGHT)
    assert phone.post("/consent/choices/", {})["location"] == "/consent/"
    assert "someone of the study team talks with you" in phone.get("/consent/").content.decode()
    assert phone.post("/consent/sign/", signing())["location"] == "/consent/"
    assert not ConsentRecord.objects.filter(participant=patient).exists()


# --- the signature


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("printed_name", " ", "Please type your name."),
        ("agreed", "", "Please tick this if you want to sign."),
        ("password", "not it", "That is not right."),
        ("password", "", "Please type your password or PIN."),
    ],
)
def test_signing_asks_for_name_will_and_password(phone, patient, field, value, said):
    to_signing(phone, patient)
    sent = phone.post("/consent/sign/", signing(**{field: value}))
    assert sent.status_code == 400
    assert said in sent.content.decode()
    assert not ConsentRecord.objects.filter(participant=patient).exists()


def test_signing_twice_leads_to_the_one_signature(phone, patient):
    to_signing(phone, patient)
    for _ in range(2):
        assert phone.post("/consent/sign/", signing())["location"] == "/consent/"
    assert ConsentRecord.objects.filter(participant=patient).count() == 1


def test_guessing_the_password_is_slowed(phone, patient):
    to_signing(phone, patient)
    codes = {phone.post("/consent/sign/", signing(password="no")).status_code for _ in range(12)}
    assert codes == {400, 429}
    assert phone.post("/consent/sign/", signing()).status_code == 429


def test_the_copy_is_not_kept_by_the_browser_and_is_the_owners(phone, patient):
    to_signing(phone, patient)
    phone.post("/consent/sign/", signing(drawing=url(consenting.drawing())))
    record = ConsentRecord.objects.get(participant=patient)
    assert record.method == "drawn"
    answer = phone.get(f"/consent/copy/{record.pk}/")
    assert answer["content-type"] == "application/pdf"
    assert "no-store" in answer["cache-control"]
    assert "Chen" not in answer["content-disposition"]
    other = doors.cookie(cast.participant("other").user)
    assert other.get(f"/consent/copy/{record.pk}/").status_code == 404


# --- pictures that are no signature


def chunk(kind, data):
    return (
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(kind + data) & 0xFFFFFFFF)
    )


def bomb():
    """60,000 × 60,000 pixels in a few kilobytes."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")
    )  # fmt: skip


def animated():
    out = io.BytesIO()
    frames = [Image.new("L", (20, 20), shade) for shade in (0, 128, 255)]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def saved(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


REFUSED = {
    "too_large": lambda: consenting.drawing() + bytes(300_001),
    "too_many_pixels": lambda: saved(Image.new("1", (2001, 10))),
    "bomb": bomb,
    "animated": animated,
    "not_a_png": lambda: saved(Image.new("RGB", (20, 20)), "JPEG"),
    "broken": lambda: b"\x89PNG\r\n\x1a\n" + b"not really",
    "cut_off": lambda: consenting.drawing()[:-300],
    "blank": lambda: saved(Image.new("RGB", (200, 100), "white")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_picture_that_is_no_signature_is_refused_clearly(phone, patient, name):
    to_signing(phone, patient)
    sent = phone.post("/consent/sign/", signing(drawing=url(REFUSED[name]())))
    assert sent.status_code == 400
    page = sent.content.decode()
    assert "Something needs another look" in page
    assert any(
        said in page for said in ("This picture", "A moving picture", "no signature in the box")
    )
    assert not ConsentRecord.objects.filter(participant=patient).exists()


@pytest.mark.parametrize("name", REFUSED)
def test_reencoding_names_what_is_wrong(name):
    code = {"bomb": "too_many_pixels", "broken": "not_a_png", "cut_off": "not_a_png"}
    with pytest.raises(ImageRefused) as refused:
        reencode_png(REFUSED[name]())
    assert refused.value.code == code.get(name, name)


def test_a_megabyte_of_signature_is_refused_before_it_is_read(phone, patient):
    to_signing(phone, patient)
    sent = phone.post("/consent/sign/", signing(drawing=url(bytes(1_200_000))))
    assert sent.status_code == 400
    assert not ConsentRecord.objects.filter(participant=patient).exists()


@pytest.mark.parametrize("drawing", ["data:image/svg+xml;base64,AAAA", "data:image/png;base64,?!"])
def test_what_is_no_picture_at_all_is_refused(phone, patient, drawing):
    to_signing(phone, patient)
    assert phone.post("/consent/sign/", signing(drawing=drawing)).status_code == 400


def test_reencoding_drops_metadata_and_what_is_appended():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Chen Mei")
    image = Image.open(io.BytesIO(consenting.drawing()))
    found = reencode_png(saved(image, pnginfo=notes) + b"<script>hidden</script>")
    assert b"Chen Mei" not in found
    assert b"script" not in found
    with Image.open(io.BytesIO(found)) as kept:
        assert (kept.format, kept.mode, kept.size, kept.info) == ("PNG", "L", (400, 160), {})
