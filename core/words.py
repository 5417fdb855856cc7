"""What people write, as it is kept."""

from __future__ import annotations


def tidy(text: str, longest: int | None = None) -> str:
    """Without blanks at the ends, cut to `longest` characters, and without NUL, which PostgreSQL
    does not keep."""
    return text.replace("\0", "").strip()[:longest]
