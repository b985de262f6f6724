"""What accounts and the things that transfers are about are called, and where their pages are."""

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tuppence.ledger.chart import CHART, Owner
from tuppence.ledger.transfers import AccountKey
from tuppence.web.words import WORDS

SUBJECT_ROUTES = {
    "listing": "staff_listing",
    "loan": "staff_loan",
    "product": "staff_product",
    "member": "staff_member",
    "user": "staff_person",
    "withdrawal": "staff_withdrawal",
    "bank_line": "staff_bank_line",
    "bank_break": "staff_break",
    "payout_file": "staff_payment_file",
    "statement_file": "staff_statement_file",
    "approval_request": "staff_approval",
    "identity_check": "staff_identity_case",
    "application": "staff_application",
    "complaint": "staff_complaint",
    "letter": "staff_letter",
    "fault": "staff_fault",
    "campaign": "staff_campaign",
    "spend": "staff_spend_row",
    "spend_import": "staff_spend_import",
    "firm_line": "staff_firm_line",
    "partner": "staff_partner",
}
OWNER_SUBJECTS = {Owner.MEMBER: "member", Owner.LOAN: "loan", Owner.PRODUCT: "product"}


def named(value: str, kind: str) -> str:
    """The word for a code; a code that has none is shown as it is, with blanks."""
    word = WORDS.get(kind, {}).get(str(value))
    return str(word) if word is not None else str(value).replace("_", " ").replace(".", ": ")


def account_name(key: AccountKey) -> str:
    """An account in words, with its owner's number where it has one."""
    name = named(key.kind.value, "ledger_account")
    owner = CHART[key.kind].owner
    if owner is Owner.PLATFORM:
        return name
    return _("{account}, {owner} {number}").format(
        account=name, owner=named(owner.value, "subject"), number=key.owner_id
    )


def owner_words(key: AccountKey) -> str:
    """Whose account it is: Member 12; nothing for the platform's own."""
    owner = CHART[key.kind].owner
    return "" if owner is Owner.PLATFORM else subject_name(owner.value, key.owner_id)


def subject_name(kind: str, number: int) -> str:
    """What a transfer or an entry of the trail is about: Loan 12."""
    return f"{named(kind, 'subject')} {number}" if kind else ""


def subject_url(kind: str, number: int) -> str:
    """The page of a thing, or nothing where it has none."""
    route = SUBJECT_ROUTES.get(kind)
    if route is None or not number:
        return ""
    try:
        return reverse(route, args=[number])
    except NoReverseMatch:
        return ""
