"""Who is told what of a loan: its borrower, and those who lent in it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from tuppence import platform
from tuppence.lending.models import Loan
from tuppence.letters.kinds import LetterKind
from tuppence.web.letters.drafts import Draft, Occasion
from tuppence.web.letters.facts import Facts

CURRENT = "current"
GRACE = "grace"


def facts_of_loan(loan: Loan, occasion: Occasion) -> Facts:
    """What letters tell of a loan; what is only true today is left out of old news."""
    news = occasion.is_news
    return Facts(
        number=loan.pk,
        title=loan.application.title,
        currency=loan.currency,
        amount_minor=occasion.event.amount_minor or 0,
        principal_minor=loan.principal_minor,
        left_minor=loan.outstanding_minor if news else 0,
        on=loan.next_due_on if news else None,
        rate=str(loan.annual_rate),
    )


def to_borrower(kind: LetterKind) -> Callable[[Occasion], Iterator[Draft]]:
    """A letter to the borrower of a loan."""

    def tell(occasion: Occasion) -> Iterator[Draft]:
        loan = occasion.subjects.loans.get(occasion.event.subject_id)
        if loan is not None:
            yield from occasion.draft(kind, facts_of_loan(loan, occasion), loan.borrower_id)

    return tell


def paid_out(occasion: Occasion) -> Iterator[Draft]:
    """To the borrower: what was paid out, and when the first instalment is due."""
    loan = occasion.subjects.loans.get(occasion.event.subject_id)
    if loan is None:
        return
    day, first_minor = occasion.subjects.first_dues.get(loan.pk, (None, 0))
    facts = replace(
        facts_of_loan(loan, occasion),
        amount_minor=loan.principal_minor,
        fee_minor=loan.origination_fee_minor,
        left_minor=first_minor,
        on=day,
    )
    yield from occasion.draft(LetterKind.LOAN_PAID_OUT, facts, loan.borrower_id)


def lent_out(occasion: Occasion) -> Iterator[Draft]:
    """To each lender of a listing that was paid out."""
    listing = occasion.subjects.listings.get(occasion.event.subject_id)
    loans = occasion.subjects.loans.values()
    loan = next((row for row in loans if listing and _is_of(row, listing)), None)
    if loan is None:
        return
    day, _first = occasion.subjects.first_dues.get(loan.pk, (None, 0))
    for holding in occasion.subjects.holdings.get(loan.pk, ()):
        facts = replace(facts_of_loan(loan, occasion), amount_minor=holding.lent_minor, on=day)
        yield from occasion.draft(LetterKind.LENT_OUT, facts, holding.member_id)


def _is_of(loan: Loan, listing: object) -> bool:
    return bool(loan.application_id == getattr(listing, "application_id", None))


def payment(occasion: Occasion) -> Iterator[Draft]:
    """To the borrower: the payment, and the end of the loan where it was the last one."""
    loan = occasion.subjects.loans.get(occasion.event.subject_id)
    if loan is None:
        return
    facts = facts_of_loan(loan, occasion)
    yield from occasion.draft(LetterKind.PAYMENT_COLLECTED, facts, loan.borrower_id)
    if loan.state == "paid" and loan.closed_on == platform.business_day(occasion.event.at):
        once = ("loan", loan.pk)
        yield from occasion.draft(LetterKind.LOAN_PAID_BACK, facts, loan.borrower_id, once)


def late(occasion: Occasion) -> Iterator[Draft]:
    """To the borrower with each step of lateness, to lenders once the days of grace are over."""
    event = occasion.event
    loan = occasion.subjects.loans.get(event.subject_id)
    bucket, days = str(event.properties["bucket"]), int(event.properties["days_past_due"])
    if loan is None or bucket == CURRENT:
        return
    overdue_minor = occasion.subjects.overdue_minor.get(loan.pk, 0) if occasion.is_news else 0
    facts = replace(
        facts_of_loan(loan, occasion), amount_minor=overdue_minor, days=days, code=bucket
    )
    # The oldest open instalment and the bucket: a loan that goes to and fro is told of once.
    oldest = platform.business_day(event.at) - timedelta(days=days)
    once = (loan.pk, bucket, oldest.isoformat())
    yield from occasion.draft(LetterKind.INSTALMENT_LATE, facts, loan.borrower_id, once)
    if bucket == GRACE:
        return
    for holding in occasion.subjects.holdings.get(loan.pk, ()):
        out_minor = holding.outstanding_minor if occasion.is_news else 0
        part = replace(facts, amount_minor=out_minor)
        yield from occasion.draft(LetterKind.LENT_LATE, part, holding.member_id, once)


def given_up(occasion: Occasion) -> Iterator[Draft]:
    """To the borrower, who still owes it, and to each lender, whose loss it is."""
    loan = occasion.subjects.loans.get(occasion.event.subject_id)
    if loan is None:
        return
    owed = loan.claim_minor if occasion.is_news else occasion.event.amount_minor or 0
    facts = replace(facts_of_loan(loan, occasion), amount_minor=owed)
    yield from occasion.draft(LetterKind.LOAN_GIVEN_UP, facts, loan.borrower_id)
    for holding in occasion.subjects.holdings.get(loan.pk, ()):
        part = replace(facts, amount_minor=holding.written_off_minor)
        yield from occasion.draft(LetterKind.LENT_GIVEN_UP, part, holding.member_id)


def recovered(occasion: Occasion) -> Iterator[Draft]:
    """To each lender of a loan for which money came in after all."""
    loan = occasion.subjects.loans.get(occasion.event.subject_id)
    if loan is None:
        return
    facts = facts_of_loan(loan, occasion)
    for holding in occasion.subjects.holdings.get(loan.pk, ()):
        yield from occasion.draft(LetterKind.LENT_RECOVERED, facts, holding.member_id)


def plan_answered(occasion: Occasion) -> Iterator[Draft]:
    """To the borrower who asked for another plan."""
    loan = occasion.subjects.loans.get(occasion.event.subject_id)
    answer = occasion.subjects.answers.get((occasion.event.subject_id, occasion.event.at))
    if loan is None or answer is None:
        return
    facts = replace(
        facts_of_loan(loan, occasion),
        code="agreed" if answer.agreed else "declined",
        text=answer.words,
    )
    yield from occasion.draft(LetterKind.PLAN_ANSWERED, facts, loan.borrower_id)
