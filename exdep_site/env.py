"""Settings from the environment (or `.env`). Each is read by one function that knows what to say
when it is missing or malformed: one line that names it and says what to write."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from email.utils import formataddr, parseaddr
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, urlsplit

import environ

from core import keys
from core.errors import StartupError

# Every name of our own that means something; another one is a slip of the pen and is refused.
NAMES = frozenset(
    {
        "EXDEP_BEHIND_TLS", "EXDEP_CHROMIUM", "EXDEP_DATA_DIR", "EXDEP_DEMO",
        "EXDEP_DEMO_PASSWORD", "EXDEP_ENV_FILE", "EXDEP_KEY_FILE", "EXDEP_MAIL_FROM",
        "EXDEP_REQUIRE_BROWSER", "EXDEP_REQUIRE_STAFF_MFA", "EXDEP_SITE_NAME",
        "EXDEP_SMS_GATEWAY", "EXDEP_SMS_SECRET", "EXDEP_STUDY",
    }
)  # fmt: skip

HOST = re.compile(
    r"\.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\]", re.I
)
DATABASE_ADVICE = "write postgres://user:password@host:5432/name or sqlite:////folder/file"
MAIL_ADVICE = "write smtp+tls://user:password@host:587 or filemail:////folder"
SMS_ADVICE = "write webhook:https://sms.example.org/send"
ON_THIS_MACHINE = {("http", "localhost"), ("http", "127.0.0.1"), ("http", "::1")}
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
MAIL_OTHERS = ("consolemail", "filemail", "memorymail")
RANDOM_ADVICE = "write 50 or more random characters, as from: openssl rand -base64 48"

Env = Mapping[str, str]


def load(base_dir: Path) -> dict[str, str]:
    """The process environment over the lines of `.env` beside manage.py (or EXDEP_ENV_FILE)."""
    given = os.environ.get("EXDEP_ENV_FILE")
    path = base_dir / (given or ".env")
    if given is not None and not path.exists():
        _stop("EXDEP_ENV_FILE", f"{given!r} does not exist; name a file of NAME=value lines")
    values = {**_dotenv(path), **os.environ}
    for name in sorted(values):
        if name.startswith("EXDEP_") and name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0)[0]
            _stop(name, f"is no setting; leave it out (do you mean {near}?)")
    return values


def _stop(name: str, advice: str) -> NoReturn:
    raise StartupError(f"{name}: {advice}") from None


def _dotenv(path: Path) -> dict[str, str]:
    values: dict[str, str] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError):
        _stop(str(path.name), "cannot be read; write a text file of NAME=value lines")
    for number, line in enumerate(lines, start=1):
        values |= _dotenv_line(line.strip(), f"{path.name} line {number}")
    return values


def _dotenv_line(line: str, where: str) -> dict[str, str]:
    if not line or line.startswith("#"):
        return {}
    name, equals, value = line.removeprefix("export ").partition("=")
    if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name.strip()):
        # The line itself is not shown: it may hold a secret.
        _stop(where, "is not NAME=value; write one setting a line, or # before a comment")
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return {name.strip(): value}


def text(env: Env, name: str, default: str) -> str:
    value = env.get(name, default).strip()
    if not value:
        _stop(name, "is empty; write a value or leave the line out")
    if not value.isprintable():
        _stop(name, "holds a control character or a line break; write one plain line")
    return value


def flag(env: Env, name: str, default: bool) -> bool:
    value = env.get(name)
    if value is None:
        return default
    if value not in {"0", "1"}:
        _stop(name, f"write 0 or 1, not {value!r}")
    return value == "1"


def port(env: Env, name: str, default: int) -> int:
    """1–65535."""
    value = text(env, name, str(default))
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= 65535:
        _stop(name, f"write a number from 1 to 65535, not {value!r}")
    return int(value)


def site_name(env: Env, name: str, default: str) -> str:
    """Shown under an icon and as the sender of mail, so at most 30 characters."""
    value = text(env, name, default)
    if len(value) > 30:
        _stop(name, f"has {len(value)} characters; write at most 30")
    return value


def study(env: Env, name: str, default: str, folder: Path) -> str:
    """The name of a protocol file in `folder`."""
    value = text(env, name, default)
    known = sorted(path.stem for path in folder.glob("*.toml"))
    if value not in known:
        _stop(name, f"there is no protocol {value!r}; write one of: {', '.join(known)}")
    return value


def hosts(env: Env, name: str, default: list[str] | None) -> list[str]:
    if name not in env and default is not None:
        return default
    found = [host.strip() for host in env.get(name, "").split(",") if host.strip()]
    if not found:
        state = "is empty" if name in env else "is not set"
        _stop(name, f"{state}; write the site's host names, as in study.example.org")
    for host in found:
        if not HOST.fullmatch(host):
            _stop(name, f"{host!r} is not a host name; write names without scheme, port or *")
    return found


def origins(env: Env, name: str, allowed: list[str], *, tls: bool) -> list[str]:
    if name not in env:
        return []
    found = [origin.strip() for origin in env[name].split(",") if origin.strip()]
    if not found:
        _stop(name, "is empty; write https://study.example.org or leave the line out")
    for origin in found:
        _check_origin(name, origin, allowed, tls=tls)
    return found


def _check_origin(name: str, origin: str, allowed: list[str], *, tls: bool) -> None:
    parts = _split(origin)
    if (
        not parts
        or parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.path + parts.query + parts.fragment
        or "@" in parts.netloc
    ):
        _stop(name, f"{origin!r} is no origin; write https://study.example.org")
    if tls and parts.scheme != "https":
        _stop(name, f"{origin!r} is not https, but EXDEP_BEHIND_TLS is 1; write https://")
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else str(parts.hostname)
    if not any(host == a.lower() or (a[0] == "." and f".{host}".endswith(a)) for a in allowed):
        _stop(name, f"{host} is missing in ALLOWED_HOSTS; add it there")


def _split(value: str) -> SplitResult | None:
    """The parts of an address, or None when it (or its port) cannot be read."""
    try:
        parts = urlsplit(value)
        return parts if parts.port is None or parts.port else None
    except ValueError:
        return None


def database(env: Env, name: str, default: str, base_dir: Path) -> dict[str, Any]:
    """Django's settings of one database. A relative SQLite path counts from `base_dir`."""
    value = text(env, name, default)
    parts = _split(value)
    if (
        not parts
        or parts.scheme not in {"sqlite", "postgres", "postgresql"}
        or "//" not in value
        or " " in value
    ):
        # The value is not shown: it may hold a password.
        _stop(name, f"cannot be read; {DATABASE_ADVICE}")
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": _sqlite(name, parts, base_dir)}
    try:
        config: dict[str, Any] = dict(environ.Env.db_url_config(value))
    except (ValueError, KeyError, environ.ImproperlyConfigured):
        _stop(name, f"cannot be read; {DATABASE_ADVICE}")
    if not config.get("NAME") or "/" in config["NAME"]:
        _stop(name, "names no database; write postgres://user:password@host:5432/name")
    return config


