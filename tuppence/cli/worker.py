"""`tuppence worker`: run what was put off for later."""

import click

from tuppence.cli import running


@click.command()
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--one-shot", is_flag=True, help="Do what is waiting, then end.")
def worker(*, concurrency: int, one_shot: bool) -> None:
    """Run background work: day close, imports, messages, schedules.

    Jobs wait in the same PostgreSQL; more workers on more machines share them. Ctrl-C lets the
    jobs in hand finish first.

    \b
    Examples:
      tuppence worker
      tuppence worker --one-shot     do what is waiting now, as in a nightly run
    """
    with running.platform():
        from django.core.management import call_command

        # What went well is forgotten: letters go out each minute, and nobody would find the rest.
        words = ["worker", "--concurrency", str(concurrency), "--delete-jobs", "successful"]
        call_command("procrastinate", *words, *(["--one-shot"] if one_shot else []))
