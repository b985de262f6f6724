"""Write new bank lines with everything that they mean, in the transaction of their import."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tuppence.bank.journal import HOUSE_PAYMENT, LINE, WITHDRAWAL, Group, line_entries
from tuppence.bank.matching import Decision, Meaning, Payout
from tuppence.bank.models import (
    AccountStatement,
    BankBreak,
    BankLine,
    BreakCover,
    BreakKind,
    ClientBankAccount,
    HousePayment,
    LineMatch,
    StatementFile,
)
from tuppence.bank.operations.booking import book, start_of
from tuppence.bank.operations.steps import Step, write_steps
from tuppence.bank.statement import Statement, StatementLine
from tuppence.bank.withdrawal import State
from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.ledger.ids import derive_id


@dataclass(frozen=True, slots=True)
class FreshLine:
    """A line that no file told of before, and the place of its statement in this file."""

    line: StatementLine
    statement: int


def write_lines(
    file: StatementFile,
    statements: Sequence[Statement],
    accounts: Mapping[int, ClientBankAccount],
    lines: Sequence[FreshLine],
) -> list[BankLine]:
    """Write the statements with their balances, and the new lines below them."""
    new = Counter(item.statement for item in lines)
    parents = AccountStatement.objects.bulk_create(
        AccountStatement(
            file=file,
            account=accounts[place],
            reference=statement.reference[:80],
            opened_on=statement.opened_on,
            closed_on=statement.closed_on,
            opening_minor=statement.opening_minor,
            closing_minor=statement.closing_minor,
            new_lines=new[place],
        )
        for place, statement in enumerate(statements)
    )
    return BankLine.objects.bulk_create(
        BankLine(
            account=accounts[item.statement],
            statement=parents[item.statement],
            **{name: getattr(item.line, name) for name in LINE_FIELDS},
        )
        for item in lines
    )


LINE_FIELDS = (
    "fingerprint",
    "booked_on",
    "valued_on",
    "amount_minor",
    "counterparty_name",
    "counterparty_account",
    "remittance",
    "bank_reference",
    "end_to_end_id",
    "payment_information_id",
    "bank_code",
    "return_reason",
    "is_reversal",
)


def write_meanings(
    rows: Sequence[BankLine],
    lines: Sequence[FreshLine],
    decisions: Sequence[Decision],
    *,
    at: datetime,
) -> None:
    """Write what each line means: its match, its entries, and what it settles or opens."""
    LineMatch.objects.bulk_create(
        LineMatch(
            line=row,
            meaning=decision.meaning,
            member_id=decision.member_id,
            reason=decision.reason,
            starts_at=at,
            key=derive_id("bank.match", row.fingerprint),
        )
        for row, decision in zip(rows, decisions, strict=True)
    )
    groups = [
        Group(
            id=derive_id("bank.line", row.fingerprint),
            entries=line_entries(item.line, decision, line_id=row.pk),
            occurred_at=start_of(row.booked_on),
            recorded_at=at,
        )
        for row, item, decision in zip(rows, lines, decisions, strict=True)
    ]
    book(groups, at=at)
    settle_payouts(rows, decisions, at=at)
    write_breaks(rows, decisions, at=at)


def write_breaks(rows: Sequence[BankLine], decisions: Sequence[Decision], *, at: datetime) -> None:
    """Open a break for each charge and unknown debit, and note the covers that came."""
    BankBreak.objects.bulk_create(
        BankBreak(
            account=row.account,
            kind=BreakKind.FEE if decision.meaning is Meaning.FEE else BreakKind.UNKNOWN,
            line=row,
            amount_minor=-row.amount_minor,
            owner_id=row.account.responsible_id,
            reason=decision.reason,
            opened_at=at,
        )
        for row, decision in zip(rows, decisions, strict=True)
        if decision.meaning in {Meaning.FEE, Meaning.BREAK}
    )
    for row, decision in zip(rows, decisions, strict=True):
        if decision.cover_id is not None:
            BreakCover.objects.filter(id=decision.cover_id).update(line=row, received_at=at)


def settle_payouts(
    rows: Sequence[BankLine], decisions: Sequence[Decision], *, at: datetime
) -> None:
    """Move what these lines paid, then what they returned: withdrawals and house payments."""
    for meaning, state, named in (
        (Meaning.PAYOUT_PAID, State.PAID, "paid_line"),
        (Meaning.PAYOUT_RETURNED, State.RETURNED, "returned_line"),
    ):
        moved = [
            (row, payout)
            for row, decision in zip(rows, decisions, strict=True)
            if decision.meaning is meaning
            for payout in decision.payouts
        ]
        steps = [
            Step(payout.id, payout.key, at=at, line_id=row.pk)
            for row, payout in moved
            if payout.house is None
        ]
        write_steps(steps, state)
        for row, payout in moved:
            if payout.house is not None:
                HousePayment.objects.filter(id=payout.id).update(**{named: row})


VERBS = {
    Meaning.DEPOSIT: "deposit.received",
    Meaning.UNALLOCATED: "receipt.unallocated",
    Meaning.COVER: "bank_break.covered",
    Meaning.FLOAT: "promo_float.received",
    Meaning.FEE: "bank_break.opened",
    Meaning.BREAK: "bank_break.opened",
}


def tell(rows: Sequence[BankLine], decisions: Sequence[Decision], *, at: datetime) -> None:
    """Write the events of the lines; they say whose and how much, never what was written."""
    pairs = list(zip(rows, decisions, strict=True))
    record([line_event(r, d, at=at) for r, d in pairs if d.meaning in VERBS])
    record([payout_event(r, d, payout, at=at) for r, d in pairs for payout in d.payouts])


def line_event(row: BankLine, decision: Decision, *, at: datetime) -> Event:
    """What is told of a receipt or a break."""
    return Event(
        VERBS[decision.meaning],
        at,
        member_id=decision.member_id,
        subject_kind=LINE,
        subject_id=row.pk,
        amount_minor=abs(row.amount_minor),
        currency=row.account.currency,
    )


def payout_event(row: BankLine, decision: Decision, payout: Payout, *, at: datetime) -> Event:
    """What is told of a payout that was paid or came back."""
    subject = WITHDRAWAL if payout.house is None else HOUSE_PAYMENT
    happened = "paid" if decision.meaning is Meaning.PAYOUT_PAID else "returned"
    return Event(
        f"{subject}.{happened}",
        at,
        member_id=payout.member_id,
        subject_kind=subject,
        subject_id=payout.id,
        amount_minor=payout.amount_minor,
        currency=row.account.currency,
    )
