"""The admin app of this study: our own site in place of Django's."""

from django.contrib.admin.apps import AdminConfig


class StudyAdminConfig(AdminConfig):
    default_site = "exdep_site.admin_site.StudyAdminSite"
