"""The roles of a study, and which of them are staff."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    PARTICIPANT = "participant", _("Participant")
    INSTRUCTOR = "instructor", _("Instructor")
    RATER = "rater", _("Rater")
    CLINICIAN = "clinician", _("Clinician")
    COORDINATOR = "coordinator", _("Coordinator")
    STATISTICIAN = "statistician", _("Statistician")
    MONITOR = "monitor", _("Monitor")
    ADMIN = "admin", _("Administrator")


STAFF_ROLES = frozenset(Role) - {Role.PARTICIPANT}
STAFF_CHOICES = [(role.value, role.label) for role in Role if role in STAFF_ROLES]
EVERYONE = frozenset(Role)

# Who works in Django's admin. Raters never: it shows what a rater must not see.
ADMIN_SITE_ROLES = frozenset({Role.COORDINATOR, Role.CLINICIAN, Role.MONITOR, Role.ADMIN})

# Who has to do with participants; all of them see who is asked to exercise. Raters and
# statisticians must not, and administrators look after accounts.
WORKS_WITH_PARTICIPANTS = frozenset({
    Role.INSTRUCTOR, Role.COORDINATOR, Role.CLINICIAN, Role.MONITOR,
})  # fmt: skip
KNOWS_THE_ARM = WORKS_WITH_PARTICIPANTS
SEES_PARTICIPANTS = WORKS_WITH_PARTICIPANTS & ADMIN_SITE_ROLES
