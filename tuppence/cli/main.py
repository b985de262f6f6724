"""The `tuppence` command. Each subcommand is loaded when it is asked for, so that help is quick."""

from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

import click

HELP = """Run a peer-to-peer lending platform whose operations are built in.

Start here:

\b
  tuppence demo                     a small lively market in your browser
  tuppence books check              prove that the books are right
  tuppence calc schedule loan.json  compute a loan, without any database

Without DATABASE_URL in the environment, a PostgreSQL of its own is started and keeps its data in
TUPPENCE_DATA (else /var/lib/tuppence for root, ~/.local/share/tuppence for others). Each command
explains itself: tuppence COMMAND --help
"""


class Place(NamedTuple):
    """Where a subcommand is, and what the list of commands says about it."""

    module: str
    name: str
    summary: str


COMMANDS: Mapping[str, Place] = {
    "demo": Place("tuppence.cli.demo", "demo", "A small lively market in your browser."),
    "serve": Place("tuppence.cli.serve", "serve", "The website and the API."),
    "worker": Place("tuppence.cli.worker", "worker", "Background work that was put off."),
    "migrate": Place("tuppence.cli.migrate", "migrate", "Make or update the tables."),
    "books": Place("tuppence.cli.books", "books", "Check, read and export the money book."),
    "import": Place("tuppence.cli.imports", "imports", "Bring in real loans from a tape."),
    "calc": Place("tuppence.cli.calc", "calc", "Schedules, payoffs, APR and more, as JSON."),
    "practice": Place("tuppence.cli.practice", "practice", "Let the practice bank do its work."),
    "bench": Place("tuppence.cli.bench", "bench", "Measure the speed on this machine."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and loads one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        found = getattr(import_module(place.module), place.name)
        assert isinstance(found, click.Command), f"{place.module} holds the command {place.name}"
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.summary) for name, place in COMMANDS.items()])


@click.command(cls=LazyGroup, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tuppence", prog_name="tuppence")
def main() -> None:
    """What the whole command does; the text is HELP."""


if __name__ == "__main__":
    main()
