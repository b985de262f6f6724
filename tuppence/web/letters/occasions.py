"""Which letters an event of the behaviour book gives rise to, and whom they go to.

Figures that are only true today (what is still owed, what is due next) are told of events that are
news; letters about older ones, which are kept and never sent, leave them out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from tuppence.bank.withdrawal import Purpose
from tuppence.letters.kinds import LetterKind
from tuppence.members.bank_account import masked
from tuppence.web.letters import about_loans
from tuppence.web.letters.drafts import Draft, Occasion
from tuppence.web.letters.facts import Facts


def drafts_of(occasion: Occasion) -> Iterator[Draft]:
    """The letters of one event; none where nobody is told of it."""
    tell = TELLERS.get(occasion.event.verb)
    if tell is not None:
        yield from tell(occasion)


def _plain(kind: LetterKind) -> Callable[[Occasion], Iterator[Draft]]:
    def tell(occasion: Occasion) -> Iterator[Draft]:
        event = occasion.event
        facts = Facts(
            number=event.member_id or 0,
            amount_minor=event.amount_minor or 0,
            code=str(event.properties.get("reason", "")),
        )
        yield from occasion.draft(kind, facts)

    return tell


def _withdrawal(kind: LetterKind) -> Callable[[Occasion], Iterator[Draft]]:
    def tell(occasion: Occasion) -> Iterator[Draft]:
        row = occasion.subjects.withdrawals.get(occasion.event.subject_id)
        # The pay-out of a loan has a letter of its own, unless its money came back.
        if row is None or (
            row.purpose != Purpose.WITHDRAWAL and kind is not LetterKind.WITHDRAWAL_RETURNED
        ):
            return
        facts = Facts(
            number=row.pk,
            amount_minor=row.amount_minor,
            currency=row.account.currency,
            on=row.promised_on,
            reference=masked(row.bank_account.iban),
        )
        yield from occasion.draft(kind, facts, row.member_id)

    return tell


def _application(kind: LetterKind) -> Callable[[Occasion], Iterator[Draft]]:
    def tell(occasion: Occasion) -> Iterator[Draft]:
        row = occasion.subjects.applications.get(occasion.event.subject_id)
        if row is None:
            return
        decision, contract = getattr(row, "decision", None), getattr(row, "contract", None)
        facts = Facts(
            number=row.pk,
            title=row.title,
            currency=row.currency,
            amount_minor=row.amount_minor,
            count=row.instalments,
            rate=str(decision.annual_rate) if decision and decision.annual_rate else "",
            code=decision.grade if decision else "",
            at=occasion.event.at,
            reference=contract.sha256 if contract else "",
        )
        yield from occasion.draft(kind, facts, row.borrower_id)

    return tell


def _listing(kind: LetterKind) -> Callable[[Occasion], Iterator[Draft]]:
    """A letter to the borrower of a listing."""

    def tell(occasion: Occasion) -> Iterator[Draft]:
        row = occasion.subjects.listings.get(occasion.event.subject_id)
        if row is None:
            return
        facts = Facts(
            number=row.pk,
            title=row.application.title,
            currency=row.currency,
            amount_minor=row.target_minor,
            at=row.closes_at,
            code=row.state,
        )
        yield from occasion.draft(kind, facts, row.borrower_id)

    return tell


def _investment(kind: LetterKind) -> Callable[[Occasion], Iterator[Draft]]:
    """A letter to who invested."""

    def tell(occasion: Occasion) -> Iterator[Draft]:
        event = occasion.event
        row = occasion.subjects.listings.get(event.subject_id)
        if row is None:
            return
        until = event.at + timedelta(days=row.reflection_days) if row.reflection_days else None
        facts = Facts(
            number=row.pk,
            title=row.application.title,
            currency=row.currency,
            amount_minor=event.amount_minor or 0,
            at=until,
            code=event.verb.partition(".")[2],
        )
        yield from occasion.draft(kind, facts)

    return tell


def _information_asked(occasion: Occasion) -> Iterator[Draft]:
    event = occasion.event
    row = occasion.subjects.applications.get(event.subject_id)
    asked = occasion.subjects.information.get((event.subject_id, event.at))
    if row is None or asked is None:
        return
    items = sorted(asked.items.all(), key=lambda item: item.number)
    facts = Facts(
        number=row.pk,
        title=row.title,
        on=asked.due_on,
        text="\n".join([asked.why, *(f"• {item.words}" for item in items)]),
    )
    yield from occasion.draft(LetterKind.INFORMATION_ASKED, facts, row.borrower_id)


def _question(occasion: Occasion) -> Iterator[Draft]:
    """A question goes to the borrower, its answer to who asked."""
    event = occasion.event
    listing = occasion.subjects.listings.get(event.subject_id)
    question = occasion.subjects.questions.get((event.subject_id, event.at))
    if listing is None or question is None:
        return
    facts = Facts(number=listing.pk, title=listing.application.title, text=question.text)
    if event.verb == "question.asked":
        yield from occasion.draft(LetterKind.QUESTION_ASKED, facts, listing.borrower_id)
    else:
        facts = replace(facts, text=question.answer.text)
        yield from occasion.draft(LetterKind.QUESTION_ANSWERED, facts, question.member_id)


def _complaint(kind: LetterKind) -> Callable[[Occasion], Iterator[Draft]]:
    def tell(occasion: Occasion) -> Iterator[Draft]:
        row = occasion.subjects.complaints.get(occasion.event.subject_id)
        if row is not None:
            yield from occasion.draft(kind, Facts(number=row.pk, on=row.answer_by), row.member_id)

    return tell


TELLERS: Mapping[str, Callable[[Occasion], Iterator[Draft]]] = {
    "member.registered": _plain(LetterKind.WELCOME),
    "member.verified": _plain(LetterKind.IDENTITY_VERIFIED),
    "member.identity_refused": _plain(LetterKind.IDENTITY_REFUSED),
    "member.bank_account_verified": _plain(LetterKind.BANK_ACCOUNT_VERIFIED),
    "deposit.received": _plain(LetterKind.DEPOSIT_ARRIVED),
    "withdrawal.asked": _withdrawal(LetterKind.WITHDRAWAL_ASKED),
    "withdrawal.paid": _withdrawal(LetterKind.WITHDRAWAL_PAID),
    "withdrawal.returned": _withdrawal(LetterKind.WITHDRAWAL_RETURNED),
    "withdrawal.refused": _withdrawal(LetterKind.WITHDRAWAL_REFUSED),
    "application.submitted": _application(LetterKind.APPLICATION_RECEIVED),
    "application.information_asked": _information_asked,
    "application.approved": _application(LetterKind.APPLICATION_APPROVED),
    "application.refused": _application(LetterKind.APPLICATION_REFUSED),
    "contract.signed": _application(LetterKind.CONTRACT_SIGNED),
    "listing.opened": _listing(LetterKind.LISTING_OPEN),
    "listing.expired": _listing(LetterKind.LISTING_ENDED),
    "listing.withdrawn": _listing(LetterKind.LISTING_ENDED),
    "listing.paid_out": about_loans.lent_out,
    "question.asked": _question,
    "question.answered": _question,
    "investment.placed": _investment(LetterKind.INVESTMENT_PLACED),
    "investment.cancelled": _investment(LetterKind.INVESTMENT_RETURNED),
    "investment.refunded": _investment(LetterKind.INVESTMENT_RETURNED),
    "loan.paid_out": about_loans.paid_out,
    "payment.booked": about_loans.payment,
    "payment.booked_early": about_loans.payment,
    "loan.bucket_entered": about_loans.late,
    "loan.late_fee_charged": about_loans.to_borrower(LetterKind.LATE_FEE),
    "loan.plan_request_answered": about_loans.plan_answered,
    "loan.plan_changed": about_loans.to_borrower(LetterKind.PLAN_CHANGED),
    "loan.waived": about_loans.to_borrower(LetterKind.PLAN_CHANGED),
    "loan.handed_over": about_loans.to_borrower(LetterKind.HANDED_OVER),
    "loan.written_off": about_loans.given_up,
    "loan.recovered": about_loans.recovered,
    "complaint.made": _complaint(LetterKind.COMPLAINT_RECEIVED),
    "complaint.answered": _complaint(LetterKind.COMPLAINT_ANSWERED),
}
