"""The bank's part of a practice day: payment files go out, a statement comes in."""

from datetime import date

from django.conf import settings

from tuppence.bank.operations import send_payouts
from tuppence.ledger.ids import derive_id
from tuppence.money.calendars import is_business_day
from tuppence.practice.client_bank import Arrivals
from tuppence.practice.operations.bank_day import run_bank_day
from tuppence.practice.operations.season import Season


def bank_works(day: date) -> bool:
    """Whether the practice bank sends a statement of that day."""
    return is_business_day(day, settings.TUPPENCE_COUNTRY)


def import_statement_of(season: Season, day: date) -> None:
    """Let the bank book what has reached it, and import its statement as finance would."""
    if not bank_works(day) or not (season.receipts or season.charges or season.bank_has_orders):
        return
    outcome = run_bank_day(
        at=season.moment(day, 9),
        arrivals=Arrivals(season.receipts, season.charges),
        by=season.office.finance,
    )
    assert outcome is not None
    season.receipts, season.charges = [], []
    season.on_the_way_minor.clear()
    season.bank_has_orders = False


def send_payment_file(season: Season, day: date) -> None:
    """Send what was approved today to the bank, to be carried out on its next day."""
    if not season.bank_has_orders:
        return
    send_payouts(
        season.office.account_id,
        key=derive_id("practice.file", day.isoformat()),
        at=season.moment(day, 14),
        by=season.office.finance,
    )
