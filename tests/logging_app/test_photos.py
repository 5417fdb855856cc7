"""A photo beside an entry: drawn anew, upright, small, without its place, for few eyes."""

from __future__ import annotations

import io
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from PIL import Image

from accounts.models import AuditEvent
from accounts.roles import Role
from core import images
from core.images import KEPT_BYTES, ImageRefused, reencode_photo
from logging_app.models import WorkoutPhoto
from logging_app.services import record_workout
from schedule.models import Instructing
from tests import cast


def picture(
    size: tuple[int, int] = (640, 480), kind: str = "JPEG", *, noisy: bool = False, **options: Any
) -> bytes:
    drawn = Image.effect_noise(size, 90).convert("RGB") if noisy else Image.new("RGB", size, "teal")
    drawn.paste("white", (0, 0, size[0] // 4, size[1] // 4))
    out = io.BytesIO()
    drawn.save(out, kind, **options)
    return out.getvalue()


def located() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0110] = "Secret Phone"
    exif[0x0112] = 6  # turned: the camera was held upright
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 20.0)
    return exif


def test_a_photo_is_turned_upright_and_loses_everything_but_its_pixels() -> None:
    kept = reencode_photo(picture((800, 400), exif=located(), comment=b"Secret"))
    assert (kept.width, kept.height) == (400, 800)
    assert b"Secret" not in kept.jpeg
    assert b"Exif" not in kept.jpeg
    shown = Image.open(io.BytesIO(kept.jpeg))
    assert not shown.getexif()
    assert "comment" not in shown.info
    assert "icc_profile" not in shown.info
    # The white corner of the top left went to the top right with the turn.
    assert shown.getpixel((390, 10))[0] > 200 > 100 > shown.getpixel((10, 790))[0]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_noisy_photo_is_kept_in_400_kb(kind: str) -> None:
    kept = reencode_photo(picture((2400, 1800), kind, noisy=True))
    assert len(kept.jpeg) <= KEPT_BYTES
    assert max(kept.width, kept.height) >= 640


def test_a_transparent_picture_stands_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (80, 80), (0, 0, 0, 0)).save(out, "PNG")
    assert Image.open(io.BytesIO(reencode_photo(out.getvalue()).jpeg)).getpixel((40, 40)) > (250,)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"GIF89a nonsense", "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (picture()[:200], "not_a_picture"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(ImageRefused) as refused:
        reencode_photo(data)
    assert refused.value.code == code
    assert refused.value.text


def test_too_many_bytes_and_too_many_pixels_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "PHOTO_MAX_BYTES", 1000)
    with pytest.raises(ImageRefused, match="too_large"):
        reencode_photo(picture(noisy=True))
    monkeypatch.setattr(images, "PHOTO_MAX_BYTES", 15_000_000)
    bomb = picture((9000, 9000), "PNG")
    assert len(bomb) < 1_000_000
    with pytest.raises(ImageRefused, match="too_many_pixels"):
        reencode_photo(bomb)


@pytest.fixture
def person(db: Any) -> Any:
    return cast.participant()


@pytest.fixture
def phone(person: Any) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


@pytest.fixture
def entry(person: Any, monkeypatch: pytest.MonkeyPatch) -> uuid.UUID:
    monkeypatch.setattr("core.clock.now", lambda: cast.NOW)
    made = uuid.uuid4()
    record_workout(
        participant=person, uuid=made, by=person.user, now=cast.NOW,
        entry={
            "modality": "aerobic", "activity": "jogging", "duration_min": 30,
            "started_at": cast.NOW - timedelta(hours=1),
        },
    )  # fmt: skip
    return made


def send(client: Client, entry: uuid.UUID, data: bytes, name: str = "IMG_2041.JPG") -> Any:
    return client.post(f"/log/{entry}/photo/", {"photo": SimpleUploadedFile(name, data)})


def test_a_picture_is_shown_to_its_owner_and_kept_by_nobody(
    phone: Client, entry: uuid.UUID
) -> None:
    assert send(phone, entry, picture(exif=located())).status_code == 302
    answer = phone.get(f"/log/{entry}/photo/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"] == 'inline; filename="picture.jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"Secret" not in answer.content
    assert len(answer.content) <= KEPT_BYTES
    assert f'src="/log/{entry}/photo/' in phone.get(f"/log/{entry}/").content.decode()


