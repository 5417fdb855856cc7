"""`/slow/` tells through one FIFO that it began, and waits until another has a writer."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from enrollment.guard import public
from exdep_site.urls import handler404, handler500, urlpatterns  # noqa: F401


@public
def slow(request: HttpRequest) -> HttpResponse:
    with Path(settings.EXDEP_DATA_DIR, "began").open("w") as fifo:
        fifo.write("x")
    Path(settings.EXDEP_DATA_DIR, "go").open().close()
    return HttpResponse("answered")


urlpatterns = [*urlpatterns, path("slow/", slow)]
