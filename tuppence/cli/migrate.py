"""`tuppence migrate`: make or update the tables."""

import os

import click

from tuppence.cli import running


@click.command()
@click.option("--plan", is_flag=True, help="Only list what would be done.")
def migrate(*, plan: bool) -> None:
    """Make the tables, or bring them up to date with this version.

    Runs as the role that owns the tables: DATABASE_OWNER_URL where it is set, else DATABASE_URL.
    With the embedded PostgreSQL this happens by itself whenever a command needs it.

    \b
    Examples:
      tuppence migrate --plan
      DATABASE_OWNER_URL=postgresql://owner@db/books DATABASE_URL=… tuppence migrate
    """
    os.environ["TUPPENCE_DATABASE_ROLE"] = "owner"
    with running.database():
        running.set_up_django()
        missing = running.pending_migrations()
        if plan:
            click.echo("\n".join(missing) or "The tables are up to date.")
            return
        running.migrate()
        click.echo(f"{len(missing)} migrations done." if missing else "The tables are up to date.")
