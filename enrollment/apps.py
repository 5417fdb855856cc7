from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = _("Enrollment")

    def ready(self) -> None:
        from core import triggers
        from enrollment import permissions, signals  # noqa: F401 (registers them)
        from enrollment.triggers import TRIGGERS

        triggers.register(TRIGGERS)
        signals.connect()
