"""Starts the room: triggers and the trail's head after each migrate, and the ears of `signals`."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags
from django.core.checks import register as register_check
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from core import triggers


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import signals
        from accounts.triggers import TRIGGERS, check_triggers

        triggers.register(TRIGGERS)
        register_check(check_triggers, Tags.database)
        pre_migrate.connect(make_way, sender=self)
        post_migrate.connect(protect, sender=self)
        signals.connect()


def make_way(using: str, plan: list[Any] | None = None, **kwargs: Any) -> None:
    """Before SQLite remakes tables, take away the triggers that name other tables than their own;
    a migrate that fails half-way leaves them away, and the system check says so."""
    if plan and connections[using].vendor == "sqlite":
        triggers.drop(using, only_readers=True)


def protect(using: str, **kwargs: Any) -> None:
    """After each migrate (and flush): the triggers, and the head row of an empty trail."""
    from accounts import audit

    triggers.install(using)
    if using == "default":
        audit.ensure_head()
