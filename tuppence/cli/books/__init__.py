"""`tuppence books`: prove, read and export the money book. Nothing here changes a figure."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from tuppence.cli import running
from tuppence.cli.books import report
from tuppence.cli.books.export import Format, write_export
from tuppence.ledger import queries
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.checks import Check
from tuppence.ledger.transfers import AccountKey

DAY = click.DateTime(["%Y-%m-%d"])
VALUE_DATE = click.option(
    "--by-value-date",
    is_flag=True,
    help="Count each transfer on the day it happened, not on the day it was written down.",
)


@click.group()
def books() -> None:
    """Check, read and export the money book. No figure is ever changed.

    \b
    Examples:
      tuppence books check
      tuppence books trial-balance --at 2026-03-31
      tuppence books statement member_available:12
      tuppence books export --format beancount -o books.beancount
    """


@books.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check(*, as_json: bool) -> None:
    """Compute everything again from the transfers and compare; the one oracle of the platform.

    Prints what was compared, how many times, and every difference. The exit status is 1 where
    anything differs, so that a nightly job can tell.

    \b
    Examples:
      tuppence books check
      tuppence books check --json | python -m json.tool
    """
    with running.platform(), snapshot():
        checks = collect()
    if as_json:
        click.echo(report.as_text(checks))
    else:
        report.show(checks)
    if not all(found.holds for found in checks):
        sys.exit(1)


@books.command()
@click.option("--format", "form", type=click.Choice([form.value for form in Format]), required=True)
@click.option("--day", type=DAY, help="One business day only.")
@click.option("--since", type=DAY, help="From this business day on.")
@click.option("--until", type=DAY, help="Up to and with this business day.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, allow_dash=True), default="-")
def export(
    *, form: str, day: datetime | None, since: datetime | None, until: datetime | None, output: str
) -> None:
    """Write the transfers for another program: Beancount, or any that reads CSV.

    The Beancount file stands alone: a part of the books begins with what was brought forward and
    ends with what our books say each account holds, which bean-check then proves. Big books are
    best exported day by day: Beancount takes ten seconds for 50,000 transfers.

    \b
    Examples:
      tuppence books export --format beancount -o books.beancount && bean-check books.beancount
      tuppence books export --format beancount --day 2026-03-31 -o day.beancount
      tuppence books export --format csv --since 2026-01-01 --until 2026-03-31 -o quarter.csv
    """
    if day and (since or until):
        raise click.UsageError("Give --day, or --since and --until, not both.")
    first, last = (day, day) if day else (since, until)
    if first and last and last < first:
        raise click.UsageError("--until is before --since: swap them.")
    with (
        running.platform(),
        snapshot(),
        click.open_file(output, "w", encoding="utf-8", lazy=True, atomic=output != "-") as file,
    ):
        count = write_export(
            file,
            Format(form),
            zone=_zone(),
            since=_midnight(first.date()) if first else None,
            before=_midnight(last.date() + timedelta(days=1)) if last else None,
        )
    click.echo(f"{count} transfers.", err=True)


@books.command("carry-forward")
def carry_forward() -> None:
    """Add up what moved on members' purses since the last time, so that statements stay fast.

    The worker does it each hour. It changes no figure, only how long they take; `books check`
    proves the sums.

    \b
    Examples:
      tuppence books carry-forward
    """
    with running.platform():
        from tuppence import platform
        from tuppence.lending.operations import carry_forward

        purses, lenders = carry_forward(zone=str(platform.zone()))
    click.echo(f"Carried forward: {purses} purses, {lenders} lenders.")


@books.command("trial-balance")
@click.option("--at", "on", type=DAY, help="At the end of this business day; now if left out.")
@VALUE_DATE
def trial_balance(*, on: datetime | None, by_value_date: bool) -> None:
    """Print the trial balance of each of the four books.

    \b
    Examples:
      tuppence books trial-balance
      tuppence books trial-balance --at 2026-03-31
    """
    dated = queries.Dated.OCCURRED if by_value_date else queries.Dated.RECORDED
    with running.platform(), snapshot():
        lines = queries.trial_balance(before=_end(on), dated=dated)
    report.show_trial_balance(lines)


@books.command()
@click.argument("account")
@click.option("--since", type=DAY, help="From this business day on.")
@click.option("--until", type=DAY, help="Up to and with this business day.")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1, 1_000_000))
@VALUE_DATE
def statement(
    *,
    account: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    by_value_date: bool,
) -> None:
    """Print an account's transfers with the balance after each.

    ACCOUNT is a number, or KIND:OWNER:CURRENCY where owner and currency may be left out.

    \b
    Examples:
      tuppence books statement member_available:12 --until 2026-03-31
      tuppence books statement client_bank
      tuppence books statement principal_owed:7:EUR
    """
    dated = queries.Dated.OCCURRED if by_value_date else queries.Dated.RECORDED
    with running.platform(), snapshot():
        account_id = _account_id(account)
        key = queries.account_keys([account_id])[account_id]
        lines = queries.statement(
            account_id,
            since=_midnight(since.date()) if since else None,
            before=_end(until),
            dated=dated,
            limit=limit,
        )
    report.show_statement(
        account_id,
        key,
        lines,
        day_of=lambda line: getattr(line.transfer, dated).astimezone(_zone()).date(),
    )
    if len(lines) == limit:
        click.echo(f"Only the first {limit} lines; choose a later --since.", err=True)


@contextmanager
def snapshot() -> Iterator[None]:
    """One moment of the books; read only."""
    from tuppence.insight.queries import controls

    with controls.snapshot():
        yield


def collect() -> list[Check]:
    """Every check of every room."""
    from tuppence.insight.queries import controls

    return controls.collect()


def _account_id(text: str) -> int:
    from tuppence import platform

    if text.isascii() and text.isdecimal():
        found = int(text) if queries.account_keys([int(text)]) else None
    else:
        kind, owner, currency, *rest = [*text.split(":"), "", ""][: max(3, text.count(":") + 1)]
        if rest or kind not in set(AccountKind) or (owner and not owner.isdecimal()):
            raise click.ClickException(
                f"{text} names no account. Give its number, or KIND:OWNER:CURRENCY such as "
                f"member_available:12:EUR. Kinds: {', '.join(AccountKind)}."
            )
        key = AccountKey(AccountKind(kind), int(owner or 0), currency or platform.currency())
        found = queries.account_ids([key]).get(key)
    if found is None:
        raise click.ClickException(
            f"There is no account {text} yet; tuppence books trial-balance lists the kinds in use."
        )
    return found


def _zone() -> ZoneInfo:
    from tuppence import platform

    return platform.zone()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_zone())


def _end(on: datetime | None) -> datetime | None:
    return _midnight(on.date() + timedelta(days=1)) if on else None
