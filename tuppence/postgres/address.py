"""Where a cluster's database is reached: its URL, and the same URL as Django wants it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict

Role = Literal["owner", "app", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
PORT = 5432


def role_name(role: Role) -> str:
    """The role's name in PostgreSQL."""
    return f"tuppence_{role}"


def database_url(role: Role, database: str, *, socket_dir: Path, password_file: Path) -> str:
    """The URL libpq and psycopg connect by.

    It names the file the password stands in, not the password: it can be logged, and it is
    right before the cluster has been created. A server that asks for anything but SCRAM is
    refused, so an impostor on the socket learns nothing.
    """
    query = {
        "host": str(socket_dir),
        "port": str(PORT),
        "passfile": str(password_file),
        "require_auth": "scram-sha-256",
    }
    name = quote(database, safe="")
    return f"postgresql://{role_name(role)}@/{name}?{urlencode(query, quote_via=quote)}"


def django_database(url: str) -> dict[str, Any]:
    """A PostgreSQL URL as an entry of Django's DATABASES; raises psycopg.Error on a wrong URL.

    >>> entry = django_database("postgresql://anna@db.example:5433/books?sslmode=require")
    >>> entry["HOST"], entry["PORT"], entry["NAME"], entry["USER"], entry["OPTIONS"]
    ('db.example', '5433', 'books', 'anna', {'sslmode': 'require'})
    """
    parameters = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    entry: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql"}
    for django_name, libpq_name in _DJANGO_NAMES.items():
        entry[django_name] = parameters.pop(libpq_name, "")
    return entry | {"OPTIONS": parameters}


_DJANGO_NAMES = {
    "NAME": "dbname",
    "USER": "user",
    "PASSWORD": "password",
    "HOST": "host",
    "PORT": "port",
}
