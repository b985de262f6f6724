"""The words of pages for letters: their states, and each kind in a few words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tuppence.letters.kinds import LetterKind

Word = str | Promise

LETTER_STATES: Mapping[str, Mapping[str, tuple[str, Word]]] = {
    "letter": {
        "waiting": ("wait", pgettext_lazy("letter", "waits to be sent")),
        "sent": ("good", pgettext_lazy("letter", "sent")),
        "failed": ("lost", pgettext_lazy("letter", "not delivered")),
        "kept": ("calm", pgettext_lazy("letter", "kept, not sent")),
    },
}

LETTER_WORDS: Mapping[str, Mapping[str, Word]] = {
    "letter_kind": {
        "welcome": _("Welcome"),
        "identity_verified": _("Identity verified"),
        "identity_refused": _("Identity not accepted"),
        "bank_account_verified": _("Bank account verified"),
        "new_device": _("Sign-in from a new device"),
        "deposit_arrived": _("Deposit arrived"),
        "withdrawal_asked": _("Withdrawal asked"),
        "withdrawal_paid": _("Withdrawal paid"),
        "withdrawal_returned": _("Withdrawal came back"),
        "withdrawal_refused": _("Withdrawal refused"),
        "application_received": _("Application received"),
        "information_asked": _("Application: something is missing"),
        "application_approved": _("Application approved"),
        "application_refused": _("Application refused"),
        "contract_to_sign": _("Contract waits for a signature"),
        "contract_signed": _("Contract signed"),
        "listing_open": _("Listing open"),
        "question_asked": _("Question of an investor"),
        "listing_funded": _("Listing funded"),
        "listing_ended": _("Listing ended without a loan"),
        "loan_paid_out": _("Loan paid out"),
        "instalment_soon": _("Instalment due soon"),
        "payment_collected": _("Payment booked"),
        "instalment_late": _("Instalment late"),
        "late_fee": _("Late fee"),
        "plan_answered": _("Answer to a request for another plan"),
        "plan_changed": _("Plan changed"),
        "handed_over": _("Loan handed to a collector"),
        "loan_paid_back": _("Loan paid back"),
        "loan_given_up": _("Loan written off, to its borrower"),
        "investment_placed": _("Investment placed"),
        "question_answered": _("Answer to a question about a listing"),
        "investment_returned": _("Investment given back"),
        "lent_out": _("Loan paid out, to its lenders"),
        "money_came_back": _("What came back in a day"),
        "month_statement": _("Statement of a month"),
        "lent_late": _("Loan late, to its lenders"),
        "lent_given_up": _("Loan written off, to its lenders"),
        "lent_recovered": _("Money recovered, to the lenders"),
        "complaint_received": _("Complaint received"),
        "complaint_answered": _("Complaint answered"),
    },
}

KIND_GROUPS: tuple[tuple[Word, LetterKind], ...] = (
    (_("Membership"), LetterKind.WELCOME),
    (_("Money in and out"), LetterKind.DEPOSIT_ARRIVED),
    (_("Borrowing"), LetterKind.APPLICATION_RECEIVED),
    (_("Lending"), LetterKind.INVESTMENT_PLACED),
    (_("Complaints"), LetterKind.COMPLAINT_RECEIVED),
)  # each begins with this kind


def kinds_by_group() -> list[tuple[Word, list[LetterKind]]]:
    """The kinds under the headings that people look for them by."""
    firsts = {first: title for title, first in KIND_GROUPS}
    groups: list[tuple[Word, list[LetterKind]]] = []
    for kind in LetterKind:
        if kind in firsts:
            groups.append((firsts[kind], []))
        groups[-1][1].append(kind)
    return groups
