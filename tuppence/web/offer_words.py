"""Words of offers: kinds, states, when each is earned, and why one can't be had or used."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tuppence.growth.granting import GrantStatus
from tuppence.growth.offer import OfferKind
from tuppence.growth.operations.clawback import ClawbackStatus
from tuppence.growth.operations.codes import CodeStatus
from tuppence.growth.referring import DecideStatus
from tuppence.growth.using import UseStatus

Word = str | Promise

OFFER_STATES: Mapping[str, Mapping[str, tuple[str, Word]]] = {
    "referral_reward": {
        "waiting": ("late", pgettext_lazy("reward", "in doubt")),
        "granted": ("good", pgettext_lazy("reward", "granted")),
        "refused": ("lost", pgettext_lazy("reward", "refused")),
        "not_funded": ("calm", pgettext_lazy("reward", "no budget or limit reached")),
    },
    "grant": {
        "granted": ("wait", pgettext_lazy("offer", "to be used")),
        "taken": ("wait", pgettext_lazy("offer", "waits for the loan")),
        "running": ("good", pgettext_lazy("offer", "running")),
        "earned": ("wait", pgettext_lazy("offer", "earned, to be paid")),
        "paid": ("good", pgettext_lazy("offer", "paid")),
        "expired": ("calm", pgettext_lazy("offer", "expired")),
        "taken_back": ("late", pgettext_lazy("offer", "taken back")),
    },
}

OFFER_WORDS: Mapping[str, Mapping[str, Word]] = {
    "offer_kind": {
        "welcome": _("Welcome gift"),
        "first_investment": _("Gift for the first investment"),
        "red_packet": _("Red packet"),
        "cashback": _("Cashback"),
        "booster": _("Extra rate"),
        "newcomer": _("Newcomer's raised rate"),
        "trial_money": _("Trial money"),
        "fee_discount": _("Discount on the borrower's fee"),
        "referral": _("Reward for an invitation"),
    },
    "referral_stage": {
        "registered": _("registered"),
        "verified": _("verified"),
        "invested": _("invested"),
    },
    "referral_side": {
        "inviter": _("who invites"),
        "friend": _("the friend"),
    },
    "doubt": {
        "same_person": _("One person"),
        "same_mailbox": _("One mailbox, written in two ways"),
        "same_bank_account": _("The same bank account"),
        "same_browser": _("The same browser"),
        "circle": _("They invited each other"),
        "burst": _("More than ten friends within a day"),
        "taken_out": _("The friend has taken the money out"),
    },
    "offer_claim": {
        "registered": _("everybody who registers while it runs"),
        "code": _("who enters the code"),
        "given": _("given by a person, a journey or an invitation"),
    },
}

GRANT_REFUSALS: Mapping[str, Word] = {
    GrantStatus.OFFER_NOT_FOUND: _("There is no such offer."),
    GrantStatus.NOT_RUNNING: _("This offer is over, or has not begun."),
    GrantStatus.INCENTIVES_FORBIDDEN: _("The law does not let us make this offer to investors."),
    GrantStatus.MEMBER_NOT_FOUND: _("There is no such member."),
    GrantStatus.MEMBER_BLOCKED: _("The membership is blocked."),
    GrantStatus.CANNOT_BEAR_LOSS: _(
        "Nobody is drawn into investing by a gift who could not bear to lose the money."
    ),
    GrantStatus.NOT_FIRST_TIME: _("This offer is for a first investment."),
    GrantStatus.HAS_IT: _("You have had this offer already."),
    GrantStatus.OWN_CASE: _("Nobody gives to themselves. Ask somebody else."),
    GrantStatus.NOT_BY_HAND: _("Rewards for invitations are given when a friend has got so far."),
    GrantStatus.DAY_FULL: _("As many as there are for one day are gone. Try again tomorrow."),
    GrantStatus.ALL_GONE: _("All of them are gone."),
    GrantStatus.BUDGET_EMPTY: _("The money set aside for this offer is used up."),
}
CODE_REFUSALS: Mapping[CodeStatus, Word] = {
    CodeStatus.UNKNOWN: _("This code is not known, or its offer is over. Check each letter."),
    CodeStatus.TOO_MANY_TRIES: _("Too many codes were tried. Wait an hour, then enter yours."),
}
USE_REFUSALS: Mapping[UseStatus, Word] = {
    UseStatus.NOT_FOUND: _("There is no such offer."),
    UseStatus.NOT_YOURS: _("There is no such offer."),
    UseStatus.WRONG_STATE: _("The offer is used already, or over."),
    UseStatus.TOO_LATE: _("The offer's last day is over."),
    UseStatus.WRONG_KIND: _("This offer can't be used here."),
    UseStatus.BELOW_MINIMUM: _("The offer asks for a larger amount."),
    UseStatus.TERM_TOO_SHORT: _("The offer asks for a loan that runs longer."),
    UseStatus.TERM_TOO_LONG: _("The offer asks for a loan that runs shorter."),
    UseStatus.NOT_FIRST_TIME: _("This offer is for a first investment."),
    UseStatus.DOES_NOT_STACK: _("These offers can't be used together. Choose one."),
}
DECIDE_REFUSALS: Mapping[str, Word] = {
    DecideStatus.NOT_PERMITTED: _("Your role does not include this. Ask an administrator."),
    DecideStatus.NOT_WAITING: _("It does not wait any more. Open it again."),
    DecideStatus.OWN_CASE: _("This is your own case. Somebody else has to decide it."),
    DecideStatus.REASON_MISSING: _("Write a reason, so that others can follow it later."),
    DecideStatus.NOT_FUNDED: _(
        "It can't be paid: the campaign does not run, its budget is used up, or the member has had"
        " as many as one may. Refuse it with a reason, or plan a campaign that covers it."
    ),
}
CLAWBACK_REFUSALS: Mapping[str, Word] = {
    ClawbackStatus.NOT_FOUND: _("There is no such offer."),
    ClawbackStatus.NOT_PERMITTED: _("Your role does not include this. Ask an administrator."),
    ClawbackStatus.REASON_MISSING: _("Write a reason, so that others can follow it later."),
    ClawbackStatus.OWN_CASE: _("This is your own case. Somebody else has to decide it."),
    ClawbackStatus.OVER: _("Nothing is left to take back."),
}


MOMENT_SENTENCES: Mapping[OfferKind, Word] = {
    OfferKind.WELCOME: _("Earned when you have shown who you are."),
    OfferKind.FIRST_INVESTMENT: _("Earned when the loan that you invested in is paid out."),
    OfferKind.RED_PACKET: _("Earned when the loan that you invested in is paid out."),
    OfferKind.CASHBACK: _("Earned when the loan that you invested in is paid out."),
    OfferKind.BOOSTER: _(
        "Earned day by day on what is outstanding, paid with each repayment; it ends when the loan"
        " is repaid early or in default."
    ),
    OfferKind.NEWCOMER: _(
        "Paid by us, not by the borrower: earned day by day on what is outstanding, paid with each"
        " repayment; it ends when the loan is repaid early or in default."
    ),
    OfferKind.TRIAL_MONEY: _("Earned on the last day of the trial. It is never lent to anybody."),
    OfferKind.FEE_DISCOUNT: _("Paid to you when your loan is paid out."),
    OfferKind.REFERRAL: _("Earned when your friend has got so far."),
}
