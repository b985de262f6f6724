"""The five calls: what each takes and answers is written at its function."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any, Final

from tuppence.lending.allocation import (
    DEFAULT_ORDER,
    Component,
    Direction,
    Due,
    DuePaid,
    allocate,
)
from tuppence.lending.apr import RateNotFoundError
from tuppence.lending.calculators.apr_fields import APR_KEYS, solve_apr
from tuppence.lending.calculators.fields import Fields
from tuppence.lending.calculators.terms_fields import TERMS_KEYS, read_terms
from tuppence.lending.payoff import InterestUntil, quote_payoff
from tuppence.lending.schedule import amortise
from tuppence.lending.schedule_apr import schedule_eu_apr, schedule_us_apr
from tuppence.money.currency import format_plain
from tuppence.money.day_count import DayCount
from tuppence.money.refusals import InputRefusedError, sentence
from tuppence.money.xirr import xirr

_PAYOFF_KEYS: Final = TERMS_KEYS | {"payoff_date", "instalments_paid_on_time", "interest_until"}
_DUE_KEYS: Final = ("name", "rank", "due", "fee", "interest", "principal", "penalty")
_FLOWS_MAX: Final = 100_000
_DUES_MAX: Final = 10_000
_UNDATED: Final = date.max


class UnknownCallError(InputRefusedError):
    """There is no calculator of that name."""


def calculate(call: str, item: Any) -> Any:
    """Answer one item, or a list of items with a list in the same order.

    An item that can't be computed answers `{"error": sentence}` in its place. Amounts and rates are
    given as text. Raises UnknownCallError for a call that is none of `CALLS`.
    """
    if call not in CALLS:
        raise UnknownCallError(
            sentence("“%(call)s” is no calculator: use one of %(calls)s."),
            {"call": call, "calls": ", ".join(CALLS)},
        )
    if isinstance(item, list):
        return [_answer(CALLS[call], one) for one in item]
    return _answer(CALLS[call], item)


def _answer(compute: Callable[[Any], dict[str, Any]], item: Any) -> dict[str, Any]:
    try:
        return compute(item)
    except (InputRefusedError, RateNotFoundError) as error:
        return {"error": str(error)}


def _schedule(item: Any) -> dict[str, Any]:
    """Answer rows, the instalment, the interest in total and both annual percentage rates.

    A rate that the schedule does not determine is null.
    """
    terms = read_terms(Fields(item, TERMS_KEYS))
    amortisation = amortise(terms)
    rows = amortisation.rows
    money = _money_of(terms.currency)
    return {
        "rows": [
            {
                "date": row.due_on.isoformat(),
                "principal": money(row.principal_minor),
                "interest": money(row.interest_minor),
                "balance": money(row.balance_minor),
            }
            for row in rows
        ],
        "instalment": money(amortisation.instalment_minor),
        "total_interest": money(sum(row.interest_minor for row in rows)),
        "apr_eu_percent": _percent(schedule_eu_apr(terms, rows)),
        "apr_us_percent": _percent(schedule_us_apr(terms, rows)),
    }


def _payoff(item: Any) -> dict[str, Any]:
    """Answer the principal, the interest and their sum that end a loan on a day."""
    fields = Fields(item, _PAYOFF_KEYS)
    terms = read_terms(fields)
    payoff = quote_payoff(
        terms,
        payoff_date=fields.day("payoff_date"),
        instalments_paid_on_time=fields.whole("instalments_paid_on_time"),
        interest_until=fields.choice("interest_until", InterestUntil, InterestUntil.PAYOFF_DATE),
    )
    money = _money_of(terms.currency)
    return {
        "principal": money(payoff.principal_minor),
        "interest": money(payoff.interest_minor),
        "amount": money(payoff.amount_minor),
    }


def _apr(item: Any) -> dict[str, Any]:
    """Answer the annual percentage rate of a drawdown and its payments."""
    return {"apr_percent": _percent(solve_apr(Fields(item, APR_KEYS)))}


def _xirr(item: Any) -> dict[str, Any]:
    """Answer the money-weighted rate a year as a share, null where there is no reasonable one."""
    fields = Fields(item, ("flows", "day_count"))
    flows = []
    for index, row in enumerate(fields.rows("flows", _FLOWS_MAX, least=1)):
        if not isinstance(row, list) or len(row) != 2:
            raise fields.refuse(f"flows[{index}]", sentence("write it as [date, amount]."))
        flow = Fields(
            dict(zip(("date", "amount"), row, strict=True)), ("date", "amount"), f"flows[{index}]"
        )
        # The scale of the amounts makes no difference to the rate.
        flows.append((flow.day("date"), int(flow.number("amount", allow_sign=True) * 10**10)))
    day_count = fields.choice("day_count", DayCount, DayCount.ACT_365_FIXED)
    rate = xirr(flows, day_count).rate
    # Adding zero turns a rounded minus zero into zero.
    return {"rate": None if rate is None else f"{round(rate, 10) + 0.0:.10f}"}


def _allocate(item: Any) -> dict[str, Any]:
    """Answer what a payment covers of each due, in the order given, and what is left of it.

    `order` (fee, penalty, interest, principal unless given) is the order of the components,
    `rank` (0 unless given) puts dues before others whatever their dates, `direction` is
    "horizontal" unless given: all components of the oldest due before the next due.
    """
    fields = Fields(item, ("payment", "order", "dues", "direction", "currency"))
    currency = fields.currency()
    allocation = allocate(
        fields.amount("payment", currency, allow_zero=True),
        [_due(due, currency) for due in fields.objects("dues", _DUE_KEYS, _DUES_MAX)],
        _order(fields),
        fields.choice("direction", Direction, Direction.HORIZONTAL),
    )
    money = _money_of(currency)
    return {
        "paid": [_paid(row, money) for row in allocation.paid],
        "credit": money(allocation.credit_minor),
    }


def _due(fields: Fields, currency: str) -> Due:
    def amount(key: str) -> int:
        return fields.amount(key, currency, allow_zero=True) if fields.has(key) else 0

    return Due(
        name=fields.text("name"),
        due_on=fields.day("due") if fields.has("due") else _UNDATED,
        rank=fields.whole("rank", 0),
        fee_minor=amount("fee"),
        penalty_minor=amount("penalty"),
        interest_minor=amount("interest"),
        principal_minor=amount("principal"),
    )


def _order(fields: Fields) -> list[Component]:
    if not fields.has("order"):
        return list(DEFAULT_ORDER)
    order: list[Component] = []
    for name in fields.rows("order", len(Component), least=1):
        if not isinstance(name, str) or name not in {component.value for component in Component}:
            names = ", ".join(component.value for component in Component)
            raise fields.refuse("order", sentence("name only ") + names + ".")
        if name in order:
            raise fields.refuse("order", sentence("name each component once."))
        order.append(Component(name))
    return order


def _paid(row: DuePaid, money: Callable[[int], str]) -> dict[str, str]:
    return {
        "name": row.name,
        "fee": money(row.fee_minor),
        "interest": money(row.interest_minor),
        "principal": money(row.principal_minor),
        "penalty": money(row.penalty_minor),
    }


def _money_of(currency: str) -> Callable[[int], str]:
    return lambda amount_minor: format_plain(amount_minor, currency)


def _percent(rate: Decimal | None) -> str | None:
    """Write a rate in percent with six decimals."""
    if rate is None:
        return None
    percent = (rate * 100).quantize(Decimal("1e-6"), ROUND_HALF_UP) + 0
    return format(percent, "f")


CALLS: Final[Mapping[str, Callable[[Any], dict[str, Any]]]] = MappingProxyType(
    {
        "schedule": _schedule,
        "payoff": _payoff,
        "apr": _apr,
        "xirr": _xirr,
        "allocate": _allocate,
    }
)
