"""What a consent document must say, how it is read, and what a consent covers. Pure.

Source: issue "Enrollment", Consent; DESIGN, "Rules of the house"; ICH E6(R3) 4.2.2 and
21 CFR 11.50 for what a signature shows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# What every language of a document must speak of, each in a section that is marked with it:
# `## Your data {#data}`; a section may carry several marks, `{#estimate #training}`.
TOPICS = (
    "control",  # what the control arm is offered after week 12
    "readers",  # who reads the answers, and when
    "estimate",  # the estimate
    "training",  # what it was trained on
    "data",  # where the data lie, and for how long
    "compensation",
    "withdrawal",
    "contact",
    "ethics",  # the ethics committee and its number
)
SHORTEST_SECTION = 20  # characters; less says nothing in any language
LONGEST_VIEW_S = 900  # a page left open is not being read

_HEADING = re.compile(r"^##[ \t]+(?P<title>.+?)[ \t]*(?:\{(?P<marks>[^{}]*)\})?[ \t]*$", re.M)
_MARK = re.compile(r"#([a-z_]+)")


@dataclass(frozen=True)
class Section:
    """One part of a text, shown on a page of its own. `markdown` is without its heading."""

    title: str
    topics: frozenset[str]
    markdown: str


@dataclass(frozen=True)
class Problem:
    """What stands against approval: `code` with the language and the topic or place it is about."""

    code: str
    language: str = ""
    what: str = ""


def sha256_of(markdown: str) -> str:
    """SHA-256 over the exact text, as 64 hex digits."""
    return hashlib.sha256(markdown.encode()).hexdigest()


def sections(markdown: str) -> tuple[Section, ...]:
    """A text by its `##` headings; what stands before the first is a section without a title."""
    text = markdown.replace("\r\n", "\n")
    found = list(_HEADING.finditer(text))
    lead = text[: found[0].start() if found else len(text)].strip()
    parts = [Section("", frozenset(), lead)] if lead else []
    for heading, after in zip(found, [*found[1:], None], strict=True):
        body = text[heading.end() : after.start() if after else len(text)].strip()
        marks = frozenset(_MARK.findall(heading["marks"] or ""))
        parts.append(Section(heading["title"], marks, body))
    return tuple(parts)


def why_not_approve(
    texts: Mapping[str, str], *, ethics_number: str, quiz: Any, languages: Sequence[str]
) -> list[Problem]:
    """Everything that stands against approving a document; empty where nothing does.

    `texts` is Markdown by language. Every one of `languages` must be there, speak of every topic,
    name the ethics number as it is, and have its words in the understanding check.
    """
    problems = [] if ethics_number.strip() else [Problem("no_ethics_number")]
    for language in languages:
        if language not in texts:
            problems.append(Problem("no_text", language))
            continue
        problems += _text_problems(texts[language], language, ethics_number.strip())
    return problems + _quiz_problems(quiz, languages)


def _text_problems(markdown: str, language: str, ethics_number: str) -> Iterable[Problem]:
    parts = sections(markdown)
    spoken = {t for part in parts if len(part.markdown) >= SHORTEST_SECTION for t in part.topics}
    yield from (Problem("topic", language, topic) for topic in TOPICS if topic not in spoken)
    known = {topic for part in parts for topic in part.topics}
    yield from (Problem("mark", language, mark) for mark in sorted(known - set(TOPICS)))
    ethics = "".join(part.markdown for part in parts if "ethics" in part.topics)
    if ethics_number and ethics_number not in ethics:
        yield Problem("ethics_number", language, ethics_number)


def _quiz_problems(quiz: Any, languages: Sequence[str]) -> list[Problem]:
    if not isinstance(quiz, list) or not quiz:
        return [Problem("no_quiz")]
    return [
        Problem("quiz", what=str(number))
        for number, question in enumerate(quiz, start=1)
        if not _is_question(question, languages)
    ]


def _is_question(question: Any, languages: Sequence[str]) -> bool:
    """`{"key", "text": {language: words}, "options": [{"key", "text"}], "right", "why"}`."""
    try:
        keys = [option["key"] for option in question["options"]]
        worded = [question["text"], question["why"], *(o["text"] for o in question["options"])]
        return (
            bool(question["key"]) and question["right"] in keys and 2 <= len(keys) == len(set(keys))
        ) and all(isinstance(words[lang], str) and words[lang] for words in worded
                  for lang in languages)  # fmt: skip
    except (KeyError, TypeError):
        return False


def seconds_of(opened: datetime, now: datetime) -> int:
    """Whole seconds that a section was shown, at most LONGEST_VIEW_S, at least 0."""
    return int(min(max((now - opened).total_seconds(), 0), LONGEST_VIEW_S))


@dataclass(frozen=True)
class Gap:
    """From the approval of a renewed document until it was signed (None: not yet)."""

    since: datetime
    until: datetime | None


def gaps(
    approvals: Iterable[tuple[str, datetime]], signatures: Mapping[str, datetime]
) -> list[Gap]:
    """When a renewed consent was pending for one person.

    `approvals` are (version, moment); `signatures` the moments by version. The wait begins where
    a version comes into force after the person's first signature, and ends with the signature of
    the version then in force: signing a later one ends an earlier wait as well.
    """
    if not signatures:
        return []
    first = min(signatures.values())
    found = []
    for version, since in sorted(approvals, key=lambda pair: pair[1]):
        if since <= first or (version in signatures and signatures[version] <= since):
            continue
        later = [at for at in signatures.values() if at >= since]
        found.append(Gap(since, min(later, default=None)))
    return found


def made_while_pending(made: datetime, waits: Iterable[Gap]) -> bool:
    """Whether something made at `made` falls into a wait for a renewed consent."""
    return any(gap.since <= made and (gap.until is None or made < gap.until) for gap in waits)
