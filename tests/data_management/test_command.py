"""`manage.py export_study`: one clear line where the data cannot be put."""

from __future__ import annotations

import errno

import pytest
from django.core.management import CommandError, call_command

from data_management import files


@pytest.mark.django_db
def test_export_study_on_a_full_disk_is_one_line(tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "write_codebook", full)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("export_study", out=tmp_path / "out", verbosity=0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_export_study_where_nothing_can_be_made_is_one_line(tmp_path, monkeypatch):
    def refused(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied", "/srv/out")

    monkeypatch.setattr(files.tempfile, "mkdtemp", refused)
    with pytest.raises(CommandError, match="Permission denied: '/srv/out'"):
        call_command("export_study", out=tmp_path / "out", verbosity=0)
