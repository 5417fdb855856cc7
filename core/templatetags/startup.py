"""What iOS needs of the page from which the site is put on a home screen."""

from __future__ import annotations

from typing import Any

from django import template

from core import startup

register = template.Library()


@register.inclusion_tag("core/startup.html")
def startup_pictures() -> dict[str, Any]:
    """The links to the pictures that an iPhone or iPad shows while the installed site opens."""
    return {"pictures": startup.pictures()}
