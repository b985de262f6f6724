"""What each check of the books compares, in the words of people who read it on a page."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CHECKS: Mapping[str, str | Promise] = {
    "balances": _("The kept balance of each account with the sum of its transfers"),
    "floors": _("Accounts that may not go below zero: none does"),
    "books balance": _("Debits with credits, in each book and currency"),
    "client money": _("What is held for clients with what is owed to them"),
    "the firm's claims on client money": _("What the firm claims of client money, in both books"),
    "the firm's float for gifts": _("The float for gifts, in both books"),
    "the firm's cover of client money": _("The firm's cover of client money, in both books"),
    "both sides of principal owed": _("Principal owed with the lenders' holdings, loan by loan"),
    "both sides of interest owed": _("Interest owed with the lenders' interest"),
    "both sides of late fees owed": _("Late fees owed with late fees claimed, loan by loan"),
    "both sides of claims written off": _("Claims written off with their contra accounts"),
    "both sides of each campaign's authority": _(
        "Each campaign's authority with what is available, reserved and used"
    ),
    "no crossing": _("Both accounts of each transfer: one book, one currency"),
    "amounts": _("Each transfer: an amount above zero between two accounts"),
    "reversals": _("Each transfer that takes another back: its mirror, and the only one"),
    "sums carried forward": _("Movements carried forward with the transfers, purse by purse"),
    "chart": _("Book, side, floor and owner of each account with the chart of accounts"),
    "guards": _("The guards in the database that refuse changed history: there and on"),
    "client bank": _("The client bank in the books with the lines of its statements"),
    "stated balances": _("The balance that the bank stated last with its lines up to that day"),
    "bank lines": _("Each line of the bank with the transfers booked for it"),
    "payouts in flight": _("Payouts in flight in the books with withdrawals on their way"),
    "withdrawals": _("Each withdrawal's state with its last step"),
    "breaks": _("Breaks in the books with the open breaks that somebody owns"),
    "holdings of each loan": _("The holdings of each loan with the books"),
    "principal of each loan": _("The principal of each loan with the books"),
    "open principal of each schedule": _("Instalments still to come with the principal owed"),
    "late fees of each loan": _("The late fees of each loan with the books"),
    "claims written off": _("What was written off of each loan with the books"),
    "interest owed, product by product": _("Interest worked out loan by loan with the books"),
    "shares of each payment": _("The lenders' parts of each payment with the payment"),
    "net shares of each loan": _("The lenders' parts of each loan with what reached them"),
    "shares carried forward": _("The lenders' parts carried forward with their parts one by one"),
    "applications in progress": _(
        "Applications marked as in progress with decisions, withdrawals and loans"
    ),
    "loans folded again": _("Each loan as it stands with its story, told again from the start"),
    "funded": _("What each listing says is funded with its standing investments"),
    "targets": _("Standing investments with the amount wanted: never above it, and enough if full"),
    "reserved": _("What is reserved of each member with the member's open investments"),
    "investments booked": _("Each investment with its one transfer"),
    "investments told": _("Investments placed and given back with the events that tell of them"),
    "listing states": _("Each listing's state with its moments and its investments"),
    "listings and loans": _("Each paid-out listing with its one loan, of the amount funded"),
    "spend booked": _("Each row of spend with its transfer"),
    "marketing expense": _("Marketing expense of each activity with its rows of spend"),
    "spend imports": _("Each imported file of spend with its rows and their sum"),
    "offers counted": _("What each offer counts with its grants"),
    "offers of campaigns": _(
        "What each campaign has reserved, used and owes in gifts with its grants"
    ),
    "float for gifts": _("The float for gifts with what was put in and given"),
    "firm bank lines": _("Each line of the firm's bank with the transfers booked for it"),
    "partners": _("What each partner is owed and has beforehand with spend and payments"),
    "campaign budgets": _("Each campaign's authority with its plan, or with what it used"),
}


def check_in_words(name: str) -> str:
    """What a check compares; one without words keeps its own name."""
    return str(CHECKS.get(name, name))
