"""Checks every protocol file when the site starts."""

from __future__ import annotations

from django.apps import AppConfig


class ProtocolConfig(AppConfig):
    """The room has no tables; a broken file stops the start with `ProtocolError`."""

    name = "protocol"
    verbose_name = "Study protocol"

    def ready(self) -> None:
        """Read and check all files."""
        from protocol import loader

        loader.check_all()
