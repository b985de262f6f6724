"""What a platform may offer at all under a rulebook."""

from tuppence.rules.rule import Check, Rule
from tuppence.rules.rulebook import RuleBook


def incentive_ban(book: RuleBook, *, tied_to_listing: bool = True) -> Rule | None:
    """The row that bars paying investors to invest, by a booster, a bonus or affiliate pay.

    Some law bars only what is tied to one listing, other law every incentive. None where it is
    allowed.
    """
    every = book.enforcing(Check.NO_INCENTIVE)
    if every or not tied_to_listing:
        return every
    return book.enforcing(Check.NO_LISTING_INCENTIVE)


def firm_may_stand_in(book: RuleBook) -> bool:
    """Whether the firm or a fund of it may cover lenders' losses."""
    return book.enforcing(Check.NO_STAND_IN) is None


def payout_net_allowed(book: RuleBook) -> bool:
    """Whether fees may be taken from the principal at pay-out."""
    return book.enforcing(Check.NO_DEDUCTION) is None


def measuring_needs_consent(book: RuleBook) -> bool:
    """Whether a browser must agree before it may be known again."""
    return book.enforcing(Check.MEASURING_CONSENT) is not None
