"""Every address of the site, as its resolver has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RoutePattern

UNNAMED = "-"


@dataclass(frozen=True)
class Address:
    """One line of a URLconf. `route` is joined from the root, `name` with its namespaces."""

    route: str
    name: str
    view: Any

    @property
    def room(self) -> str:
        return self.name.split(":")[0] if ":" in self.name else ""


def addresses() -> list[Address]:
    """All of them, in the order in which they are tried."""
    return list(_walk(get_resolver(), "", ()))


def _walk(resolver: Any, before: str, namespaces: tuple[str, ...]) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = before + _text(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Address(route, ":".join((*namespaces, pattern.name or UNNAMED)), pattern.callback)
        else:
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern, route, inner)


def _text(pattern: Any) -> str:
    """A route as written; a regular expression without its anchors, its groups as `<name>`."""
    if isinstance(pattern, RoutePattern):
        return str(pattern)
    return re.sub(r"\(\?P(<\w+>).*?\)(?=[/$]|$)", r"\1", str(pattern)).strip("^$")
