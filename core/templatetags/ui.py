"""The design system in templates: icons, and components that wrap a body.

``{% load ui %}`` then ``{% icon "walk" %}``, ``{% card title=… %}…{% endcard %}``,
``{% banner "warn" title=… %}…{% endbanner %}``, ``{% disclosure title %}…{% enddisclosure %}``.
Everything is drawn by the partials in ``templates/components/``.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info

register = template.Library()

BANNER_TONES = ("info", "ok", "warn", "urgent")
MESSAGE_TONES = {"success": "ok", "warning": "warn", "error": "urgent"}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """One icon of the sprite ``static/core/icons.svg``, hidden from screen readers."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        extra,
        static("core/icons.svg"),
        name,
    )


@register.simple_block_tag
def card(content: str, title: str = "", **options: Any) -> str:
    """A card around ``content``; options as in ``components/card.html``."""
    return _component("card", content, title=title, **options)


@register.simple_block_tag
def banner(content: str, tone: str = "info", title: str = "", **options: Any) -> str:
    """A banner around ``content``; ``tone`` is info, ok, warn or urgent."""
    if tone not in BANNER_TONES:
        raise template.TemplateSyntaxError(f"banner: tone {tone!r} is none of {BANNER_TONES}")
    return _component("banner", content, tone=tone, title=title, **options)


@register.simple_block_tag
def disclosure(content: str, title: str, **options: Any) -> str:
    """Details folded under ``title``; ``open=True`` shows them, ``note`` stands beside it."""
    return _component("disclosure", content, title=title, **options)


@register.filter
def points(span: str) -> list[str]:
    """The points of a scale written ``"0:10"`` or ``"-5:5"``, both ends included."""
    low, high = (int(end) for end in span.split(":"))
    return [str(value) for value in range(low, high + 1)]


@register.filter
def signed(value: object) -> str:
    """A scale point as read by people: a real minus sign before a negative one."""
    return str(value).replace("-", "\N{MINUS SIGN}")


@register.filter
def is_point(value: object) -> bool:
    """Whether a choice is a number of the scale, and not a word such as "none"."""
    return str(value).lstrip("-").isdigit()


@register.filter
def same(value: object, other: object) -> bool:
    """Whether two values are the same when written out; an unset one equals nothing."""
    return value is not None and str(value) == str(other)


@register.filter
def upto(count: int) -> range:
    """``1 … count``, to draw that many dots."""
    return range(1, int(count) + 1)


@register.filter
def first_id(field: BoundField) -> str:
    """The id that a link to this field must name: its input, or the first of its choices."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def message_tone(level_tag: str) -> str:
    """The banner tone of one of Django's message levels."""
    return MESSAGE_TONES.get(level_tag, "info")


@register.filter
def language_name(code: str) -> str:
    """A language's own name for itself."""
    return str(get_language_info(code)["name_local"])


def _component(name: str, body: str, **options: Any) -> str:
    return render_to_string(f"components/{name}.html", {"body": body, **options})
