from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SafetyConfig(AppConfig):
    name = "safety"
    verbose_name = _("Safety")

    def ready(self) -> None:
        from enrollment.services.leaving import DELAYS
        from safety.selectors import has_open_alert

        DELAYS.append(has_open_alert)
