"""What goes wrong at the bank of the practice market, and what the staff do about it."""

from collections.abc import Callable
from datetime import date, timedelta

from tuppence.bank.break_resolution import Resolution
from tuppence.bank.operations import CoverOrder, announce_covers, request_break_resolution
from tuppence.bank.queries import open_breaks
from tuppence.ledger.ids import derive_id
from tuppence.practice.client_bank import Charge, Receipt, practice_iban
from tuppence.practice.operations.investing import ask_and_approve
from tuppence.practice.operations.season import Season
from tuppence.practice.operations.second_word import agree
from tuppence.practice.people import CLOSED_ACCOUNT_LENDER, Part, of_part

CHARGE_MINOR, SECOND_CHARGE_MINOR, STRANGER_MINOR = 12_50, 9_80, 137_20
FIRM_ACCOUNT, STRANGER_ACCOUNT = 1_000_000_002, 1_000_000_003


def let_happen(season: Season, day: date, *, last_day: date) -> None:
    """The incidents of a day."""
    incident = INCIDENTS.get((last_day - day).days)
    if incident is not None:
        incident(season, day)


def _charge(season: Season, day: date) -> None:
    key = derive_id("practice", "charge", day.isoformat())
    season.charges.append(Charge(key, CHARGE_MINOR, "Account fee of the quarter"))


def _charge_again(season: Season, day: date) -> None:
    key = derive_id("practice", "charge", day.isoformat())
    season.charges.append(Charge(key, SECOND_CHARGE_MINOR, "Fee for paper statements"))


def _cover(season: Season, day: date) -> None:
    """The firm announces and sends its own money for what the bank took from the clients."""
    at = season.moment(day, 11)
    (found,) = open_breaks(at=at)
    (covered,) = announce_covers(
        [CoverOrder(derive_id("practice", "cover"), found.id, season.office.finance, at)]
    )
    season.receipts.append(
        Receipt(
            derive_id("practice", "cover money"),
            found.amount_minor,
            "Tuppence Practice, own money",
            practice_iban(FIRM_ACCOUNT),
            covered.reference,
        )
    )


def _bear(season: Season, day: date) -> None:
    """Two people agree that the firm bears it."""
    at = season.moment(day, 11)
    (found,) = open_breaks(at=at)
    request = request_break_resolution(
        found.id,
        Resolution.FIRM_LOSS,
        why="The bank's fee is the firm's to pay, not the members'.",
        by=season.office.finance,
        at=at,
        key=derive_id("practice", "bear"),
    )
    agree(request, by=season.office.second, at=at + timedelta(hours=1))


def _pay_to_closed_account(season: Season, day: date) -> None:
    """A lender takes money out to an account that was closed meanwhile; it will come back."""
    assert ask_and_approve(season, day, [_closed_account_lender(season)])


def _stranger_pays(season: Season, day: date) -> None:
    """Money comes in that names nobody."""
    season.receipts.append(
        Receipt(
            derive_id("practice", "stranger"),
            STRANGER_MINOR,
            "Y. Ulmenried",
            practice_iban(STRANGER_ACCOUNT),
            "as agreed on the phone",
        )
    )


def _ask_without_word(season: Season, day: date) -> None:
    """A withdrawal that still waits for the second person."""
    lenders = of_part(list(season.people.values()), Part.LENDS)
    numbers = [person.number for person in lenders if person.number in season.joined]
    others = [number for number in numbers if number != _closed_account_lender(season)]
    assert ask_and_approve(season, day, others[:3], approve=False)


def _closed_account_lender(season: Season) -> int:
    lenders = of_part(list(season.people.values()), Part.LENDS)
    return lenders[CLOSED_ACCOUNT_LENDER].number


# By the days that are left until the last one.
INCIDENTS: dict[int, Callable[[Season, date], None]] = {
    60: _charge,
    52: _cover,
    44: _bear,
    24: _pay_to_closed_account,
    9: _stranger_pays,
    7: _charge_again,
    0: _ask_without_word,
}
