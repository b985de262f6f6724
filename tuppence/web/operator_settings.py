"""What an operator can set, each setting with what it does. Secrets never leave this module.

Every setting is an environment variable, read when the platform starts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Word = str | Promise


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: `usual` is the value where nothing is set."""

    name: str
    usual: Word
    what: Word
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting as a page may show it; `value` is empty for a secret."""

    name: str
    value: Word
    usual: Word
    what: Word
    is_set: bool
    is_secret: bool


HERE = _("a PostgreSQL of the platform's own")
GROUPS: tuple[tuple[Word, tuple[Setting, ...]], ...] = (
    (
        _("The platform"),
        (
            Setting("TUPPENCE_NAME", "Tuppence", _("The name on every page and letter.")),
            Setting(
                "TUPPENCE_CURRENCY",
                "EUR",
                _("The currency of every account. Choose it before the first member joins."),
            ),
            Setting("TUPPENCE_RULEBOOK", "eu", _("Whose rules are asked: eu or cn.")),
            Setting("TUPPENCE_COUNTRY", "DE", _("Whose bank holidays count for deadlines.")),
            Setting(
                "TUPPENCE_TIME_ZONE",
                "Europe/Berlin",
                _("Where the business day begins at midnight."),
            ),
            Setting(
                "TUPPENCE_SITE", "http://localhost:8000", _("The address to which letters lead.")
            ),
            Setting(
                "TUPPENCE_CAMPAIGN_ALONE",
                "500",
                _("What a campaign may cost without a second person, in whole units."),
            ),
            Setting(
                "TUPPENCE_OPERATOR",
                _("none"),
                _("Who runs the platform, for the help page; | between the lines."),
            ),
            Setting("TUPPENCE_DEMO", "no", _("A practice market with sign-ins for everybody.")),
        ),
    ),
    (
        _("Safety"),
        (
            Setting(
                "TUPPENCE_SECRET_KEY",
                _("a value that everybody knows"),
                _("Signs sessions and links. Long, random, secret; a new one signs all out."),
                is_secret=True,
            ),
            Setting(
                "TUPPENCE_HOSTS", "localhost,127.0.0.1", _("Host names under which we answer.")
            ),
            Setting("TUPPENCE_ORIGINS", _("none"), _("Other addresses whose forms we accept.")),
            Setting("TUPPENCE_HTTPS", "no", _("Cookies and links only over HTTPS.")),
            Setting("TUPPENCE_DEBUG", "no", _("Error pages that show our code; for nobody else.")),
            Setting("TUPPENCE_LOG_LEVEL", "WARNING", _("How much the log says.")),
        ),
    ),
    (
        _("Data"),
        (
            Setting("DATABASE_URL", HERE, _("The database, as the app's role."), is_secret=True),
            Setting(
                "DATABASE_OWNER_URL",
                HERE,
                _("The database, as its owner: for new tables alone."),
                is_secret=True,
            ),
            Setting("TUPPENCE_DATA", _("the user's own folder"), _("Where our PostgreSQL lies.")),
            Setting(
                "TUPPENCE_FILES",
                "~/.local/share/tuppence/files",
                _("Where members' papers lie. Back it up together with the database."),
            ),
            Setting(
                "TUPPENCE_BACKUPS",
                _("none"),
                _("The folder into which your backups are written; its newest file is shown."),
            ),
        ),
    ),
    (
        _("E-mail"),
        (
            Setting("TUPPENCE_EMAIL_BACKEND", _("files in a folder"), _("How letters leave.")),
            Setting("TUPPENCE_FROM", "tuppence@localhost", _("The sender of letters.")),
            Setting("TUPPENCE_SMTP_HOST", "localhost", _("The mail server.")),
            Setting("TUPPENCE_SMTP_PORT", "25", _("Its port.")),
            Setting("TUPPENCE_SMTP_TLS", "no", _("Whether it is spoken to under TLS.")),
            Setting("TUPPENCE_SMTP_USER", _("none"), _("The account at the mail server.")),
            Setting("TUPPENCE_SMTP_PASSWORD", _("none"), _("Its password."), is_secret=True),
        ),
    ),
)


def shown(environment: Mapping[str, str]) -> list[tuple[Word, list[Shown]]]:
    """Every setting with its value in an environment; of secrets only whether they are set."""
    return [(title, [_shown(each, environment) for each in group]) for title, group in GROUPS]


def _shown(setting: Setting, environment: Mapping[str, str]) -> Shown:
    given = environment.get(setting.name, "")
    value: Word = given or setting.usual
    if setting.is_secret:
        value = without_secret(given)
    return Shown(setting.name, value, setting.usual, setting.what, bool(given), setting.is_secret)


def without_secret(text: str) -> str:
    """Of an address its host and its path; of anything else nothing.

    >>> without_secret("postgresql://app:word@db.example:5432/books?password=word")
    'db.example/books'
    >>> without_secret("a long secret")
    ''
    """
    try:
        parts = urlsplit(text)
        return f"{parts.hostname}{parts.path}" if parts.scheme and parts.hostname else ""
    except ValueError:
        return ""
