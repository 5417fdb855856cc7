"""Find, read and check the protocol files. Each file is read once for the process."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from protocol.errors import ProtocolError
from protocol.instrument_reader import read_instrument
from protocol.questionnaire import Instrument
from protocol.reader import Reader
from protocol.rules import instrument_problems, study_problems
from protocol.study import Study
from protocol.study_reader import read_study

ROOM = Path(__file__).resolve().parent
STUDIES = ROOM / "studies"
INSTRUMENTS = ROOM / "instruments"
PARTS = ROOM / "parts"


def study_from(data: Mapping[str, Any], file: str, instruments: Mapping[str, Instrument]) -> Study:
    """A checked `Study` out of a file's table. Raises `ProtocolError` for the first fault."""
    study = read_study(data, file)
    for key, rule in study_problems(study, instruments):
        raise ProtocolError(file, key, rule)
    return study


def instrument_from(data: Mapping[str, Any], file: str) -> Instrument:
    """A checked `Instrument` out of a file's table. Raises `ProtocolError`."""
    instrument = read_instrument(data, file)
    for key, rule in instrument_problems(instrument):
        raise ProtocolError(file, key, rule)
    return instrument


def load_instruments(folder: Path) -> dict[str, Instrument]:
    """Every instrument of a folder by its code. Raises `ProtocolError`."""
    found: dict[str, Instrument] = {}
    for path in sorted(folder.glob("*.toml")):
        instrument = instrument_from(_parse(path), _shown(path))
        _named_as_its_file(instrument.code, "code", path)
        found[instrument.code] = instrument
    return found


def load_study(path: Path, instruments: Mapping[str, Instrument]) -> Study:
    """The study of one file and the parts that it includes. Raises `ProtocolError`."""
    data, homes = _with_parts(path)
    try:
        study = study_from(data, _shown(path), instruments)
    except ProtocolError as error:
        first = re.split(r"[.\[]", error.key)[0]
        raise ProtocolError(homes.get(first, error.file), error.key, error.rule) from None
    _named_as_its_file(study.name, "name", path)
    return study


def instruments() -> dict[str, Instrument]:
    """Every instrument by its code; the dictionary is the caller's own."""
    return dict(_instruments())


@functools.cache
def _instruments() -> dict[str, Instrument]:
    return load_instruments(INSTRUMENTS)


def instrument(code: str) -> Instrument:
    """One instrument. Raises `ProtocolError` where no file has it."""
    try:
        return _instruments()[code]
    except KeyError:
        raise ProtocolError(
            "protocol/instruments", code, f"no such instrument; there are {_list(_instruments())}"
        ) from None


def study_names() -> tuple[str, ...]:
    """The names of all study files."""
    return tuple(sorted(path.stem for path in STUDIES.glob("*.toml")))


@functools.cache
def load(name: str) -> Study:
    """The study called `name`. Raises `ProtocolError` where it is missing or broken."""
    if name not in study_names():
        rule = f"no study is called {name!r}; there are {_list(study_names())}"
        raise ProtocolError("protocol/studies", "EXDEP_STUDY", rule)
    return load_study(STUDIES / f"{name}.toml", _instruments())


def current() -> Study:
    """The study of this deployment, named by the setting `EXDEP_STUDY`."""
    return load(settings.EXDEP_STUDY)


def check_all() -> None:
    """Read and check every file, and the deployment's study. Raises `ProtocolError`."""
    for name in study_names():
        load(name)
    current()


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(_shown(path), "", f"is not TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProtocolError(_shown(path), "", f"cannot be read: {error}") from None


def _with_parts(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The file's table joined with those of its `include`, and each key's file."""
    data = _parse(path)
    names = Reader(_shown(path), data).strings("include")
    data.pop("include", None)
    homes = dict.fromkeys(data, _shown(path))
    for name in names:
        part = PARTS / f"{name}.toml"
        if not part.is_file():
            raise ProtocolError(_shown(path), "include", f"there is no part {name!r}")
        for key, value in _parse(part).items():
            if key in data:
                raise ProtocolError(_shown(path), key, f"stands in {homes[key]} and {_shown(part)}")
            data[key], homes[key] = value, _shown(part)
    return data, homes


def _shown(path: Path) -> str:
    """The path as a person would type it from the project's root."""
    if path.is_relative_to(ROOM.parent):
        return path.relative_to(ROOM.parent).as_posix()
    return path.as_posix()


def _named_as_its_file(name: str, key: str, path: Path) -> None:
    if name != path.stem:
        raise ProtocolError(_shown(path), key, f"must be the file's name, {path.stem!r}")


def _list(names: Any) -> str:
    return ", ".join(sorted(names)) or "none"
