"""Reads of the practice market: what its bank has told of, what borrowers still owe."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from tuppence.bank.matching import Meaning
from tuppence.bank.models import BankLine, ClientBankAccount, LineMatch, PayoutFile
from tuppence.bank.payment_file import Transfer
from tuppence.bank.queries import latest_statement
from tuppence.bank.reference import Order, order_reference
from tuppence.bank.withdrawal import State
from tuppence.compliance.models import Complaint
from tuppence.lending.models import Loan, Payment
from tuppence.members.models import BankAccount, IdentityCheck, Member, User
from tuppence.practice.client_bank import CLOSED_ENDING
from tuppence.practice.logins import STAFF
from tuppence.practice.paying import Due


@dataclass(frozen=True, slots=True)
class PracticeAccount:
    """The client account that the practice bank keeps."""

    pk: int
    key: UUID
    account: str
    currency: str


@dataclass(frozen=True, slots=True)
class FilesToCarryOut:
    """Payment files with transfers that no statement has told of, and those it has told of."""

    contents: Sequence[bytes]
    carried: frozenset[str]


@dataclass(frozen=True, slots=True)
class Payer:
    """A member as the payer of a transfer."""

    legal_name: str
    payment_reference: str
    iban: str


def lock_account(currency: str) -> PracticeAccount | None:
    """The open client account in a currency, locked: one statement is written after another."""
    row = (
        ClientBankAccount.objects.select_for_update(no_key=True)
        .filter(currency=currency, closed_at=None)
        .first()
    )
    return PracticeAccount(row.pk, row.key, row.account, row.currency) if row else None


def stated_minor(account_id: int) -> int:
    """The balance that the bank stated last, in minor units; 0 before the first statement."""
    latest = latest_statement(account_id)
    return (latest.closing_minor or 0) if latest else 0


def latest_booked_on(account_id: int) -> date | None:
    """The latest day that a line was booked on."""
    lines = BankLine.objects.filter(account_id=account_id).order_by("-booked_on")
    return lines.values_list("booked_on", flat=True).first()


def files_to_carry_out(account_id: int) -> FilesToCarryOut:
    """The payment files that still wait at the bank, oldest first."""
    open_house = Q(house_payments__isnull=False, house_payments__paid_line=None)
    waiting = PayoutFile.objects.filter(
        Q(withdrawals__state=State.SENT) | open_house, account_id=account_id
    )
    files = list(waiting.distinct().order_by("id"))
    told = BankLine.objects.filter(
        account_id=account_id, payment_information_id__in=[file.message_id for file in files]
    )
    return FilesToCarryOut(
        contents=[file.content.encode() for file in files],
        carried=frozenset(told.values_list("end_to_end_id", flat=True)),
    )


def returns_due(account_id: int, *, before: date) -> list[Transfer]:
    """Transfers that were paid to closed accounts before a day and have not come back."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked.key, asked.amount_minor, payee.holder_name, payee.iban
            FROM bank_withdrawal AS asked
            JOIN members_bankaccount AS payee ON payee.id = asked.bank_account_id
            JOIN bank_withdrawalstep AS step ON step.withdrawal_id = asked.id
            JOIN bank_bankline AS line ON line.id = step.line_id
            WHERE asked.account_id = %s AND asked.state = 'paid' AND step.state = 'paid'
              AND payee.iban LIKE %s AND line.booked_on < %s
            ORDER BY asked.id
            """,
            [account_id, f"%{CLOSED_ENDING}", before],
        )
        return [
            Transfer(order_reference(Order.PAYOUT, key), amount_minor, name, iban)
            for key, amount_minor, name, iban in cursor
        ]


def references_told(account_id: int, references: Sequence[str]) -> frozenset[str]:
    """Those of these references of the bank that a statement has told of already."""
    rows = BankLine.objects.filter(account_id=account_id, bank_reference__in=references)
    return frozenset(rows.values_list("bank_reference", flat=True))


def payers(member_ids: Collection[int]) -> dict[int, Payer]:
    """These members as payers, each with an account that is not retired, where there is one."""
    accounts = dict(
        BankAccount.objects.filter(member_id__in=member_ids, retired_at=None)
        .order_by("verified_at")
        .values_list("member_id", "iban")
    )
    rows = Member.objects.filter(id__in=member_ids)
    return {
        pk: Payer(legal_name, reference, accounts.get(pk, ""))
        for pk, legal_name, reference in rows.values_list("id", "legal_name", "payment_reference")
    }


def open_dues(loan_ids: Sequence[int], *, upto: date) -> list[Due]:
    """What is open of the instalments of these loans that fall due by a day, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT part.loan_id, part.number, part.due_on,
                   part.fee_minor - part.paid_fee_minor
                   + part.penalty_minor - part.paid_penalty_minor
                   + part.interest_minor - part.paid_interest_minor
                   + part.principal_minor - part.paid_principal_minor
            FROM lending_instalment AS part
            JOIN lending_loan AS loan ON loan.id = part.loan_id
            WHERE loan.id = ANY(%s) AND loan.state = 'active' AND part.due_on <= %s
            ORDER BY part.loan_id, part.number
            """,
            [list(loan_ids), upto],
        )
        return [Due(*row) for row in cursor if row[3] > 0]


def owed_minor(loan_ids: Sequence[int]) -> dict[int, int]:
    """The principal that is outstanding on each of these loans, in minor units."""
    rows = Loan.objects.filter(id__in=loan_ids)
    return dict(rows.values_list("id", "outstanding_minor"))


def claims_minor(loan_ids: Sequence[int]) -> dict[int, int]:
    """What was written off on each of these loans and not recovered, in minor units."""
    return dict(Loan.objects.filter(id__in=loan_ids).values_list("id", "claim_minor"))


def latest_payments(loan_ids: Sequence[int]) -> dict[int, UUID]:
    """The latest payment that was booked on each of these loans."""
    rows = Payment.objects.filter(loan_id__in=loan_ids).order_by("sequence")
    return dict(rows.values_list("loan_id", "id"))


def unallocated_lines(amounts_minor: Sequence[int]) -> dict[int, tuple[int, date]]:
    """The bank lines of these amounts that nobody has been named for: number and day."""
    rows = LineMatch.objects.filter(
        meaning=Meaning.UNALLOCATED, ends_at=None, line__amount_minor__in=amounts_minor
    ).order_by("line_id")
    return {
        amount: (line_id, on)
        for amount, line_id, on in rows.values_list(
            "line__amount_minor", "line_id", "line__booked_on"
        )
    }


def member_with_account(number: int, *, before: datetime) -> tuple[int, int]:
    """A member verified before a moment who signs in: the member's number and the account's."""
    rows = Member.objects.filter(verified_at__lt=before, user__isnull=False).order_by("id")
    return rows.values_list("id", "user_id")[number * 3]


def complaint_of(key: UUID) -> tuple[int, int]:
    """The complaint that an order made: its number and the account that made it."""
    return Complaint.objects.values_list("id", "made_by_id").get(key=key)


def is_built() -> bool:
    """Whether this database holds the practice market, whole."""
    return User.objects.filter(email=STAFF[0].email).exists()


def staff_user_id(tag: str) -> int | None:
    """The account of one of the practice market's staff; None where it was not built."""
    email = next(person.email for person in STAFF if person.tag == tag)
    return User.objects.filter(email=email).values_list("pk", flat=True).first()


def waiting_check_id(member_id: int) -> int | None:
    """The identity check of a member that nobody has decided on."""
    waiting = IdentityCheck.objects.filter(member_id=member_id, decision=None)
    return waiting.order_by("-id").values_list("pk", flat=True).first()
