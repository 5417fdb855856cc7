"""An export is whole, provable and the same each time, or it is not there at all."""

from __future__ import annotations

import csv
import hashlib
import json
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import audit
from accounts.models import AuditEvent, Site
from accounts.roles import Role
from core.errors import Forbidden
from data_management import files, services
from data_management.files import TargetError
from data_management.models import Export
from data_management.rules import Kind
from data_management.snapshot import snapshot
from tests import cast
from tests.data_management import study

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return study.small_study()


def test_the_same_database_gives_the_same_bytes(people, tmp_path):
    for kind in Kind:
        study.export(tmp_path, kind, name=f"{kind}-1")
        services.make_export(
            out=tmp_path / f"{kind}-2", kind=kind, identified=False, by=None,
            now=cast.NOW + timedelta(days=30),
        )  # fmt: skip
        first, second = (
            {f.name: f.read_bytes() for f in (tmp_path / f"{kind}-{n}").glob("*.csv")}
            for n in (1, 2)
        )
        assert first == second
        assert len(first) > 5


def test_the_manifest_holds_the_hash_rows_and_columns_of_each_file(people, tmp_path):
    made = study.export(tmp_path)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    written = {f.name for f in (tmp_path / "out").iterdir()} - {"manifest.json"}
    assert set(manifest["files"]) == written
    for name, facts in manifest["files"].items():
        data = (tmp_path / "out" / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == facts["sha256"]
        lines = list(csv.reader(data.decode().splitlines()))
        assert (len(lines) - 1, len(lines[0])) == (facts["rows"], facts["columns"])
    digest = hashlib.sha256((tmp_path / "out" / "manifest.json").read_bytes()).hexdigest()
    assert made.export.manifest_sha256 == digest


def test_the_manifest_says_what_by_whom_and_where_the_trail_stood(people, tmp_path):
    head = audit.current_head()
    study.export(tmp_path)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["protocol"] == {"name": "exdep12", "version": "1.0"}
    assert manifest["audit_head"] == head
    assert (manifest["by"], manifest["kind"], manifest["identified"]) == (
        "command line", "conduct", False,
    )  # fmt: skip
    assert manifest["filters"] == {"sites": None}
    assert manifest["code_version"].startswith("0.")


def test_an_export_is_in_the_trail_and_anchored(people, tmp_path):
    made = study.export(tmp_path)
    event = AuditEvent.objects.get(action="data.exported")
    assert json.loads(event.changes)["manifest_sha256"] == made.export.manifest_sha256
    last = audit.anchors_file().read_text().splitlines()[-1]
    assert json.loads(last)["seq"] >= event.seq


def test_the_codebook_explains_each_column_of_each_file(people, tmp_path):
    study.export(tmp_path)
    folder = tmp_path / "out"
    explained = {
        (r["table"], r["column"]) for r in study.table(folder, "codebook").to_dict("records")
    }
    held = {
        (file.stem, column)
        for file in folder.glob("*.csv")
        if file.stem != "codebook"
        for column in study.table(folder, file.stem).columns
    }
    assert explained == held
    assert list(study.table(folder, "codebook").columns) == [
        "table", "column", "label", "type", "unit", "values", "range", "source",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", list(Kind))
def test_no_name_address_telephone_note_or_reason_leaves(people, tmp_path, kind):
    study.export(tmp_path, kind)
    texts = study.texts(tmp_path / "out")
    assert len(texts) > 5
    for name, text in texts:
        for marker in study.MARKERS:
            assert marker.lower() not in text.lower(), (name, marker)
        assert "EX-mover" not in text, name
        assert str(people["mover"].day_one) not in text, name


def test_an_identified_export_has_ids_and_dates_and_still_no_names(people, tmp_path):
    study.export(tmp_path, identified=True)
    words = [m for m in study.MARKERS if m not in {"EXERCISE-MARKER", "BAND-MARKER"}]
    for name, text in study.texts(tmp_path / "out"):
        for marker in words:
            assert marker.lower() not in text.lower(), (name, marker)
    assert str(people["mover"].day_one) in (tmp_path / "out" / "workouts.csv").read_text()


def test_the_two_kinds_share_no_id(people, tmp_path):
    ids = []
    for kind in Kind:
        study.export(tmp_path, kind, name=kind.value)
        ids.append(set(study.table(tmp_path / kind.value, "participants")["study_id"]))
    assert len(ids[0]) == len(ids[1]) == 4
    assert ids[0].isdisjoint(ids[1])


def test_rows_are_in_the_order_of_the_ids_shown_so_that_places_tell_nothing(people, tmp_path):
    study.export(tmp_path)
    shown = list(study.table(tmp_path / "out", "participants")["study_id"])
    assert shown == sorted(shown)


def test_an_export_holds_only_the_sites_of_whoever_makes_it(people, tmp_path):
    coordinator = cast.staff(Role.COORDINATOR, at=cast.site("sh"))
    study.export(tmp_path, identified=True, by=coordinator)
    ids = set(study.table(tmp_path / "out", "participants")["study_id"])
    assert ids == {"EX-usual", "EX-gone"}
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["filters"] == {"sites": ["sh"]}
    assert manifest["by"] == f"user {coordinator.pk} (coordinator)"


@pytest.mark.parametrize("role", [Role.RATER, Role.MONITOR, Role.INSTRUCTOR, Role.CLINICIAN])
def test_who_is_neither_coordinator_nor_administrator_gets_nothing(role, tmp_path):
    with pytest.raises(Forbidden):
        study.export(tmp_path, by=cast.staff(role))
    assert list(tmp_path.iterdir()) == []
    assert not Export.objects.exists()


def test_a_used_directory_is_refused_and_left_alone(people, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(TargetError, match="not empty"):
        study.export(tmp_path)
    assert [f.name for f in (tmp_path / "out").iterdir()] == ["mine.txt"]
    assert not AuditEvent.objects.filter(action="data.exported").exists()


def test_an_empty_directory_is_filled(people, tmp_path):
    (tmp_path / "out").mkdir()
    study.export(tmp_path)
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_a_failure_leaves_no_files_and_no_line_in_the_trail(people, tmp_path, monkeypatch):
    def broken(folder, target):
        raise TargetError("the disk is full")

    monkeypatch.setattr(files, "put_in_place", broken)
    with pytest.raises(TargetError):
        study.export(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not Export.objects.exists()
    assert not AuditEvent.objects.filter(action="data.exported").exists()


def test_an_empty_study_exports_headers(tmp_path):
    for kind in Kind:
        study.export(tmp_path, kind, name=kind.value)
        assert len(study.table(tmp_path / kind.value, "responses")) == 0
        assert "study_id" in study.table(tmp_path / kind.value, "responses").columns


def test_the_command_writes_a_directory(people, tmp_path, capsys):
    call_command("export_study", out=tmp_path / "out", verbosity=0)
    assert "24 files" in capsys.readouterr().out
    assert not (tmp_path / "out" / "allocations.csv").exists()
    call_command("export_study", "--tables", "blinded", "--out", str(tmp_path / "b"), verbosity=0)
    assert (tmp_path / "b" / "allocations.csv").is_file()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--format", "sav"], "use csv"),
        (["--tables", "blinded", "--identified"], "Leave --identified out"),
        (["--out", "/nowhere/at/all"], "does not exist"),
    ],
)
def test_the_command_says_in_one_line_what_is_wrong(options, words, tmp_path):
    with pytest.raises(CommandError, match=words) as error:
        call_command("export_study", "--out", str(tmp_path / "out"), *options, verbosity=0)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.django_db(transaction=True)
def test_an_export_outside_a_transaction_reads_one_moment(tmp_path):
    study.small_study()
    study.export(tmp_path)
    assert len(study.table(tmp_path / "out", "participants")) == 4


@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_waits_for_the_next_export():
    cast.site()

    def write():
        cast.site("later")
        connection.close()

    with snapshot():
        before = Site.objects.count()
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(timeout=10)
        assert not writer.is_alive(), "a reader must not hold up a writer"
        assert Site.objects.count() == before
    assert Site.objects.count() == before + 1
