"""The style guide: every component and colour in both themes, for staff who write pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.widgets import scale_field

TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2, 1.4.3 (text) and 1.4.11 (parts of controls), level AA
GROUNDS = ("paper", "surface", "sunken")
TONES = ("info", "ok", "warn", "urgent", "sun", "primary")
ICONS = (
    "today", "log", "history", "me", "help", "phone", "check", "info", "ok", "warn", "urgent",
    "walk", "strength", "stretch", "moon", "mood", "heart-rate", "questions", "rest", "person",
    "next", "back", "edit", "close", "upload", "download", "key", "mail", "lock", "language",
    "chart", "settings", "pause", "offline",
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """Two tokens that meet on a page, and the least contrast they must have."""

    front: str
    back: str
    least: float = TEXT


@dataclass(frozen=True)
class Swatch:
    """A pair in one theme, with its colours (``#rrggbb``) and its contrast (1–21)."""

    pair: Pair
    front: str
    back: str
    contrast: float


PAIRS = (
    *(Pair("ink", ground) for ground in (*GROUNDS, "dawn", "sun")),
    *(Pair("ink-soft", ground) for ground in (*GROUNDS, "dawn")),
    *(Pair("primary-ink", ground) for ground in (*GROUNDS, "dawn")),
    *(Pair("urgent-ink", ground) for ground in (*GROUNDS, "dawn")),
    *(Pair(f"{tone}-ink", f"{tone}-soft") for tone in TONES),
    *(Pair("ink", f"{tone}-soft") for tone in TONES),
    *(Pair("ink-soft", ground) for ground in ("sun-soft", "primary-soft")),
    *(Pair("primary-ink", ground) for ground in ("sun-soft",)),
    *(Pair("on-primary", ground) for ground in ("primary", "primary-strong")),
    *(Pair("on-urgent", ground) for ground in ("urgent", "urgent-strong")),
    *(Pair("paper", ground) for ground in ("ink",)),
    *(Pair(shape, g, SHAPE) for shape in ("edge", "primary", "urgent", "focus") for g in GROUNDS),
    *(Pair("focus", g, SHAPE) for g in ("dawn", "sun-soft", "primary-soft", "urgent-soft")),
)


def themes(css: str) -> dict[str, dict[str, str]]:
    """The colour tokens (name to ``#rrggbb``) of the blocks of ``tokens.css``.

    Keys: ``light``, ``dark`` (asked for by ``data-theme``) and ``device`` (dark by the device).
    """
    selectors = {
        "light": ':root,\n[data-theme][data-theme="light"]',
        "device": ':root:not([data-theme="light"])',
        "dark": '\n[data-theme][data-theme="dark"]',
    }
    return {name: _colours(_block(css, selector)) for name, selector in selectors.items()}


def contrast(one: str, other: str) -> float:
    """The contrast of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def swatches(colours: dict[str, str]) -> list[Swatch]:
    """Every pair in one theme."""
    return [
        Swatch(p, colours[p.front], colours[p.back], contrast(colours[p.front], colours[p.back]))
        for p in PAIRS
    ]


class SampleForm(forms.Form):
    """One field of each kind."""

    activity = forms.ChoiceField(
        label=_("What did you do?"),
        choices=[("walk", _("Fast walking")), ("cycle", _("Cycling")), ("swim", _("Swimming"))],
        widget=forms.RadioSelect,
    )
    minutes = forms.IntegerField(label=_("For how long?"), help_text=_("A guess is fine."))
    mood = scale_field(
        0, 10, label=_("Your mood now"), low_label=_("very low"), high_label=_("very good")
    )
    feeling = scale_field(
        -5,
        5,
        label=_("How did it feel?"),
        low_label=_("very unpleasant"),
        high_label=_("very pleasant"),
    )
    symptoms = forms.MultipleChoiceField(
        label=_("Anything wrong?"),
        required=False,
        choices=[("dizzy", _("Dizzy or faint")), ("pain", _("Pain in a joint"))],
        widget=forms.CheckboxSelectMultiple,
    )
    stopped = forms.BooleanField(label=_("I stopped early"), required=False)
    when = forms.DateField(
        label=_("On which day?"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    equipment = forms.ChoiceField(
        label=_("With what?"), choices=[("band", _("Elastic band")), ("none", _("Nothing"))]
    )
    notes = forms.CharField(
        label=_("Anything to add?"),
        help_text=_("This is not read at once. If you need someone now, use Help."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )


def context() -> dict[str, Any]:
    """What ``pages/styleguide.html`` shows: all components, once in each theme."""
    css = Path(settings.BASE_DIR, "static/core/css/tokens.css").read_text("utf-8")
    shown = themes(css)
    return {
        "themes": [
            {
                "name": name,
                "swatches": swatches(shown[name]),
                "form": SampleForm(prefix=name, initial={"mood": 6}),
                "faulty": SampleForm({}, prefix=f"{name}-faulty"),
            }
            for name in ("light", "dark")
        ],
        "icons": ICONS,
    }


def _block(css: str, selector: str) -> str:
    start = css.index("{", css.index(selector))
    return css[start : css.index("}", start)]


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
