from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoggingAppConfig(AppConfig):
    name = "logging_app"
    verbose_name = _("Logging")

    def ready(self) -> None:
        from logging_app import notes
        from logging_app.progress import answered
        from safety.presenters import NOTES
        from schedule.services.prescribing import ANSWERED

        ANSWERED.append(answered)
        NOTES.update(notes.READERS)
