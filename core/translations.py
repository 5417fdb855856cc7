"""Which strings the code shows to people, and whether each of them is there in Chinese.

Reading needs nothing but Django. The catalogues are read and written by Babel, which only those
who change words need; everyone else uses the compiled catalogue that is kept beside its source.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import allauth
import django
from django.utils.translation.template import templatize

# Places that only staff see: their strings are marked, and English is enough for now. Everything
# that is not named here reaches participants and has to be there in every language.
STAFF_PLACES = (
    "*/admin.py",
    "*/admin/*",
    "*/apps.py",
    "*/desk.py",
    "*/management/commands/*",
    "accounts/admin_base.py",
    "accounts/models*",
    "accounts/row_*.py",
    "accounts/roles.py",
    "assessments/minding.py",
    "assessments/models*",
    "assessments/rater/*",
    "assessments/rules/visits.py",
    "assessments/services/corrections.py",
    "assessments/services/visits.py",
    "assessments/visits/*",
    "core/models*",
    "data_management/*",
    "enrollment/models*",
    "enrollment/services/allocation.py",
    "enrollment/services/conduct.py",
    "enrollment/services/leaving.py",
    "enrollment/services/ready.py",
    "enrollment/services/unblinding.py",
    "estimates/models*",
    "exdep_site/admin_site.py",
    "exdep_site/pages/instructor/*",
    "exdep_site/pages/styleguide.py",
    "exdep_site/pages/views.py",
    "logging_app/paper/forms.py",
    "logging_app/paper/rules.py",
    "logging_app/paper/views.py",
    "logging_app/supervision.py",
    "safety/*",
    "schedule/forms/*",
    "schedule/models*",
    "schedule/services/assessing.py",
    "schedule/services/instructing.py",
    "schedule/services/prescribing.py",
    "templates/admin/*",
    "templates/assessments/rater/*",
    "templates/assessments/visits/*",
    "templates/base_staff.html",
    "templates/instructor/*",
    "templates/logging_app/paper*.html",
    "templates/pages/staff_home.html",
    "templates/pages/styleguide.html",
    "templates/safety/*",
)
# Pages, mails and refusals of libraries that people see as they come. Each library brings Chinese;
# the catalogue may say it better, and has to where the library says nothing.
BROUGHT = {
    Path(allauth.__file__).parent: (
        "account/adapter.py",
        "account/forms.py",
        "mfa/*/forms.py",
        "mfa/adapter.py",
        "templates/account/*.html",
        "templates/account/email/*.txt",
        "templates/account/messages/*.txt",
        "templates/mfa/**/*.*",
        "templates/usersessions/**/*.*",
    ),
    Path(django.__file__).parent: (
        "contrib/auth/password_validation.py",
        "core/validators.py",
        "forms/fields.py",
    ),
}
# Month and weekday in words: only a pattern with one of these reads wrong in Chinese as it is.
_DATE_WORDS = set("DlFMNbE")
_DATE_FILTER = re.compile(r"""\|date:(?:"([^"]+)"|'([^']+)')""")
TEMPLATE_KINDS = {".html", ".txt", ".js", ".webmanifest"}
NOT_OURS_TO_READ = {"migrations", "tests", "__pycache__"}

# Where the context, the words and their plural stand among a call's arguments.
_ARGUMENTS = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_TEMPLATE_CALL = re.compile(
    rf"\#[^\n]*|(?P<name>_|n?p?gettext)\((?P<strings>{_STRING}(?:,\s*{_STRING})*)(?:,\s*count)?\)"
)


class Message(NamedTuple):
    """One string as it stands in the code; `context` and `plural` are empty where it has none."""

    context: str
    text: str
    plural: str


class Unreadable(Exception):  # noqa: N818
    """A file that cannot be read, or a gettext call whose words are made only at run time."""


def in_template(source: str) -> Iterator[Message]:
    """The strings of one Django template, trimmed as Django trims them when it draws the page."""
    for call in _TEMPLATE_CALL.finditer(templatize(source)):
        if call["name"]:
            strings = ast.literal_eval(f"[{call['strings']}]")
            yield _message("gettext" if call["name"] == "_" else call["name"], strings)


def in_python(source: str) -> Iterator[Message]:
    """The strings of one module, by the names it imported from `django.utils.translation`.

    Unreadable names the line of a call whose words are no literal.
    """
    if "translation" not in source:
        return  # most modules of a library: parsing them all took most of the time
    tree = ast.parse(source)
    names = dict(_imported(tree))
    if not names:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (kind := names.get(ast.unparse(node.func))):
            yield _message(kind, _literals(node, kind))


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        for name in node.names:
            shown = name.asname or name.name
            if node.module == "django.utils.translation" and _kind(name.name) in _ARGUMENTS:
                yield shown, _kind(name.name)
            if (node.module, name.name) == ("django.utils", "translation"):
                for kind in _ARGUMENTS:
                    for ending in ("", "_lazy", "_noop"):
                        yield f"{shown}.{kind}{ending}", kind


def _kind(name: str) -> str:
    return name.removesuffix("_lazy").removesuffix("_noop")


