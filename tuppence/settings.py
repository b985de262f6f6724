"""Settings of the one Django project. Every choice an operator makes comes from the environment.

Reading this module never starts anything: where no DATABASE_URL is given it only computes where the
embedded PostgreSQL listens; the `tuppence` command starts it.
"""

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from tuppence.postgres.address import Role, django_database
from tuppence.postgres.cluster import embedded_urls

PACKAGE_DIR = Path(__file__).resolve().parent


def env_flag(name: str, *, default: bool) -> bool:
    """A yes/no setting: 1, true, yes, on mean yes."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def database_url() -> str:
    """The address for this process: migrations run as the owner, everything else as the app.

    Without an address in the environment it is the embedded server's, which the `tuppence`
    command starts; naming it here starts nothing.
    """
    role: Role = "owner" if os.environ.get("TUPPENCE_DATABASE_ROLE") == "owner" else "app"
    given = os.environ.get("DATABASE_URL")
    if role == "owner":
        given = os.environ.get("DATABASE_OWNER_URL", given)
    return given or embedded_urls()[role]


# --- The platform ------------------------------------------------------------------------------
TUPPENCE_NAME = os.environ.get("TUPPENCE_NAME", "Tuppence")
TUPPENCE_CURRENCY = os.environ.get("TUPPENCE_CURRENCY", "EUR")
TUPPENCE_RULEBOOK = os.environ.get("TUPPENCE_RULEBOOK", "eu")
TUPPENCE_COUNTRY = os.environ.get("TUPPENCE_COUNTRY", "DE")  # whose bank holidays count
# What a campaign may cost without a second person's agreement, in whole units of the currency.
TUPPENCE_CAMPAIGN_ALONE = os.environ.get("TUPPENCE_CAMPAIGN_ALONE", "500")
# Where letters lead: the address of the site, without a slash at its end.
TUPPENCE_SITE = os.environ.get("TUPPENCE_SITE", "http://localhost:8000").rstrip("/")
# Where the operator's backups are written; the newest file is shown to administrators.
TUPPENCE_BACKUPS = os.environ.get("TUPPENCE_BACKUPS", "")
# Who runs the platform: name, address, register and supervisor; | between the lines.
TUPPENCE_OPERATOR = os.environ.get("TUPPENCE_OPERATOR", "")
TUPPENCE_DEMO = env_flag("TUPPENCE_DEMO", default=False)

# The business day of the platform begins at midnight here, wherever its members are.
TIME_ZONE = os.environ.get("TUPPENCE_TIME_ZONE", "Europe/Berlin")
USE_TZ = True

# --- Django ------------------------------------------------------------------------------------
DEBUG = env_flag("TUPPENCE_DEBUG", default=False)
SECRET_KEY = os.environ.get("TUPPENCE_SECRET_KEY", "only-for-tests-and-the-demo-on-this-machine")
ALLOWED_HOSTS = os.environ.get("TUPPENCE_HOSTS", "localhost,127.0.0.1,testserver").split(",")
CSRF_TRUSTED_ORIGINS = [
    origin for origin in os.environ.get("TUPPENCE_ORIGINS", "").split(",") if origin
]
ROOT_URLCONF = "tuppence.urls"
WSGI_APPLICATION = "tuppence.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "members.User"

DATABASES = {
    "default": django_database(database_url())
    | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "tuppence.ledger",
    "tuppence.events",
    "tuppence.members",
    "tuppence.letters",
    "tuppence.faults",
    "tuppence.compliance",
    "tuppence.bank",
    "tuppence.lending",
    "tuppence.market",
    "tuppence.growth",
    "tuppence.tapes",
    "tuppence.practice",
    "tuppence.web",
    "tuppence.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tuppence.members.middleware.origin_middleware",
    "tuppence.web.measuring.middleware.measuring_middleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "tuppence.web.context.page_frame",
            ],
        },
    },
]

# --- Languages ---------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [PACKAGE_DIR / "web" / "locale", PACKAGE_DIR / "web" / "sign_in_words"]
USE_I18N = True

# --- Files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE_DIR / "web" / "static"]
FILES_DIR = Path(os.environ.get("TUPPENCE_FILES", Path.home() / ".local/share/tuppence/files"))
STATIC_ROOT = FILES_DIR / "static"
MEDIA_ROOT = FILES_DIR / "documents"  # uploaded documents: never served by path

# --- Signing in --------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "tuppence.web.letters.sign_in_mail.LetterAdapter"
ACCOUNT_EMAIL_NOTIFICATIONS = True  # who signs in hears of each change to how
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none" if TUPPENCE_DEMO else "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS: dict[str, str] = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or TUPPENCE_DEMO
LOGIN_REDIRECT_URL = "/home/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# --- E-mail ------------------------------------------------------------------------------------
EMAIL_BACKEND = os.environ.get(
    "TUPPENCE_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = FILES_DIR / "mail"  # where the backend above puts them
EMAIL_HOST = os.environ.get("TUPPENCE_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("TUPPENCE_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("TUPPENCE_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("TUPPENCE_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env_flag("TUPPENCE_SMTP_TLS", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("TUPPENCE_FROM", "tuppence@localhost")

# Rate limits need one count for all processes, so the cache lives in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
    }
}

# --- Protection in the browser -----------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],  # letters as they look, in a sandbox
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = env_flag("TUPPENCE_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("TUPPENCE_LOG_LEVEL", "WARNING")},
}
