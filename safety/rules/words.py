"""Which words in a note call for an alert. Pure; the words are the protocol's.

Only ever a reason to look: the words do not say what somebody meant, and a note without them does
not say that they are safe.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from protocol import Keywords

APOSTROPHES = str.maketrans(
    {"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{MODIFIER LETTER APOSTROPHE}": "'"}
)
# Marks between the letters of a word: invisible ones, and those that hide it from a search.
BETWEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff*._·-]+")


def tiers_heard(text: str | None, keywords: Iterable[Keywords]) -> list[str]:
    """The tiers whose words a note holds, each once. English words are whole words, written with
    any case, hyphen or blank; Chinese ones may stand anywhere."""
    if not text:
        return []
    plain = _plain(text)
    spaced = f" {BETWEEN.sub(' ', plain)} "
    dense = BETWEEN.sub("", plain)
    return list(dict.fromkeys(
        row.tier for row in keywords
        if _english(row.en).search(spaced) or any(word in dense for word in row.zh)
    ))  # fmt: skip


@lru_cache(maxsize=16)
def _english(words: tuple[str, ...]) -> re.Pattern[str]:
    spaced = "|".join(re.escape(BETWEEN.sub(" ", _plain(word))) for word in words)
    return re.compile(rf"(?<![a-z0-9])(?:{spaced})(?![a-z0-9])")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(APOSTROPHES).casefold()
