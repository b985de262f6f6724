"""The chart of accounts: four books, and the kinds of account in each.

Every account belongs to exactly one book, and no transfer crosses books. A kind says whose account
it is (one for the whole platform, or one for each member, loan, product, campaign, activity or
partner), on which side it grows, and whether it has a floor: a floored account never goes below
zero on its own side.
"""

from dataclasses import dataclass
from enum import StrEnum


class Book(StrEnum):
    """Whose money it is."""

    CLIENT = "C"  # members' money, held in trust at the client bank
    FIRM = "F"  # the company's own
    LOANS = "L"  # lenders' claims, administered, never on the firm's balance sheet
    BUDGET = "B"  # permission to spend; nobody's money yet


class Owner(StrEnum):
    """What an account's `owner_id` numbers."""

    PLATFORM = "platform"  # one account for all; owner_id is 0
    MEMBER = "member"
    LOAN = "loan"
    PRODUCT = "product"
    CAMPAIGN = "campaign"
    ACTIVITY = "activity"  # a channel's work, for a campaign or standing
    PARTNER = "partner"  # who sells traffic to the platform


class AccountKind(StrEnum):
    """What an account is for. The words are those of the trial balance."""

    CLIENT_BANK = "client_bank"
    IN_TRANSIT = "in_transit"
    PAYOUTS_IN_FLIGHT = "payouts_in_flight"
    MEMBER_AVAILABLE = "member_available"
    MEMBER_RESERVED = "member_reserved"
    UNALLOCATED = "unallocated"
    DUE_TO_FIRM = "due_to_firm"
    TAX_DUE = "tax_due"
    COLLECTOR_DUE = "collector_due"
    PROMO_FLOAT = "promo_float"
    FIRM_COVER = "firm_cover"
    BREAKS = "breaks"

    FIRM_BANK = "firm_bank"
    FIRM_CAPITAL = "firm_capital"
    FEE_INCOME = "fee_income"
    VAT_DUE = "vat_due"
    MARKETING_EXPENSE = "marketing_expense"
    STAFF_TIME_CHARGED = "staff_time_charged"
    INCENTIVE_EXPENSE = "incentive_expense"
    INCENTIVE_LIABILITY = "incentive_liability"
    PAYABLES = "payables"
    PREPAID_ADVERTISING = "prepaid_advertising"
    DUE_FROM_CLIENT = "due_from_client"
    FIRM_PROMO_FLOAT = "firm_promo_float"
    FIRM_COVER_ASSET = "firm_cover_asset"
    FIRM_LOSS = "firm_loss"
    MEMBER_RECEIVABLE = "member_receivable"
    REWARD_RECOVERABLE = "reward_recoverable"  # only ever set off against later rewards

    PRINCIPAL_OWED = "principal_owed"
    HOLDINGS = "holdings"
    INTEREST_OWED = "interest_owed"
    LENDERS_INTEREST = "lenders_interest"
    LATE_FEE_OWED = "late_fee_owed"
    LATE_FEE_CLAIM = "late_fee_claim"
    WRITTEN_OFF_CLAIM = "written_off_claim"
    WRITTEN_OFF_CONTRA = "written_off_contra"

    AUTHORITY = "authority"
    BUDGET_AVAILABLE = "budget_available"
    BUDGET_RESERVED = "budget_reserved"
    BUDGET_USED = "budget_used"


@dataclass(frozen=True, slots=True)
class Rule:
    """What the books hold every account of a kind to."""

    book: Book
    owner: Owner
    debit_normal: bool  # grows by debits: what is held or owed to us; else by credits
    floored: bool


def _rules(
    book: Book, owner: Owner, *, debit: str = "", credit: str = "", floored: bool = False
) -> dict[AccountKind, Rule]:
    sides = [(name, True) for name in debit.split()] + [(name, False) for name in credit.split()]
    return {AccountKind(name): Rule(book, owner, side, floored) for name, side in sides}


CHART: dict[AccountKind, Rule] = {
    **_rules(
        Book.CLIENT,
        Owner.PLATFORM,
        debit="client_bank in_transit breaks",
        credit="payouts_in_flight unallocated due_to_firm tax_due collector_due promo_float"
        " firm_cover",
    ),
    **_rules(Book.CLIENT, Owner.MEMBER, credit="member_available member_reserved", floored=True),
    **_rules(
        Book.FIRM,
        Owner.PLATFORM,
        debit="firm_bank due_from_client firm_promo_float firm_cover_asset firm_loss",
        credit="firm_capital fee_income vat_due staff_time_charged",
    ),
    **_rules(Book.FIRM, Owner.CAMPAIGN, debit="incentive_expense", credit="incentive_liability"),
    **_rules(Book.FIRM, Owner.ACTIVITY, debit="marketing_expense"),
    **_rules(Book.FIRM, Owner.PARTNER, debit="prepaid_advertising", credit="payables"),
    **_rules(Book.FIRM, Owner.MEMBER, debit="member_receivable"),
    **_rules(Book.FIRM, Owner.MEMBER, debit="reward_recoverable", floored=True),
    **_rules(
        Book.LOANS,
        Owner.LOAN,
        debit="principal_owed late_fee_owed written_off_claim",
        credit="holdings late_fee_claim written_off_contra",
        floored=True,
    ),
    **_rules(Book.LOANS, Owner.PRODUCT, debit="interest_owed", credit="lenders_interest"),
    **_rules(
        Book.BUDGET,
        Owner.CAMPAIGN,
        debit="authority",
        credit="budget_available budget_reserved budget_used",
        floored=True,
    ),
}

assert set(CHART) == set(AccountKind), "every kind of account has its rule"


def kinds_of(book: Book) -> list[AccountKind]:
    """The kinds of one book, in the order of the chart."""
    return [kind for kind, rule in CHART.items() if rule.book is book]


# client bank + in transit - payouts in flight - breaks = what is owed to somebody
CLIENT_MONEY_HELD = (AccountKind.CLIENT_BANK, AccountKind.IN_TRANSIT, AccountKind.BREAKS)
CLIENT_MONEY_OWED = tuple(kind for kind in kinds_of(Book.CLIENT) if kind not in CLIENT_MONEY_HELD)
