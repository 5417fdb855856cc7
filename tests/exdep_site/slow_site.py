"""The site's own settings with one more address, which answers when a test lets it."""

from exdep_site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.exdep_site.slow_urls"
