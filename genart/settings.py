"""Every setting of genart, read from the environment through `genart/env.py`.

`.env.example` lists every variable. With none set, genart runs on its embedded defaults: a
PostgreSQL and a Redis-compatible server that `manage.py run_factory` starts under `var/`.
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from genart import env, periods, servers
from genart.embedded import address
from genart.observability import conf, folder, logs

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_dotenv(BASE_DIR / ".env")
from genart.people_settings import *  # noqa: E402, F403  (reads what .env says)

# -- mode ------------------------------------------------------------------------------------
MODE = env.choice("GENART_MODE", "development", {"development", "production"})
DEVELOPMENT = MODE == "development"
DEBUG = env.flag("DEBUG", False)
DATA_DIR = Path(env.text("GENART_DATA_DIR") or BASE_DIR / "var").resolve()
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1, most=65535)
SITE_URL = env.text("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
SITE_NAME = env.text("SITE_NAME", "genart")
SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    if not DEVELOPMENT:
        raise ImproperlyConfigured("SECRET_KEY must be set when GENART_MODE is production.")
    SECRET_KEY = "development-only-not-a-secret"  # noqa: S105  (refused in production above)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")

# -- applications ----------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "template_partials",
    "django_htmx",
    "channels",
    "ninja",
    "genart",
    "genart.observability",
    "genart.flags",
    "genart.accounts",
    "genart.audit",
    "genart.privacy",
    "genart.retention",
    "generation",
    "curation",
    "catalog",
]
MIDDLEWARE = [
    "genart.observability.requests.RequestMiddleware",
    "genart.streaming.StreamingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "genart.middleware.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "genart.middleware.ContentSecurityPolicyMiddleware",
    "genart.middleware.LanguageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "genart.accounts.middleware.PersonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "genart.flags.gate.MaintenanceMiddleware",
    "genart.middleware.GenartErrorMiddleware",
    "genart.api.frame.ApiFrameMiddleware",
]
ROOT_URLCONF = "genart.urls"
ASGI_APPLICATION = "genart.asgi.application"
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
                "genart.context_processors.site",
            ],
            "builtins": ["django.templatetags.i18n", "genart.templatetags.languages"],
        },
    },
]
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "catalog:home"
LOGOUT_REDIRECT_URL = "catalog:home"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- data ------------------------------------------------------------------------------------
EMBEDDED_POSTGRES_DIR = DATA_DIR / "postgres"
EMBEDDED_VALKEY_DIR = DATA_DIR / "valkey"
EMBEDDED_ADDRESS = address.find(DATA_DIR)
DATABASE_URL = env.url("DATABASE_URL", "", {"postgres", "postgresql"})
DATABASE_DIRECT_URL = env.url("DATABASE_DIRECT_URL", "", {"postgres", "postgresql"})
DATABASE_REPLICA_URL = env.url("DATABASE_REPLICA_URL", "", {"postgres", "postgresql"})
DATABASE_REPLICA_LAG_SECONDS = env.number("DATABASE_REPLICA_LAG_SECONDS", 10, least=1)
DATABASE_POOL = env.number("DATABASE_POOL", 12, least=1)
WEB_AT_ONCE = env.number("WEB_AT_ONCE", 8, least=1)  # requests that a web process works on at once
WEB_WAIT_SECONDS = env.number("WEB_WAIT_SECONDS", 15, least=1)  # how long one waits for its turn
DATABASE_OWNER_URL = env.url("DATABASE_OWNER_URL", "", {"postgres", "postgresql"})
_main = servers.postgres(DATABASE_URL) if DATABASE_URL else EMBEDDED_ADDRESS.database()
DATABASES = {"default": servers.pooled(_main, connections=DATABASE_POOL)}
DATABASE_ROLE = DATABASES["default"]["USER"]
if DATABASE_DIRECT_URL:  # then DATABASE_URL is a pooler's, which shares sessions by the transaction
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    DATABASES["direct"] = servers.session(DATABASE_DIRECT_URL)
if DATABASE_REPLICA_URL:
    DATABASES["replica"] = servers.replica(DATABASE_REPLICA_URL, connections=DATABASE_POOL)
    DATABASE_ROUTERS = ["genart.replica.ReplicaRouter"]
    MIDDLEWARE.append("genart.replica.StaleReadsMiddleware")


def owner() -> dict[str, Any] | None:
    """Return the role that owns the tables, and where it connects; `None`: as the application."""
    if not DATABASE_URL:
        return EMBEDDED_ADDRESS.database(user=address.NAME)
    if not DATABASE_OWNER_URL:
        return None
    known = servers.postgres(DATABASE_OWNER_URL)
    return {name: known[name] for name in servers.NAMED.values()}


DATABASE_OWNER = owner()

# -- queue and sockets -----------------------------------------------------------------------
REDIS_URL = env.url("REDIS_URL", "", {"redis", "rediss", "unix"})
REDIS_URL = servers.redis(REDIS_URL) if REDIS_URL else EMBEDDED_ADDRESS.redis_url
RABBITMQ_URL = servers.amqp(env.url("RABBITMQ_URL", "", {"amqp", "amqps"}))
RABBITMQ_QUORUM = env.flag("RABBITMQ_QUORUM", False)  # queues on several nodes
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Shared by all processes: counts of API calls, and what is dear to count and may be minutes old.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "genart",
        "OPTIONS": {"socket_timeout": 1},  # pages do without it
    }
}
# Calls a minute: without a token, with one, and of one address whatever its tokens.
API_LIMITS = {
    "anonymous": env.number("API_ANONYMOUS_PER_MINUTE", 120, least=1),
    "token": env.number("API_TOKEN_PER_MINUTE", 600, least=1),
    "address": env.number("API_ADDRESS_PER_MINUTE", 3000, least=1),
}

# -- files -----------------------------------------------------------------------------------
AWS_STORAGE_BUCKET_NAME = env.text("AWS_STORAGE_BUCKET_NAME")
AWS_PUBLIC_BUCKET_NAME = env.text("AWS_PUBLIC_BUCKET_NAME") or AWS_STORAGE_BUCKET_NAME
MEDIA_URL = env.text("MEDIA_URL", "/media/")
MEDIA_ROOT = DATA_DIR / "media" / "public"
ORIGINALS_ROOT = DATA_DIR / "media" / "originals"
RETENTION_DAYS, INVOICE_YEARS = periods.read(), periods.invoice_years()
ERASURE_GRACE_DAYS = periods.erasure_grace()


def storages() -> dict[str, Any]:
    """Return the three storages: `originals` (private), `default` (public derivatives), static."""
    static = {"BACKEND": "genart.bundles.BundledStaticFilesStorage"}
    if not AWS_STORAGE_BUCKET_NAME:
        local = "django.core.files.storage.FileSystemStorage"
        return {
            "default": {"BACKEND": local, "OPTIONS": {"location": MEDIA_ROOT}},
            "originals": {
                "BACKEND": local,
                "OPTIONS": {"location": ORIGINALS_ROOT, "base_url": None},
            },
            "staticfiles": static,
        }
    default, originals = servers.buckets(
        AWS_STORAGE_BUCKET_NAME,
        AWS_PUBLIC_BUCKET_NAME,
        endpoint=env.url("AWS_S3_ENDPOINT_URL", "", {"http", "https"}),
        cdn=env.text("AWS_S3_CUSTOM_DOMAIN"),
        region=env.text("AWS_S3_REGION_NAME"),
    )
    return {"default": default, "originals": originals, "staticfiles": static}


STORAGES = conf.watched(storages())
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# -- generation ------------------------------------------------------------------------------
RENDER_LEASE_SECONDS = env.number("RENDER_LEASE_SECONDS", 15, least=2)
RENDER_GROUP_LIMIT = env.number("RENDER_GROUP_LIMIT", 4, least=1, most=64)
SPEC_RENDER_LIMIT = env.number("SPEC_RENDER_LIMIT", 400, least=1)
ENGINE_DEVICES = env.names("ENGINE_DEVICE")  # a render worker each; none: every GPU, else cpu
ENGINE_DEVICE = ENGINE_DEVICES[0] if ENGINE_DEVICES else ""  # of this process
WORKER_LABEL = env.text("WORKER_LABEL")  # told apart by whoever starts workers
ENGINE_THREADS = env.number("ENGINE_THREADS", 0)  # 0: as torch likes
ENGINE_MEMORY_GIB = env.number("ENGINE_MEMORY_GIB", 0)  # for weights; 0: most of the device's
METRICS_TOKEN = env.text("METRICS_TOKEN")  # empty: /metrics answers this machine only
TASK_QUEUES = ("render", "remote", "score", "publish", "seal", "default")
TASK_BROKER = "rabbitmq" if RABBITMQ_URL else "redis"
TASK_RETRIES = 8

# -- judging ---------------------------------------------------------------------------------
# The scoring CLIP: a folder in open_clip's layout, of any width.
CLIP_DIR = Path(env.text("CLIP_DIR") or BASE_DIR / "generation" / "house" / "weights" / "open_clip")
REVIEW_LEASE_SECONDS = env.number("REVIEW_LEASE_SECONDS", 60, least=5)
EVERY_DETECTOR = env.flag("EVERY_DETECTOR", False)  # also where a model cannot show it
LETTERING_HOLDS = env.flag("LETTERING_HOLDS", True)  # off: only registered wordmarks hold a picture
REVIEW_GRACE_SECONDS = env.number("REVIEW_GRACE_SECONDS", 10)  # from a person's yes to the shop
SECOND_OPINION_SHARE = env.number("SECOND_OPINION_PERCENT", 5, most=100) / 100  # of decisions
BLIND_SHARE = env.number("BLIND_PERCENT", 15, most=100) / 100  # of turns, while opinions are asked
GOLD_SHARE = env.number("GOLD_PERCENT", 3, most=100) / 100  # of turns, while known answers are left
RENDER_HOUR_CENTS = env.number("RENDER_HOUR_CENTS", 60)  # what an hour of rendering costs
PEOPLE_HOUR_CENTS = env.number("PEOPLE_HOUR_CENTS", 3000)  # what an hour of a curator costs
DEMAND_SIGNALS = env.flag("DEMAND_SIGNALS", True)  # note what visitors are shown and do
DEMAND_SHIP_SECONDS = 0.2  # events leave the process so often; 0: before the page is done
DEMAND_EVENT_DAYS = env.number("DEMAND_EVENT_DAYS", 30, least=2)  # sums are kept for good
PAGE_SECONDS = env.number("PAGE_SECONDS", 10, most=600)  # all guests get the same page; 0: never

# -- money -----------------------------------------------------------------------------------
CURRENCY = env.text("CURRENCY", "EUR")
PAYMENT_GATEWAY = env.choice("PAYMENT_GATEWAY", "test", {"test", "stripe"})
PAYMENT_WEBHOOK_SECRET = env.text("PAYMENT_WEBHOOK_SECRET") or SECRET_KEY
PAYMENT_PAGE_MINUTES = env.number("PAYMENT_PAGE_MINUTES", 45, least=31, most=1440)
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = env.text("STRIPE_WEBHOOK_SECRET")
STRIPE_API_URL = env.url("STRIPE_API_URL", "", {"http", "https"})
if PAYMENT_GATEWAY == "stripe" and not (STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET):
    raise ImproperlyConfigured(
        "PAYMENT_GATEWAY=stripe needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET."
    )

# -- papers: who sells, VAT, invoices, mails -----------------------------------------------------
SHOP_LEGAL_NAME = env.text("SHOP_LEGAL_NAME", SITE_NAME)
SHOP_ADDRESS = env.text("SHOP_ADDRESS").replace("|", "\n")  # one variable, lines between bars
SHOP_COUNTRY = env.text("SHOP_COUNTRY", "DE").upper()
SHOP_VAT_ID = env.text("SHOP_VAT_ID")
SHOP_EMAIL = env.text("SHOP_EMAIL", env.text("DEFAULT_FROM_EMAIL", "shop@localhost"))
# none: charges no VAT; oss: by the buyer's country; threshold: the shop's own within the EU
VAT_MODE = env.choice("VAT_MODE", "oss" if SHOP_VAT_ID else "none", {"none", "oss", "threshold"})
VAT_NONE_NOTE = env.text("VAT_NONE_NOTE", "No VAT is charged: exemption for small enterprises.")
VAT_RATES = env.rates("VAT_RATES")  # of member states, in basis points, where the table is old
VAT_ID_UNVERIFIED = env.choice("VAT_ID_UNVERIFIED", "accept", {"accept", "charge"})
VIES_URL = env.url(
    "VIES_URL", "https://ec.europa.eu/taxation_customs/vies/rest-api", {"http", "https"}
).rstrip("/")
COUNTRY_HEADER = env.text("COUNTRY_HEADER")  # set by a CDN, such as CF-IPCountry
INVOICE_PREFIX = env.text("INVOICE_PREFIX", "")

# -- provenance ------------------------------------------------------------------------------
# Empty: the shop's own certificate, made at set-up in DATA_DIR/keys.
C2PA_CERTIFICATE = env.text("C2PA_CERTIFICATE")
C2PA_PRIVATE_KEY = env.text("C2PA_PRIVATE_KEY")
C2PA_ALGORITHM = env.choice(
    "C2PA_ALGORITHM", "es256", {"es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519"}
)
C2PA_TIMESTAMP_URL = env.url("C2PA_TIMESTAMP_URL", "", {"http", "https"})
C2PA_SIGNING_URL = env.url("C2PA_SIGNING_URL", "", {"http", "https"})
C2PA_SIGNING_TOKEN = env.text("C2PA_SIGNING_TOKEN")
C2PA_TRUST_ANCHORS = env.text("C2PA_TRUST_ANCHORS")  # PEM of the trust list files are asked against
if C2PA_CERTIFICATE and not (C2PA_PRIVATE_KEY or C2PA_SIGNING_URL):
    raise ImproperlyConfigured("C2PA_CERTIFICATE needs C2PA_PRIVATE_KEY or C2PA_SIGNING_URL.")
if C2PA_SIGNING_URL and not C2PA_CERTIFICATE:
    raise ImproperlyConfigured("C2PA_SIGNING_URL needs the service's chain in C2PA_CERTIFICATE.")
VERIFY_BYTES = env.number("VERIFY_MEGABYTES", 25, least=1, most=200) * 1024 * 1024
UPLOAD_BYTES = max(VERIFY_BYTES, 20 * 1024 * 1024) + 1024 * 1024  # of a form with its files

# -- texts -----------------------------------------------------------------------------------
# What listings say: in which languages, by which writers in which order.
TEXT_LANGUAGES = env.names("TEXT_LANGUAGES", "en,de,fr")
if TEXT_LANGUAGES[0] != "en":
    raise ImproperlyConfigured("TEXT_LANGUAGES must begin with en: the shop's own language.")
TEXT_WRITERS = env.choices("TEXT_WRITERS", "embedded", {"embedded", "endpoint", "transformers"})
TEXT_ENDPOINT_URL = env.url("TEXT_ENDPOINT_URL", "", {"http", "https"})
TEXT_ENDPOINT_KEY = env.text("TEXT_ENDPOINT_KEY")
TEXT_ENDPOINT_MODEL = env.text("TEXT_ENDPOINT_MODEL")
TEXT_ENDPOINT_SECONDS = env.number("TEXT_ENDPOINT_SECONDS", 60, least=1)
TEXT_ENDPOINT_RETRIES = env.number("TEXT_ENDPOINT_RETRIES", 3, most=10)
TEXT_ENDPOINT_DAILY_CALLS = env.number("TEXT_ENDPOINT_DAILY_CALLS", 500)
TEXT_ENDPOINT_MONTHLY_CENTS = env.number("TEXT_ENDPOINT_MONTHLY_CENTS", 2000)
TEXT_ENDPOINT_CENTS_IN = env.number("TEXT_ENDPOINT_CENTS_IN", 250)  # a million tokens
TEXT_ENDPOINT_CENTS_OUT = env.number("TEXT_ENDPOINT_CENTS_OUT", 1000)
if "endpoint" in TEXT_WRITERS and not (TEXT_ENDPOINT_URL and TEXT_ENDPOINT_MODEL):
    raise ImproperlyConfigured("TEXT_WRITERS names endpoint: set TEXT_ENDPOINT_URL and _MODEL.")
TEXT_MODEL_DIR = env.text("TEXT_MODEL_DIR")
if "transformers" in TEXT_WRITERS and not TEXT_MODEL_DIR:
    raise ImproperlyConfigured("TEXT_WRITERS names transformers: set TEXT_MODEL_DIR.")

# -- language, time, security ----------------------------------------------------------------
LANGUAGE_CODE = "en"
# What pages speak; listings are written in TEXT_LANGUAGES.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "genart" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
HTTPS = env.flag("HTTPS", not DEVELOPMENT)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
EMAIL_URL = env.url("EMAIL_URL", "", {"smtp", "smtps"})
EMAIL_BACKEND = "django.core.mail.backends." + (
    "smtp.EmailBackend" if EMAIL_URL else "console.EmailBackend"
)
_mail = urlsplit(EMAIL_URL)
EMAIL_HOST = _mail.hostname or "localhost"
EMAIL_PORT = _mail.port or (465 if _mail.scheme == "smtps" else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_USE_TLS = _mail.scheme == "smtp" and bool(_mail.username)  # no password in the clear
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "shop@localhost")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# -- seeing: logs, traces, reports of errors, counters -----------------------------------------
LOGGING = logs.config(env.text("LOG_LEVEL", "INFO"), env.choice("LOG_FORMAT", "auto", logs.STYLES))
OTEL_EXPORTER_OTLP_ENDPOINT = env.url("OTEL_EXPORTER_OTLP_ENDPOINT", "", {"http", "https"})
OTEL_SERVICE_NAME = env.text("OTEL_SERVICE_NAME", "genart")
SENTRY_DSN = env.text("SENTRY_DSN")
METRICS_PORT = env.number("METRICS_PORT", 0, most=65535)  # of a machine with workers only
folder.share(DATA_DIR / "metrics")
FLAGS_FRESH_SECONDS = 3.0  # how old a process's view of flags and maintenance may be
