"""Where members pay in to, and when money they take out arrives."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

from django.conf import settings

from tuppence import platform
from tuppence.bank.models import ClientBankAccount, Withdrawal
from tuppence.bank.payout_promise import PayoutPolicy, promised_on
from tuppence.bank.withdrawal import Purpose
from tuppence.members.models import Member
from tuppence.money.calendars import add_business_days


@dataclass(frozen=True, slots=True)
class PayInAccount:
    """The account for members' money that deposits go to."""

    holder_name: str
    account: str
    bic: str
    currency: str


@dataclass(frozen=True, slots=True)
class WithdrawalPage:
    """A withdrawal as its member sees it."""

    id: int
    key: str
    amount_minor: int
    currency: str
    state: str
    asked_at: datetime
    promised_on: date
    iban: str
    is_loan: bool  # a loan paid out, not money that the member asked for

    @property
    def can_be_cancelled(self) -> bool:
        """Whether the member asked for it and it has not gone to the bank yet."""
        return not self.is_loan and self.state in {"asked", "approved"}


def pay_in_account() -> PayInAccount | None:
    """The account of the platform's currency; None before one is set up."""
    row = _client_account()
    return PayInAccount(row.holder_name, row.account, row.bic, row.currency) if row else None


def own_reference(member_id: int) -> str:
    """What a member writes beside a transfer, so that it finds them."""
    return str(Member.objects.values_list("payment_reference", flat=True).get(id=member_id))


@dataclass(frozen=True, slots=True)
class PayoutPromise:
    """When money asked for now arrives, and the rule behind it."""

    on: date
    cut_off: time
    business_days: int


def payout_promise(*, at: datetime) -> PayoutPromise | None:
    """What is promised for money asked for at a moment; None before there is a client account."""
    row = _client_account()
    if row is None:
        return None
    policy = PayoutPolicy(platform.zone(), row.payout_cut_off, row.payout_days)
    add = partial(add_business_days, country=settings.TUPPENCE_COUNTRY)
    return PayoutPromise(promised_on(at, policy, add), policy.cut_off, policy.business_days)


def withdrawal_of(member_id: int, withdrawal_id: int) -> WithdrawalPage | None:
    """One of the payments out of a member's money: asked for, or a loan paid out."""
    return next(iter(_own(member_id, id=withdrawal_id)), None)


def withdrawals_asked(member_id: int, *, limit: int = 20) -> list[WithdrawalPage]:
    """A member's own withdrawals, newest first."""
    return _own(member_id, limit=limit, purpose=Purpose.WITHDRAWAL)


def _own(member_id: int, *, limit: int = 1, **filters: object) -> list[WithdrawalPage]:
    rows = Withdrawal.objects.filter(member_id=member_id, **filters).select_related(
        "account", "bank_account"
    )
    return [
        WithdrawalPage(
            id=row.pk,
            key=str(row.key),
            amount_minor=row.amount_minor,
            currency=row.account.currency,
            state=row.state,
            asked_at=row.asked_at,
            promised_on=row.promised_on,
            iban=row.bank_account.iban,
            is_loan=row.purpose == Purpose.LOAN_PAYOUT,
        )
        for row in rows.order_by("-id")[:limit]
    ]


def _client_account() -> ClientBankAccount | None:
    return ClientBankAccount.objects.filter(
        currency=settings.TUPPENCE_CURRENCY, closed_at=None
    ).first()
