"""The browser's scripts: little, and understood by phones of 2021 (Chrome 90, iOS 14.5)."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

STATIC = Path(settings.BASE_DIR) / "static"
SCRIPTS = sorted(STATIC.rglob("*.js"))
OURS = [path for path in SCRIPTS if "vendor" not in path.parts]
ALL_SCRIPTS_AT_MOST = 30_000

# What came later than those phones, and nothing here replaces.
TOO_NEW = {
    "Array.at, String.at": r"\.at\(-?\d",
    "structuredClone": r"\bstructuredClone\b",
    "crypto.randomUUID": r"\brandomUUID\b",
    "AbortSignal.timeout": r"AbortSignal\.(timeout|any)\b",
    "Object.hasOwn": r"\bObject\.hasOwn\b",
    "findLast": r"\.findLast(Index)?\(",
    "toSorted, toReversed": r"\.to(Sorted|Reversed|Spliced)\(",
    "Object.groupBy": r"\b(Object|Map)\.groupBy\b",
    "Promise.withResolvers": r"\bwithResolvers\b",
    "showModal": r"\.showModal\(",
    "static block": r"\bstatic\s*\{",
    "private field": r"\bthis\.#",
    "top-level await": r"^await\b|^(?:const|let)\s[^=\n]+=\s*await\b",
    "error cause": r"\{\s*cause:",
    "regexp lookbehind": r"\(\?<[=!]",
    "regexp flags v and d": r"/[gimsuy]*[dv][gimsuy]*\.(test|exec)",
}


def worker() -> bytes:
    return Client().get("/sw.js").content


@pytest.mark.django_db
def test_all_scripts_together_are_small() -> None:
    """Packed one by one, as they are sent; libraries of others and the service worker included."""
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in SCRIPTS}
    sizes["sw.js"] = len(gzip.compress(worker(), 9))
    assert sum(sizes.values()) <= ALL_SCRIPTS_AT_MOST, sizes


@pytest.mark.django_db
@pytest.mark.parametrize("what", TOO_NEW)
def test_scripts_use_nothing_that_old_phones_lack(what: str) -> None:
    texts = {path.name: path.read_text("utf-8") for path in OURS} | {"sw.js": worker().decode()}
    found = [name for name, text in texts.items() if re.search(TOO_NEW[what], text, re.M)]
    assert found == []


def test_a_page_names_every_module_of_the_queue() -> None:
    """So that they come at once: what one module imports stands in the page as well."""
    from exdep_site.context import QUEUE_MODULES

    imported = set()
    for name in QUEUE_MODULES:
        here = STATIC / name
        for target in re.findall(r'^import [^"]*"([^"]+)"', here.read_text("utf-8"), re.M):
            imported.add((here.parent / target).resolve().relative_to(STATIC).as_posix())
    assert imported <= set(QUEUE_MODULES)
