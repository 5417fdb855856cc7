"""Settings from the environment (or `.env`). Each is read by one function that knows what to say
when it is missing or malformed: one line that names it and says what to write."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

from core.errors import StartupError


def load(base_dir: Path) -> dict[str, str]:
    """The process environment over the lines of `.env` beside manage.py."""
    values: dict[str, str] = {}
    dotenv = base_dir / ".env"
    if dotenv.is_file():
        for number, line in enumerate(dotenv.read_text().splitlines(), start=1):
            values.update(_dotenv_line(line.strip(), number))
    return {**values, **os.environ}


def _dotenv_line(line: str, number: int) -> dict[str, str]:
    if not line or line.startswith("#"):
        return {}
    name, equals, value = line.partition("=")
    if not equals:
        raise StartupError(f".env line {number}: write NAME=value, not {line!r}")
    return {name.strip(): value.strip().strip("\"'")}


def text(env: Mapping[str, str], name: str, default: str) -> str:
    value = env.get(name, default).strip()
    if not value:
        raise StartupError(f"{name}: is empty; write a value or leave the line out")
    return value


def flag(env: Mapping[str, str], name: str, default: bool) -> bool:
    value = env.get(name)
    if value is None:
        return default
    if value not in {"0", "1"}:
        raise StartupError(f"{name}: write 0 or 1, not {value!r}")
    return value == "1"


def word(env: Mapping[str, str], name: str, default: str) -> str:
    value = text(env, name, default)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", value):
        raise StartupError(f"{name}: write lower-case letters, digits, - or _, not {value!r}")
    return value


def hosts(env: Mapping[str, str], name: str, default: list[str] | None) -> list[str]:
    if name not in env and default is not None:
        return default
    value = env.get(name, "")
    found = [host.strip() for host in value.split(",") if host.strip()]
    if not found:
        raise StartupError(f"{name}: write the site's host names, as in {name}=study.example.org")
    for host in found:
        if not re.fullmatch(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9a-fA-F:]+\]", host):
            raise StartupError(
                f"{name}: {host!r} is not a host name; write names without scheme, port or *"
            )
    return found


def origins(env: Mapping[str, str], name: str, allowed: list[str], *, tls: bool) -> list[str]:
    if name not in env:
        return []
    found = [origin.strip() for origin in env[name].split(",") if origin.strip()]
    if not found:
        raise StartupError(f"{name}: is empty; write https://study.example.org or leave it out")
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
            raise StartupError(f"{name}: {origin!r} is no origin; write https://study.example.org")
        if tls and parts.scheme != "https":
            raise StartupError(
                f"{name}: {origin!r} is not https, but EXDEP_BEHIND_TLS is 1; write https://"
            )
        if not any(
            parts.hostname == host or (host.startswith(".") and parts.hostname.endswith(host))
            for host in allowed
        ):
            raise StartupError(f"{name}: {parts.hostname} is missing in ALLOWED_HOSTS; add it there")
    return found


def database(env: Mapping[str, str], name: str, default: str) -> dict[str, Any]:
    value = text(env, name, default)
    scheme = value.split(":", 1)[0]
    if scheme not in {"sqlite", "postgres", "postgresql"} or "//" not in value:
        raise StartupError(
            f"{name}: write postgres://user:password@host:5432/name or sqlite:///path, not {scheme!r}…"
        )
    try:
        config: dict[str, Any] = dict(environ.Env.db_url_config(value))
    except (ValueError, KeyError, environ.ImproperlyConfigured):
        config = {}
    if not config.get("NAME"):
        raise StartupError(f"{name}: names no database; write postgres://host:5432/name")
    return config


def email(env: Mapping[str, str], name: str, default: str) -> dict[str, Any]:
    value = text(env, name, default)
    schemes = "smtp://, smtp+tls://, smtp+ssl://, consolemail:// or filemail:///folder"
    if value.split(":", 1)[0] not in {
        "smtp", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "memorymail", "dummymail",
    } or "//" not in value:  # fmt: skip
        raise StartupError(f"{name}: write an address that begins with {schemes}")
    try:
        config: dict[str, Any] = dict(environ.Env.email_url_config(value))
    except (ValueError, KeyError, environ.ImproperlyConfigured):
        raise StartupError(f"{name}: cannot be read; write smtp+tls://user:password@host:587") from None
    if value.startswith("smtp") and not config.get("EMAIL_HOST"):
        raise StartupError(f"{name}: names no host; write smtp+tls://user:password@host:587")
    return {key: setting for key, setting in config.items() if key.startswith("EMAIL_")}


def redis(env: Mapping[str, str], name: str) -> str | None:
    if name not in env:
        return None
    value = text(env, name, "")
    if not re.match(r"rediss?://[^/]+", value):
        raise StartupError(f"{name}: write redis://host:6379/0, not {value!r}")
    return value


def directory(env: Mapping[str, str], name: str, default: Path) -> Path:
    path = Path(text(env, name, str(default))).expanduser()
    if path.exists() and not path.is_dir():
        raise StartupError(f"{name}: {path} is a file; write the name of a folder")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartupError(f"{name}: {path} cannot be made ({error.strerror}); write another folder") from None
    if not os.access(path, os.W_OK):
        raise StartupError(f"{name}: {path} cannot be written to; write another folder")
    return path.resolve()


def secret(env: Mapping[str, str], name: str) -> str:
    value = env.get(name)
    if value is None:
        raise StartupError(
            f"{name}: is not set; write 50 or more random characters, as from: openssl rand -base64 48"
        )
    if len(value) < 50 or len(set(value)) < 10:
        raise StartupError(
            f"{name}: is too short or too plain; write 50 or more random characters, as from: "
            "openssl rand -base64 48"
        )
    return value
