"""A consent text as HTML. Nothing of it is trusted: no raw HTML, no images, few kinds of link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

SAFE_LINKS = ("https://", "mailto:", "tel:", "/")


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": False})
    reader.disable(["image", "html_block", "html_inline", "code", "fence", "reference"])
    reader.validateLink = _is_safe  # type: ignore[method-assign, assignment]
    return reader


def _is_safe(address: str) -> bool:
    return address.lower().startswith(SAFE_LINKS) and not address.startswith("//")


def to_html(markdown: str) -> SafeString:
    """One section as HTML. Its headings begin at level 2, below the page's own."""
    reader = _reader()
    tokens = reader.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{max(2, int(token.tag[1]) - 1)}"
    return mark_safe(reader.renderer.render(tokens, reader.options, {}))  # noqa: S308


@dataclass(frozen=True)
class Block:
    """A paragraph as plain words: `kind` is text, heading or item (of a list, `depth` deep)."""

    kind: str
    text: str
    depth: int = 0
    mark: str = ""


def to_blocks(markdown: str) -> Iterator[Block]:
    """One section as plain paragraphs, for paper."""
    depth, kind, numbers = 0, "text", [0]
    mark = ""
    for token in _reader().parse(markdown):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            depth += 1
            numbers.append(0)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            depth -= 1
            numbers.pop()
        elif token.type == "list_item_open":
            numbers[-1] += 1
            mark = f"{numbers[-1]}." if token.info else "•"
        elif token.type == "heading_open":
            kind = "heading"
        elif token.type == "inline":
            plain = "".join(_plain(token))
            yield Block("item" if depth and kind == "text" else kind, plain, depth, mark)
            kind, mark = "text", ""


def _plain(token: Token) -> Iterator[str]:
    address = ""
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            yield "\n" if child.type == "hardbreak" else " "
        elif child.type == "link_open":
            address = str(child.attrGet("href") or "")
        elif child.type == "link_close":
            yield f" ({address})" if address else ""
        else:
            yield child.content