def _sqlite(name: str, parts: SplitResult, base_dir: Path) -> str:
    if parts.netloc or parts.query or len(parts.path) < 2:
        _stop(name, "names no file; write sqlite:////folder/file with four slashes")
    path = base_dir / parts.path[1:]
    if path.is_dir():
        _stop(name, f"{path} is a folder; write sqlite:////folder/file")
    if not path.parent.is_dir():
        _stop(name, f"the folder {path.parent} does not exist; make it or name another")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        _stop(name, f"{path} cannot be written to; write another file")
    return str(path)


def email(env: Env, name: str, default: str, *, demo: bool) -> dict[str, Any]:
    """Django's EMAIL_… settings. Only a demo may print mail, because mail holds sign-in codes."""
    value = text(env, name, default)
    parts = _split(value)
    if not parts or "//" not in value or parts.scheme not in {*MAIL_PORTS, *MAIL_OTHERS}:
        _stop(name, f"cannot be read; {MAIL_ADVICE}")
    if parts.scheme == "consolemail" and not demo:
        _stop(name, f"consolemail prints sign-in codes, which only a demo may; {MAIL_ADVICE}")
    if parts.scheme in MAIL_PORTS and not parts.hostname:
        _stop(name, f"names no host; {MAIL_ADVICE}")
    if parts.scheme == "filemail" and not Path(parts.path[1:]).is_dir():
        _stop(name, "names no folder that exists; write filemail:////folder with four slashes")
    try:
        config: dict[str, Any] = dict(environ.Env.email_url_config(value))
    except (ValueError, KeyError, environ.ImproperlyConfigured):
        _stop(name, f"cannot be read; {MAIL_ADVICE}")
    config["EMAIL_PORT"] = config.get("EMAIL_PORT") or MAIL_PORTS.get(parts.scheme, 25)
    return {key: setting for key, setting in config.items() if key.startswith("EMAIL_")}


