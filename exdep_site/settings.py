"""Every setting of the site, secure by default. The demo is the only relaxation and says so."""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import keys, network
from core.errors import StartupError
from exdep_site import env

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = env.load(BASE_DIR)

# --- which deployment this is
EXDEP_DEMO = env.flag(ENV, "EXDEP_DEMO", False)
EXDEP_BEHIND_TLS = env.flag(ENV, "EXDEP_BEHIND_TLS", not EXDEP_DEMO)
EXDEP_REQUIRE_STAFF_MFA = env.flag(ENV, "EXDEP_REQUIRE_STAFF_MFA", not EXDEP_DEMO)
EXDEP_STUDY = env.study(ENV, "EXDEP_STUDY", "exdep12", BASE_DIR / "protocol" / "studies")
EXDEP_SITE_NAME = env.site_name(ENV, "EXDEP_SITE_NAME", "My Week")
EXDEP_PORT = env.port(ENV, "PORT", 8000)
if EXDEP_DEMO and EXDEP_BEHIND_TLS:
    raise StartupError(
        "EXDEP_BEHIND_TLS: a demo has known passwords and no TLS; leave EXDEP_DEMO or this out"
    )
if "EXDEP_DEMO_PASSWORD" in ENV and not EXDEP_DEMO:
    raise StartupError("EXDEP_DEMO_PASSWORD: only a demo has one; leave it out or set EXDEP_DEMO=1")
EXDEP_DEMO_PASSWORD = env.text(ENV, "EXDEP_DEMO_PASSWORD", "exdep-demo")

DEBUG = False
# A demo without one makes it of its keys, below.
SECRET_KEY = "" if EXDEP_DEMO and "SECRET_KEY" not in ENV else env.secret(ENV, "SECRET_KEY")
EXDEP_DATA_DIR = env.directory(ENV, "EXDEP_DATA_DIR", BASE_DIR / "var", BASE_DIR)
EXDEP_KEY_FILE = env.key_file(
    ENV, "EXDEP_KEY_FILE", EXDEP_DATA_DIR / "keys.json", BASE_DIR, make=EXDEP_DEMO
)
EXDEP_KEYS = keys.read(EXDEP_KEY_FILE)
SECRET_KEY = SECRET_KEY or hashlib.sha256(b"demo" + EXDEP_KEYS["audit"]).hexdigest()
EXDEP_LAN_ADDRESS = network.lan_address() if EXDEP_DEMO else None
DEMO_HOSTS = [
    "localhost", "127.0.0.1", "[::1]", ".local", socket.gethostname().lower(),
    *([EXDEP_LAN_ADDRESS] if EXDEP_LAN_ADDRESS else []),
]  # fmt: skip
ALLOWED_HOSTS = env.hosts(ENV, "ALLOWED_HOSTS", DEMO_HOSTS if EXDEP_DEMO else None)
CSRF_TRUSTED_ORIGINS = env.origins(ENV, "CSRF_TRUSTED_ORIGINS", ALLOWED_HOSTS, tls=EXDEP_BEHIND_TLS)

INSTALLED_APPS = [
    "core",
    "protocol",
    "accounts",
    "enrollment",
    "schedule",
    "safety",
    "logging_app",
    "assessments",
    "estimates",
    "data_management",
    "exdep_site",
    "exdep_site.admin_config.StudyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.headless",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "simple_history",
    "rules.apps.AutodiscoverRulesConfig",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "core.middleware.HeadMiddleware",
    "core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "enrollment.guard.GuardMiddleware",
]

ROOT_URLCONF = "exdep_site.urls"
WSGI_APPLICATION = "exdep_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "exdep_site.context.site",
                "safety.context_processors.alarm",
            ],
        },
    },
]

