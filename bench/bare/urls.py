"""The site's addresses, and one more."""

from django.urls import include, path

from bench.bare.views import BareInsert
from exdep_site import urls

urlpatterns = [
    path("bare/<uuid:uuid>/", BareInsert.as_view(), name="bare"),
    path("", include(urls)),
]
for name in ("handler400", "handler403", "handler404", "handler500"):
    if hasattr(urls, name):
        globals()[name] = getattr(urls, name)
