"""`tuppence import`: take real loans over from a tape."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tuppence.cli import running
from tuppence.money.currency import format_plain
from tuppence.tapes.lenders import LenderPool, built_in_pool, pool_from_offers, read_offers
from tuppence.tapes.loans import BadRow
from tuppence.tapes.mapping import MapRefusedError, TapeMap, load_map
from tuppence.tapes.reading import TapeUnreadableError
from tuppence.tapes.reporting import ImportReport
from tuppence.tapes.vintages import Totals, Vintage, grand_total

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN_ROWS_MAX = 20
WIDTH_OF_A_FILE = 160
READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def imports() -> None:
    """Bring in real loans from a tape: a file with one loan a row.

    \b
    Example:
      tuppence import loans lendingclub_2010_2011.csv.gz --map lendingclub
    """


@imports.command()
@click.argument("file", type=READABLE)
@click.option("--map", "map_name", required=True, metavar="NAME|PATH", help="How to read the tape.")
@click.option("--limit", type=click.IntRange(1), help="Only the first so many loans of the file.")
@click.option("--pool", type=READABLE, help="Lenders' offers (CSV) instead of the built-in pool.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write it as JSON.")
def loans(
    *, file: Path, map_name: str, limit: int | None, pool: Path | None, report: Path | None
) -> None:
    """Book each loan of FILE through its whole life, at its own dates, and compare the sums.

    A map says what the columns mean: one of those that come with the product (lendingclub,
    lendingclub_open_2018), or a TOML file. Broken off, the import goes on where it stopped; run
    again, it books nothing twice. Rows that can't be booked are listed and leave nothing behind.
    The exit status is 1 where the books differ from the tape, or nothing could be booked.

    \b
    Examples:
      tuppence import loans lendingclub_2010_2011.csv.gz --map lendingclub
      tuppence import loans tape.csv --map my_map.toml --limit 500 --report tape.json
      tuppence books check          afterwards
    """
    try:
        tape_map = load_map(map_name)
        lenders = pool_of(pool)
        with running.platform():
            done = _import(file, tape_map, lenders, limit)
            _carry_forward()
    except (MapRefusedError, TapeUnreadableError) as error:
        raise click.ClickException(str(error)) from error
    if report is not None:
        report.write_text(json.dumps(done.plain(), indent=2) + "\n", encoding="utf-8")
    _tell(done)
    if done.differences or not done.booked + done.known:
        sys.exit(1)


def pool_of(offers: Path | None) -> LenderPool:
    """The pool of lenders: made of a file of offers and named after it, or the built-in one."""
    if offers is None:
        return built_in_pool()
    return pool_from_offers(read_offers(offers), name=offers.name.split(".")[0][:60])


def _import(file: Path, tape_map: TapeMap, pool: LenderPool, limit: int | None) -> ImportReport:
    from tuppence.tapes.operations import CurrencyTakenError, import_loans

    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()]
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("Loans", total=None)

        def progress(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        try:
            return import_loans(
                file, tape_map, pool=pool, at=datetime.now(UTC), progress=progress, limit=limit
            )
        except CurrencyTakenError as error:
            raise click.ClickException(str(error)) from error


def _carry_forward() -> None:
    """Statements of lenders with many thousand payments shall open at once."""
    from tuppence import platform
    from tuppence.lending.operations import carry_forward

    carry_forward(zone=str(platform.zone()))


def _tell(done: ImportReport) -> None:
    show_comparison(done)
    click.echo(
        f"{done.booked:,} loans booked with {done.payments:,} payments; {done.known:,} were in the"
        f" books before. Lenders: {done.pool}."
    )
    for oddity, count in sorted(done.oddities.items()):
        click.echo(f"  {count:>7,}  {oddity.value.replace('_', ' ')}: {oddity.rule}")
    _tell_rows("left out", done.bad)
    _tell_rows("changed", done.changed)
    if done.differences:
        click.echo("The books differ from the tape. Run: tuppence books check", err=True)


def _tell_rows(what: str, rows: Sequence[BadRow]) -> None:
    if not rows:
        return
    click.echo(f"Rows {what}: {len(rows):,}", err=True)
    for row in rows[:SHOWN_ROWS_MAX]:
        click.echo(f"  {row}", err=True)
    if len(rows) > SHOWN_ROWS_MAX:
        click.echo(f"  and {len(rows) - SHOWN_ROWS_MAX:,} more; --report has them all.", err=True)


def show_comparison(done: ImportReport) -> None:
    """Print what the books hold by vintage, and below each what the tape says, where it differs."""
    table = Table(title=f"{done.tape}, {done.currency}", title_justify="left")
    table.add_column("Vintage", no_wrap=True)
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    rows: list[tuple[str, Vintage | None, Totals]] = [
        (str(vintage), vintage, totals) for vintage, totals in done.in_books.items()
    ]
    rows.append(("total", None, grand_total(done.in_books)))
    differ = {found.vintage for found in done.differences}
    for name, vintage, totals in rows:
        table.add_row(name, *_cells(totals, done.currency))
        if vintage in differ:
            table.add_row("  the tape", *_cells(_on_tape(done, vintage), done.currency))
    verdict = "Every figure is the tape's own." if not differ else "Figures differ; see above."
    # A file or a pipe has no width of its own; figures must not be cut there.
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH_OF_A_FILE)
    console.print(table)
    console.print(verdict)


HEADINGS = (
    *("Loans", "Charged off", "Funded", "Principal", "Interest", "Late fees"),
    *("Recovered", "Recovery fees"),
)


def _on_tape(done: ImportReport, vintage: Vintage | None) -> Totals:
    return grand_total(done.on_tape) if vintage is None else done.on_tape.get(vintage, Totals())


def _cells(totals: Totals, currency: str) -> "list[RenderableType]":
    amounts = (
        *(totals.funded_minor, totals.principal_minor, totals.interest_minor),
        *(totals.late_fee_minor, totals.recovered_minor, totals.recovery_fee_minor),
    )
    return [
        f"{totals.loans:,}",
        f"{totals.charged_off:,}",
        *(_grouped(format_plain(amount, currency)) for amount in amounts),
    ]


def _grouped(amount: str) -> str:
    whole, point, decimals = amount.partition(".")
    return f"{int(whole):,}{point}{decimals}"
