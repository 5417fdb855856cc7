"""Words in each language of the study."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in English and in Simplified Chinese.

    `str(text)` gives those of the language now active, so that a template can print it.
    """

    en: str
    zh: str

    def __str__(self) -> str:
        return self.in_language(get_language())

    def in_language(self, code: str | None) -> str:
        """The words for a language code: any `zh…` gives Chinese, all else English."""
        return self.zh if (code or "").lower().startswith("zh") else self.en
