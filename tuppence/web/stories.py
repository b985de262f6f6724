"""What a member's story tells: each happening's kind, its words, and who may read it. Pure.

A story is read from the behaviour book and from what staff wrote. A happening that is not named
here is told to nobody but those who read the audit trail, so nothing new slips out unread.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tuppence.members.roles import Permission

Word = str | Promise


class Kind(StrEnum):
    """The parts of a story, in the order in which one may choose among them."""

    JOINING = "joining"
    CONSENT = "consent"
    MONEY = "money"
    APPLICATIONS = "applications"
    BORROWING = "borrowing"
    LENDING = "lending"
    LETTERS = "letters"
    COMPLAINTS = "complaints"
    COMPLIANCE = "compliance"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Part:
    """A kind in words, and the permission that it needs."""

    title: Word
    permission: Permission


PARTS: Mapping[Kind, Part] = {
    Kind.JOINING: Part(_("joining and identity"), Permission.SEE_MEMBERS),
    Kind.CONSENT: Part(_("consent"), Permission.SEE_MEMBERS),
    Kind.MONEY: Part(_("money in and out"), Permission.SEE_BANK),
    Kind.APPLICATIONS: Part(_("applications"), Permission.SEE_APPLICATIONS),
    Kind.BORROWING: Part(_("loans owed"), Permission.SEE_LOANS),
    Kind.LENDING: Part(_("investments"), Permission.SEE_LOANS),
    Kind.LETTERS: Part(_("letters"), Permission.SEE_LETTERS),
    Kind.COMPLAINTS: Part(_("complaints"), Permission.SEE_COMPLAINTS),
    Kind.COMPLIANCE: Part(_("notes and marks of compliance"), Permission.SEE_COMPLIANCE_NOTES),
    Kind.STAFF: Part(_("acts of staff"), Permission.SEE_AUDIT),
}

# The behaviour book's verbs that name a member.
VERBS: Mapping[str, tuple[Kind, Word]] = {
    "member.registered": (Kind.JOINING, _("Signed up")),
    "member.identity_submitted": (Kind.JOINING, _("Asked to be verified")),
    "member.identity_refused": (Kind.JOINING, _("Not verified")),
    "member.verified": (Kind.JOINING, pgettext_lazy("story", "Verified")),
    "member.document": (Kind.JOINING, _("Handed in a paper")),
    "member.suitability": (Kind.JOINING, _("Answered about knowledge and means")),
    "member.blocked": (Kind.JOINING, pgettext_lazy("story", "Blocked")),
    "member.unblocked": (Kind.JOINING, _("Block lifted")),
    "member.email_changed": (Kind.JOINING, _("Changed the e-mail address")),
    "member.password_changed": (Kind.JOINING, _("Changed the password")),
    "consent.given": (Kind.CONSENT, _("Gave consent")),
    "consent.withdrawn": (Kind.CONSENT, _("Took consent back")),
    "member.bank_account_verified": (Kind.MONEY, _("Bank account verified")),
    "deposit.received": (Kind.MONEY, _("Paid in")),
    "deposit.taken_back": (Kind.MONEY, _("Deposit taken back")),
    "withdrawal.asked": (Kind.MONEY, _("Asked to take money out")),
    "withdrawal.approved": (Kind.MONEY, _("Withdrawal approved")),
    "withdrawal.sent": (Kind.MONEY, _("Withdrawal sent to the bank")),
    "withdrawal.paid": (Kind.MONEY, _("Withdrawal paid")),
    "withdrawal.returned": (Kind.MONEY, _("Withdrawal came back")),
    "withdrawal.refused": (Kind.MONEY, _("Withdrawal refused")),
    "withdrawal.rejected": (Kind.MONEY, _("Withdrawal rejected by the bank")),
    "withdrawal.cancelled": (Kind.MONEY, _("Withdrawal taken back")),
    "application.started": (Kind.APPLICATIONS, _("Began an application")),
    "application.submitted": (Kind.APPLICATIONS, _("Applied for a loan")),
    "application.approved": (Kind.APPLICATIONS, _("Application approved")),
    "application.refused": (Kind.APPLICATIONS, _("Application refused")),
    "application.information_asked": (Kind.APPLICATIONS, _("Was asked for more")),
    "application.information_given": (Kind.APPLICATIONS, _("Gave what was asked for")),
    "application.information_taken_back": (Kind.APPLICATIONS, _("No longer asked for more")),
    "application.withdrawn": (Kind.APPLICATIONS, _("Application taken back")),
    "contract.signed": (Kind.BORROWING, _("Signed the contract")),
    "listing.opened": (Kind.BORROWING, _("Listing opened")),
    "loan.paid_out": (Kind.BORROWING, _("Loan paid out")),
    "payment.booked": (Kind.BORROWING, _("Paid back")),
    "payment.booked_early": (Kind.BORROWING, _("Paid back early")),
    "loan.bucket_entered": (Kind.BORROWING, _("Days past due changed")),
    "loan.reminder_due": (Kind.BORROWING, _("Reminder fell due")),
    "loan.late_fee_charged": (Kind.BORROWING, _("Late fee charged")),
    "loan.contact_noted": (Kind.BORROWING, _("Spoke with us about arrears")),
    "loan.promise_noted": (Kind.BORROWING, _("Promised to pay")),
    "loan.plan_requested": (Kind.BORROWING, _("Asked for another plan")),
    "loan.plan_request_withdrawn": (Kind.BORROWING, _("Took the request for a plan back")),
    "loan.plan_request_answered": (Kind.BORROWING, _("Request for a plan answered")),
    "loan.plan_changed": (Kind.BORROWING, _("Plan changed")),
    "loan.waived": (Kind.BORROWING, _("Part of the debt waived")),
    "loan.replayed": (Kind.BORROWING, _("Payments booked anew")),
    "loan.handed_over": (Kind.BORROWING, _("Handed over for collection")),
    "loan.recalled": (Kind.BORROWING, _("Called back from collection")),
    "loan.written_off": (Kind.BORROWING, _("Loan written off")),
    "loan.recovered": (Kind.BORROWING, _("Money recovered")),
    "question.answered": (Kind.BORROWING, _("Answered a question")),
    "investment.placed": (Kind.LENDING, pgettext_lazy("story", "Invested")),
    "investment.cancelled": (Kind.LENDING, _("Took an investment back")),
    "investment.refunded": (Kind.LENDING, _("Investment came back unlent")),
    "invitation.accepted": (Kind.JOINING, _("A friend came by the invitation")),
    "offer.granted": (Kind.LENDING, _("Was given an offer")),
    "offer.earned": (Kind.LENDING, _("Earned an offer")),
    "offer.paid": (Kind.LENDING, _("An offer was paid")),
    "offer.came_back": (Kind.LENDING, _("An offer came back")),
    "offer.expired": (Kind.LENDING, _("An offer expired")),
    "offer.taken_back": (Kind.LENDING, _("An offer was taken back")),
    "question.asked": (Kind.LENDING, _("Asked a question")),
    "complaint.made": (Kind.COMPLAINTS, _("Complained")),
    "complaint.answered": (Kind.COMPLAINTS, _("Complaint answered")),
    "complaint.escalated": (Kind.COMPLAINTS, _("Complaint looked at again")),
    "complaint.withdrawn": (Kind.COMPLAINTS, _("Complaint taken back")),
}

# Transfers of a lender's account that the behaviour book tells of only for the borrower.
RECEIVED = ("repayment", "claim_recovered")
GIVEN_BACK = ("repayment_returned", "tax_withheld")


def parts_open_to(viewer: frozenset[Permission]) -> list[Kind]:
    """The kinds that somebody with these permissions may read."""
    return [kind for kind, part in PARTS.items() if part.permission in viewer]


def verbs_of(kinds: Iterable[Kind]) -> list[str]:
    """The verbs that tell of these kinds."""
    wanted = set(kinds)
    return [verb for verb, (kind, _text) in VERBS.items() if kind in wanted]


def kind_of(verb: str) -> Kind:
    """The kind of a verb; of one that nobody named, the one that fewest may read."""
    return VERBS[verb][0] if verb in VERBS else Kind.STAFF
