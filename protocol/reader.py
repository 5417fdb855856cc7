"""A typed reader of one table of a TOML file: every refusal names file, key and rule."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

from protocol.errors import ProtocolError
from protocol.text import LANGUAGES, Text

IDENTITIES = ("code", "modality", "scheme", "key", "region", "item")


class Reader:
    """One table of a file. Used as a context manager it refuses keys that nobody read."""

    def __init__(self, file: str, data: Mapping[str, Any], path: str = "") -> None:
        self.file = file
        self.path = path
        self._data = data
        self._read: set[str] = set()

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._refuse_unknown()

    def error(self, key: str, rule: str) -> ProtocolError:
        """The refusal of one key of this table, ready to be raised."""
        return ProtocolError(self.file, self._full(key), rule)

    def has(self, key: str) -> bool:
        """Whether the file gives this key."""
        return key in self._data

    def integers_by_name(self) -> dict[str, int]:
        """The whole table as names with a whole number each."""
        return {key: self.integer(key) for key in self._data}

    def string(self, key: str) -> str:
        """A string that is not empty."""
        value = self._value(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "must be a string that is not empty")
        return value.strip()

    def maybe_string(self, key: str) -> str | None:
        """A string, or None where the file leaves the key out."""
        return self.string(key) if self.has(key) else None

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        """A string out of a closed list."""
        value = self.string(key)
        if value not in allowed:
            raise self.error(key, f"must be one of {', '.join(allowed)}; it is {value!r}")
        return value

    def integer(self, key: str) -> int:
        """A whole number."""
        return self._whole(key, self._value(key))

    def maybe_integer(self, key: str) -> int | None:
        """A whole number, or None where the file leaves the key out."""
        return self.integer(key) if self.has(key) else None

    def number(self, key: str) -> float:
        """A number, whole or not."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, "must be a number")
        return float(value)

    def maybe_number(self, key: str) -> float | None:
        """A number, or None where the file leaves the key out."""
        return self.number(key) if self.has(key) else None

    def boolean(self, key: str, default: bool | None = None) -> bool:
        """true or false; the default where one is given and the file leaves the key out."""
        if default is not None and not self.has(key):
            return default
        value = self._value(key)
        if not isinstance(value, bool):
            raise self.error(key, "must be true or false")
        return value

    def date(self, key: str) -> dt.date:
        """A calendar day written as 2026-11-21, without quotes."""
        value = self._value(key)
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise self.error(key, "must be a date such as 2026-11-21, without quotes")
        return value

    def pair(self, key: str) -> tuple[int, int]:
        """Two whole numbers, the lower first."""
        value = self._value(key)
        if not isinstance(value, list) or len(value) != 2:
            raise self.error(key, "must be two whole numbers, [lowest, highest]")
        low, high = (self._whole(key, part) for part in value)
        if low > high:
            raise self.error(key, f"the lower number must come first; it is [{low}, {high}]")
        return low, high

    def maybe_pair(self, key: str) -> tuple[int, int] | None:
        """Two whole numbers, or None where the file leaves the key out."""
        return self.pair(key) if self.has(key) else None

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings, each once; empty where the file leaves the key out."""
        value = self._data.get(key, [])
        self._read.add(key)
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise self.error(key, "must be a list of strings")
        twice = next((v for v in value if value.count(v) > 1), None)
        if twice is not None:
            raise self.error(key, f"{twice!r} stands there twice")
        return tuple(value)

    def integers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers; empty where the file leaves the key out."""
        value = self._data.get(key, [])
        self._read.add(key)
        if not isinstance(value, list):
            raise self.error(key, "must be a list of whole numbers")
        return tuple(self._whole(key, part) for part in value)

    def text(self, key: str) -> Text:
        """Words in every language of `LANGUAGES`."""
        value = self._value(key)
        if not isinstance(value, dict):
            raise self.error(key, "must be a text in each language: { en = …, zh = … }")
        with Reader(self.file, value, self._full(key)) as words:
            for language in LANGUAGES:
                if not words.has(language):
                    raise self.error(key, f"the text has no {language!r}")
            return Text(en=words.string("en"), zh=words.string("zh"))

    def maybe_text(self, key: str) -> Text | None:
        """Words in every language, or None where the file leaves the key out."""
        return self.text(key) if self.has(key) else None

    def texts(self, key: str) -> tuple[Text, ...]:
        """A list of words in every language; empty where the file leaves the key out."""
        found = []
        for row in self.rows(key):
            with row as words:
                found.append(Text(**{language: words.string(language) for language in LANGUAGES}))
        return tuple(found)

    def table(self, key: str) -> Reader:
        """A table inside this one."""
        value = self._value(key)
        if not isinstance(value, dict):
            raise self.error(key, "must be a table")
        return Reader(self.file, value, self._full(key))

    def maybe_table(self, key: str) -> Reader | None:
        """A table inside this one, or None where the file leaves it out."""
        return self.table(key) if self.has(key) else None

    def rows(self, key: str) -> Iterator[Reader]:
        """The tables of a list; none where the file leaves the list out."""
        value = self._data.get(key, [])
        self._read.add(key)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise self.error(key, "must be a list of tables")
        for number, row in enumerate(value, start=1):
            name = next((row[k] for k in IDENTITIES if isinstance(row.get(k), str)), number)
            yield Reader(self.file, row, f"{self._full(key)}[{name}]")

    def _value(self, key: str) -> Any:
        if key not in self._data:
            raise self.error(key, f"is missing{self._perhaps(key)}")
        self._read.add(key)
        return self._data[key]

    def _whole(self, key: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.error(key, "must be a whole number")
        return value

    def _full(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def _perhaps(self, key: str) -> str:
        close = difflib.get_close_matches(key, set(self._data) - self._read, n=1)
        return f"; did you mean it by {close[0]!r}?" if close else ""

    def _refuse_unknown(self) -> None:
        for key in self._data:
            if key not in self._read:
                raise self.error(key, "is not a key of this table")
