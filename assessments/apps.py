from django.apps import AppConfig
from django.core.checks import Tags
from django.core.checks import register as register_check
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        from assessments.checks import STORED, check_versions
        from assessments.triggers import TRIGGERS
        from core import triggers

        triggers.register(TRIGGERS)
        register_check(check_versions, Tags.database, STORED)
