"""The one place from which this site calls another: a POST, no redirect followed, ten seconds."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

SECONDS = 10
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class UnreachableError(Exception):
    """No connection: nothing was handed over."""


class NoAnswerError(Exception):
    """It was handed over, as a whole or in part, and no answer came."""


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer, a redirect's too. Raises UnreachableError and NoAnswerError, each
    with the name of what went wrong; the address stays out of it."""
    parts = urlsplit(url)
    connection = _connection(parts)
    try:
        connection.connect()
    except OSError as error:
        raise UnreachableError(type(error).__name__) from None
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("POST", path, body, dict(headers))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswerError(type(error).__name__) from None
    finally:
        connection.close()


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    """Without TLS only to this machine itself, where a gateway may run."""
    host = parts.hostname or ""
    if parts.scheme == "http" and host in LOOPBACK:
        return http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
    if parts.scheme != "https":
        raise UnreachableError("NoTLS")
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(host, parts.port, timeout=SECONDS, context=context)
