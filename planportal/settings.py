"""All settings, read from the environment only; README lists every name, and a test compares the two."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from planportal import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var", "folder of the embedded database, evidence and collected files")

# --- who we are, and who may call -----------------------------------------------------------------
SECRET_KEY = env.secret("SECRET_KEY", "signs sessions and forms", shortest=32)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", None, "host names the portal answers to, comma-separated")
DEBUG = False
HTTPS = env.flag("HTTPS", "0", "1: the portal is reached by HTTPS; Secure and __Host- cookies, HSTS, redirects")
NUM_PROXIES = int(env.number("NUM_PROXIES", "0", "reverse proxies in front whose X-Forwarded-* headers are trusted"))
LOG_LEVEL = env.text("LOG_LEVEL", "INFO", "least severity that is logged: DEBUG, INFO, WARNING, ERROR").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
    raise ImproperlyConfigured(f"LOG_LEVEL={LOG_LEVEL!r} is not usable: allowed are DEBUG, INFO, WARNING, ERROR")

# --- the portal's own -----------------------------------------------------------------------------
DEFAULT_PLAN = env.text("DEFAULT_PLAN", "hlj-sti-13fyp", "code of the plan whose addresses have no prefix")
SITE_OWNER = env.text("SITE_OWNER", "黑龙江省科学技术厅", "主办单位, named in the footer")
SITE_CONTACT = env.text("SITE_CONTACT", "请与主办单位联系", "how to reach somebody, shown in the footer")
SEARCH_SYNONYMS = env.text(
    "SEARCH_SYNONYMS", str(BASE_DIR / "fixtures" / "search_synonyms.txt"), "the file of words that mean the same"
)
SITE_EMAIL = env.mailbox("SITE_EMAIL", "an e-mail address for the public, in the footer and under 关于本站")
SITE_PHONE = env.formed(
    "SITE_PHONE",
    "a telephone number for the public, in the footer and under 关于本站",
    pattern=env.TELEPHONE,
    example="0451-12345678",
)
SITE_ICP = env.formed(
    "SITE_ICP",
    "the ICP 备案号 or 许可证号, in the footer",
    pattern=r"[\u4e00-\u9fff]ICP(备|证)[0-9]{6,12}号(-[0-9]{1,4})?",
    example="黑ICP备12345678号-1",
)
SITE_POLICE = env.formed(
    "SITE_POLICE",
    "the 公安备案号, in the footer",
    pattern=r"[\u4e00-\u9fff]公网安备 ?[0-9]{14}号",
    example="黑公网安备23010202010001号",
)
SITE_CODE = env.formed(
    "SITE_CODE", "the 政府网站标识码, in the footer", pattern=r"[0-9]{10}|bm[0-9]{8}", example="2300000001"
)
SITE_LICENCE = env.text("SITE_LICENCE", "", "under which licence the data may be used; empty: none is set by the site")
SITE_LICENCE_URL = env.page("SITE_LICENCE_URL", "where the text of SITE_LICENCE stands")
if SITE_LICENCE_URL and not SITE_LICENCE:
    raise ImproperlyConfigured("SITE_LICENCE is missing from the environment: the name of what SITE_LICENCE_URL holds")
PORTAL_DEMO_PASSWORD = env.text("PORTAL_DEMO_PASSWORD", "", "password of the demo accounts made by seed --demo")
TOKEN_HOURS = env.number("TOKEN_HOURS", "12", "hours an API token is valid", least=0.01)
# A build takes hundredths of a second. A lease and a sweep together stay under the 30 s in which what a killed worker
# left undone is made good; a build that is slower than its lease is done twice, which is harmless.
BUILD_LEASE_SECONDS = env.number(
    "BUILD_LEASE_SECONDS", "8", "seconds after which a silent build is given up", least=0.1
)
RETRY_SECONDS = env.number("RETRY_SECONDS", "5", "first pause before a failed build is retried; doubles up to an hour")
RING_PAUSE_SECONDS = env.number("RING_PAUSE_SECONDS", "10", "seconds without a ring after the broker did not answer")
SWEEP_SECONDS = env.number("SWEEP_SECONDS", "15", "seconds between two sweeps of sweep --loop", least=0.1)
CANARY_SECONDS = env.number("CANARY_SECONDS", "30", "seconds between two canaries through the queue", least=0.1)
CANARY_LATE_SECONDS = env.number(
    "CANARY_LATE_SECONDS", "120", "seconds without a canary seen after which the worker is degraded", least=0.2
)
if CANARY_LATE_SECONDS <= CANARY_SECONDS:
    raise ImproperlyConfigured(
        f"CANARY_LATE_SECONDS={CANARY_LATE_SECONDS} is not usable: allowed is what is above CANARY_SECONDS"
    )
EVIDENCE_MB = env.number("EVIDENCE_MB", "10", "megabytes that a file of evidence may have", least=0.01)
REPAIR_SECONDS = env.number("REPAIR_SECONDS", "60", "age from which a reader rebuilds a stale target")

# --- the map of the prefectures: none of our own ---------------------------------------------------
CITY_MAP_FILE = env.text("CITY_MAP_FILE", "", "a reviewed GeoJSON file of the prefectures; empty: no map is shown")
CITY_MAP_CODE_PROPERTY = env.text("CITY_MAP_CODE_PROPERTY", "adcode", "the property of its features with the GB code")
CITY_MAP_APPROVAL = env.text("CITY_MAP_APPROVAL", "", "审图号 of that map, printed under it; mandatory with a map")
if CITY_MAP_FILE and not CITY_MAP_APPROVAL:
    raise ImproperlyConfigured("CITY_MAP_APPROVAL is missing from the environment: the 审图号 of CITY_MAP_FILE")

# --- notices --------------------------------------------------------------------------------------
SITE_URL = env.site("SITE_URL", "http://127.0.0.1:8000", "the portal's address as it stands in e-mails")
REMIND_DAYS = int(env.number("REMIND_DAYS", "7", "days before the due date on which a task is named as due"))
ESCALATE_ORANGE_DAYS = int(env.number("ESCALATE_ORANGE_DAYS", "7", "days overdue from which reviewers know", least=2))
ESCALATE_RED_DAYS = int(env.number("ESCALATE_RED_DAYS", "30", "days overdue from which administrators know", least=3))
if ESCALATE_RED_DAYS <= ESCALATE_ORANGE_DAYS:
    raise ImproperlyConfigured(
        f"ESCALATE_RED_DAYS={ESCALATE_RED_DAYS} is not usable: allowed is what is above ESCALATE_ORANGE_DAYS"
    )
REVIEW_HOURS = env.number("REVIEW_HOURS", "48", "hours after which a figure has waited too long for review")

# --- parts ----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "planportal.plan",
    "planportal.accounts",
    "planportal.corrections",
    "fields",
    "alliances",
    "platforms",
    "targets",
    "planportal.reporting",
    "planportal.audit",
    "planportal.search",
    "planportal.portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "planportal.web.compression.CompressedAnswersMiddleware",
    "planportal.web.middleware.PrivateAnswersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "planportal.web.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "planportal.web.middleware.RefuseNullCharactersMiddleware",
    "planportal.web.full_disk.FullDiskMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "planportal.plan.mount.PlanMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "planportal.urls"
WSGI_APPLICATION = "planportal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "planportal.portal.context.portal",
            ]
        },
    }
]

# --- data -----------------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL", "", "postgres://…; empty: the embedded SQLite in DATA_DIR")
if DATABASE_URL and urlparse(DATABASE_URL).scheme not in {"postgres", "postgresql", "sqlite"}:
    raise ImproperlyConfigured("DATABASE_URL is not usable: allowed are postgres://… and sqlite:///…")
try:
    _database: dict[str, Any] = dict(dj_database_url.parse(DATABASE_URL or f"sqlite:///{DATA_DIR / 'portal.sqlite3'}"))
except ValueError:
    # Neither the address nor the parser's own words are repeated: a password may stand in them.
    raise ImproperlyConfigured("DATABASE_URL is not usable: it is no valid address") from None
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # The write-ahead log of SQLite before 3.51.3 can corrupt the file; its rollback journal cannot.
    _journal = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "DELETE"
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": f"PRAGMA journal_mode={_journal}; PRAGMA foreign_keys=ON;",
    }
else:
    # A connection a request costs a factor of six; a statement that hangs must not hold a worker for ever.
    _database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    _database["OPTIONS"] = _database.get("OPTIONS", {}) | {
        "options": "-c statement_timeout=30000 -c lock_timeout=10000",
        "connect_timeout": 5,
    }
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- jobs -----------------------------------------------------------------------------------------
REDIS_URL = env.text("REDIS_URL", "", "redis://… or redis+socket://…, the Celery broker; empty: jobs run in-process")
if REDIS_URL and urlparse(REDIS_URL).scheme not in {"redis", "rediss", "redis+socket"}:
    raise ImproperlyConfigured("REDIS_URL is not usable: allowed are redis://…, rediss://… and redis+socket://…")
CELERY_BROKER_URL = REDIS_URL
# Whoever submits must not feel Redis: one short try, and the sweep finds what was not rung.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 0,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "visibility_timeout": 300,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    # From eight in the morning to six in the evening in Asia/Shanghai: a run that was lost is made up the same day.
    "notices": {
        "task": "reporting.notices",
        "schedule": crontab(minute="0", hour="0-10"),
        "options": {"expires": 3600},
    },
    # At half past two in the morning in Asia/Shanghai.
    "reconcile": {
        "task": "targets.reconcile",
        "schedule": crontab(minute="30", hour="18"),
        "options": {"expires": 3600},
    },
}

# --- e-mail ---------------------------------------------------------------------------------------
EMAIL_HOST = env.text("EMAIL_HOST", "", "the SMTP server; empty: e-mails are printed")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = int(env.number("EMAIL_PORT", "587", "the SMTP server's port", least=1, most=65535))
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "", "who signs in to the SMTP server; empty: nobody does")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "", "the password of EMAIL_HOST_USER")
EMAIL_SECURITY = env.choice(
    "EMAIL_SECURITY", "starttls", "how the SMTP connection is secured", allowed=("none", "starttls", "tls")
)
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_SECURITY == "starttls", EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", "10", "seconds after which the SMTP server is given up", least=0.1)
DEFAULT_FROM_EMAIL = env.sender("EMAIL_FROM", "portal@localhost", "the sender of e-mails")

# --- accounts -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
# A whole office sits behind one address, so a lock is on the user and the address together.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = "planportal.accounts.lockout.cool_off"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "planportal.accounts.lockout.locked_response"
AXES_HTTP_RESPONSE_CODE = 429
AXES_CLIENT_IP_CALLABLE = "planportal.accounts.lockout.client_address"
AXES_DISABLE_ACCESS_LOG = True

# --- the language and the days --------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "planportal" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "planportal" / "portal" / "frontend" / "dist"]
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "jpg", "gif", "woff", "woff2")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Under no address: evidence is served by a view that asks who wants it.
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "evidence",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- security -------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and NUM_PROXIES else None
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"] if HTTPS else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "language"
THEME_COOKIE_NAME = "__Host-theme" if HTTPS else "theme"
TEXT_SIZE_COOKIE_NAME = "__Host-text-size" if HTTPS else "text-size"
SHORTCUTS_COOKIE_NAME = "__Host-shortcuts" if HTTPS else "shortcuts"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 31536000
CSRF_FAILURE_VIEW = "planportal.web.error_pages.csrf_failed"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Far more than are ever attached, so that a whole folder chosen by mistake is refused beside the field, with the form.
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
FILE_UPLOAD_HANDLERS = ["planportal.web.uploads.BoundedUploadHandler"]

# --- API ------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "planportal.accounts.authentication.ApiTokenAuthentication",
        "planportal.accounts.authentication.SessionReadAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["planportal.web.strict_json.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "planportal.web.strict_json.JSONOnlyNegotiation",
    "DEFAULT_FILTER_BACKENDS": ["planportal.web.filtering.NamingFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "planportal.web.pagination.CountedPagination",
    "DEFAULT_SCHEMA_CLASS": "planportal.portal.api_schema.PortalSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "planportal.web.api_errors.answer_error",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "NUM_PROXIES": NUM_PROXIES,
    "COERCE_DECIMAL_TO_STRING": True,
}
REST_KNOX = {"TOKEN_TTL": timedelta(hours=TOKEN_HOURS), "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "规划进展门户 API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "PREPROCESSING_HOOKS": ["planportal.portal.api_schema.only_one_mount"],
}

# --- logs -----------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "planportal.web.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},
        # Anybody can send any Host header; each is answered with 400 and worth no traceback.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # Told by planportal.web.error_pages, in one line without a traceback.
        "django.security.TooManyFilesSent": {"level": "CRITICAL"},
        "django.security.TooManyFieldsSent": {"level": "CRITICAL"},
        "django.security.RequestDataTooBig": {"level": "CRITICAL"},
        "axes": {"level": "WARNING"},
    },
}
