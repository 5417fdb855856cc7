"""The design system keeps its promises: contrast, size, themes, no inline style or script."""

from __future__ import annotations

import gzip
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from PIL import Image

from core.management.commands.make_icons import ICONS as ICON_FILES
from core.management.commands.make_icons import draw_icon
from exdep_site.pages import styleguide

STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
CSS = STATIC / "core" / "css"
PARTICIPANT_CSS = ("tokens.css", "base.css", "components.css")
PARTICIPANT_CSS_GZIPPED = 9_000  # bytes
HELP_PAGE = 15_000  # bytes of HTML, CONTRACT "Pages"
PRECACHE = 150_000  # bytes, the "Must show" 7
LIKE_A_PAGE = {"site_name": "My Week", "demo": True, "request_id": "abc"}

TOKENS = styleguide.themes((CSS / "tokens.css").read_text("utf-8"))
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def css(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (CSS / name).read_text("utf-8"), flags=re.DOTALL)


def markup() -> list[Path]:
    return [p for p in TEMPLATES.rglob("*") if p.suffix == ".html"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("pair", styleguide.PAIRS, ids=lambda p: f"{p.front}-on-{p.back}")
def test_contrast_is_enough(theme: str, pair: styleguide.Pair) -> None:
    colours = TOKENS[theme]
    assert styleguide.contrast(colours[pair.front], colours[pair.back]) >= pair.least


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)],
)
def test_contrast_is_the_one_of_wcag(one: str, other: str, ratio: float) -> None:
    assert styleguide.contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert styleguide.contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("name", [*PARTICIPANT_CSS, "staff.css", "admin.css"])
def test_every_text_and_background_declared_together_is_a_tested_pair(name: str) -> None:
    tested = {(pair.front, pair.back) for pair in styleguide.PAIRS if pair.least >= styleguide.TEXT}
    met = set()
    for _selector, body in RULE.findall(css(name)):
        front = re.search(r"(?<![-\w])color:\s*var\(--([\w-]+)\)", body)
        back = re.search(r"background(?:-color)?:\s*var\(--([\w-]+)\)", body)
        if front and back:
            met.add((front[1], back[1]))
    assert met <= tested


def test_both_dark_blocks_are_the_same() -> None:
    assert TOKENS["dark"] == TOKENS["device"]


def test_themes_name_the_same_colours() -> None:
    assert TOKENS["light"].keys() == TOKENS["dark"].keys()


def test_every_token_in_use_is_defined() -> None:
    defined = set(re.findall(r"(--[\w-]+):", css("tokens.css")))
    for name in (*PARTICIPANT_CSS, "staff.css", "admin.css"):
        used = set(re.findall(r"var\((--[\w-]+)", css(name)))
        own = set(re.findall(r"(--[\w-]+):", css(name)))
        assert used <= defined | own, name


def test_colours_stand_only_in_the_tokens() -> None:
    """The one exception is the white ground of a QR code, which a camera reads."""
    for name in ("base.css", "components.css", "staff.css", "admin.css"):
        assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])", css(name))) <= {"#fff"}, name


def test_browser_bars_and_manifest_have_the_colours_of_the_tokens() -> None:
    head = (TEMPLATES / "skeleton.html").read_text("utf-8")
    assert re.findall(r'theme-color" content="(#\w+)"', head) == [
        TOKENS["light"]["dawn"],
        TOKENS["dark"]["dawn"],
    ]
    manifest = json.loads(render_to_string("core/manifest.webmanifest", LIKE_A_PAGE))
    assert manifest["theme_color"] == TOKENS["light"]["dawn"]
    assert manifest["background_color"] == TOKENS["light"]["paper"]


def test_participants_css_is_small() -> None:
    packed = sum(len(gzip.compress((CSS / name).read_bytes(), 6)) for name in PARTICIPANT_CSS)
    assert packed < PARTICIPANT_CSS_GZIPPED


def test_nothing_moves_but_where_motion_is_welcome() -> None:
    for name in PARTICIPANT_CSS:
        still = re.sub(
            r"@media \(prefers-reduced-motion: no-preference\) \{.*?\n\}",
            "",
            css(name),
            flags=re.DOTALL,
        )
        assert not re.search(r"\b(transition|animation)\b", still), name


def test_nothing_is_asked_of_another_host() -> None:
    for path in [*(STATIC / "core").rglob("*"), *markup()]:
        if path.suffix in {".css", ".js", ".svg", ".html"}:
            text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"(https?:)?//[\w-]+\.\w+|@import", text), path


