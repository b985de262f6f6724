"""One advisory lock keeps the day: closing it excludes everything that books on loans."""

from django.db import connection

# Any number, as long as nothing else in the database locks by it.
DAY_LOCK = 7_316_001


def share_the_day() -> None:
    """No day is closed until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [DAY_LOCK])


def hold_the_day() -> None:
    """Nothing is booked on loans, and no other day is closed, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DAY_LOCK])
