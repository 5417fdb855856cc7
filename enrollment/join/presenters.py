"""Which browser somebody is in, and how to get to a real one."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import Site

# By what their user agents say. Their windows forget sign-ins and cannot install the site.
IN_APP = {
    "WeChat": re.compile(r"MicroMessenger", re.I),
    "QQ": re.compile(r"\bQQ/", re.I),
    "Weibo": re.compile(r"Weibo", re.I),
    "Facebook": re.compile(r"FBAN|FBAV|FB_IAB", re.I),
    "Instagram": re.compile(r"Instagram", re.I),
    "Line": re.compile(r"\bLine/", re.I),
    "DingTalk": re.compile(r"DingTalk", re.I),
}
NAMES = {
    "WeChat": _lazy("WeChat"), "QQ": _lazy("QQ"), "Weibo": _lazy("Weibo"),
    "Facebook": _lazy("Facebook"), "Instagram": _lazy("Instagram"), "Line": _lazy("Line"),
    "DingTalk": _lazy("DingTalk"),
}  # fmt: skip


def in_app(user_agent: str) -> str:
    """The app whose own window this is, by its name; empty in a real browser."""
    return next((name for name, sign in IN_APP.items() if sign.search(user_agent)), "")


def browser_hint(user_agent: str) -> str:
    """How to open the real browser, for somebody who is in an app's window; else empty."""
    app = in_app(user_agent)
    if not app:
        return ""
    return _(
        "You are inside %(app)s. It works here, but next time it may have forgotten you. "
        "To use your phone's own browser, tap ••• at the top and choose “Open in browser”."
    ) % {"app": NAMES[app]}


def contact(site: Site | None) -> dict[str, Any]:
    """Whom to ask, where the invitation says at which site."""
    if site is None or not site.contact_phone:
        return {}
    return {
        "name": site.contact_name, "phone": site.contact_phone, "hours": site.contact_hours,
        "tel_href": "tel:" + re.sub(r"[^+\d]", "", site.contact_phone),
    }  # fmt: skip
