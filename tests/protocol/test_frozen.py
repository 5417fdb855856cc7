"""An instrument in use is frozen: a change is a new version, and the old one is still there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import protocol
from protocol import ProtocolError, frozen, loader

WELLBEING = ("wellbeing", "wellbeing-1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "instruments"
    shutil.copytree(loader.INSTRUMENTS, copy)
    return copy


@pytest.fixture
def put_in_force(folder: Path, monkeypatch):
    """Read the instruments of `folder` as the site's own, and forget them afterwards."""
    monkeypatch.setattr(loader, "INSTRUMENTS", folder)
    cached = (loader._instruments, loader._versions, loader.load)
    for one in cached:
        one.cache_clear()
    yield
    for one in cached:
        one.cache_clear()


def change(path: Path, old: str, new: str) -> None:
    words = path.read_text(encoding="utf-8")
    assert old in words
    path.write_text(words.replace(old, new, 1), encoding="utf-8")


def renew(folder: Path) -> None:
    """Wellbeing as its second version, with another name; the first one moved aside."""
    path = folder / "wellbeing.toml"
    (folder / "earlier").mkdir()
    shutil.copy(path, folder / "earlier" / "wellbeing@wellbeing-1.toml")
    change(path, 'version = "wellbeing-1"', 'version = "wellbeing-2"')
    change(path, 'code = "wellbeing"\n', 'code = "wellbeing"\n# other words\n')


def test_every_shipped_version_is_frozen():
    found = frozen.versions(loader.INSTRUMENTS)
    assert {(one.code, one.version) for one in protocol.instruments().values()} <= set(found)


def test_comments_and_layout_are_free(folder):
    path = folder / "wellbeing.toml"
    path.write_text("# a note\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    frozen.versions(folder)


@pytest.mark.parametrize(
    ("old", "new"), [('zh = "', 'zh = "新'), ("range = [0, 10]", "range = [0, 9]")]
)
def test_one_changed_word_or_number_is_refused_and_says_what_to_do(folder, old, new):
    change(folder / "wellbeing.toml", old, new)
    with pytest.raises(ProtocolError) as refusal:
        frozen.versions(folder)
    assert refusal.value.key == "version"
    assert "earlier/wellbeing@wellbeing-1.toml" in refusal.value.rule
    assert "new version" in refusal.value.rule


def test_new_version_that_is_not_frozen_names_the_command(folder):
    renew(folder)
    with pytest.raises(ProtocolError, match=r"wellbeing-2' is not frozen yet: python -m protocol"):
        frozen.versions(folder)


def test_old_version_must_stay(folder):
    change(folder / "wellbeing.toml", 'version = "wellbeing-1"', 'version = "wellbeing-2"')
    frozen.freeze(folder)
    with pytest.raises(ProtocolError, match=r"wellbeing@wellbeing-1\.toml: .* was in force"):
        frozen.versions(folder)


def test_earlier_file_under_another_name(folder):
    renew(folder)
    earlier = folder / "earlier"
    (earlier / "wellbeing@wellbeing-1.toml").rename(earlier / "wellbeing@wellbeing-0.toml")
    with pytest.raises(ProtocolError, match="must be as in the file's name"):
        frozen.versions(folder)


def test_freezing_adds_the_new_line_and_changes_none(folder):
    before = (folder / frozen.LOCK).read_text(encoding="utf-8").splitlines()
    renew(folder)
    assert frozen.freeze(folder) == [("wellbeing", "wellbeing-2")]
    after = (folder / frozen.LOCK).read_text(encoding="utf-8").splitlines()
    assert set(before) < set(after)
    assert len(after) == len(before) + 1


def test_freezing_does_not_bless_a_changed_file(folder):
    change(folder / "wellbeing.toml", "range = [0, 10]", "range = [0, 9]")
    assert frozen.freeze(folder) == []
    with pytest.raises(ProtocolError, match="has changed"):
        frozen.versions(folder)


def test_both_versions_are_found_by_their_names(folder, put_in_force):
    renew(folder)
    frozen.freeze(folder)
    assert protocol.instrument("wellbeing").version == "wellbeing-2"
    assert protocol.instrument(*WELLBEING).version == "wellbeing-1"
    assert protocol.has_version(*WELLBEING)
    both = [one.version for one in protocol.versions() if one.code == "wellbeing"]
    assert both == ["wellbeing-1", "wellbeing-2"]
    assert not protocol.has_version("wellbeing", "wellbeing-3")


def test_start_checks_what_is_frozen(folder, put_in_force):
    change(folder / "phq9.toml", "at_least = 2", "at_least = 3")
    with pytest.raises(ProtocolError, match="has changed"):
        loader.check_all()


def test_unknown_version_names_those_there_are():
    with pytest.raises(ProtocolError, match=r"wellbeing@wellbeing-9: .* wellbeing-1"):
        protocol.instrument("wellbeing", "wellbeing-9")
