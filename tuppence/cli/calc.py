"""`tuppence calc`: the loan calculators over JSON files."""

from typing import BinaryIO

import click

from tuppence.lending.calculators import calculate
from tuppence.lending.calculators.fields import ItemError
from tuppence.lending.calculators.json_text import TEXT_BYTES_MAX, read_json, write_json

_FILE = click.argument("file", type=click.File("rb"))


@click.group()
def calc() -> None:
    """Compute loans from JSON: exact amounts, no account and no database.

    Each call reads FILE ("-" reads standard input) and prints JSON. A list of items answers with a
    list in the same order; an item that can't be computed answers {"error": "…"} in its place.
    Write amounts and rates as text, dates as YYYY-MM-DD.

    \b
    Example:
      echo '{"principal": "1000", "annual_rate_percent": "8.4",
             "instalments": 12, "start": "2025-01-31"}' | tuppence calc schedule -
    """


@calc.command()
@_FILE
def schedule(file: BinaryIO) -> None:
    """Rows of a loan, its instalment, total interest and annual percentage rates.

    \b
    principal, annual_rate_percent, instalments, start   must be given
    currency             amounts have its decimals, two without it
    first_due            a free first due date (broken first period)
    every, unit          1, months (days, weeks, months, years)
    method               annuity, equal_principal, interest_only, bullet, flat
    day_count            30/360, 30E/360, 30/360US, 30/360BB, ACT/365F, ACT/360, ACT/ACT
    interest_rounding, instalment_rounding   {"to": "0.01", "mode": "half_even"}
                         (half_even, half_up, up, down)
    grace_principal      first instalments without principal
    grace_interest       first periods whose interest falls due after them
    interest_free_periods, down_payment_percent
    rate_changes         [{"from": date, "annual_rate_percent": text}]
    interest_pauses      [{"first_day": date, "last_day": date}], both days included
    """
    _run("schedule", file)


@calc.command()
@_FILE
def payoff(file: BinaryIO) -> None:
    """What ends a loan on a day: principal, interest and their sum.

    The keys of `schedule`, and payoff_date, instalments_paid_on_time and interest_until
    (payoff_date or period_end).
    """
    _run("payoff", file)


@calc.command()
@_FILE
def apr(file: BinaryIO) -> None:
    """Annual percentage rate: eu (directive 2008/48/EC) or us (Regulation Z, appendix J).

    \b
    method, drawdown, drawdown_date, payments [{"date": date, "amount": text}]
    unit_period          us only: {"every": 1, "unit": "months"}
                         (days, weeks, half_months, months, years); found by itself if left out
    """
    _run("apr", file)


@calc.command()
@_FILE
def xirr(file: BinaryIO) -> None:
    """Money-weighted return a year; null where none, or none of several, is the right one.

    flows [[date, amount]] with amounts paid in below zero; day_count, ACT/365F unless given.
    """
    _run("xirr", file)


@calc.command()
@_FILE
def allocate(file: BinaryIO) -> None:
    """Which dues a payment covers.

    \b
    payment
    order                of the components: fee, penalty, interest, principal unless given
    dues                 [{"name", "rank", "due", "fee", "interest", "principal", "penalty"}]
                         lower rank first, then the older due date, then the order given
    direction            horizontal (each due in full before the next) or vertical
    """
    _run("allocate", file)


def _run(call: str, file: BinaryIO) -> None:
    try:
        item = read_json(file.read(TEXT_BYTES_MAX + 1))
    except ItemError as error:
        raise click.ClickException(str(error)) from error
    click.echo(write_json(calculate(call, item)))
