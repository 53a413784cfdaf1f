"""All settings, from environment variables only.

`make run` fills the variables for an embedded PostgreSQL and Valkey; production sets them in its
own environment (see `docs/operations.md`). Nothing here reads a file of secrets.
"""

import logging
from datetime import time, timedelta
from pathlib import Path

import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

# Settings are the names of this module.
from config.api import *  # noqa: F403
from config.ticking import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
# Signs sessions and one-time links; in production at least 50 random characters.
SECRET_KEY = env.str("SECRET_KEY", default="")
# Keys the journal's hash chain. It must not be stored in the database that it protects.
JOURNAL_KEY = env.str("JOURNAL_KEY", default="")
if DEBUG:
    SECRET_KEY = SECRET_KEY or "only-for-development-" + "0" * 40
    JOURNAL_KEY = JOURNAL_KEY or "only-for-development-" + "1" * 40
if not SECRET_KEY or not JOURNAL_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY and JOURNAL_KEY (two different random strings).")

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# True behind the TLS proxy: secure cookies, HSTS and redirects.
HTTPS = env.bool("HTTPS", default=False)
HOSPITAL_NAME = env.str("HOSPITAL_NAME", default="示范医院")
# Where people's browsers reach the product: links in messages begin with it. Empty: no links.
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
# The number to ring when the network is down; shown on the report page and kept on the device.
DUTY_PHONE = env.str("DUTY_PHONE", default="内线 8119")
# Text messages are sent by a modem of the hospital's own: they get out with its network down.
SMS_BY_MODEM = env.bool("SMS_BY_MODEM", default=False)
# The demo shows its own accounts on the sign-in page. Never set in production.
DEMO = env.bool("DEMO", default=False)
# In the demo something goes on already: a fault, its notice and signs, planned maintenance.
DEMO_STORY = env.bool("DEMO_STORY", default=True)

INSTALLED_APPS = [
    "journal",
    "teams",
    "inventory",
    "plans",
    "incidents",
    "notices",
    "reviews",
    "drills",
    "ops",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ops.policy.SamePolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ops.caching.NotForOthers",
    "ops.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ops.staying.StaySignedIn",
    "ops.returning.BackToTheForm",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "teams.middleware.FirstPassword",
    "django_htmx.middleware.HtmxMiddleware",
    "ops.request_log.RequestLog",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
# Patients' pages and hall screens that one process tells at once that something changed; the others
# ask every few seconds.
PUBLIC_STREAMS = env.int("PUBLIC_STREAMS", default=1500)
# Threads of the page server, and so the number of its database connections.
WEB_THREADS = env.int("WEB_THREADS", default=8)

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ops.context.page",
            ],
        },
    },
]

# Every `{{ form }}` is drawn by templates/django/forms/ and so by templates/parts/field.html.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Channels --------------------------------------------------------------------------------------

# Seals the channels' secrets in the database: Fernet keys, the newest first, older ones behind it
# until `manage.py seal_channels` has been run. Without any, no channel with a secret can be kept.
CHANNEL_KEYS = env.list("CHANNEL_KEY", default=[])
# The only hosts that messages go to: `name`, `name:port` or `*.domain`.
CHANNEL_HOSTS = env.list(
    "CHANNEL_HOSTS",
    default=[
        "qyapi.weixin.qq.com",
        "oapi.dingtalk.com",
        "open.feishu.cn",
        "dysmsapi.aliyuncs.com",
        "sms.tencentcloudapi.com",
    ],
)
# Networks within the hospital that may be spoken to, and without TLS: a mail server, a gateway.
CHANNEL_NETWORKS = env.list("CHANNEL_NETWORKS", default=[])

# How many messages one sender has on the wire at the same time over one channel; over all channels
# together four times as many.
DELIVERY_SLOTS = env.int("DELIVERY_SLOTS", default=16)
# From when on each day every channel and every duty phone is tried out, by the hospital's clock;
# `off`: never.
_CANARY = env.str("CANARY_AT", default="10:00")
CANARY_AT = None if _CANARY in ("", "off") else time.fromisoformat(_CANARY)
# Somebody outside who raises the alarm when this address is no longer called each minute.
DEADMAN_URL = env.str("DEADMAN_URL", default="")
# A folder or share on which the downtime kits lie, too; the product never creates it itself.
KITS_DIR = Path(env.str("KITS_DIR")) if env.str("KITS_DIR", default="") else None
# From when on each day the kits are looked at and made again where something has changed; `off`.
_KITS = env.str("KITS_AT", default="04:30")
KITS_AT = None if _KITS in ("", "off") else time.fromisoformat(_KITS)
# How many days an edition holds.
KITS_DAYS = env.int("KITS_DAYS", default=90)
# Who may read /metrics/ from elsewhere; without it only callers on this machine may.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Only for tests of faults: where a sender is struck (notices/failpoints.py). Never set elsewhere.
FAILPOINTS = env.str("FAILPOINTS", default="")

# Data ------------------------------------------------------------------------------------------

DATABASES = {
    "default": env.db_url("DATABASE_URL", default="postgres://postgres@127.0.0.1:5432/yingji")
    | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"] |= {
    "connect_timeout": 3,
    # A host that vanished must not hold a page for minutes; in milliseconds.
    "tcp_user_timeout": 5000,
    # A statement that hangs must not hold a row that somebody needs at 3 a.m.
    "options": "-c statement_timeout=30s -c lock_timeout=10s "
    "-c idle_in_transaction_session_timeout=60s -c timezone=UTC",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")

# The cache counts failed sign-ins. It lives in PostgreSQL so that sign-in works with Redis dead.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
    }
}

# Celery ----------------------------------------------------------------------------------------
# What is rung for and who takes it stands in `config.ticking`.

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 1}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# People ----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "teams.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "teams.adapter.ClosedDoorAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# Five wrong passwords lock the name for five minutes (等级保护 level 3: lockout).
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,5/5m/key"}
# A night shift and its handover; activity renews it (等级保护 level 3: idle logout).
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=14) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ops.views.csrf_failure"

# Security headers ------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics/"]
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# Language and time -----------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")
# When offices work, by the local clock; outside of it the duty of leadership leads.
OFFICE_HOURS = tuple(
    time.fromisoformat(text) for text in env.str("OFFICE_HOURS", default="08:00-17:30").split("-")
)

# Static files ----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = DATA_DIR / "files"
# The largest file that is taken as evidence.
FILE_LARGEST = env.int("FILE_LARGEST_MB", default=20) * 1024**2

# API -------------------------------------------------------------------------------------------
# How it reads, answers and describes itself stands in `config.api`.

# A token outlives no shift by much; machines sign in again.
REST_KNOX = {"TOKEN_TTL": timedelta(hours=env.int("TOKEN_HOURS", default=24))}
# Logs ------------------------------------------------------------------------------------------

# The request log must not read session and user from the database: the patients' page is served
# with the database away, also to a browser in which somebody is signed in. The journal says who.
DJANGO_STRUCTLOG_USER_ID_FIELD = ""
# A live page that is closed cancels its stream: nothing to warn of.
DJANGO_STRUCTLOG_REQUEST_CANCELLED_LOG_LEVEL = logging.DEBUG

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.KeyValueRenderer(
                key_order=["timestamp", "level", "event"]
            ),
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.stdlib.add_log_level,
                # Else a library's or a task's error would be told without its traceback.
                structlog.processors.format_exc_info,
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
