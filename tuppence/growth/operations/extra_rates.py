"""Extra rates by day: at each close, what boosters earned on what is outstanding is booked as a
liability, and given with each distribution of the loan."""

from datetime import date, datetime

from django.db import transaction

from tuppence import platform
from tuppence.growth.models import Grant
from tuppence.growth.operations import grant_booking as booking
from tuppence.growth.operations.gift_lock import lock_gifts
from tuppence.growth.operations.grants import pay
from tuppence.growth.queries.offers import terms_of
from tuppence.growth.queries.settling import Yielding, lock_yielding
from tuppence.growth.using import GrantState
from tuppence.growth.yielding import Running, earn_days
from tuppence.money.rounding import Rounding, round_to_minor

DEFAULT_DAYS = 90
"""A loan this many days past due is in default and earns no extra rate (EU default definition)."""


@transaction.atomic
def earn_extra_rates(day: date, at: datetime) -> int:
    """Reckon every running extra rate to the close of a day; how many earned. Safe to repeat."""
    lock_gifts()
    yielding = lock_yielding(day, DEFAULT_DAYS)
    for each in yielding:
        _earn(each, day, at)
    return len(yielding)


def _earn(each: Yielding, day: date, at: datetime) -> None:
    row, terms = each.row, terms_of(each.row.offer)
    assert row.earned_to is not None
    running = Running(
        share=terms.share,
        principal_minor_max=min(terms.amount_minor, row.base_minor or 0),
        days_left=row.days_left,
        principal_days=row.principal_days,
        booked_minor=row.earned_minor,
    )
    outstanding = each.outstanding_minor if each.alive else 0
    step = earn_days(running, outstanding, (day - row.earned_to).days)
    over = not each.alive or step.days_left == 0 or outstanding == 0
    rest = row.reserved_minor - step.amount_minor if over else 0
    entries = (*booking.earned(row, step.amount_minor), *booking.released(row, rest))
    booking.book([booking.Booking(row, f"day {day.isoformat()}", entries, at)])
    row.earned_minor += step.amount_minor
    row.reserved_minor -= step.amount_minor + rest
    row.principal_days, row.days_left, row.earned_to = step.principal_days, step.days_left, day
    row.earned_at = at
    row.save()
    if over or each.distributed:
        _give(each, day, at, over=over)


def _give(each: Yielding, day: date, at: datetime, *, over: bool) -> None:
    """Give what has been earned since the last distribution, less the tax on it."""
    row: Grant = each.row
    row.pays_on = day
    if over:
        row.state = GrantState.EARNED
    row.save(update_fields=["pays_on", "state"])
    given = pay(row, at=at, occasion=f"paid {day.isoformat()}", ends=over)
    tax = round_to_minor(given * each.tax, Rounding.HALF_EVEN)
    booking.book([booking.Booking(row, f"tax {day.isoformat()}", booking.taxed(row, tax), at)])


def offers_of_day(day: date, at: datetime) -> dict[str, int]:
    """A step of the day's close: extra rates earned on this day."""
    return {"extra_rates": earn_extra_rates(min(day, platform.business_day(at)), at)}