def _literals(call: ast.Call, kind: str) -> list[str]:
    wanted = max(place for place in _ARGUMENTS[kind] if place is not None) + 1
    found = [a.value for a in call.args[:wanted] if isinstance(a, ast.Constant)]
    strings = [value for value in found if isinstance(value, str)]
    if len(strings) != wanted:
        raise Unreadable(f"line {call.lineno}: {ast.unparse(call)} has no literal words")
    return strings


def _message(kind: str, strings: list[str]) -> Message:
    return Message(*("" if place is None else strings[place] for place in _ARGUMENTS[kind]))


def sources(base: Path) -> list[Path]:
    """Every file below `base` that may hold strings: templates, and the rooms' modules."""
    modules = [path for room in _rooms(base) for path in room.rglob("*.py")]
    templates = [p for p in (base / "templates").rglob("*") if p.suffix in TEMPLATE_KINDS]
    return sorted(
        path
        for path in modules + templates
        if not NOT_OURS_TO_READ & set(path.relative_to(base).parts)
    )


def brought() -> dict[Path, str]:
    """The libraries' files whose words are shown as they come, named from the library's name on."""
    return {
        path: path.relative_to(home.parent).as_posix()
        for home, patterns in BROUGHT.items()
        for pattern in patterns
        for path in sorted(home.glob(pattern))
    }


def read(base: Path) -> dict[Message, list[str]]:
    """Every string with the files it stands in, relative to `base`, both in order.

    Unreadable names the file and the line.
    """
    return _collect({path: path.relative_to(base).as_posix() for path in sources(base)})


def read_all(base: Path) -> dict[Message, list[str]]:
    """As `read`, with what libraries show where no page of ours takes its place."""
    ours = {path: path.relative_to(base).as_posix() for path in sources(base)}
    hidden = {where.removeprefix("templates/") for where in ours.values()}
    shown = {path: w for path, w in brought().items() if w.split("/", 2)[-1] not in hidden}
    return _collect(ours | shown)


def _collect(files: dict[Path, str]) -> dict[Message, list[str]]:
    found: dict[Message, set[str]] = {}
    for path, where in files.items():
        messages = in_python if path.suffix == ".py" else in_template
        try:
            for message in messages(path.read_text(encoding="utf-8")):
                found.setdefault(message, set()).add(where)
        except (Unreadable, SyntaxError) as fault:
            raise Unreadable(f"{where}: {fault}") from None
    return {message: sorted(found[message]) for message in sorted(found)}


def date_patterns(base: Path) -> dict[str, list[str]]:
    """The date patterns with words that participants' pages use, each with its files."""
    found: dict[str, set[str]] = {}
    for path in sources(base):
        where = path.relative_to(base).as_posix()
        text = path.read_text(encoding="utf-8")
        used = _python_dates(text) if path.suffix == ".py" else _template_dates(text)
        for pattern in used:
            # A name of the calendar alone has no order that a language could change.
            named = pattern.endswith("_FORMAT") or len(pattern) == 1
            if not named and not for_staff_only(where) and _DATE_WORDS & set(pattern):
                found.setdefault(pattern, set()).add(where)
    return {pattern: sorted(found[pattern]) for pattern in sorted(found)}


def _template_dates(source: str) -> list[str]:
    return [one or other for one, other in _DATE_FILTER.findall(source)]


def _python_dates(source: str) -> list[str]:
    if "date_format" not in source:
        return []
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    dates = [call for call in calls if ast.unparse(call.func).endswith("date_format")]
    given = [arg for call in dates for arg in call.args[1:2]]
    given += [word.value for call in dates for word in call.keywords if word.arg == "format"]
    return [str(arg.value) for arg in given if isinstance(arg, ast.Constant)]


def for_staff_only(path: str) -> bool:
    """Whether what stands in this file is read by staff alone."""
    return any(fnmatch(path, place) for place in STAFF_PLACES)


def for_participants(found: dict[Message, list[str]]) -> dict[Message, list[str]]:
    """Those strings that stand in at least one place participants see, with those places."""
    seen = {m: [path for path in paths if not for_staff_only(path)] for m, paths in found.items()}
    return {message: paths for message, paths in seen.items() if paths}


def one_sided(base: Path) -> list[str]:
    """The words of the data files that are there in one language only, by file and key."""
    files = sorted(p for room in _rooms(base) for p in room.rglob("*.toml"))
    return [
        f"{path.relative_to(base).as_posix()}: {key}: {fault}"
        for path in files
        for key, fault in _one_sided(tomllib.loads(path.read_text(encoding="utf-8")), "")
    ]


def _one_sided(value: Any, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for number, part in enumerate(value):
            yield from _one_sided(part, f"{key}[{number}]")
    elif isinstance(value, dict) and {"en", "zh"} & set(value):
        for code, language in (("en", "English"), ("zh", "Chinese")):
            if not str(value.get(code, "")).strip():
                yield key, f"has no {language} words"
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _one_sided(part, f"{key}.{name}".lstrip("."))


def _rooms(base: Path) -> list[Path]:
    found = [path.parent for path in base.glob("*/__init__.py")]
    return sorted(room for room in found if room.name not in NOT_OURS_TO_READ)
