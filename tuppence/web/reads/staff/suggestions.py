"""Whose an unidentified receipt may be: the clues of one line, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q

from tuppence.bank.models import BankLine, LineMatch
from tuppence.bank.receipt_suggestions import Clue, near_references, ranked
from tuppence.members.models import BankAccount, Member
from tuppence.members.naming import name_words

NAMES_MAX, WORDS_MAX = 500, 4
AMOUNT_DAYS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Suggested:
    """A member, with the facts that speak for it."""

    member_id: int
    name: str
    clues: tuple[Clue, ...]


def suggestions_of(line: BankLine) -> list[Suggested]:
    """The members that the line may be of, the likeliest first."""
    found = [*_by_account(line), *_by_reference(line), *_by_name(line), *_by_amount(line)]
    best = ranked(found)
    names = dict(
        Member.objects.filter(id__in=[each.member_id for each in best]).values_list(
            "id", "legal_name"
        )
    )
    return [
        Suggested(each.member_id, names[each.member_id], each.clues)
        for each in best
        if each.member_id in names
    ]


def _by_account(line: BankLine) -> list[tuple[int, Clue]]:
    if not line.counterparty_account:
        return []
    own = BankAccount.objects.filter(iban=line.counterparty_account, retired_at=None)
    earlier = LineMatch.objects.filter(
        line__counterparty_account=line.counterparty_account, ends_at=None, member__isnull=False
    )
    return [
        *((member_id, Clue.OWN_ACCOUNT) for member_id in own.values_list("member_id", flat=True)),
        *(
            (member_id, Clue.EARLIER_LINE)
            for member_id in earlier.values_list("member_id", flat=True).distinct()
        ),
    ]


def _by_reference(line: BankLine) -> list[tuple[int, Clue]]:
    near = near_references(f"{line.remittance} {line.end_to_end_id}")
    known = Member.objects.filter(id__in=near).values_list("id", flat=True) if near else ()
    return [(member_id, Clue.NEAR_REFERENCE) for member_id in known]


def _by_name(line: BankLine) -> list[tuple[int, Clue]]:
    words = sorted(name_words(line.counterparty_name))
    if not words:
        return []
    # Banks write the family name first as often as last: any word may begin the member's name.
    begins = reduce(or_, (Q(name_key__startswith=word) for word in words[:WORDS_MAX]))
    rows = Member.objects.filter(begins).values_list("id", "legal_name")[:NAMES_MAX]
    alike = [member_id for member_id, name in rows if sorted(name_words(name)) == words]
    return [(member_id, Clue.SAME_NAME) for member_id in alike]


def _by_amount(line: BankLine) -> list[tuple[int, Clue]]:
    """Borrowers whose oldest open instalment, due about then, is exactly this amount."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT loan.borrower_id FROM lending_instalment AS row
            JOIN lending_loan AS loan ON loan.id = row.loan_id
            WHERE row.due_on BETWEEN %s AND %s AND loan.next_due_on = row.due_on
              AND loan.state = 'active' AND loan.currency = %s
              AND row.principal_minor - row.paid_principal_minor + row.interest_minor
                  - row.paid_interest_minor + row.fee_minor - row.paid_fee_minor
                  + row.penalty_minor - row.paid_penalty_minor = %s
            ORDER BY loan.borrower_id LIMIT 3
            """,
            [
                line.booked_on - AMOUNT_DAYS,
                line.booked_on + AMOUNT_DAYS,
                line.account.currency,
                line.amount_minor,
            ],
        )
        return [(member_id, Clue.AMOUNT_DUE) for (member_id,) in cursor.fetchall()]


def next_waiting(after_id: int) -> int | None:
    """Another receipt that waits, the oldest first; those after this one come before the rest."""
    waiting = LineMatch.objects.filter(meaning="unallocated", ends_at=None).order_by("line_id")
    later = waiting.filter(line_id__gt=after_id).values_list("line_id", flat=True).first()
    return later or waiting.exclude(line_id=after_id).values_list("line_id", flat=True).first()
