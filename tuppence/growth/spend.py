"""Spend: what one day of one activity cost, and whether it can be booked.

An activity is a channel's work, either for a campaign or standing. Money is owed to a partner
until it is paid, or taken from what was paid to the partner beforehand; hours of staff are charged
at a rate. Every booked amount is one transfer: marketing expense of the activity against payables,
prepaid advertising or staff time charged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.transfers import AccountKey
from tuppence.money.currency import AMOUNT_MAX_MINOR

# What happened longer ago has been reported, taxed and closed.
OLDEST = timedelta(days=3 * 366)
TEXT_LENGTH_MAX = 200


class PriceModel(StrEnum):
    """What a partner is paid for."""

    CPM = "cpm"  # a thousand showings
    CPC = "cpc"  # a click
    CPA_REGISTRATION = "cpa_registration"
    CPA_VERIFICATION = "cpa_verification"
    CPA_FIRST_INVESTMENT = "cpa_first_investment"
    SHARE_OF_SALE = "share_of_sale"
    FLAT = "flat"
    BARTER = "barter"
    STAFF_HOURS = "staff_hours"
    FREE = "free"


class PaidFrom(StrEnum):
    """What the expense stands against."""

    PAYABLES = "payables"  # invoiced, paid later
    PREPAID = "prepaid"  # from what the partner was paid beforehand
    STAFF_TIME = "staff_time"


CONTRA = {
    PaidFrom.PAYABLES: AccountKind.PAYABLES,
    PaidFrom.PREPAID: AccountKind.PREPAID_ADVERTISING,
    PaidFrom.STAFF_TIME: AccountKind.STAFF_TIME_CHARGED,
}


class SpendStatus(StrEnum):
    """What became of one line of spend. Where several checks fail, the first is named."""

    BOOKED = "booked"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    NOT_PERMITTED = "not_permitted"
    AMOUNT_NEGATIVE = "amount_negative"
    AMOUNT_TOO_LARGE = "amount_too_large"
    DAY_IN_FUTURE = "day_in_future"
    DAY_TOO_OLD = "day_too_old"
    CHANNEL_NOT_FOUND = "channel_not_found"
    CHANNEL_CLOSED = "channel_closed"
    CAMPAIGN_NOT_FOUND = "campaign_not_found"
    CAMPAIGN_NOT_LAUNCHED = "campaign_not_launched"
    PARTNER_MISSING = "partner_missing"
    PARTNER_NOT_FOUND = "partner_not_found"
    FREE_COSTS_NOTHING = "free_costs_nothing"
    TEXT_TOO_LONG = "text_too_long"
    BOOKED_BEFORE = "booked_before"
    PREPAID_TOO_LITTLE = "prepaid_too_little"

    @property
    def accepted(self) -> bool:
        return self in {SpendStatus.BOOKED, SpendStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class SpendLine:
    """One day of one activity, as a person or a file states it.

    `reference` is the partner's own name of the row (an advertisement's number), and
    `partner_campaign` the partner's name of the campaign; with them, a restated file is
    recognised. Showings, clicks and results are as the partner counts them.
    """

    channel_id: int
    campaign_id: int | None
    partner_id: int | None
    day: date
    amount_minor: int
    price_model: PriceModel
    paid_from: PaidFrom = PaidFrom.PAYABLES
    reference: str = ""
    partner_campaign: str = ""
    creative: str = ""
    audience: str = ""
    showings: int | None = None
    clicks: int | None = None
    results: int | None = None
    hours_hundredths: int | None = None
    stated: Decimal | None = None  # as the partner's file has it, in major units


@dataclass(frozen=True, slots=True)
class SpendOrder:
    """A line of spend to be booked."""

    key: UUID
    line: SpendLine
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SpendOutcome:
    """What became of an order; `row_id` is the row that stands for it, where there is one."""

    status: SpendStatus
    row_id: int | None = None


@dataclass(frozen=True, slots=True)
class SpendFacts:
    """What the books know of everything that lines of spend name."""

    today: date
    channels: Mapping[int, bool]  # number to whether it is open
    campaigns: Mapping[int, bool]  # number to whether it was ever launched
    partner_ids: frozenset[int]
    booked: Mapping[UUID, int]  # identity of standing rows to their number
    prepaid_minor: Mapping[int, int]  # partner to what is left of money paid beforehand


def identity(line: SpendLine, occurrence: int = 0) -> UUID:
    """Which fact of the world a line tells, whatever the amount.

    Two lines of one identity are one fact told twice. `occurrence` counts lines of one file that
    nothing tells apart.
    """
    return derive_id(
        "growth.spend",
        line.channel_id,
        line.campaign_id or 0,
        line.partner_id or 0,
        line.day.isoformat(),
        line.price_model.value,
        line.reference,
        line.partner_campaign,
        line.creative,
        line.audience,
        occurrence,
    )


def identities(lines: Sequence[SpendLine]) -> list[UUID]:
    """The identities of the lines of one file; like lines are told apart by their order."""
    seen: dict[UUID, int] = {}
    found = []
    for line in lines:
        first = identity(line)
        count = seen.get(first, 0)
        seen[first] = count + 1
        found.append(identity(line, count) if count else first)
    return found


def decide_spend(
    lines: Sequence[SpendLine], names: Sequence[UUID], facts: SpendFacts
) -> list[SpendStatus]:
    """Whether each line can be booked, in order: prepaid money taken by one is gone for the next.

    `names` are the lines' identities; a name that stands in the books, or came earlier in the
    batch, is `BOOKED_BEFORE`.
    """
    taken = set(facts.booked)
    left = dict(facts.prepaid_minor)
    statuses = []
    for line, name in zip(lines, names, strict=True):
        status = _refusal(line, facts)
        if status is None and name in taken:
            status = SpendStatus.BOOKED_BEFORE
        if status is None and line.paid_from is PaidFrom.PREPAID:
            assert line.partner_id is not None
            if left.get(line.partner_id, 0) < line.amount_minor:
                status = SpendStatus.PREPAID_TOO_LITTLE
            else:
                left[line.partner_id] -= line.amount_minor
        if status is None:
            taken.add(name)
        statuses.append(status or SpendStatus.BOOKED)
    return statuses


def _refusal(line: SpendLine, facts: SpendFacts) -> SpendStatus | None:
    if line.amount_minor < 0:
        return SpendStatus.AMOUNT_NEGATIVE
    if line.amount_minor >= AMOUNT_MAX_MINOR:
        return SpendStatus.AMOUNT_TOO_LARGE
    if line.day > facts.today:
        return SpendStatus.DAY_IN_FUTURE
    if line.day < facts.today - OLDEST:
        return SpendStatus.DAY_TOO_OLD
    return _unknown(line, facts) or _not_payable(line, facts)


def _unknown(line: SpendLine, facts: SpendFacts) -> SpendStatus | None:
    if line.channel_id not in facts.channels:
        return SpendStatus.CHANNEL_NOT_FOUND
    if not facts.channels[line.channel_id]:
        return SpendStatus.CHANNEL_CLOSED
    if line.campaign_id is None:
        return None
    if line.campaign_id not in facts.campaigns:
        return SpendStatus.CAMPAIGN_NOT_FOUND
    if not facts.campaigns[line.campaign_id]:
        return SpendStatus.CAMPAIGN_NOT_LAUNCHED
    return None


def _not_payable(line: SpendLine, facts: SpendFacts) -> SpendStatus | None:
    owed_to_partner = line.paid_from is not PaidFrom.STAFF_TIME
    if owed_to_partner and line.partner_id is None and line.amount_minor:
        return SpendStatus.PARTNER_MISSING
    if line.partner_id is not None and line.partner_id not in facts.partner_ids:
        return SpendStatus.PARTNER_NOT_FOUND
    if line.price_model is PriceModel.FREE and line.amount_minor:
        return SpendStatus.FREE_COSTS_NOTHING
    texts = (line.reference, line.partner_campaign, line.creative, line.audience)
    if max(map(len, texts)) > TEXT_LENGTH_MAX:
        return SpendStatus.TEXT_TOO_LONG
    return None


def spend_accounts(
    line: SpendLine, activity_id: int, currency: str
) -> tuple[AccountKey, AccountKey]:
    """The accounts of a line's transfer: debit, credit."""
    contra = CONTRA[line.paid_from]
    owner = 0 if line.paid_from is PaidFrom.STAFF_TIME else line.partner_id or 0
    return (
        AccountKey(AccountKind.MARKETING_EXPENSE, activity_id, currency),
        AccountKey(contra, owner, currency),
    )
