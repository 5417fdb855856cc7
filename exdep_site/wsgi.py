"""What the web server imports. A wrong setting ends it with the same one line as `manage.py`."""

from __future__ import annotations

import os
import sys

from core.errors import StartupError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exdep_site.settings")

try:
    from django.core.wsgi import get_wsgi_application
    from django.urls import get_resolver

    application = get_wsgi_application()
    # Every page's code is loaded once, before the workers are forked, and not at a first visit.
    get_resolver().url_patterns  # noqa: B018
except StartupError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(1)
