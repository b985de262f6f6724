"""Keep what pages tell: a batch at a time, each signal once, durable when the call returns."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.growth.models import SpentSignal
from tuppence.growth.signals import TOKEN_LIFE, Signal, SignalKind, SignalStatus

VERBS = {SignalKind.READ: "page.read", SignalKind.CALCULATOR: "calculator.used"}


@transaction.atomic
def record_signals(signals: Sequence[Signal]) -> list[SignalStatus]:
    """Keep a batch; one answer a signal. Of two with one key the first counts."""
    # In the order of keys: two processes with the same keys wait for each other and not in a ring.
    keys = [signal.key for signal in signals]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO growth_spentsignal (key, at)
            SELECT DISTINCT ON (key) key, at FROM unnest(%s::uuid[], %s::timestamptz[])
                AS told (key, at) ORDER BY key
            ON CONFLICT DO NOTHING RETURNING key
            """,
            [keys, [signal.at for signal in signals]],
        )
        fresh = {key for (key,) in cursor.fetchall()}
    statuses, kept = [], []
    for key, signal in zip(keys, signals, strict=True):
        is_fresh = key in fresh
        fresh.discard(key)
        statuses.append(SignalStatus.KEPT if is_fresh else SignalStatus.REPLAYED)
        if is_fresh:
            kept.append(event_of(signal))
    record(kept)
    return statuses


def forget_spent_signals(*, at: datetime) -> int:
    """Forget the keys of signals whose pages may tell nothing more; how many."""
    # Twice the life, so that no clock that is a little off brings a replay back.
    deleted, _ = SpentSignal.objects.filter(at__lt=at - 2 * TOKEN_LIFE).delete()
    return deleted


def event_of(signal: Signal) -> Event:
    """What the behaviour book keeps of a signal."""
    properties: dict[str, str | int | bool] = {"page": signal.shown.page}
    if signal.kind is SignalKind.READ:
        properties |= {"seconds": signal.seconds, "scroll_percent": signal.scroll_percent}
    return Event(
        VERBS[signal.kind],
        signal.at,
        visitor_id=signal.shown.visitor_id,
        subject_kind="visit",
        subject_id=signal.shown.visit,
        properties=properties,
    )