@pytest.mark.parametrize("path", markup(), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_templates_hold_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:", text)
    for attributes in re.findall(r"<script([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes


@pytest.mark.parametrize("path", markup(), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_templates_name_icons_that_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    named = set(re.findall(r'{% icon "([\w-]+)"', text)) | set(
        re.findall(r'with[^%]*?\sicon="([\w-]+)"', text)
    )
    assert named <= _symbols() | {"mark"}


def _symbols() -> set[str]:
    root = ET.fromstring((STATIC / "core" / "icons.svg").read_text("utf-8"))
    return {symbol.attrib["id"] for symbol in root}


def test_styleguide_shows_every_icon() -> None:
    assert set(styleguide.ICONS) == _symbols() - {"mark"}


def test_styleguide_shows_every_component() -> None:
    """Frame parts apart, each partial is on the page, so that a broken one is seen."""
    frame = {"nav", "language", "messages", "form", "unsent"}
    shown = (TEMPLATES / "pages" / "styleguide.html").read_text("utf-8")
    reached = set(re.findall(r"components/([\w]+)\.html", shown))
    reached |= {tag for tag in ("card", "banner", "disclosure") if f"{{% {tag} " in shown}
    reached |= set(
        re.findall(
            r"components/([\w]+)\.html",
            (TEMPLATES / "components" / "field.html").read_text("utf-8"),
        )
    )
    files = {path.stem for path in (TEMPLATES / "components").glob("*.html")}
    assert files - frame == (reached | {"field"}) & files


def test_styleguide_renders_in_both_themes() -> None:
    page = render_to_string("pages/styleguide.html", LIKE_A_PAGE | styleguide.context())
    assert page.count('data-theme="light"') == page.count('data-theme="dark"') == 1
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def scale(**options: object) -> str:
    return render_to_string("components/scale.html", options)


def test_scale_is_radios_with_nothing_preset() -> None:
    html = scale(name="mood", label="Mood", span="0:10", low="low", high="high")
    assert re.findall(r'<input type="radio" name="mood" value="(\d+)"', html) == [
        str(point) for point in range(11)
    ]
    assert "checked" not in html
    assert "not answered" in html


def test_scale_zero_is_an_answer_and_none_is_not() -> None:
    assert 'value="0" id="id_mood_0" checked' in scale(name="mood", span="0:10", value=0)
    assert "checked" not in scale(name="mood", span="0:10", value=None)


def test_scale_negative_points_are_read_with_a_real_minus() -> None:
    html = scale(name="feeling", span="-5:5")
    assert 'value="-5"' in html
    assert "<span>−5</span>" in html
    assert html.count('type="radio"') == 11


def test_scale_of_a_form_says_its_ends_to_a_screen_reader() -> None:
    form = styleguide.SampleForm()
    html = render_to_string("components/field.html", {"field": form["feeling"]})
    points = re.findall(r'<label class="scale__point">(.*?)</label>', html, re.DOTALL)
    assert len(points) == 11
    assert "very unpleasant" in points[0]
    assert "very pleasant" in points[-1]
    assert all("pleasant" not in point for point in points[1:-1])


def test_scale_field_unanswered_is_none_never_zero() -> None:
    form = styleguide.SampleForm({"mood": ""})
    form.fields["mood"].required = False
    assert not form.is_valid()
    assert form.cleaned_data["mood"] is None
    assert styleguide.SampleForm({"mood": "0"})["mood"].field.clean("0") == 0


def test_field_errors_are_tied_to_their_input() -> None:
    form = styleguide.SampleForm({})
    html = render_to_string("components/field.html", {"field": form["minutes"]})
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described is not None
    for name in described[1].split():
        assert f'id="{name}"' in html
    assert 'aria-invalid="true"' in html


def test_form_errors_link_to_inputs_that_are_there() -> None:
    form = styleguide.SampleForm({})
    page = render_to_string("components/form.html", {"form": form})
    targets = re.findall(r'<li><a href="#([^"]+)"', page)
    assert targets
    for target in targets:
        assert f'id="{target}"' in page
    assert 'role="alert"' in page


def test_banner_of_unknown_tone_is_refused() -> None:
    with pytest.raises(Exception, match="shouting"):
        Template('{% load ui %}{% banner "shouting" %}{% endbanner %}').render(Context())


def test_what_stands_in_a_card_is_escaped_once() -> None:
    source = "{% load ui %}{% card title=name %}<p>{{ name }}</p>{% endcard %}"
    html = Template(source).render(Context({"name": "<Li & Wu>"}))
    assert "<h2>&lt;Li &amp; Wu&gt;</h2>" in html
    assert "<p>&lt;Li &amp; Wu&gt;</p>" in html


def test_stat_unknown_is_a_dash_and_zero_is_zero() -> None:
    assert "not known" in render_to_string("components/stat.html", {"value": None})
    assert "not known" not in render_to_string("components/stat.html", {"value": 0})


def help_page() -> str:
    line = {"label": "Help line", "phone": "12356", "note": "", "tel_href": "tel:12356"}
    regions = [{"label": "Where you are", "lines": [line] * 4}] * 4
    return render_to_string(
        "core/help_now.html", LIKE_A_PAGE | {"regions": regions, "emergency": [line] * 3}
    )


def test_help_page_is_small_and_dials() -> None:
    html = help_page()
    assert len(html.encode()) <= HELP_PAGE
    assert html.count('href="tel:12356"') == 19
    assert "This page is not watched" in html


def test_help_page_names_nothing_of_the_study() -> None:
    text = re.sub(r"<[^>]+>", " ", help_page()).lower()
    assert not re.search(r"depress|trial|\barm\b|exercise", text)


def test_every_page_says_that_a_demo_is_one() -> None:
    pages = ["core/offline.html", "404.html", "403.html", "403_csrf.html", "core/help_now.html"]
    for name in pages:
        assert "Demonstration. The people here are not real." in render_to_string(name, LIKE_A_PAGE)
        assert "Demonstration" not in render_to_string(name, LIKE_A_PAGE | {"demo": False})


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_failure_pages_need_no_context(name: str) -> None:
    html = render_to_string(name)
    assert '<html lang="en">' in html
    assert 'href="/help-now/"' in html
    for address in re.findall(r'="/static/([^"]+)"', html):
        assert (STATIC / address).is_file()


def test_base_reaches_help_from_everywhere_and_hides_the_nav_from_strangers() -> None:
    html = render_to_string("404.html", LIKE_A_PAGE)
    assert 'class="help-button" href="/help-now/"' in html
    assert '<nav class="nav"' not in html
    signed_in = render_to_string(
        "404.html", LIKE_A_PAGE | {"show_participant_nav": True, "active_nav": "log"}
    )
    nav = signed_in[signed_in.index('<nav class="nav"') : signed_in.index("</nav>")]
    assert re.findall(r'<a href="([^"]+)"', nav) == ["/today/", "/log/", "/history/", "/me/"]
    assert re.findall(r'href="([^"]+)" aria-current="page"', nav) == ["/log/"]


def test_login_page_keeps_the_hooks_of_passkeys(db: None) -> None:
    from allauth.account.forms import LoginForm

    request = RequestFactory().get("/account/login/")
    context = LIKE_A_PAGE | {
        "form": LoginForm(request=request),
        "PASSKEY_LOGIN_ENABLED": True,
        "LOGIN_BY_CODE_ENABLED": True,
        "request_login_code_url": "/account/login/code/",
    }
    html = render_to_string("account/login.html", context, request=request)
    hook = re.search(
        r'<script data-allauth-onload="allauth.webauthn.forms.loginForm"[^>]*>(.*?)</script>', html
    )
    assert hook is not None
    for name in json.loads(hook[1])["ids"].values():
        assert f'id="{name}"' in html
    assert "csrfmiddlewaretoken" in html


def test_manifest_is_json_whatever_the_name() -> None:
    text = render_to_string("core/manifest.webmanifest", {"site_name": 'A "week" \\ <b> 我的一周'})
    manifest = json.loads(text)
    assert manifest["name"] == 'A "week" \\ <b> 我的一周'
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert any(icon.get("purpose") == "maskable" for icon in manifest["icons"])


def test_service_worker_keeps_little_and_nothing_personal() -> None:
    script = render_to_string("core/sw.js", {"sw_version": "v1", "precache": []})
    kept = re.search(r"const PRECACHE = \[(.*?)\];", script, re.DOTALL)
    assert kept is not None
    body = re.sub(r"\b(HELP|OFFLINE)\b", "", kept[1])
    addresses = re.findall(r'"([^"]+)"', body)
    assert all(address.startswith("/static/") for address in addresses)
    size = sum((STATIC / a.removeprefix("/static/")).stat().st_size for a in addresses)
    assert size + 2 * HELP_PAGE <= PRECACHE


@pytest.mark.parametrize("name", ICON_FILES)
def test_icons_have_their_size_and_are_those_of_the_command(name: str) -> None:
    edge, corner, scale_ = ICON_FILES[name]
    with Image.open(STATIC / "core" / "icons" / name) as picture:
        assert picture.size == (edge, edge)
        assert picture.tobytes() == draw_icon(edge, corner, scale_).tobytes()
