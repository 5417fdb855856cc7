"""Static files: names with a hash of their content, compressed once, kept for ever by browsers."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.staticfiles.storage import staticfiles_storage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StudyStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites the imports between JavaScript modules."""

    support_js_module_import_aggregation: ClassVar[bool] = True


def version() -> str:
    """A short hash that changes with any static file; "unhashed" where none were collected."""
    return str(getattr(staticfiles_storage, "manifest_hash", "") or "unhashed")
