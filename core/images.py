"""Images that people send are never kept as they came: opened, judged, drawn anew, saved as PNG.

What is not a picture (metadata, colour profiles, hidden chunks, appended files) does not survive.
"""

from __future__ import annotations

import io
import warnings

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image

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


class ImageRefused(ValueError):  # noqa: N818
    """A picture that is not kept; `code` is a key of WHY, `text` its sentence."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.text = str(WHY[code])
        super().__init__(code)


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