def test_another_picture_takes_the_place_and_the_first_is_gone(
    phone: Client, entry: uuid.UUID
) -> None:
    send(phone, entry, picture())
    send(phone, entry, picture((100, 100)))
    first, second = WorkoutPhoto.objects.order_by("pk")
    assert bytes(first.image) == b""
    assert first.removed_at is not None
    assert (second.width, second.removed_at) == (100, None)


def test_a_picture_can_be_taken_away_and_its_row_stays(phone: Client, entry: uuid.UUID) -> None:
    send(phone, entry, picture())
    assert phone.post(f"/log/{entry}/photo/remove/").status_code == 302
    assert phone.get(f"/log/{entry}/photo/").status_code == 404
    row = WorkoutPhoto.objects.get()
    assert (bytes(row.image), len(row.sha256)) == (b"", 64)


def test_an_iphone_s_own_format_is_answered_with_what_to_do(
    phone: Client, entry: uuid.UUID
) -> None:
    answer = send(phone, entry, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "IMG_1.HEIC")
    assert answer.status_code == 400
    assert b"Most compatible" in answer.content
    assert b"Your entry is saved as it was." in answer.content
    assert not WorkoutPhoto.objects.exists()


def test_nobody_else_sees_or_sends_it(phone: Client, person: Any, entry: uuid.UUID) -> None:
    send(phone, entry, picture())
    stranger = Client()
    stranger.force_login(cast.participant("other", at=person.site).user)
    assert stranger.get(f"/log/{entry}/photo/").status_code == 404
    assert send(stranger, entry, picture()).status_code == 404
    assert stranger.post(f"/log/{entry}/photo/remove/").status_code == 404
    assert Client().get(f"/log/{entry}/photo/").status_code == 302


def looks(at: str, *people: Any) -> list[int]:
    """The status that each of these gets."""
    found = []
    for who in people:
        client = Client()
        client.force_login(who)
        found.append(client.get(at).status_code)
    return found


def test_who_instructs_them_sees_it_and_the_trail_says_so(
    phone: Client, person: Any, entry: uuid.UUID, settings: Any
) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    send(phone, entry, picture())
    address = f"/instructor/{person.study_id}/sessions/{entry}/photo/"
    own = cast.staff(Role.INSTRUCTOR, at=person.site, name="own")
    Instructing.objects.create(participant=person, instructor=own, since=cast.NOW, by=own)
    others = (cast.staff(Role.INSTRUCTOR, at=person.site), cast.staff(Role.RATER))
    assert looks(address, own, *others) == [200, 404, 403]
    opened = AuditEvent.objects.get(action="photo.opened")
    assert (opened.actor_id, opened.participant_id) == (own.pk, person.pk)
    assert json.loads(opened.changes)["workout"] == str(entry)


def test_the_desk_of_the_site_sees_it_beside_the_workout_and_no_rater_does(
    phone: Client, person: Any, entry: uuid.UUID, settings: Any
) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    address = f"/admin/logging_app/workout/{entry}/photo/"
    here, there = person.site, cast.site("sh")
    desk = cast.staff(Role.COORDINATOR, at=here)
    client = Client()
    client.force_login(desk)
    page = f"/admin/logging_app/workout/{entry}/change/"
    assert address not in client.get(page).content.decode()
    assert looks(address, desk) == [404]

    send(phone, entry, picture())
    assert f'href="{address}"' in client.get(page).content.decode()
    shown = client.get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert "no-store" in shown["Cache-Control"]
    assert shown.content == bytes(WorkoutPhoto.objects.get().image)
    seen = (cast.staff(Role.CLINICIAN, at=here), cast.staff(Role.MONITOR, at=here))
    elsewhere = cast.staff(Role.COORDINATOR, at=there)
    unseen = [cast.staff(role, at=here) for role in (Role.RATER, Role.INSTRUCTOR, Role.ADMIN)]
    assert looks(address, *seen, elsewhere, *unseen) == [200, 200, 404, 403, 403, 403]
    opened = AuditEvent.objects.filter(action="photo.opened").values_list("actor_id", flat=True)
    assert sorted(opened) == sorted([desk.pk, *(who.pk for who in seen)])
    call_command("verify_audit")


def test_their_own_look_is_not_in_the_trail(phone: Client, entry: uuid.UUID) -> None:
    send(phone, entry, picture())
    assert phone.get(f"/log/{entry}/photo/").status_code == 200
    assert not AuditEvent.objects.filter(action="photo.opened").exists()
