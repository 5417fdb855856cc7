"""The site's own settings, with an environment of the tests' own and cheaper passwords."""

import os
import tempfile
from pathlib import Path

from core import keys

HOME = Path(tempfile.mkdtemp(prefix="exdep-tests-"))
OF_THE_TESTS = {"EXDEP_REQUIRE_BROWSER", "EXDEP_CHROMIUM"}
for name in [n for n in os.environ if n.startswith("EXDEP_") and n not in OF_THE_TESTS]:
    del os.environ[name]
keys.make(HOME / "keys.json")
(HOME / "static").mkdir()
os.environ |= {
    "SECRET_KEY": "tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "EXDEP_ENV_FILE": os.devnull,
    "EXDEP_DATA_DIR": str(HOME),
    "EXDEP_KEY_FILE": str(HOME / "keys.json"),
    "EXDEP_BEHIND_TLS": "0",
    "EMAIL_URL": "memorymail://",
}

from exdep_site.settings import *  # noqa: E402, F403
from exdep_site.settings import DATABASES, REST_FRAMEWORK, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"user": None}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads and the live server see one database, as in production.
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
