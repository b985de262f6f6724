"""A difficult day at the practice bank, to practise on: one line doubled, one unidentified, and a
statement left out.

The bank tells of the day in two statements and sends the second one only. What it left out comes
with its next statement, as a real bank's does when one asks. Nothing is kept for it: what was
sent and what is still owed is read from the lines, whose references follow from the day.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from tuppence import platform
from tuppence.bank.models import BankLine, StatementFormat
from tuppence.bank.operations import ImportOutcome, import_statement
from tuppence.bank.small_bank import BankDay, statement_file
from tuppence.ledger.ids import derive_id
from tuppence.members.models import Member
from tuppence.money.refusals import sentence
from tuppence.practice import queries
from tuppence.practice.client_bank import Arrivals, Orders, Receipt, booked_day, practice_iban
from tuppence.practice.operations.bank_day import PracticeBankError, practice_account

DOUBLED_MINOR = 240_00
UNIDENTIFIED_MINOR = 75_00
LEFT_OUT_MINOR = 125_00
STRANGER_ACCOUNT = 9_000_000_001


@dataclass(frozen=True, slots=True)
class DifficultDay:
    """What the bank sends, and what it leaves out until it is asked."""

    sent: tuple[Receipt, ...]
    left_out: Receipt


@transaction.atomic
def send_difficult_day(*, at: datetime, by: int | None = None) -> ImportOutcome | None:
    """Import a day with a doubled, an unidentified and a missing line; None if it came before.

    Raises PracticeBankError outside of practice, NotPermittedError for who may not import.
    """
    account = practice_account()
    day = difficult_day(platform.business_day(at))
    if queries.references_told(account.pk, [item.reference for item in day.sent]):
        return None
    opening_minor = queries.stated_minor(account.pk) + day.left_out.amount_minor
    return _import(account, day.sent, platform.business_day(at), opening_minor, at=at, by=by)


@transaction.atomic
def send_what_was_left_out(*, at: datetime, by: int | None = None) -> ImportOutcome | None:
    """Import the statement that the latest difficult day lacks; None where nothing is owed.

    Raises PracticeBankError outside of practice, NotPermittedError for who may not import.
    """
    account = practice_account()
    on = queries.latest_booked_on(account.pk)
    if on is None:
        return None
    day = difficult_day(on)
    references = [day.left_out.reference, *(item.reference for item in day.sent)]
    told = queries.references_told(account.pk, references)
    if not told or day.left_out.reference in told:
        return None
    line = BankLine.objects.select_related("statement").get(
        account_id=account.pk, bank_reference=day.sent[0].reference
    )
    opening_minor = (line.statement.opening_minor or 0) - day.left_out.amount_minor
    return _import(account, [day.left_out], on, opening_minor, at=at, by=by)


def difficult_day(on: date) -> DifficultDay:
    """The receipts of a day, the same however often they are asked for."""
    member_id = Member.objects.order_by("id").values_list("id", flat=True).first()
    payer = queries.payers([member_id]).get(member_id) if member_id else None
    if member_id is None or payer is None:
        raise PracticeBankError(sentence("There is no member who could pay in yet."))

    def of_member(name: str, amount_minor: int) -> Receipt:
        return Receipt(
            key=derive_id("practice.difficult", name, on.isoformat()),
            amount_minor=amount_minor,
            payer_name=payer.legal_name,
            payer_account=payer.iban or practice_iban(member_id),
            remittance=payer.payment_reference,
        )

    stranger = Receipt(
        key=derive_id("practice.difficult", "stranger", on.isoformat()),
        amount_minor=UNIDENTIFIED_MINOR,
        payer_name=payer.legal_name,
        payer_account=practice_iban(STRANGER_ACCOUNT),
        remittance="savings, as agreed",
    )
    twice = (of_member("first", DOUBLED_MINOR), of_member("second", DOUBLED_MINOR))
    return DifficultDay((*twice, stranger), of_member("left out", LEFT_OUT_MINOR))


def _import(
    account: queries.PracticeAccount,
    receipts: "list[Receipt] | tuple[Receipt, ...]",
    on: date,
    opening_minor: int,
    *,
    at: datetime,
    by: int | None,
) -> ImportOutcome:
    morning = BankDay(account.account, account.currency, on, opening_minor)
    data = statement_file([booked_day(morning, Orders(), Arrivals(receipts))], created_at=at)
    return import_statement(data, StatementFormat.CAMT053.value, at=at, by=by)
