"""The words and tones that people read for codes of states, kinds and reasons.

A tone is one of good, wait, late, lost, calm; each has its own shape beside its colour. A code
without a word here is a mistake: the tests walk every enumeration.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tuppence.web.book_words import BOOK_WORDS
from tuppence.web.compliance_words import COMPLIANCE_STATES, COMPLIANCE_WORDS
from tuppence.web.growth_words import GROWTH_STATES, GROWTH_WORDS
from tuppence.web.letter_words import LETTER_STATES, LETTER_WORDS
from tuppence.web.offer_words import OFFER_STATES, OFFER_WORDS
from tuppence.web.question_words import QUESTION_WORDS
from tuppence.web.staff_words import STAFF_STATES, STAFF_WORDS

Word = str | Promise

STATES: Mapping[str, Mapping[str, tuple[str, Word]]] = {
    "listing": {
        "open": ("wait", _("open for investment")),
        "full": ("good", _("full")),
        "paid_out": ("good", _("paid out")),
        "expired": ("calm", _("expired")),
        "withdrawn": ("calm", _("withdrawn")),
        "refused": ("lost", _("refused")),
    },
    "investment": {
        "placed": ("wait", pgettext_lazy("investment", "placed")),
        "cancelled": ("calm", pgettext_lazy("investment", "cancelled")),
        "refunded": ("calm", pgettext_lazy("investment", "refunded")),
        "paid_out": ("good", pgettext_lazy("investment", "lent")),
    },
    "application": {
        "submitted": ("wait", _("waiting for a decision")),
        "asked": ("late", _("waiting for your answers")),
        "approved": ("good", _("approved")),
        "refused": ("lost", _("refused")),
        "withdrawn": ("calm", _("withdrawn")),
    },
    "identity": {
        "none": ("calm", _("not started")),
        "waiting": ("wait", _("being checked")),
        "verified": ("good", _("verified")),
        "refused": ("lost", _("not accepted")),
        "blocked": ("lost", _("blocked")),
    },
    "bank_account": {
        "waiting": ("wait", _("waiting to be verified")),
        "verified": ("good", _("verified")),
        "retired": ("calm", _("no longer used")),
    },
    "step": {
        "done": ("good", _("done")),
        "waiting": ("wait", _("being checked")),
        "open": ("calm", _("to do")),
    },
    "withdrawal": {
        "asked": ("wait", pgettext_lazy("withdrawal", "asked")),
        "approved": ("wait", pgettext_lazy("withdrawal", "approved, goes out next")),
        "sent": ("wait", pgettext_lazy("withdrawal", "sent to the bank")),
        "paid": ("good", pgettext_lazy("withdrawal", "paid")),
        "returned": ("late", pgettext_lazy("withdrawal", "came back from the bank")),
        "refused": ("lost", pgettext_lazy("withdrawal", "refused")),
        "cancelled": ("calm", pgettext_lazy("withdrawal", "cancelled")),
    },
    "loan": {
        "active": ("wait", pgettext_lazy("loan", "running")),
        "late": ("late", pgettext_lazy("loan", "overdue")),
        "paid": ("good", pgettext_lazy("loan", "paid back")),
        "written_off": ("lost", pgettext_lazy("loan", "written off")),
    },
    "instalment": {
        "paid": ("good", _("paid")),
        "due": ("wait", _("due")),
        "late": ("late", _("late")),
        "coming": ("calm", _("coming")),
        "nothing": ("calm", _("nothing to pay")),
    },
    "plan_request": {
        "open": ("wait", pgettext_lazy("plan request", "waits for an answer")),
        "agreed": ("good", pgettext_lazy("plan request", "agreed")),
        "declined": ("lost", pgettext_lazy("plan request", "not agreed")),
        "withdrawn": ("calm", pgettext_lazy("plan request", "taken back")),
    },
    "information": {
        "open": ("wait", pgettext_lazy("information", "waits for the answer")),
        "answered": ("good", pgettext_lazy("information", "answered")),
        "taken_back": ("calm", pgettext_lazy("information", "no longer needed")),
    },
    **STAFF_STATES,
    **COMPLIANCE_STATES,
    **LETTER_STATES,
    **GROWTH_STATES,
    **OFFER_STATES,
}

WORDS: Mapping[str, Mapping[str, Word]] = {
    "method": {
        "annuity": _("level instalments"),
        "equal_principal": _("equal principal, falling instalments"),
        "interest_only": _("interest first, principal at the end"),
        "bullet": _("all at the end"),
        "flat": _("level principal, interest on the amount first lent"),
    },
    "transfer": {
        "deposit": _("Paid in"),
        "deposit_taken_back": _("Taken back: booked to you by mistake"),
        "withdrawal_asked": _("Taken out"),
        "withdrawal_refused": _("Withdrawal refused, money put back"),
        "withdrawal_cancelled": _("Withdrawal cancelled, money put back"),
        "withdrawal_returned": _("Withdrawal came back from the bank"),
        "withdrawal_paid": _("Withdrawal paid by the bank"),
        "order_placed": _("Promised to a listing"),
        "order_cancelled": _("Investment taken back"),
        "order_refunded": _("Listing ended, money put back"),
        "gift": _("Gift from the platform"),
        "extra_rate_tax": _("Tax on an extra rate"),
        "principal_lent": _("Lent out"),
        "origination_fee": _("Fee for the loan"),
        "origination_fee_charged": _("Fee for the loan"),
        "funding": _("Loan paid out to you"),
        "repayment": _("Repayment"),
        "repayment_returned": _("Repayment taken back"),
        "principal_surplus": _("Repayment beyond what was owed"),
        "servicing_fee": _("Our fee on interest"),
        "servicing_fee_returned": _("Our fee on interest, given back"),
        "charge_fee": _("Late fee"),
        "charge_fee_returned": _("Late fee, given back"),
        "tax_withheld": _("Tax withheld"),
        "tax_returned": _("Tax withheld, given back"),
        "recovery_cost": _("Cost of collecting"),
        "recovery_cost_returned": _("Cost of collecting, given back"),
        "advance": _("Advanced by the platform"),
        "advance_taken_back": _("Advance taken back"),
        "manual": _("Entry by hand, agreed by two people"),
    },
    "account_kind": {
        "client_bank": _("the bank account of members' money"),
        "in_transit": _("on the way to the bank"),
        "payouts_in_flight": _("on the way to a bank account"),
        "member_available": _("a member's cash"),
        "member_reserved": _("a member's promised money"),
        "unallocated": _("receipts not yet identified"),
        "due_to_firm": _("fees owed to the platform"),
        "tax_due": _("tax to be passed on"),
        "collector_due": _("owed to the collector"),
        "promo_float": _("money for offers"),
        "firm_cover": _("cover by the platform"),
        "breaks": _("differences at the bank"),
    },
    "flow": {
        "lent": _("Lent out"),
        "came_back": _("Came back, after fee and tax"),
        "taken_back": _("Taken back by a correction"),
        "paid_in": _("Paid in"),
        "taken_out": _("Taken out"),
        "value": _("What is there on the last day"),
    },
    "measure": {"lent": _("money lent"), "all": _("all of your money")},
    "trouble": {
        "income_fell": _("I earn less"),
        "customer_pays_late": _("A customer pays late"),
        "illness": _("Illness"),
        "family": _("Something in the family"),
        "damage": _("Damage or an accident"),
        "other_debts": _("Other debts"),
        "other": _("Something else"),
    },
    "member_kind": {"person": _("person"), "organisation": _("organisation")},
    "paper": {
        "identity": _("Passport or identity card"),
        "address": _("Proof of address"),
        "register_extract": _("Extract from the register"),
        "bank_statement": _("Bank statement"),
        "income": _("Proof of income"),
        "source_of_funds": _("Where the money comes from"),
        "other": _("Something else"),
    },
    "identity_reason": {
        "document_missing": _("A document is missing."),
        "document_unreadable": _("A document can't be read. Send a sharper picture."),
        "document_expired": _("The document has expired."),
        "document_altered": _("The document looks altered."),
        "name_differs": _("The name differs from your profile."),
        "birth_date_differs": _("The date of birth differs from your profile."),
        "not_the_same_person": _("The pictures don't show the same person."),
        "already_a_member": _("You are a member already, with another account."),
        "not_authorised": _("You may not represent this organisation."),
        "country_not_served": _("We don't serve your country yet."),
        "other": _("Another reason; write to us."),
    },
    **STAFF_WORDS,
    "early_choice": {
        "settle": _("All of it"),
        "shorter_term": _("A shorter term"),
        "lower_instalments": _("Lower instalments"),
    },
    **BOOK_WORDS,
    **QUESTION_WORDS,
    "leaving_reason": {
        "too_expensive": _("it costs too much"),
        "other_lender": _("I borrow somewhere else"),
        "no_longer_needed": _("I no longer need the money"),
        "takes_too_long": _("it takes too long"),
        "other": _("something else"),
    },
    **COMPLIANCE_WORDS,
    **LETTER_WORDS,
    **GROWTH_WORDS,
    **OFFER_WORDS,
}


def state_word(kind: str, value: str) -> tuple[str, Word]:
    """Tone and word of a state. Raises KeyError for a state that has none."""
    return STATES[kind][str(value)]


def word_of(kind: str, value: str) -> Word:
    """The word for a code. Raises KeyError for a code that has none."""
    return WORDS[kind][str(value)]


def transfer_word(kind: str, *, comes_in: bool = False) -> Word:
    """What a transfer did, as its member reads it; the plain word for a kind not named here.

    A repayment is one thing to who pays it and another to the lender whom it reaches.
    """
    if kind == "repayment" and comes_in:
        return _("Money came back")
    return WORDS["transfer"].get(kind, _("Transfer"))
