"""The hidden note by which a form of the desk outlasts a sign-in (`enrollment.unsent`)."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from enrollment import unsent

register = template.Library()


@register.simple_tag(takes_context=True)
def whose(context: Context) -> SafeString:
    """`{% whose %}` inside a form: whose it is, signed. Nothing where nobody is signed in."""
    user = getattr(context.get("request"), "user", None)
    if not isinstance(user, User):
        return SafeString("")
    return format_html(
        '<input type="hidden" name="{}" value="{}">', unsent.OWNER_FIELD, unsent.owner_note(user)
    )
