"""Django settings: everything that an operator may choose comes from `options.py`; the rest is fixed here."""

from pathlib import Path

import linghang.config.checks  # noqa: F401  registers the checks of a deployment
from linghang.config.options import REPOSITORY, load_options

OPTIONS = load_options()

PACKAGE_DIR = Path(__file__).resolve().parents[1]
DATA_DIR = OPTIONS.data_dir
KEYS_DIR = OPTIONS.keys
DATA_KEYS_FILE = OPTIONS.data_keys
BASE_URL = OPTIONS.address
DEFAULT_PRESET = OPTIONS.preset
DEMO = OPTIONS.demo
DEMO_TODAY = OPTIONS.today
DEMO_STORIES = "linghang.demo.tour.stories"  # the rooms do not know the demo, which stands above them
ASSETS_DIR = OPTIONS.assets_dir
PACKS_DIR = REPOSITORY / "packs"
EXAMPLES_DIR = REPOSITORY / "examples"

SECRET_KEY = OPTIONS.secret_key
DEBUG = False
ALLOWED_HOSTS = OPTIONS.allowed_hosts
CSRF_TRUSTED_ORIGINS = OPTIONS.trusted_origins

# --- rooms -----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "axes",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "linghang.apps.access",
    "linghang.apps.audit",
    "linghang.apps.jobs",
    "linghang.apps.exchange",
    "linghang.apps.notify",
    "linghang.apps.org",
    "linghang.apps.ledger",
    "linghang.apps.loops",
    "linghang.apps.metrics",
    "linghang.apps.appraisal",
    "linghang.apps.portal",
    "linghang.ui",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # below the three above: static files carry their headers, too
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "linghang.ui.web.middleware.PlumbingMiddleware",
    "linghang.apps.access.middleware.AccessMiddleware",
    "linghang.apps.audit.middleware.ReadLogMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "linghang.config.urls"
WSGI_APPLICATION = "linghang.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- database: the server and the worker connect as `app`, which owns nothing; only migrations use the owner -----
DATABASES = {"default": OPTIONS.database()}
# says that no trigger is left out: where nothing is said, pgtrigger raises and catches an error for every written row,
# each slower than the one before it in the same transaction
# what is planned once (`ui.web.planned`) is written so that one plan serves all its values
DATABASES["default"]["OPTIONS"].setdefault("options", "-c pgtrigger.ignore={} -c plan_cache_mode=force_generic_plan")
DATABASE_APP_ROLE = DATABASES["default"]["USER"]  # migrations take rights on append-only tables from it
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- users -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "access:sign-in"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "access:sign-in"
AXES_FAILURE_LIMIT = "linghang.apps.access.lockout.failure_limit"
AXES_CLIENT_IP_CALLABLE = "linghang.apps.access.lockout.client_address"
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "linghang.apps.access.views.signing.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the waiting time that the page names is the true one
AXES_DISABLE_ACCESS_LOG = True  # nobody keeps a list of who signed in when
OTP_ISSUER = "领航"
SESSION_COOKIE_AGE = OPTIONS.session_minutes * 60  # idle time; `access.middleware` says what counts as use
SESSION_RENEW_SECONDS = SESSION_COOKIE_AGE / 60  # it is kept to so much: else every page would wait for the disk
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OPTIONS.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if OPTIONS.behind_proxy else None
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if OPTIONS.https else 0
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# --- content security: nothing inline, nothing from elsewhere ------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    },
}

WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- files -----------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = OPTIONS.static_root
STATICFILES_DIRS = [ASSETS_DIR / "static"] if (ASSETS_DIR / "static").is_dir() else []  # fonts are not served
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
UPLOAD_MAX_BYTES = OPTIONS.upload_megabytes * 1024 * 1024
REQUEST_MAX_BYTES = 5 * UPLOAD_MAX_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE  # several files at once

# --- language and time --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- mail, jobs, log ----------------------------------------------------------------------------------------------
EMAIL_CONFIGURED = bool(OPTIONS.email_host)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_CONFIGURED else 'dummy'}.EmailBackend"
EMAIL_HOST = OPTIONS.email_host
EMAIL_PORT = OPTIONS.email_port
EMAIL_HOST_USER = OPTIONS.email_user
EMAIL_HOST_PASSWORD = OPTIONS.email_password
EMAIL_USE_TLS = OPTIONS.email_security == "starttls"
EMAIL_USE_SSL = OPTIONS.email_security == "tls"
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = OPTIONS.email_from
PROCRASTINATE_ON_APP_READY = None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": OPTIONS.log_level},
    "loggers": {"axes": {"level": "WARNING"}},  # below that it writes down who signed in
}
