"""Draw the app's icons anew: a low sun over two hills, which says nothing about anyone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from PIL import Image, ImageDraw

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


class Command(BaseCommand):
    """``manage.py make_icons``: writes the PNG and ICO files that are committed."""

    help = "Draw the neutral app icons into static/core/icons."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to write; the committed folder by default."""
        default = Path(settings.BASE_DIR) / "static" / "core" / "icons"
        parser.add_argument("--out", type=Path, default=default)

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw every icon."""
        folder: Path = options["out"]
        folder.mkdir(parents=True, exist_ok=True)
        for name, (edge, corner, scale) in ICONS.items():
            draw_icon(edge, corner, scale).save(folder / name, optimize=True)
        small = draw_icon(192, 0.22, 1.0)
        small.save(folder / "favicon.ico", sizes=ICO_SIZES)
        self.stdout.write(f"{len(ICONS) + 1} icons in {folder}")


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
