"""`tuppence practice`: what happens around a demo, one step at a time."""

from datetime import UTC, datetime

import click

from tuppence.cli import running


@click.group()
def practice() -> None:
    """Let the practice bank of a demo do its work.

    \b
    Example, beside a running demo:
      TUPPENCE_DEMO=1 tuppence practice bank-day
    """


@practice.command("bank-day")
def bank_day() -> None:
    """Let the practice bank make today's statement, and import it.

    Payment files whose day has come are carried out; what went to closed accounts (their numbers
    end in 0013) comes back on a later day. Doing it again on the same day books what is new only.
    """
    with running.platform():
        from tuppence.practice.operations import PracticeBankError, run_bank_day

        try:
            outcome = run_bank_day(at=datetime.now(UTC))
        except PracticeBankError as error:
            raise click.ClickException(str(error)) from error
    if outcome is None:
        click.echo("Nothing has happened at the bank since its last statement.")
        return
    click.echo(f"The bank's statement brought {outcome.new_lines} new lines:")
    for meaning, count in sorted(outcome.meanings.items()):
        click.echo(f"  {meaning.value.replace('_', ' ')}: {count}")
