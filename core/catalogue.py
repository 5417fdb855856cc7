"""The Chinese catalogue: kept as `django.po`, compiled to `django.mo`, checked against the code.

Only those who change words need Babel, so this module is imported where a command needs it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from core.translations import Message, for_staff_only

LOCALE = "zh_Hans"
HEADER_COMMENT = "# Simplified Chinese words of the pages. Made by: manage.py update_translations"
_PLACEHOLDER = re.compile(r"%%|%\(\w+\)[a-z]|%[a-z]|\{\w*\}")
_TAG = re.compile(r"<[^>]+>")


class Words(Catalog):
    """A catalogue whose header holds no dates, so that the same words are the same bytes."""

    mime_headers = property(
        lambda self: [
            ("Language", LOCALE),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ],
        lambda self, headers: None,
    )


def folder(base: Path) -> Path:
    """Where the catalogue lies below `base`, a folder of locales."""
    return base / LOCALE / "LC_MESSAGES"


def read(path: Path) -> Catalog:
    """A `.po` file; an empty catalogue where there is none yet."""
    if not path.exists():
        return Words(LOCALE)
    with path.open("rb") as file:
        return read_po(file, LOCALE)


def merge(kept: Catalog, found: dict[Message, list[str]]) -> Words:
    """The strings that are in the code now, with the translations that were there before."""
    merged = Words(LOCALE, header_comment=HEADER_COMMENT, fuzzy=False)
    for message, paths in found.items():
        old = _entry(kept, message)
        merged.add(
            _id(message),
            string=old.string if old else "",
            locations=[(path, 0) for path in paths],
            flags=old.flags & {"fuzzy"} if old else (),
            user_comments=old.user_comments if old else (),
            context=message.context or None,
        )
    return merged


def write(catalog: Catalog, path: Path) -> None:
    """The `.po` file, in order and with files but no lines, so that a change shows as itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, sort_output=True, include_lineno=False)


def untranslated(catalog: Catalog) -> int:
    """How many strings have no words yet, staff's and those that libraries bring included."""
    return sum(not _translated(entry) for entry in _entries(catalog))


def compiled(catalog: Catalog) -> bytes:
    """What `django.mo` holds for this catalogue: what is translated and not fuzzy."""
    fresh = Words(LOCALE, fuzzy=False)
    for entry in _entries(catalog):
        if _translated(entry) and not entry.fuzzy:
            fresh.add(entry.id, string=entry.string, context=entry.context)
    out = io.BytesIO()
    write_mo(out, fresh)
    return out.getvalue()


def of_libraries(folders: Iterable[Path]) -> list[Catalog]:
    """The compiled catalogues that Django and the installed libraries bring along."""
    catalogs = []
    for base in folders:
        path = folder(base / "locale") / "django.mo"
        if path.exists():
            with path.open("rb") as file:
                catalogs.append(read_mo(file))
    return catalogs


def faults(
    found: dict[Message, list[str]], catalog: Catalog, libraries: list[Catalog], mo: bytes | None
) -> Iterator[str]:
    """What is wrong, one line each.

    `found` are the participants' strings with their files, `mo` the compiled catalogue as it is.
    """
    for message, paths in found.items():
        entry = _entry(catalog, message)
        where = f"{', '.join(paths)}: {message.text!r}"
        if entry is not None and entry.fuzzy:
            yield f"{where} is only guessed (fuzzy)"
        elif entry is None or not _translated(entry):
            if not any((other := _entry(c, message)) and _translated(other) for c in libraries):
                yield f"{where} is missing"
        else:
            yield from (f"{where}: {fault}" for fault in _differences(message, entry))
    wanted = {(_id(message), message.context or None) for message in found}
    for entry in _entries(catalog):
        files = [path for path, _line in entry.locations]
        if (entry.id, entry.context) not in wanted and not all(map(for_staff_only, files)):
            yield f"{', '.join(files)}: {_text(entry)!r} is no longer there"
    if mo != compiled(catalog):
        yield "django.mo does not hold what django.po says"


def _differences(message: Message, entry: Entry) -> Iterator[str]:
    source = message.plural or message.text
    for text in _texts(entry):
        for what, pattern in (("placeholders", _PLACEHOLDER), ("tags", _TAG)):
            before, after = sorted(pattern.findall(source)), sorted(pattern.findall(text))
            if before != after:
                yield f"{what} {' '.join(before) or 'none'} became {' '.join(after) or 'none'}"


def _id(message: Message) -> str | tuple[str, str]:
    return (message.text, message.plural) if message.plural else message.text


def _entry(catalog: Catalog, message: Message) -> Entry | None:
    entry = catalog.get(_id(message), message.context or None)
    if entry is None:
        return None
    same = entry.id if isinstance(entry.id, str) else tuple(entry.id)
    return entry if same == _id(message) else None


def _entries(catalog: Catalog) -> list[Entry]:
    return [entry for entry in catalog if entry.id]


def _translated(entry: Entry) -> bool:
    return all(_texts(entry))


def _texts(entry: Entry) -> list[str]:
    return [str(entry.string or "")] if isinstance(entry.string, str | None) else list(entry.string)


def _text(entry: Entry) -> str:
    return entry.id if isinstance(entry.id, str) else str(entry.id[0])
