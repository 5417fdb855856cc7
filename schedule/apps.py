from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScheduleConfig(AppConfig):
    name = "schedule"
    verbose_name = _("Schedule")

    def ready(self) -> None:
        from core import triggers
        from schedule import permissions  # noqa: F401 (registers them)
        from schedule.triggers import TRIGGERS

        triggers.register(TRIGGERS)
