from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SafetyConfig(AppConfig):
    name = "safety"
    verbose_name = _("Safety")

    def ready(self) -> None:
        from core import triggers
        from enrollment.services.leaving import DELAYS
        from safety.selectors import has_open_alert
        from safety.triggers import TRIGGERS

        triggers.register(TRIGGERS)
        DELAYS.append(has_open_alert)
