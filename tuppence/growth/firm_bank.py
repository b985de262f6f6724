"""What a line of the firm's own bank is: a partner paid, money beforehand, or client money's twin.

    paid        payables / firm bank, as far as anything is owed; what is paid beyond it waits with
                the partner: prepaid advertising / firm bank
    topped up   prepaid advertising / firm bank
    refunded    firm bank / prepaid advertising, as far as there is any; the rest is owed again:
                firm bank / payables
    capital     firm bank / firm capital
    client money  nothing: the statement of the client bank has booked it already (fees sent to the
                firm, cover, money for gifts); the line shows that it went or arrived
    aside       nothing: a payment of the firm that these books do not keep, with a reason

Each line is one of these, as a whole, until a person takes it back by a reversal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tuppence.ledger.chart import AccountKind


class Use(StrEnum):
    """What a line of the firm's bank is."""

    PAID = "paid"
    TOPPED_UP = "topped_up"
    REFUNDED = "refunded"
    CAPITAL = "capital"
    CLIENT_MONEY = "client_money"
    ASIDE = "aside"


OF_PARTNERS = frozenset({Use.PAID, Use.TOPPED_UP, Use.REFUNDED})
MONEY_OUT = frozenset({Use.PAID, Use.TOPPED_UP})
MONEY_IN = frozenset({Use.REFUNDED, Use.CAPITAL})


class UseStatus(StrEnum):
    """What became of an order about a line. Where several checks fail, the first is named."""

    DONE = "done"
    EXISTS = "exists"
    EXISTS_WITH_DIFFERENT_FIELDS = "exists_with_different_fields"
    NOT_PERMITTED = "not_permitted"
    LINE_NOT_FOUND = "line_not_found"
    USED_ALREADY = "used_already"
    NOT_USED = "not_used"
    PARTNER_NOT_FOUND = "partner_not_found"
    WRONG_DIRECTION = "wrong_direction"
    NO_TWIN = "no_twin"  # nothing of this amount was booked from the client bank's statement
    REASON_MISSING = "reason_missing"
    PREPAID_SPENT = "prepaid_spent"  # taking it back would leave less than nothing with the partner
    NOTHING_TO_SET_OFF = "nothing_to_set_off"

    @property
    def accepted(self) -> bool:
        return self in {UseStatus.DONE, UseStatus.EXISTS}


@dataclass(frozen=True, slots=True)
class UseOrder:
    """A person says what a line is; `partner_id` where it is a partner's."""

    key: UUID
    line_id: int
    use: Use
    by: int
    at: datetime
    partner_id: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class PartnerBalance:
    """What a partner is owed and what was paid to them beforehand, in minor units."""

    owed_minor: int
    prepaid_minor: int


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line as it stands when an order about it is decided; money in is above zero."""

    amount_minor: int
    is_used: bool
    balance: PartnerBalance | None  # None where there is no such partner
    twin_id: UUID | None  # the transfer of the client money that it is, if one is free


@dataclass(frozen=True, slots=True)
class Parts:
    """How a line moves a partner's accounts: less owed, more prepaid."""

    owed_less_minor: int = 0
    prepaid_more_minor: int = 0


def decide_use(order: UseOrder, facts: LineFacts | None) -> UseStatus:
    """Whether a line can be taken for what the order says."""
    if facts is None:
        return UseStatus.LINE_NOT_FOUND
    if facts.is_used:
        return UseStatus.USED_ALREADY
    if order.use in OF_PARTNERS and facts.balance is None:
        return UseStatus.PARTNER_NOT_FOUND
    out = facts.amount_minor < 0
    if (order.use in MONEY_OUT and not out) or (order.use in MONEY_IN and out):
        return UseStatus.WRONG_DIRECTION
    if order.use is Use.CLIENT_MONEY and facts.twin_id is None:
        return UseStatus.NO_TWIN
    if order.use is Use.ASIDE and not order.why.strip():
        return UseStatus.REASON_MISSING
    return UseStatus.DONE


