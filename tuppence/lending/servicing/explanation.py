"""Saying in sentences why a replay changed what payments had paid."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID

from tuppence.lending.servicing.contract import LoanContract
from tuppence.lending.servicing.facts import (
    EarlyRepayment,
    Fact,
    FeeCharged,
    LateFeeCharged,
    PaymentReceived,
    PaymentReversed,
    PlanChanged,
    Recovered,
    Waiver,
    WrittenOff,
)
from tuppence.lending.servicing.loan_state import ChargeOutcome, PaymentOutcome
from tuppence.lending.servicing.replay_changes import (
    ChargeChange,
    Difference,
    PaymentChange,
    Reason,
)
from tuppence.money.currency import format_plain
from tuppence.money.refusals import sentence

Cause: TypeAlias = tuple[date, Reason]
"""What moved, and the day from which it counts."""


def causes_of(
    contract: LoanContract,
    before: Iterable[Fact],
    after: Iterable[Fact],
    charges: Sequence[ChargeChange],
) -> list[Cause]:
    """Say what became known, and which late fees that moved, by the day from which it counts."""
    olds = {fact.id: fact for fact in before}
    news = {fact.id: fact for fact in after}
    causes = [
        _cause_of(contract.currency, fact, news) for fact in news.values() if fact.id not in olds
    ]
    causes += [
        (fact.on, Reason(_WITHDRAWN, {"date": fact.on.isoformat()}))
        for fact in olds.values()
        if fact.id not in news
    ]
    for change in charges:
        if change.old is not None and change.new is not None:
            causes.append((change.new.on, _fee_reason(contract.currency, change.new)))
    causes.sort(key=lambda cause: cause[0])
    return causes


_PAID = sentence("%(amount)s with the value date %(date)s was entered on %(recorded)s.")
_REVERSED = sentence("The payment of %(amount)s of %(date)s was reversed on %(reversed)s.")
_WITHDRAWN = sentence("A fact of %(date)s no longer counts.")
_FEE_GONE = sentence("The late fee on instalment %(number)s of %(date)s no longer stands.")
_FEE_OTHER = sentence("The late fee on instalment %(number)s of %(date)s is now %(amount)s.")
_OTHERS: Mapping[type, str] = MappingProxyType(
    {
        LateFeeCharged: sentence("A late fee was charged on %(date)s."),
        FeeCharged: sentence("A fee was charged on %(date)s."),
        Waiver: sentence("A waiver of %(date)s was entered on %(recorded)s."),
        PlanChanged: sentence("The schedule was changed from %(date)s on."),
        WrittenOff: sentence("The loan was written off on %(date)s."),
    }
)


def _cause_of(currency: str, fact: Fact, known: Mapping[UUID, Fact]) -> Cause:
    params: dict[str, str | int] = {
        "date": fact.on.isoformat(),
        "recorded": fact.recorded_on.isoformat(),
    }
    if isinstance(fact, PaymentReversed):
        payment = known[fact.reverses]
        assert isinstance(payment, PaymentReceived | EarlyRepayment | Recovered)
        params = {
            "amount": _money(payment.amount_minor, currency),
            "date": payment.on.isoformat(),
            "reversed": fact.on.isoformat(),
        }
        return payment.on, Reason(_REVERSED, params)
    if isinstance(fact, PaymentReceived | EarlyRepayment | Recovered):
        params["amount"] = _money(fact.amount_minor, currency)
        return fact.on, Reason(_PAID, params)
    return fact.on, Reason(_OTHERS[type(fact)], params)


def _fee_reason(currency: str, charge: ChargeOutcome) -> Reason:
    params: dict[str, str | int] = {"number": charge.number, "date": charge.on.isoformat()}
    if not charge.standing_minor:
        return Reason(_FEE_GONE, params)
    return Reason(_FEE_OTHER, params | {"amount": _money(charge.standing_minor, currency)})


_CHANGED = sentence("The payment of %(amount)s of %(date)s now pays %(new)s (before: %(old)s).")
_NEW = sentence("The payment of %(amount)s of %(date)s pays %(new)s.")
_GONE = sentence("The payment of %(amount)s of %(date)s had paid %(old)s and pays nothing now.")
_MOVED = sentence("The payment of %(amount)s of %(date)s pays the same parts of other instalments.")
_UNCHANGED = sentence("No other payment changes.")


def explain(
    currency: str, causes: Sequence[Cause], payments: Sequence[PaymentChange]
) -> tuple[Reason, ...]:
    sentences = [reason for _, reason in causes]
    for change in payments:
        known = change.new or change.old
        assert known is not None
        params: dict[str, str | int] = {
            "amount": _money(known.amount_minor, currency),
            "date": change.on.isoformat(),
            "old": _parts_text(change.old, currency),
            "new": _parts_text(change.new, currency),
        }
        sentences.append(Reason(_template(change), params))
    if not any(change.old and change.new for change in payments):
        sentences.append(Reason(_UNCHANGED, {}))
    return tuple(sentences)


def _template(change: PaymentChange) -> str:
    if change.old is None:
        return _NEW
    if change.new is None:
        return _GONE
    return _MOVED if change.difference == Difference() else _CHANGED


def _parts_text(outcome: PaymentOutcome | None, currency: str) -> str:
    if outcome is None:
        return ""
    named = (
        (outcome.fee_minor, sentence("fee")),
        (outcome.penalty_minor, sentence("late fee")),
        (outcome.interest_minor, sentence("interest")),
        (outcome.principal_minor, sentence("principal")),
        (outcome.compensation_minor, sentence("compensation")),
        (outcome.cost_minor, sentence("collection cost")),
        (outcome.credit_minor, sentence("left with the borrower")),
    )
    return ", ".join(f"{format_plain(amount, currency)} {name}" for amount, name in named if amount)


def _money(amount_minor: int, currency: str) -> str:
    return f"{format_plain(amount_minor, currency)} {currency}"
