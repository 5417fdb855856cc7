"""What a document must say, how it is cut into pages, and when something was made in a wait."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from enrollment.consent.markdown import to_blocks, to_html
from enrollment.rules.consent import (
    LONGEST_VIEW_S,
    TOPICS,
    Gap,
    gaps,
    made_while_pending,
    seconds_of,
    sections,
    sha256_of,
    why_not_approve,
)
from tests.enrollment import consenting

NOW = datetime(2026, 3, 18, 4, tzinfo=UTC)
DAY = timedelta(days=1)
STATIC = Path(__file__).parents[2] / "static" / "vendor"


def problems(language="en", **changes):
    texts = {"en": consenting.markdown("en"), "zh-hans": consenting.markdown("zh-hans")}
    given = {
        "texts": texts, "ethics_number": consenting.ETHICS, "quiz": consenting.quiz(),
        "languages": ["en", "zh-hans"], **changes,
    }  # fmt: skip
    found = why_not_approve(given.pop("texts"), **given)
    return {(p.code, p.language, p.what) for p in found}


def test_the_demos_document_may_be_approved():
    assert problems() == set()


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_topic_is_asked_for_in_each_language(language, topic):
    texts = {lang: consenting.markdown(lang) for lang in ("en", "zh-hans")}
    texts[language] = texts[language].replace(f"#{topic}", "")
    found = problems(texts=texts)
    assert ("topic", language, topic) in found
    assert {code for code, _, _ in found} <= {"topic", "ethics_number"}


def test_a_marked_section_that_says_nothing_does_not_count():
    texts = {
        "en": "## Data {#data}\n\nTBD",
        "zh-hans": consenting.markdown("zh-hans"),
    }
    assert ("topic", "en", "data") in problems(texts=texts)


def test_a_mark_that_means_nothing_is_named():
    texts = {lang: consenting.markdown(lang) for lang in ("en", "zh-hans")}
    texts["en"] += "\n\n## More {#money}\n\nSomething about money, at some length."
    assert problems(texts=texts) == {("mark", "en", "money")}


def test_number_language_and_check_are_asked_for():
    assert ("no_ethics_number", "", "") in problems(ethics_number=" ")
    assert ("ethics_number", "en", "2024-X") in problems(ethics_number="2024-X")
    assert ("no_text", "zh-hans", "") in problems(texts={"en": consenting.markdown("en")})
    assert problems(quiz=[]) == {("no_quiz", "", "")}
    assert problems(quiz="no") == {("no_quiz", "", "")}


@pytest.mark.parametrize(
    "fault",
    [
        {"right": "nothing"}, {"text": {"en": "only English"}}, {"why": {"en": "", "zh-hans": "x"}},
        {"options": []}, {"options": [{"key": "a", "text": {"en": "a", "zh-hans": "a"}}] * 2},
        {"key": ""}, {"options": "x"},
    ],
)  # fmt: skip
def test_a_question_that_is_not_whole_is_named(fault):
    quiz = consenting.quiz()
    quiz[1] = {**quiz[1], **fault}
    assert problems(quiz=quiz) == {("quiz", "", "2")}


def test_sections_are_pages_and_their_marks_are_not_shown():
    text = "Lead.\n\n## One {#data #contact}\n\nBody.\n\n### Sub\n\nMore.\n\n## Two\n\nEnd.\n"
    found = sections(text.replace("\n", "\r\n"))
    assert [(s.title, s.markdown) for s in found] == [
        ("", "Lead."), ("One", "Body.\n\n### Sub\n\nMore."), ("Two", "End."),
    ]  # fmt: skip
    assert found[1].topics == {"data", "contact"}


def test_hash_is_over_the_exact_text():
    assert sha256_of("研究") == hashlib.sha256("研究".encode()).hexdigest()
    assert sha256_of("a") != sha256_of("a ")


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
        "![x](data:image/png;base64,x)", "[x](data:text/html,x)", "[x](//elsewhere.example)",
        "<a href='javascript:alert(1)'>x</a>", "[x](JaVaScRiPt:alert(1))", "[x](vbscript:x)",
    ],
)  # fmt: skip
def test_markdown_is_rendered_safely(evil):
    html = to_html(evil)
    for part in ("<script", "<img", "<a ", "onerror=alert(1)>"):
        assert part not in html.replace("&gt;", "")


def test_markdown_keeps_what_a_text_needs():
    html = to_html("### Sub\n\n- **one** [two](https://example.org)\n\n1. three")
    assert "<h2>Sub</h2>" in html
    assert '<strong>one</strong> <a href="https://example.org">two</a>' in html
    assert "<ol>" in html


def test_blocks_are_the_words_for_paper():
    found = list(to_blocks("Lead *x*.\n\n- one\n- [two](tel:120)\n\n1. three\n\n### Sub\n\nEnd"))
    assert [(b.kind, b.text, b.mark) for b in found] == [
        ("text", "Lead x.", ""), ("item", "one", "•"), ("item", "two (tel:120)", "•"),
        ("item", "three", "1."), ("heading", "Sub", ""), ("text", "End", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("after", "seconds"),
    [(0, 0), (29.9, 29), (LONGEST_VIEW_S + 5, LONGEST_VIEW_S), (86_400, LONGEST_VIEW_S), (-5, 0)],
)
def test_seconds_shown(after, seconds):
    assert seconds_of(NOW, NOW + timedelta(seconds=after)) == seconds


# --- a wait for a renewed consent


def test_no_wait_before_the_first_signature():
    assert gaps([("1", NOW)], {}) == []
    assert gaps([("1", NOW), ("2", NOW + DAY)], {"2": NOW + 2 * DAY}) == []


def test_a_wait_lasts_from_approval_to_signature():
    found = gaps([("1", NOW), ("2", NOW + 5 * DAY)], {"1": NOW + DAY, "2": NOW + 8 * DAY})
    assert found == [Gap(NOW + 5 * DAY, NOW + 8 * DAY)]
    made = [made_while_pending(NOW + n * DAY, found) for n in (4, 5, 7, 8)]
    assert made == [False, True, True, False]


def test_a_wait_that_nobody_ended_goes_on():
    found = gaps([("1", NOW), ("2", NOW + 5 * DAY)], {"1": NOW + DAY})
    assert found == [Gap(NOW + 5 * DAY, None)]
    assert made_while_pending(NOW + 999 * DAY, found)


def test_signing_a_later_version_ends_an_earlier_wait():
    approvals = [("1", NOW), ("2", NOW + 5 * DAY), ("3", NOW + 6 * DAY)]
    found = gaps(approvals, {"1": NOW + DAY, "3": NOW + 8 * DAY})
    assert {gap.until for gap in found} == {NOW + 8 * DAY}


# --- what is vendored


def test_every_vendored_file_has_the_hash_that_is_written_down():
    table = (STATIC / "README.md").read_text()
    files = sorted(STATIC.rglob("*.js"))
    assert files
    for path in files:
        assert path.relative_to(STATIC).as_posix() in table
        assert hashlib.sha256(path.read_bytes()).hexdigest() in table
        assert b"sourceMappingURL" not in path.read_bytes()
        assert path.with_name("LICENSE").exists()