def parts_of(use: Use, amount_minor: int, balance: PartnerBalance) -> Parts:
    """How the whole line falls on what is owed and what is prepaid.

    >>> parts_of(Use.PAID, -50_00, PartnerBalance(owed_minor=30_00, prepaid_minor=0))
    Parts(owed_less_minor=3000, prepaid_more_minor=2000)
    >>> parts_of(Use.REFUNDED, 50_00, PartnerBalance(owed_minor=0, prepaid_minor=20_00))
    Parts(owed_less_minor=-3000, prepaid_more_minor=-2000)
    """
    size = abs(amount_minor)
    if use is Use.TOPPED_UP:
        return Parts(0, size)
    if use is Use.PAID:
        owed = min(size, max(balance.owed_minor, 0))
        return Parts(owed, size - owed)
    assert use is Use.REFUNDED
    prepaid = min(size, max(balance.prepaid_minor, 0))
    return Parts(-(size - prepaid), -prepaid)


@dataclass(frozen=True, slots=True)
class Side:
    """One entry of a line: debit against credit; what is of no partner has owner 0."""

    kind: str
    debit: AccountKind
    credit: AccountKind
    amount_minor: int


KINDS = {
    Use.PAID: "partner_paid",
    Use.TOPPED_UP: "partner_topped_up",
    Use.REFUNDED: "partner_refunded",
    Use.CAPITAL: "capital_paid_in",
}
BOOKING = frozenset(KINDS)


def sides_of(use: Use, amount_minor: int, parts: Parts) -> list[Side]:
    """The entries of a line; the firm's bank moves by the line's amount, or not at all."""
    bank = AccountKind.FIRM_BANK
    if use is Use.CAPITAL:
        return [Side(KINDS[use], bank, AccountKind.FIRM_CAPITAL, amount_minor)]
    if use not in BOOKING:
        return []
    moved = (
        (AccountKind.PAYABLES, parts.owed_less_minor),
        (AccountKind.PREPAID_ADVERTISING, parts.prepaid_more_minor),
    )
    sides = [
        Side(KINDS[use], *((kind, bank) if minor > 0 else (bank, kind)), abs(minor))
        for kind, minor in moved
        if minor
    ]
    assert sum(side.amount_minor for side in sides) == abs(amount_minor)
    return sides


class PartnerClue(StrEnum):
    """A fact that speaks for a partner; the strongest first."""

    EARLIER_LINE = "earlier_line"  # an earlier line of this account was the partner's
    NAME = "name"  # the other side of the line has the partner's name
    TEXT = "text"  # the text holds the partner's name
    AMOUNT = "amount"  # exactly what the partner is owed


WEIGHTS = {
    PartnerClue.EARLIER_LINE: 90,
    PartnerClue.NAME: 60,
    PartnerClue.TEXT: 50,
    PartnerClue.AMOUNT: 40,
}
SUGGESTIONS_MAX = 3


@dataclass(frozen=True, slots=True)
class KnownPartner:
    """A partner as lines are compared with them; `accounts` are those of earlier lines."""

    id: int
    name: str
    owed_minor: int
    accounts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PartnerSuggestion:
    """A partner that a line may be of, with all that speaks for it."""

    partner_id: int
    clues: tuple[PartnerClue, ...]

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[clue] for clue in self.clues)


def suggest(
    line: Mapping[str, str], amount_minor: int, partners: Iterable[KnownPartner]
) -> list[PartnerSuggestion]:
    """The partners with the most for them, the strongest first; ties by number.

    `line` holds `name`, `account` and `text`. Nothing is decided: a person says yes.

    >>> known = [KnownPartner(1, "Plaza", 50_00), KnownPartner(2, "Searchwell", 7_00)]
    >>> told = {"name": "PLAZA Media Ltd", "account": "", "text": "invoice 12"}
    >>> [(each.partner_id, len(each.clues)) for each in suggest(told, -50_00, known)]
    [(1, 2)]
    """
    found = [PartnerSuggestion(each.id, _clues(line, amount_minor, each)) for each in partners]
    found = [each for each in found if each.clues]
    found.sort(key=lambda each: (-each.weight, each.partner_id))
    return found[:SUGGESTIONS_MAX]


def _clues(
    line: Mapping[str, str], amount_minor: int, partner: KnownPartner
) -> tuple[PartnerClue, ...]:
    name = partner.name.casefold()
    holds = {
        PartnerClue.EARLIER_LINE: bool(line["account"]) and line["account"] in partner.accounts,
        PartnerClue.NAME: name in line["name"].casefold(),
        PartnerClue.TEXT: name in line["text"].casefold(),
        PartnerClue.AMOUNT: amount_minor < 0 and -amount_minor == partner.owed_minor,
    }
    return tuple(clue for clue, true in holds.items() if true)
