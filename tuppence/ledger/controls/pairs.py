"""Accounts that must always show the same, because every entry moves both."""

from dataclasses import dataclass

from tuppence.ledger.chart import AccountKind


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands on one side equals what stands on the other, for each owner and currency."""

    name: str
    invariant: str
    left: tuple[AccountKind, ...]
    right: tuple[AccountKind, ...]


PAIRS = (
    Pair(
        "the firm's claims on client money",
        "I8",
        (AccountKind.DUE_FROM_CLIENT,),
        (AccountKind.DUE_TO_FIRM,),
    ),
    Pair(
        "the firm's float for gifts",
        "I8",
        (AccountKind.FIRM_PROMO_FLOAT,),
        (AccountKind.PROMO_FLOAT,),
    ),
    Pair(
        "the firm's cover of client money",
        "I8",
        (AccountKind.FIRM_COVER_ASSET,),
        (AccountKind.FIRM_COVER,),
    ),
    Pair(
        "both sides of principal owed", "I5", (AccountKind.PRINCIPAL_OWED,), (AccountKind.HOLDINGS,)
    ),
    Pair(
        "both sides of interest owed",
        "I5",
        (AccountKind.INTEREST_OWED,),
        (AccountKind.LENDERS_INTEREST,),
    ),
    Pair(
        "both sides of late fees owed",
        "I5",
        (AccountKind.LATE_FEE_OWED,),
        (AccountKind.LATE_FEE_CLAIM,),
    ),
    Pair(
        "both sides of claims written off",
        "I5",
        (AccountKind.WRITTEN_OFF_CLAIM,),
        (AccountKind.WRITTEN_OFF_CONTRA,),
    ),
    Pair(
        "both sides of each campaign's authority",
        "I3",
        (AccountKind.AUTHORITY,),
        (AccountKind.BUDGET_AVAILABLE, AccountKind.BUDGET_RESERVED, AccountKind.BUDGET_USED),
    ),
)
