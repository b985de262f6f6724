"""One lock for everything that moves gifts: budgets, reservations, rewards and what is owed back.

A release looks at whether its campaign has ended, an end at what is left, a payment at what its
member owes: each reads what another of them writes. Whoever takes this first, before any row, sees
the others whole, and none waits for a lock that another holds the other way round.
"""

from django.db import connection

LOCK = 7_160_311


def lock_gifts() -> None:
    """Hold the gifts until the transaction ends; the same transaction may ask again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
