"""Settings. What differs between machines comes from the environment; docs/deploy.md lists it."""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from config import schedule

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
if not DEBUG:
    needed = ["DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY", "ALLOWED_HOSTS"]
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        raise ImproperlyConfigured(
            f"Set {', '.join(missing)} in the environment, or DEBUG=1 on your own machine; "
            "docs/deploy.md says how."
        )

SECRET_KEY = env("SECRET_KEY", default="only for development, never for a site people use")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]
# What shared links, feeds and the site map begin with.
SITE_ADDRESS = env(
    "SITE_ADDRESS", default="http://localhost:8000" if DEBUG else f"https://{ALLOWED_HOSTS[0]}"
)
# A demonstration says so on every page, and anybody may sign in with its PIN.
IS_DEMO = env.bool("DEMO", default=DEBUG)
DEMO_PIN = "246810"
DEMO_PHONE = "19900000001"
# A resident may not open these: there the sign-in page names a worker, or a cashier.
DEMO_PHONES = {"/office/": "19900000011", "/till/": "19900000013"}

# --- Apps -----------------------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    "demo",
    "cms",
    "market.open_ledger",
    "market.till",
    "market.orders",
    "market.produce",
    "people",
    "ledger",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "people.apps.WagtailUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "djmoney",
    "django_filters",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    # Wagtail says “a minute ago” with it; installed, it does so in Chinese.
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.middleware.office_csp",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.no_nul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.middleware.personal_pages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "config.middleware.OurOwnNotFound",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cms.context.every_page",
            ],
        },
    },
]

# --- Data -----------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'huilin.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE, or two writers meet as "database is locked"; FULL, or the last commits are
    # lost with the power; recursive triggers, or REPLACE rewrites the books unseen.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA recursive_triggers=ON; PRAGMA busy_timeout=20000;"
        ),
    }
else:
    INSTALLED_APPS += ["django.contrib.postgres"]
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": 16,
        # Seconds a visitor waits for a database that is away.
        "timeout": 10,
    }
    # Django prepares none of its own; `ledger.one_statement` is prepared at its fifth use.
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 5
    # Or each connection in the pool fails once after the database was restarted.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

# --- Tasks ----------------------------------------------------------------------------

CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem"):
    QUEUE_DIR = Path(env("QUEUE_DIR", default=str(VAR_DIR / "queue")))
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.5,
    }
    for folder in ("messages", "control"):
        (QUEUE_DIR / folder).mkdir(parents=True, exist_ok=True)
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = schedule.CELERY_BEAT_SCHEDULE

# Wagtail keeps in the default cache where the sites begin. In the process, so that the office
# works while Redis is away.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# One cache for all processes, or each of them would count failures for itself.
if CELERY_BROKER_URL.startswith("redis"):
    CACHES["shared"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env("CACHE_URL", default=CELERY_BROKER_URL),
    }
else:
    CACHES["shared"] = CACHES["default"] | {"LOCATION": "shared"}

# What hardly changes and every page shows is remembered in the process that shows it.
CACHES["memory"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "memory",
}

# --- Paying online --------------------------------------------------------------------

# Without a key nobody is offered to pay online (`docs/money.md`).
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", default="")
# Another address than Stripe's: that of the stand-in, in development and in tests.
STRIPE_BASE_ADDRESS = env("STRIPE_BASE_ADDRESS", default="")
# Seconds to wait for an answer.
STRIPE_TIMEOUT = env.float("STRIPE_TIMEOUT", default=20)
# Where the button of the checkout may lead.
PAY_PAGES = [STRIPE_BASE_ADDRESS or "https://checkout.stripe.com"] if STRIPE_SECRET_KEY else []

# --- Text messages --------------------------------------------------------------------

# The function that sends them (`docs/sms.md`); empty, and there are none.
SMS_BACKEND = env("SMS_BACKEND", default="people.sms.console.send" if DEBUG else "")
SMS_ALIYUN_KEY_ID = env("SMS_ALIYUN_KEY_ID", default="")
SMS_ALIYUN_KEY_SECRET = env("SMS_ALIYUN_KEY_SECRET", default="")
SMS_ALIYUN_SIGN_NAME = env("SMS_ALIYUN_SIGN_NAME", default="")
# Which text Aliyun has for which kind of notice: order-ready=SMS_1,order-cut=SMS_2
SMS_ALIYUN_TEMPLATES = env.dict("SMS_ALIYUN_TEMPLATES", default={})
# Another address than Aliyun's: that of a stand-in, in tests.
SMS_ALIYUN_ADDRESS = env("SMS_ALIYUN_ADDRESS", default="https://dysmsapi.aliyuncs.com")
# Seconds to wait for an answer.
SMS_TIMEOUT = env.float("SMS_TIMEOUT", default=10)

# --- The books ------------------------------------------------------------------------

BOOKS_INVARIANTS = ["ledger.invariants", "market.invariants", "market.open_ledger.invariants"]
# Under which heading an exported file has an account. What is not here is an asset if it grows
# with debits, and else a liability: kept for somebody. Nothing is income.
BOOKS_ROOTS = {
    "Equity": [
        "points/issued",
        "points/redeemed",
        "points/expired",
        "goods/*/supplied",
        "goods/*/sold",
        "goods/*/given",
        "goods/*/spoiled",
    ],
    "Expenses": ["rounding", "over_short", "fees/*"],
}
CURRENCIES = ("CNY",)
DEFAULT_CURRENCY = "CNY"

# --- People ---------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Member"
AUTHENTICATION_BACKENDS = ["people.auth.MemberBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "people.auth.PinOrPasswordValidator"}]
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "people:mine"
LOGOUT_REDIRECT_URL = "/"
# Which header holds the visitor's address, when a proxy in front of the site sets it.
CLIENT_ADDRESS_HEADER = env("CLIENT_ADDRESS_HEADER", default="REMOTE_ADDR")
SESSION_COOKIE_AGE = 90 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
# What apps know of a member beside people; each refuses while it still needs them.
FORGET_MEMBER = [
    "market.open_ledger.actions.forget_member",
    "market.orders.actions.forget_member",
    "market.produce.actions.forget_member",
]
# What /q/<token> opens for the owner and for staff, by the token's purpose.
TOKEN_PAGES = {
    "order": {"owner": "orders:order", "staff": "till:order"},
}

# --- Language and time ----------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# Ours first: where a word is both ours and of a package, ours is said.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale/wagtail"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = ["config.formats"]

# --- Wagtail --------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "惠邻"
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_BASE_URL = SITE_ADDRESS
WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "people:sign-in"
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILUSERS_PASSWORD_REQUIRED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# One neighbourhood, one clock: nobody is asked to choose among 600.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 8 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.pictures.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_EXTENSIONS = ["pdf", "xlsx", "docx"]

# --- Security -------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF, *PAY_PAGES],
    "frame-ancestors": [CSP.SELF],
}
SECURE_REFERRER_POLICY = "same-origin"
# Editors see a page's preview in a frame of the office.
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]
if not DEBUG:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

# --- Mail and log ---------------------------------------------------------------------

# No page asks for an e-mail address; what is left is a report to whoever runs the site.
MAILERS = {
    "default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"} if DEBUG else {}
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Wagtail says there whatever it does on the side; who changed which page is in its database.
    "loggers": {"django_tasks": {"level": "WARNING"}, "wagtail": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
