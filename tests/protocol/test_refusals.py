"""Every rule of the protocol files refuses, naming the file, the key and the rule."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import protocol
from core.errors import StartupError
from protocol import ProtocolError, loader
from protocol.instrument_reader import read_instrument
from protocol.rules import INSTRUMENT_RULES, STUDY_RULES
from protocol.study_reader import read_study
from tests.protocol.broken import (
    INSTRUMENT_FAULTS,
    READING,
    SCORE_ONLY_FAULTS,
    STUDY_FAULTS,
    Fault,
)

FILE = "protocol/studies/broken.toml"


def by_name(fault: Fault) -> str:
    return fault.name.replace(" ", "_")


@pytest.mark.parametrize("fault", STUDY_FAULTS, ids=by_name)
def test_study_refused(fault: Fault, whole_study) -> None:
    table = whole_study()
    fault.breaks(table)
    with pytest.raises(ProtocolError) as refusal:
        loader.study_from(table, FILE, protocol.instruments())
    assert str(refusal.value).startswith(f"{FILE}: {fault.key}: ")
    assert fault.rule in refusal.value.rule
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("fault", INSTRUMENT_FAULTS, ids=by_name)
def test_instrument_refused(fault: Fault, whole_instrument) -> None:
    table = whole_instrument("hdrs17")
    fault.breaks(table)
    with pytest.raises(ProtocolError) as refusal:
        loader.instrument_from(table, FILE)
    assert str(refusal.value).startswith(f"{FILE}: {fault.key}: ")
    assert fault.rule in refusal.value.rule


@pytest.mark.parametrize("fault", SCORE_ONLY_FAULTS, ids=by_name)
def test_score_only_instrument_refused(fault: Fault, whole_instrument) -> None:
    table = whole_instrument("bdi2")
    fault.breaks(table)
    with pytest.raises(ProtocolError) as refusal:
        loader.instrument_from(table, FILE)
    assert str(refusal.value).startswith(f"{FILE}: {fault.key}: ")
    assert fault.rule in refusal.value.rule


def test_good_tables_are_accepted(whole_study, whole_instrument) -> None:
    assert loader.study_from(whole_study(), FILE, protocol.instruments()).name == "exdep12"
    assert loader.instrument_from(whole_instrument("hdrs17"), FILE).code == "hdrs17"


def test_every_study_rule_has_its_fault(whole_study) -> None:
    broken: set[str] = set()
    for fault in STUDY_FAULTS[len(READING) :]:
        table = whole_study()
        fault.breaks(table)
        study = read_study(table, FILE)
        broken |= {r.__name__ for r in STUDY_RULES if list(r(study, protocol.instruments()))}
    assert {rule.__name__ for rule in STUDY_RULES} - broken == set()


def test_every_instrument_rule_has_its_fault(whole_instrument) -> None:
    broken: set[str] = set()
    for fault in INSTRUMENT_FAULTS:
        table = whole_instrument("hdrs17")
        fault.breaks(table)
        try:
            instrument = read_instrument(table, FILE)
        except ProtocolError:
            continue
        broken |= {rule.__name__ for rule in INSTRUMENT_RULES if list(rule(instrument))}
    assert {rule.__name__ for rule in INSTRUMENT_RULES} - broken == set()


def test_protocol_error_stops_the_start() -> None:
    assert issubclass(ProtocolError, StartupError)


def test_unknown_study_names_those_there_are() -> None:
    with pytest.raises(ProtocolError, match=r"EXDEP_STUDY: no study .* exdep12, gordon8"):
        protocol.load("exdep13")


def test_unknown_study_never_leaves_the_folder() -> None:
    with pytest.raises(ProtocolError):
        protocol.load("../parts/safety")


def write(folder: Path, name: str, words: str) -> Path:
    path = folder / name
    path.write_text(words, encoding="utf-8")
    return path


def test_file_that_is_not_toml(tmp_path: Path) -> None:
    path = write(tmp_path, "s.toml", "name = ")
    with pytest.raises(ProtocolError, match=r"s\.toml: is not TOML"):
        loader.load_study(path, {})


def test_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(ProtocolError, match=r"s\.toml: cannot be read"):
        loader.load_study(path, {})


def test_file_under_another_name(tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    shutil.copy(loader.STUDIES / "exdep12.toml", path)
    with pytest.raises(ProtocolError, match=r"other\.toml: name: must be the file's name"):
        loader.load_study(path, protocol.instruments())


def test_instrument_under_another_name(tmp_path: Path) -> None:
    shutil.copy(loader.INSTRUMENTS / "wellbeing.toml", tmp_path / "other.toml")
    with pytest.raises(ProtocolError, match=r"other\.toml: code: must be the file's name"):
        loader.load_instruments(tmp_path)


def test_part_that_is_not_there(tmp_path: Path) -> None:
    path = write(tmp_path, "s.toml", 'include = ["weather"]')
    with pytest.raises(ProtocolError, match=r"include: there is no part 'weather'"):
        loader.load_study(path, {})


def test_key_in_file_and_part(tmp_path: Path) -> None:
    path = write(tmp_path, "s.toml", 'include = ["safety"]\ncrisis_valid_days = 7')
    with pytest.raises(ProtocolError, match=r"crisis_valid_days: stands in .*s\.toml and"):
        loader.load_study(path, {})


def test_fault_in_a_part_names_the_part(tmp_path: Path, monkeypatch) -> None:
    parts = tmp_path / "parts"
    shutil.copytree(loader.PARTS, parts)
    safety = parts / "safety.toml"
    words = safety.read_text(encoding="utf-8").replace("[1440, 2880]", "[]")
    safety.write_text(words, encoding="utf-8")
    monkeypatch.setattr(loader, "PARTS", parts)
    with pytest.raises(ProtocolError, match=r"parts/safety\.toml: safety_tiers\[review\]"):
        loader.load_study(loader.STUDIES / "exdep12.toml", protocol.instruments())


def test_start_with_a_broken_file_is_refused(tmp_path: Path) -> None:
    """The room's start-up hook, in a process of its own."""
    studies = tmp_path / "studies"
    shutil.copytree(loader.STUDIES, studies)
    broken = studies / "short6.toml"
    words = broken.read_text(encoding="utf-8").replace("weeks = 6\n", "weeks = 7\n", 1)
    broken.write_text(words, encoding="utf-8")
    program = f"""
from pathlib import Path
import django
from django.conf import settings
from protocol import ProtocolError, loader
settings.configure(EXDEP_STUDY="exdep12", INSTALLED_APPS=["protocol"])
loader.STUDIES = Path({str(studies)!r})
try:
    django.setup()
except ProtocolError as error:
    raise SystemExit(str(error))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=loader.ROOM.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip().endswith("leaves a gap: week 7 has no step")
    assert len(done.stderr.strip().splitlines()) == 1
