"""The site's settings, with the bare insert beside it."""

from exdep_site.settings import *  # noqa: F403
from exdep_site.settings import INSTALLED_APPS as APPS
from exdep_site.settings import MIDDLEWARE as LAYERS

INSTALLED_APPS = [*APPS, "bench.bare"]
MIDDLEWARE = ["bench.bare.statements.CountMiddleware", *LAYERS]
ROOT_URLCONF = "bench.bare.urls"