# --- database. SQLite begins each write transaction at once (no upgrade deadlocks) and waits for
# the disk at commit, because a phone forgets its copy as soon as it has read 200.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-20000;"
    ),
}
DEFAULT_DATABASE = f"sqlite:///{EXDEP_DATA_DIR / ('demo' if EXDEP_DEMO else 'exdep')}.sqlite3"
DATABASES = {"default": env.database(ENV, "DATABASE_URL", DEFAULT_DATABASE, BASE_DIR)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis(ENV, "REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"},
    # How often each person calls the API. Without Redis each web process counts for itself: a
    # count in the database would be a transaction more on every request.
    "calls": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "calls",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# --- who signs in, and how
AUTH_USER_MODEL = "accounts.User"
# The sign-in code is unique by a constraint over its lower case, which this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "enrollment.backend.PersonBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in_code"
# Nobody signs up: an address is proved by the code sent to it, and some people have none.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 900
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_ALLOW_UNVERIFIED_EMAIL = True
# The last hop is the study's own proxy: sign-in limits count by the address it saw.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if EXDEP_BEHIND_TLS else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = EXDEP_SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EXDEP_DEMO
USERSESSIONS_TRACK_ACTIVITY = False
HEADLESS_CLIENTS = ("app",)
HEADLESS_ONLY = False

PARTICIPANT_SESSION_DAYS = 90
STAFF_IDLE_MINUTES = 30
SESSION_COOKIE_AGE = PARTICIPANT_SESSION_DAYS * 24 * 3600
SESSION_COOKIE_SECURE = EXDEP_BEHIND_TLS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = EXDEP_BEHIND_TLS
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "exdep_site.pages.failures.csrf_failure"

# --- transport and browser
SECURE_SSL_REDIRECT = EXDEP_BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if EXDEP_BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if EXDEP_BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = EXDEP_BEHIND_TLS
SECURE_HSTS_PRELOAD = EXDEP_BEHIND_TLS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "exdep_site" / "locale"]
FORMAT_MODULE_PATH = "exdep_site.locale"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- files
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = EXDEP_DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.static.StudyStaticFilesStorage"},
}
MEDIA_ROOT = EXDEP_DATA_DIR / "media"

# --- mail: neutral sender and subject, nothing on a lock screen says what the study is about
DEFAULT_MAIL = "consolemail://" if EXDEP_DEMO else "smtp://localhost:25"
vars().update(env.email(ENV, "EMAIL_URL", DEFAULT_MAIL, demo=EXDEP_DEMO))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.sender(
    ENV, "EXDEP_MAIL_FROM", shown=EXDEP_SITE_NAME, host=ALLOWED_HOSTS[0]
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10

# --- text messages: who sends them, and the secret that it knows this site by
EXDEP_SMS_GATEWAY = env.sms_gateway(
    ENV, "EXDEP_SMS_GATEWAY", "log" if EXDEP_DEMO else "", demo=EXDEP_DEMO
)
EXDEP_SMS_SECRET = env.sms_secret(ENV, "EXDEP_SMS_SECRET", EXDEP_SMS_GATEWAY)
# Where messages that no request caused lead to.
EXDEP_SITE_URL = (
    f"https://{ALLOWED_HOSTS[0].strip('.')}"
    if EXDEP_BEHIND_TLS
    else f"http://{ALLOWED_HOSTS[0].strip('.')}:{EXDEP_PORT}"
)

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["enrollment.api.StrictJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "enrollment.api.SessionTokenAuthentication",
        "enrollment.api.CookieAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["enrollment.api.Guarded"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "enrollment.api.exception_handler",
    "DEFAULT_THROTTLE_CLASSES": ["enrollment.api.CallThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ExDep",
    "DESCRIPTION": "Workouts, nights, questionnaires and the week's plan of one participant.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["enrollment.api.Guarded"],
    "SERVE_AUTHENTICATION": None,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "exdep_site.api_schema.complete",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "propagate": False, "level": "WARNING"},
        "django.db.backends": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}

EXDEP_LANGUAGE_NAMES = {"en": _("English"), "zh-hans": _("Simplified Chinese")}