def sender(env: Env, name: str, *, shown: str, host: str) -> str:
    """The From line: `EXDEP_MAIL_FROM`, or noreply@ the first host under the site's name."""
    if name not in env:
        return formataddr((shown, f"noreply@{host.strip('.[]')}"))
    label, address = parseaddr(text(env, name, ""))
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address):
        _stop(name, f"holds no e-mail address; write one, as in {shown} <noreply@example.org>")
    return formataddr((label or shown, address))


def sms_gateway(env: Env, name: str, default: str, *, demo: bool) -> str:
    """`log` in a demo, or `webhook:` and an address under https (http on this machine itself)."""
    if name not in env:
        return default
    value = text(env, name, "")
    if value == "log":
        return (
            value
            if demo
            else _stop(name, f"log reaches nobody, which only a demo may; {SMS_ADVICE}")
        )
    kind, _colon, address = value.partition(":")
    parts = _split(address)
    if kind != "webhook" or not parts or not parts.hostname or "@" in parts.netloc:
        # The value is not shown: it may hold a secret.
        _stop(name, f"cannot be read; {SMS_ADVICE}")
    if parts.scheme != "https" and (parts.scheme, parts.hostname) not in ON_THIS_MACHINE:
        _stop(name, f"is not https; {SMS_ADVICE}")
    return value


def sms_secret(env: Env, name: str, gateway: str) -> str:
    """What the gateway knows this site by; needed where there is one to call."""
    if not gateway.startswith("webhook:"):
        if name in env:
            _stop(name, "is set without EXDEP_SMS_GATEWAY; set both or leave this out")
        return ""
    value = env.get(name, "").strip()
    if len(value) < 16 or not value.isascii() or not value.isprintable():
        _stop(name, "write the secret of EXDEP_SMS_GATEWAY, 16 or more plain characters")
    return value


def redis(env: Env, name: str) -> str | None:
    if name not in env:
        return None
    value = text(env, name, "")
    parts = _split(value)
    if (
        not parts
        or parts.scheme not in {"redis", "rediss"}
        or not parts.hostname
        or not re.fullmatch(r"(/[0-9]{0,2})?", parts.path)
    ):
        _stop(name, "cannot be read; write redis://:password@host:6379/0")
    return value


def directory(env: Env, name: str, default: Path, base_dir: Path) -> Path:
    """A folder that can be written to; made where it does not exist."""
    path = (base_dir / Path(text(env, name, str(default))).expanduser()).resolve()
    if path.exists() and not path.is_dir():
        _stop(name, f"{path} is a file; write the name of a folder")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _stop(name, f"{path} cannot be made ({error.strerror}); write another folder")
    if not os.access(path, os.W_OK | os.X_OK):
        _stop(name, f"{path} cannot be written to; write another folder")
    return path


def key_file(env: Env, name: str, default: Path, base_dir: Path, *, make: bool) -> Path:
    """The file of `core.keys`; a demo makes its own."""
    path = base_dir / Path(text(env, name, str(default))).expanduser()
    if make and not path.exists():
        try:
            keys.make(path)
        except OSError as error:
            _stop(name, f"{path} cannot be made ({error.strerror}); write another file")
    return path


def secret(env: Env, name: str) -> str:
    value = env.get(name)
    if value is None:
        _stop(name, f"is not set; {RANDOM_ADVICE}")
    if not value.strip():
        _stop(name, f"is empty; {RANDOM_ADVICE}")
    if len(value) < 50 or len(set(value)) < 10 or value.startswith("django-insecure-"):
        _stop(name, f"is too short or too plain; {RANDOM_ADVICE}")
    return value
