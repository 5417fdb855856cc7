"""Every address of the site. Names: CONTRACT, "Pages" and "API, version 1"."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from core.middleware import csp_exception
from enrollment.guard import page
from exdep_site import api_schema  # noqa: F401
from exdep_site.pages import api, health, me, offline, views

handler400 = "exdep_site.pages.failures.bad_request"
handler403 = "exdep_site.pages.failures.permission_denied"
handler404 = "exdep_site.pages.failures.not_found"
handler500 = "exdep_site.pages.failures.server_error"

# People open the docs, so that a stranger is led to the sign-in; the schema is for programs.
api_docs = csp_exception(**{"style-src": "'self' 'unsafe-inline'"})(
    page()(SpectacularSwaggerSplitView.as_view(url_name="api_schema"))
)

urlpatterns = [
    path("", views.home, name="home"),
    path("today/", views.today, name="today"),
    path("me/", me.me, name="me"),
    path("me/download/", me.download, name="me_download"),
    path("me/leave/", me.leave, name="leave"),
    path("me/forget/", me.forget, name="me_forget"),
    path("", include("exdep_site.pages.reminders_urls")),
    path("", include("enrollment.urls")),
    path("", include("exdep_site.pages.week_urls")),
    path("", include("schedule.guide.urls")),
    path("", include("logging_app.urls")),
    path("paper/", include("logging_app.paper.urls")),
    path("", include("estimates.urls")),
    path("", include("assessments.urls")),
    path("", include("safety.urls")),
    path("instructor/", include("exdep_site.pages.instructor.urls")),
    path("help-now/", views.help_now, name="help_now"),
    path("offline/", views.offline, name="offline"),
    path("offline/keep/", offline.keep, name="offline_keep"),
    path("unsent/", offline.unsent, name="unsent"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", offline.service_worker, name="service_worker"),
    path("language/", views.set_language, name="set_language"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("healthz", health.healthz, name="healthz"),
    path("api/v1/session/", offline.SessionView.as_view(), name="api_session"),
    path("api/v1/today/", api.TodayView.as_view(), name="api_today"),
    path("api/schema/", SpectacularJSONAPIView.as_view(), name="api_schema"),
    path("api/docs/", api_docs, name="api_docs"),
    path("account/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("admin/", admin.site.urls),
]
