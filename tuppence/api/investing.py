"""Money calls from many threads, gathered into batches: one gatherer for all of a process."""

from django.db import OperationalError

from tuppence.api.asks import Answer, Ask, refusal
from tuppence.api.coalescer import Coalescer, Overloaded
from tuppence.api.errors import ErrorCode
from tuppence.api.operations import answer_asks
from tuppence.market.operations import invest
from tuppence.market.orders import InvestOrder, InvestOutcome

RETRY_AFTER_SECONDS = 1

_asks: Coalescer[Ask, Answer] = Coalescer(answer_asks, size_max=1_000)
_orders: Coalescer[InvestOrder, InvestOutcome] = Coalescer(invest)


def answer(ask: Ask) -> Answer:
    """The answer to one call of the API, once the batch that holds it is committed."""
    try:
        return _asks.submit(ask)
    except (Overloaded, OperationalError):
        # Whether it happened is not known here; the same key finds out.
        return refusal(ErrorCode.OVERLOADED)


def place(order: InvestOrder) -> InvestOutcome:
    """What became of one order, placed together with what other threads place: for pages.

    The caller is in no transaction. Raises Overloaded where too much waits; the same order again
    is safe by its key.
    """
    return _orders.submit(order)


def stop() -> None:
    """End the gatherers' threads and close their connections; the next call starts them again."""
    _asks.stop()
    _orders.stop()
