"""The client-money equation, term by term, and what stands beside it at the close of a day."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Sum

from tuppence.bank.matching import Meaning
from tuppence.bank.models import BankBreak, ClientBankAccount, LineMatch
from tuppence.bank.queries.positions import ClientMoneyPosition, client_money_positions
from tuppence.ledger.chart import CLIENT_MONEY_HELD, CLIENT_MONEY_OWED, AccountKind
from tuppence.ledger.models import Account

Balances = Mapping[tuple[AccountKind, str], int]


@dataclass(frozen=True, slots=True)
class Equation:
    """Client money of one currency: what is held and what is owed, by kind, in minor units."""

    currency: str
    held: tuple[tuple[AccountKind, int], ...]
    owed: tuple[tuple[AccountKind, int], ...]

    @property
    def held_minor(self) -> int:
        """All that is at the bank, on its way to it, or missing there and owned by a break."""
        return sum(minor for _, minor in self.held)

    @property
    def owed_minor(self) -> int:
        """All that belongs to somebody."""
        return sum(minor for _, minor in self.owed)

    @property
    def difference_minor(self) -> int:
        """Zero, or our fault."""
        return self.held_minor - self.owed_minor


def equations_of(found: Balances) -> list[Equation]:
    """The equation of each currency, from balances that each stand on their own side."""
    accounts = ClientBankAccount.objects.filter(closed_at=None)
    currencies = {currency for _, currency in found} | set(
        accounts.values_list("currency", flat=True)
    )
    return [
        Equation(
            currency,
            tuple((kind, found.get((kind, currency), 0)) for kind in CLIENT_MONEY_HELD),
            tuple((kind, found.get((kind, currency), 0)) for kind in CLIENT_MONEY_OWED),
        )
        for currency in sorted(currencies)
    ]


def kept_balances() -> dict[tuple[AccountKind, str], int]:
    """The balances of client money by kind and currency, each on its own side."""
    kinds = (*CLIENT_MONEY_HELD, *CLIENT_MONEY_OWED)
    rows = Account.objects.filter(kind__in=kinds).values_list("kind", "currency")
    totals = rows.annotate(minor=Sum("balance_minor")).order_by()
    return {(AccountKind(kind), currency): int(minor) for kind, currency, minor in totals}


@dataclass(frozen=True, slots=True)
class Pile:
    """How many there are, and what they come to in minor units."""

    count: int = 0
    minor: int = 0


@dataclass(frozen=True, slots=True)
class ControlFigures:
    """What a person signs at the close of a day, of one currency.

    `position` compares the bank with the books; None where no account is open in this currency.
    """

    equation: Equation
    position: ClientMoneyPosition | None
    breaks: Pile
    unmatched: Pile
    set_aside: Pile

    @property
    def agrees(self) -> bool:
        """Whether client money is held to the penny, and the bank states what our lines make."""
        gap_minor = self.position.difference_minor if self.position else 0
        return self.equation.difference_minor == 0 and gap_minor == 0


def control_figures() -> list[ControlFigures]:
    """The figures of each currency as they stand now."""
    positions = {position.currency: position for position in client_money_positions()}
    breaks, lines = _breaks(), _lines()
    return [
        ControlFigures(
            equation,
            positions.get(equation.currency),
            breaks.get(equation.currency, Pile()),
            lines.get((Meaning.UNALLOCATED, equation.currency), Pile()),
            lines.get((Meaning.DOUBLED, equation.currency), Pile()),
        )
        for equation in equations_of(kept_balances())
    ]


def _breaks() -> dict[str, Pile]:
    rows = BankBreak.objects.filter(closed_at=None).values_list("account__currency")
    totals = rows.annotate(number=Count("id"), minor=Sum("amount_minor")).order_by()
    return {currency: Pile(number, int(minor)) for currency, number, minor in totals}


def _lines() -> dict[tuple[Meaning, str], Pile]:
    waiting = (Meaning.UNALLOCATED, Meaning.DOUBLED)
    rows = LineMatch.objects.filter(ends_at=None, meaning__in=waiting)
    totals = (
        rows.values_list("meaning", "line__account__currency")
        .annotate(number=Count("id"), minor=Sum("line__amount_minor"))
        .order_by()
    )
    return {(Meaning(m), currency): Pile(n, int(minor)) for m, currency, n, minor in totals}
