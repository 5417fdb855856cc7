"""Images that people send are never kept as they came: opened, judged, drawn anew.

What is not a picture (metadata, places, colour profiles, hidden chunks, appended files) does not
survive. Signatures become a grey PNG, photos a JPEG of bounded size.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

MAX_BYTES = 300_000
MAX_SIZE = (2000, 1000)

WHY: dict[str, str | Promise] = {
    "empty": _("There is no signature in the box yet."),
    "too_large": _("This picture is too large. Please sign again, or type your signature."),
    "too_many_pixels": _("This picture is too wide or too high. Please sign again, or type it."),
    "animated": _("A moving picture cannot be a signature. Please sign again, or type it."),
    "not_a_png": _("This picture cannot be read. Please sign again, or type your signature."),
    "blank": _("There is no signature in the box yet."),
}

PHOTO_MAX_BYTES = 15_000_000
# A JPEG (a phone's MPO too) is unpacked at a fraction of its size; the others as a whole.
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS, MOST_JPEG_PIXELS = 25_000_000, 120_000_000
KEPT_BYTES = 400_000
# Tried in order until the picture is small enough: its longer side, and the JPEG's quality.
KEPT_AS = ((1600, 80), (1600, 65), (1280, 65), (1024, 60), (800, 55), (640, 50), (320, 40))

PHOTO_WHY: dict[str, str | Promise] = {
    "empty": _("Please choose a picture."),
    "too_large": _("This file is too large. Please choose a picture of at most 15 MB."),
    "too_many_pixels": _("This picture has too many pixels. A screenshot of it is fine."),
    "heic": _(
        "This is an HEIC picture, which cannot be read here. On an iPhone, choose “Most "
        "compatible” in Settings, Camera, Formats; or take a screenshot of the picture and send it."
    ),
    "not_a_picture": _("This file cannot be read as a picture. A JPEG, PNG or WebP will do."),
}
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"heif"}


class ImageRefused(ValueError):  # noqa: N818
    """A picture that is not kept; `code` is a key of WHY or PHOTO_WHY, `text` its sentence."""

    def __init__(self, code: str, why: Mapping[str, str | Promise] = WHY) -> None:
        self.code = code
        self.text = str(why[code])
        super().__init__(code)


@dataclass(frozen=True)
class Photo:
    """A photo as it is kept: a JPEG, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def reencode_png(
    data: bytes, *, max_bytes: int = MAX_BYTES, max_size: tuple[int, int] = MAX_SIZE
) -> bytes:
    """Dark lines on white as a small grey PNG without metadata.

    `max_bytes` bounds what came in, `max_size` is width and height in pixels, judged before any
    pixel is unpacked. Raises ImageRefused: empty, too_large, not_a_png (another format, broken
    or cut off), animated, too_many_pixels, blank (nothing was drawn).
    """
    if not data:
        raise ImageRefused("empty")
    if len(data) > max_bytes:
        raise ImageRefused("too_large")
    drawn = _flattened(data, max_size)
    low, high = drawn.getextrema()
    if low == high:
        raise ImageRefused("blank")
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()


def _flattened(data: bytes, max_size: tuple[int, int]) -> Image.Image:
    """The pixels on white, in grey."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                _judge(image, max_size)
                image.load()
                colours = image.convert("RGBA")
    except ImageRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageRefused("too_many_pixels") from None
    except Exception as error:  # Pillow raises whatever a broken file makes it raise
        raise ImageRefused("not_a_png") from error
    white = Image.new("RGBA", colours.size, "white")
    return Image.alpha_composite(white, colours).convert("L")


def _judge(image: Image.Image, max_size: tuple[int, int]) -> None:
    """By the header alone."""
    if image.width > max_size[0] or image.height > max_size[1]:
        raise ImageRefused("too_many_pixels")
    if getattr(image, "is_animated", False) or getattr(image, "n_frames", 1) > 1:
        raise ImageRefused("animated")


def reencode_photo(data: bytes) -> Photo:
    """A photo turned upright and drawn anew as a JPEG of at most KEPT_BYTES, without metadata.

    Raises ImageRefused: empty, too_large (over PHOTO_MAX_BYTES), too_many_pixels, heic,
    not_a_picture (another format, broken or cut off). Of several pictures in one the first counts.
    """
    if not data:
        raise ImageRefused("empty", PHOTO_WHY)
    if len(data) > PHOTO_MAX_BYTES:
        raise ImageRefused("too_large", PHOTO_WHY)
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        raise ImageRefused("heic", PHOTO_WHY)
    upright = _upright(data)
    for side, quality in KEPT_AS:
        smaller = upright.copy()
        smaller.thumbnail((side, side))
        out = io.BytesIO()
        smaller.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= KEPT_BYTES:
            return Photo(out.getvalue(), smaller.width, smaller.height)
    raise ImageRefused("too_many_pixels", PHOTO_WHY)


def _upright(data: bytes) -> Image.Image:
    """The pixels as they are meant to be seen, in colour on white."""
    try:
        with warnings.catch_warnings():
            # A bomb is judged by its pixels below; a broken EXIF block is no reason to refuse.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=PHOTO_FORMATS) as image:
                most = MOST_PIXELS if image.format in ("PNG", "WEBP") else MOST_JPEG_PIXELS
                if image.width * image.height > most:
                    raise ImageRefused("too_many_pixels", PHOTO_WHY)
                image.draft("RGB", (KEPT_AS[0][0], KEPT_AS[0][0]))
                image.load()
                turned = ImageOps.exif_transpose(image)
                colours = turned.convert("RGBA")
    except ImageRefused:
        raise
    except Image.DecompressionBombError:
        raise ImageRefused("too_many_pixels", PHOTO_WHY) from None
    except Exception as error:  # Pillow raises whatever a broken file makes it raise
        raise ImageRefused("not_a_picture", PHOTO_WHY) from error
    colours.thumbnail((KEPT_AS[0][0], KEPT_AS[0][0]))
    white = Image.new("RGBA", colours.size, "white")
    # A new picture holds pixels only: nothing of what came with the old one goes along.
    return Image.alpha_composite(white, colours).convert("RGB")
