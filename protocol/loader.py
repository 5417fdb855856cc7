"""Find, read and check the protocol files. Each file is read once for the process."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from protocol import frozen
from protocol.errors import ProtocolError
from protocol.files import ROOM, parse, shown
from protocol.instrument_reader import read_instrument
from protocol.questionnaire import Instrument
from protocol.reader import Reader
from protocol.rules import instrument_problems, study_problems
from protocol.study import Study
from protocol.study_reader import read_study

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
        instrument = instrument_from(parse(path), shown(path))
        _named_as_its_file(instrument.code, "code", path)
        found[instrument.code] = instrument
    return found


def load_study(path: Path, instruments: Mapping[str, Instrument]) -> Study:
    """The study of one file and the parts that it includes. Raises `ProtocolError`."""
    data, homes = _with_parts(path)
    try:
        study = study_from(data, shown(path), instruments)
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


@functools.cache
def _versions() -> dict[tuple[str, str], Instrument]:
    """Every version of every instrument, those in force among them: all are frozen."""
    found = {(one.code, one.version): one for one in _instruments().values()}
    for version, path in frozen.versions(INSTRUMENTS).items():
        if version not in found:
            found[version] = instrument_from(parse(path), shown(path))
    return found


def instrument(code: str, version: str | None = None) -> Instrument:
    """One instrument as it is in force; with `version` as it was when that was, so that answers
    are scored and shown by their own. Raises `ProtocolError` where no file has it."""
    here = "protocol/instruments"
    if code not in _instruments():
        rule = f"no such instrument; there are {_list(_instruments())}"
        raise ProtocolError(here, code, rule)
    if version is None:
        return _instruments()[code]
    if (code, version) not in _versions():
        known = _list(v for c, v in _versions() if c == code)
        raise ProtocolError(here, f"{code}@{version}", f"no such version; there are {known}")
    return _versions()[code, version]


def versions() -> tuple[Instrument, ...]:
    """Every version of every instrument that a file has, those in force among them, in order."""
    return tuple(found for _name, found in sorted(_versions().items()))


def has_version(code: str, version: str) -> bool:
    """Whether a file has this version of an instrument."""
    return (code, version) in _versions()


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
    _versions()
    current()


def _with_parts(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The file's table joined with those of its `include`, and each key's file."""
    data = parse(path)
    names = Reader(shown(path), data).strings("include")
    data.pop("include", None)
    homes = dict.fromkeys(data, shown(path))
    for name in names:
        part = PARTS / f"{name}.toml"
        if not part.is_file():
            raise ProtocolError(shown(path), "include", f"there is no part {name!r}")
        for key, value in parse(part).items():
            if key in data:
                raise ProtocolError(shown(path), key, f"stands in {homes[key]} and {shown(part)}")
            data[key], homes[key] = value, shown(part)
    return data, homes


def _named_as_its_file(name: str, key: str, path: Path) -> None:
    if name != path.stem:
        raise ProtocolError(shown(path), key, f"must be the file's name, {path.stem!r}")


def _list(names: Any) -> str:
    return ", ".join(sorted(names)) or "none"
