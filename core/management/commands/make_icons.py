"""Draw the app's icons anew: a low sun over two hills, which says nothing about anyone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from PIL import Image, ImageColor, ImageDraw

from core import startup

SKY, SUN, FAR_HILL, NEAR_HILL = "#fbe2cb", "#f0a763", "#2c7a6c", "#1d6157"
OVERSAMPLING = 4
# name: (edge in px, corner radius as a part of the edge, scale of the motif)
ICONS = {
    "icon-192.png": (192, 0.22, 1.0),
    "icon-512.png": (512, 0.22, 1.0),
    "maskable-512.png": (512, 0.0, 0.8),
    "touch-180.png": (180, 0.0, 0.9),
}
ICO_SIZES = [(16, 16), (32, 32), (48, 48)]
# The icon on the picture that iOS shows at the start, in CSS pixels. With 16 colours a pixel is
# four bits, so that a whole screen is a few KB.
STARTUP_EDGE = 112


class Command(BaseCommand):
    """``manage.py make_icons``: writes the PNG and ICO files that are committed."""

    help = "Draw the neutral app icons, and the pictures that iOS shows at the start."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to write; the committed folder by default."""
        default = Path(settings.BASE_DIR) / "static" / "core"
        parser.add_argument("--out", type=Path, default=default)

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw every icon and every picture."""
        folder: Path = options["out"] / "icons"
        folder.mkdir(parents=True, exist_ok=True)
        for name, (edge, corner, scale) in ICONS.items():
            draw_icon(edge, corner, scale).save(folder / name, optimize=True)
        small = draw_icon(192, 0.22, 1.0)
        small.save(folder / "favicon.ico", sizes=ICO_SIZES)
        self.stdout.write(f"{len(ICONS) + 1} icons in {folder}")
        folder = options["out"] / "startup"
        folder.mkdir(parents=True, exist_ok=True)
        for screen in startup.SCREENS:
            for scheme in startup.GROUNDS:
                picture = draw_startup(screen, scheme)
                picture.save(folder / startup.file_name(screen, scheme), optimize=True, bits=4)
        self.stdout.write(f"{len(startup.SCREENS) * len(startup.GROUNDS)} pictures in {folder}")


def draw_icon(edge: int, corner: float, scale: float) -> Image.Image:
    """One square icon of ``edge`` pixels; ``scale`` < 1 leaves room for a launcher's mask."""
    size = edge * OVERSAMPLING
    picture = Image.new("RGBA", (size, size), SKY)
    draw = ImageDraw.Draw(picture)
    radius = 0.22 * scale * size
    centre_x, centre_y = 0.5 * size + 0.09 * scale * size, 0.5 * size + 0.03 * scale * size
    draw.ellipse(
        (centre_x - radius, centre_y - radius, centre_x + radius, centre_y + radius), fill=SUN
    )
    draw.polygon(_hill(size, 0.5 + 0.13 * scale, -0.055 * scale, 0.0), fill=FAR_HILL)
    draw.polygon(_hill(size, 0.5 + 0.31 * scale, -0.05 * scale, 1.9), fill=NEAR_HILL)
    picture = picture.resize((edge, edge), Image.Resampling.LANCZOS)
    if corner:
        picture.putalpha(_rounded(edge, corner))
        return picture
    return picture.convert("RGB")


def draw_startup(screen: startup.Screen, scheme: str) -> Image.Image:
    """The icon in the middle of a plain ground, in 16 colours of which the first is the ground."""
    edge = STARTUP_EDGE * screen.ratio
    ground = startup.GROUNDS[scheme]
    icon = Image.new("RGB", (edge, edge), ground)
    drawn = draw_icon(edge, 0.22, 1.0)
    icon.paste(drawn, mask=drawn)
    picture = Image.new("P", screen.pixels, 0)
    picture.putpalette(_few_colours(ground))
    few = icon.quantize(palette=picture, dither=Image.Dither.NONE)
    left, top = ((whole - edge) // 2 for whole in screen.pixels)
    picture.paste(few, (left, top))
    return picture


def _few_colours(ground: str) -> list[int]:
    """The five colours, and what lies between those that meet."""
    plain = [ImageColor.getrgb(colour) for colour in (ground, SKY, SUN, FAR_HILL, NEAR_HILL)]
    sky, sun, far, near = plain[1:]
    meet = [(plain[0], sky), (plain[0], near), (sky, sun), (sky, far), (sun, far)]
    between = [_mix(one, other, part / 3) for one, other in meet for part in (1, 2)]
    return [part for colour in (*plain, *between, _mix(far, near, 0.5)) for part in colour]


def _mix(one: tuple[int, ...], other: tuple[int, ...], part: float) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * part) for a, b in zip(one, other, strict=True))


def _hill(size: int, level: float, height: float, phase: float) -> list[tuple[float, float]]:
    line = [
        (x * size / 100, size * (level + height * math.sin(2 * math.pi * x / 100 + phase)))
        for x in range(101)
    ]
    return [*line, (size, size), (0, size)]


def _rounded(edge: int, corner: float) -> Image.Image:
    mask = Image.new("L", (edge * OVERSAMPLING, edge * OVERSAMPLING), 0)
    full = edge * OVERSAMPLING - 1
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, full, full), radius=corner * full, fill=255)
    return mask.resize((edge, edge), Image.Resampling.LANCZOS)
