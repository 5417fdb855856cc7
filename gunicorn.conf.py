"""How gunicorn serves this site: `manage.py serve` starts it, and a bare `gunicorn` works too.

The application is loaded once, before the workers are forked: a wrong setting ends the start with
one line, and two workers share the memory.
"""

import os
import signal

from core.errors import StartupError
from exdep_site import env

try:
    bind = f"127.0.0.1:{env.port(os.environ, 'PORT', 8000)}"
except StartupError as error:
    raise SystemExit(str(error)) from None
wsgi_app = "exdep_site.wsgi:application"
worker_class = "core.webserver.DrainingWorker"
workers = 2
threads = 4
preload_app = True
timeout = 60
graceful_timeout = 25
keepalive = 5
control_socket_disable = True
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"gunicorn.error": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}


def when_ready(server):
    """Ctrl-C stops as gently as SIGTERM does: whoever is being answered gets the answer."""
    signal.signal(signal.SIGINT, lambda number, frame: server.signal(signal.SIGTERM, frame))


def post_fork(server, worker):
    """No worker inherits a database connection."""
    from django.db import connections

    connections.close_all()


def post_worker_init(worker):
    """Ctrl-C reaches the whole process group; the workers wait for the word of their master."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
