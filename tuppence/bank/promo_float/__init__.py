"""The firm's own money in the client bank, from which gifts to members are paid."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PromoFloat:
    """What the float holds and what of it is spoken for, in minor units of one currency."""

    held_minor: int  # promo float of the client book
    claimed_minor: int  # what running campaigns may still give: available and reserved budgets
    earned_minor: int  # earned by members and not given to them yet
    leaving_minor: int  # what two people agreed to take out and the bank has not booked

    @property
    def free_minor(self) -> int:
        """What a new campaign may claim, or the firm take out. Below zero is a broken rule.

        >>> PromoFloat(100_00, 60_00, 5_00, 10_00).free_minor
        2500
        """
        return self.held_minor - self.claimed_minor - self.earned_minor - self.leaving_minor
