"""The pictures that iOS shows while the installed site opens: each screen's own, small, neutral."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from PIL import Image, ImageColor

from core import startup
from core.management.commands.make_icons import STARTUP_EDGE, draw_startup
from exdep_site.pages.styleguide import themes
from tests import cast

STATIC = Path(settings.BASE_DIR) / "static"
LOG = "/log/?entry=0b4f5c6e-3a1d-4c52-9f0e-7d1b2a3c4d5e"  # without an entry it sends on to one
AT_MOST = 6_000  # bytes of one picture
QUERY = re.compile(
    r"\(device-width: (\d+)px\) and \(device-height: (\d+)px\) and "
    r"\(-webkit-device-pixel-ratio: (\d)\) and \(orientation: portrait\) and "
    r"\(prefers-color-scheme: (light|dark)\)"
)
# Screens of the iPhones and iPads that run iOS 14.5 or later, as Apple's guidelines list them.
SCREENS = """
320x568@2 375x667@2 414x736@3 375x812@3 414x896@2 414x896@3 390x844@3 393x852@3 402x874@3 420x912@3
428x926@3 430x932@3 440x956@3
744x1133@2 768x1024@2 810x1080@2 820x1180@2 834x1112@2 834x1194@2 834x1210@2 1024x1366@2 1032x1376@2
"""


class Head(HTMLParser):
    """The links to pictures, and the names that say a page may be installed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.capable: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found: dict[str, Any] = dict(attributes)
        if tag == "link" and found.get("rel") == "apple-touch-startup-image":
            self.links.append((found["media"], found["href"]))
        if tag == "meta" and str(found.get("name")).endswith("web-app-capable"):
            self.capable.append(found["name"])


def head(address: str = "/today/", *, signed_in: bool = True) -> Head:
    client = Client()
    if signed_in:
        client.force_login(cast.participant().user)
    with time_machine.travel(cast.NOW, tick=False):
        answer = client.get(address)
    assert answer.status_code == 200  # a redirect would have no links to look at
    return Head(answer.content.decode())


@pytest.mark.django_db
def test_each_screen_is_asked_for_once_by_day_and_by_night() -> None:
    asked = [QUERY.fullmatch(media) for media, _href in head().links]
    assert None not in asked
    found = [f"{w}x{h}@{r} {scheme}" for w, h, r, scheme in (m.groups() for m in asked if m)]
    expected = [f"{screen} {s}" for s in ("light", "dark") for screen in SCREENS.split()]
    assert sorted(found) == sorted(expected)


@pytest.mark.django_db
def test_each_link_leads_to_a_small_picture_of_exactly_that_screen() -> None:
    for media, href in head().links:
        query = QUERY.fullmatch(media)
        assert query is not None
        width, height, ratio = (int(part) for part in query.groups()[:3])
        path = STATIC / href.removeprefix("/static/")
        assert path.stat().st_size <= AT_MOST, path
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            assert picture.size == (width * ratio, height * ratio), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ground_is_that_of_the_pages_and_of_the_manifest(scheme: str) -> None:
    tokens = themes((STATIC / "core" / "css" / "tokens.css").read_text("utf-8"))
    assert startup.GROUNDS[scheme] == tokens[scheme]["paper"]
    if scheme == "light":
        manifest = json.loads(render_to_string("core/manifest.webmanifest", {"site_name": "W"}))
        assert startup.GROUNDS[scheme] == manifest["background_color"]
    ground = ImageColor.getrgb(startup.GROUNDS[scheme])
    for screen in startup.SCREENS:
        with Image.open(STATIC / startup.FOLDER / startup.file_name(screen, scheme)) as picture:
            assert (picture.mode, tuple((picture.getpalette() or [])[:3])) == ("P", ground)
            edge = STARTUP_EDGE * screen.ratio
            left, top = ((whole - edge) // 2 for whole in picture.size)
            icon = (left, top, left + edge, top + edge)
            assert len(picture.crop(icon).getcolors()) > 5, "no icon in the middle"
            picture.paste(0, icon)
            assert [colour for _count, colour in picture.getcolors()] == [0], "not plain beside it"


@pytest.mark.parametrize("screen", [startup.SCREENS[0], startup.SCREENS[2]])
def test_pictures_are_those_of_the_command(screen: startup.Screen) -> None:
    for scheme in startup.GROUNDS:
        with Image.open(STATIC / startup.FOLDER / startup.file_name(screen, scheme)) as picture:
            drawn = draw_startup(screen, scheme).convert("RGB")
            assert picture.convert("RGB").tobytes() == drawn.tobytes()


def test_no_picture_lies_there_that_nothing_links_to() -> None:
    linked = {path.rpartition("/")[2] for _media, path in startup.pictures()}
    assert {path.name for path in (STATIC / startup.FOLDER).iterdir()} == linked


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/today/", "/unsent/", "/me/reminders/"])
def test_pages_from_which_people_install_have_them(address: str) -> None:
    """iOS looks at them only beside its own older name; Chrome wants the newer one before it."""
    found = head(address)
    assert len(found.links) == 2 * len(startup.SCREENS)
    assert found.capable == ["mobile-web-app-capable", "apple-mobile-web-app-capable"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/help-now/", LOG, "/history/"])
def test_other_pages_do_not_carry_them(address: str) -> None:
    assert head(address).links == []


@pytest.mark.django_db
def test_page_to_sign_in_does_not_carry_them() -> None:
    assert head("/account/login/", signed_in=False).links == []


@pytest.mark.django_db
def test_phones_do_not_keep_them_for_offline() -> None:
    """The service worker keeps what a kept page names, if it is named like this."""
    hashed = re.search(r"const HASHED = /(.+)/;", Client().get("/sw.js").content.decode())
    assert hashed is not None
    kept = re.compile(hashed[1])
    assert kept.search("/static/core/css/base.0123456789ab.css")
    for _media, path in startup.pictures():
        assert not kept.search("/static/" + path.replace(".png", ".0123456789ab.png"))
