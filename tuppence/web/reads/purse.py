"""A member's own money: what is free, what is promised, what is out."""

from dataclasses import dataclass

from django.conf import settings

from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey


@dataclass(frozen=True, slots=True)
class Purse:
    """A member's balances in the platform's currency, in minor units."""

    currency: str
    available_minor: int
    reserved_minor: int

    @property
    def together_minor(self) -> int:
        """All of the member's cash with the platform."""
        return self.available_minor + self.reserved_minor


def purse_of(member_id: int) -> Purse:
    """What a member has; zero where nothing was ever paid in."""
    currency = settings.TUPPENCE_CURRENCY
    free = AccountKey(AccountKind.MEMBER_AVAILABLE, member_id, currency)
    promised = AccountKey(AccountKind.MEMBER_RESERVED, member_id, currency)
    found = balances([free, promised])
    return Purse(currency, found[free], found[promised])
