"""The signed copy: the whole text, and what a signature must show, on paper in both scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FONT = Path(__file__).parent.parent / "fonts" / "NotoSansSC-subset.ttf"
UNKNOWN = "□"
_known: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Page:
    """Everything the copy shows. `facts` are label and value, the signature's block last."""

    language: str
    title: str
    markdown: str
    heading: str
    facts: Sequence[tuple[str, str]]
    statement: str
    signature_label: str
    signature_png: bytes | None
    signature_typed: str
    footer: str
    made_at: datetime


def unprintable(text: str) -> str:
    """The characters of `text` that the font has no glyph for, each once, in order."""
    known = _characters()
    return "".join(dict.fromkeys(c for c in text if c not in "\r\n\t" and ord(c) not in known))


def _characters() -> frozenset[int]:
    global _known
    from fontTools.ttLib import TTFont

    if not _known:
        with TTFont(FONT) as font:
            _known = frozenset(font.getBestCmap())
    return _known


def printable(text: str) -> str:
    """A character the font lacks is written as its code point, so that no name loses a part."""
    lacking = set(unprintable(text))
    return "".join(f"{UNKNOWN}(U+{ord(c):04X})" if c in lacking else c for c in text)


def build(page: Page) -> bytes:
    """The copy as PDF/1.x bytes; the same page gives the same bytes."""
    from enrollment.consent.drawing import draw

    return draw(page)
