"""What staff are told when an order was refused: a sentence for each status that refuses."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tuppence.bank.allocation import AssignStatus
from tuppence.bank.break_notes import NoteStatus
from tuppence.bank.operations import CoverStatus
from tuppence.bank.separate_payments import SeparateStatus
from tuppence.bank.taking_back import TakeBackStatus
from tuppence.bank.withdrawal import StepStatus
from tuppence.compliance.operations.publications import PublishedStatus
from tuppence.growth.granting import GrantStatus
from tuppence.growth.operations.clawback import ClawbackStatus
from tuppence.growth.referring import DecideStatus
from tuppence.lending.application_rules import ReviewStatus
from tuppence.lending.credit_limits import LimitStatus
from tuppence.lending.day_sign_off import SignStatus
from tuppence.lending.information_requests import InformationStatus
from tuppence.lending.orders import ActStatus, PaymentStatus
from tuppence.lending.plan_requests import PlanRequestStatus
from tuppence.market.lifecycle import PayOutStatus, PublishStatus
from tuppence.web.growth_outcomes import GROWTH_REFUSALS
from tuppence.web.offer_words import CLAWBACK_REFUSALS, DECIDE_REFUSALS, GRANT_REFUSALS

Sentence = str | Promise

START_AGAIN = _("This page was used for something else before. Open it again and start afresh.")
NOT_PERMITTED = _("Your role does not include this. Ask an administrator.")
OWN_CASE = _("This is your own case. Somebody else has to decide it.")
MEANWHILE = _("Somebody was faster: it is not in this state any more. Open it again.")

REFUSALS: Mapping[type[StrEnum], Mapping[str, Sentence]] = {
    **GROWTH_REFUSALS,
    ClawbackStatus: CLAWBACK_REFUSALS,
    GrantStatus: GRANT_REFUSALS,
    DecideStatus: DECIDE_REFUSALS,
    AssignStatus: {
        AssignStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
        AssignStatus.NOT_PERMITTED: NOT_PERMITTED,
        AssignStatus.OWN_CASE: OWN_CASE,
        AssignStatus.LINE_NOT_FOUND: _("There is no such bank line."),
        AssignStatus.NOT_UNALLOCATED: MEANWHILE,
        AssignStatus.MEMBER_NOT_FOUND: _("There is no such member. Check the number."),
        AssignStatus.REASON_MISSING: _("Write a reason, so that others can follow it later."),
    },
    TakeBackStatus: {
        TakeBackStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
        TakeBackStatus.NOT_PERMITTED: NOT_PERMITTED,
        TakeBackStatus.LINE_NOT_FOUND: _("There is no such bank line."),
        TakeBackStatus.OWN_CASE: OWN_CASE,
        TakeBackStatus.NOT_A_DEPOSIT: _(
            "This line is not a member's deposit now, so there is nothing to take back here."
        ),
        TakeBackStatus.NOT_ALIKE: _(
            "The two lines are not alike: account, payer or amount differ. Nothing was done."
        ),
        TakeBackStatus.REASON_MISSING: _("Write a reason, so that others can follow it later."),
        TakeBackStatus.MEMBER_USED_IT: _(
            "The member has used this money already, so it can't simply be taken back. Agree with"
            " the member on paying it in again, or have two people enter a cover by the firm."
        ),
    },
    SeparateStatus: {
        SeparateStatus.NOT_PERMITTED: NOT_PERMITTED,
        SeparateStatus.LINE_NOT_FOUND: _("There is no such bank line."),
        SeparateStatus.NOT_ALIKE: _(
            "The two lines are not alike: account, payer or amount differ. Nothing was done."
        ),
        SeparateStatus.REASON_MISSING: _("Write a reason, so that others can follow it later."),
    },
    NoteStatus: {
        NoteStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
        NoteStatus.NOT_PERMITTED: NOT_PERMITTED,
        NoteStatus.NOT_FOUND: _("There is no such break."),
        NoteStatus.TEXT_MISSING: _("Write a note, so that others know what you found out."),
        NoteStatus.TEXT_TOO_LONG: _("Write at most 2,000 characters."),
        NoteStatus.ALREADY_CLOSED: _("This break is closed: it needs no owner any more."),
        NoteStatus.OWNER_MAY_NOT: _("This account may not see to breaks. Choose another one."),
        NoteStatus.ALREADY_THEIRS: _("The break is theirs already."),
    },
    StepStatus: {
        StepStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
        StepStatus.NOT_FOUND: _("There is no such withdrawal."),
        StepStatus.NOT_PERMITTED: NOT_PERMITTED,
        StepStatus.SAME_PERSON: _("You asked for this. Another person has to approve it."),
        StepStatus.PERSON_UNKNOWN: _(
            "It is not known who stands behind one of the two accounts. Verify that identity first."
        ),
        StepStatus.OWN_CASE: OWN_CASE,
        StepStatus.WRONG_STATE: MEANWHILE,
        StepStatus.REASON_MISSING: _("Write a reason, so that others can follow it later."),
    },
    CoverStatus: {
        CoverStatus.NOT_FOUND: _("There is no such open break."),
        CoverStatus.NOT_A_SHORTFALL: _("A missing statement is not covered: import it instead."),
        CoverStatus.ALREADY_ANNOUNCED: _("A cover is announced already."),
    },
    PublishedStatus: {
        PublishedStatus.NOT_PERMITTED: NOT_PERMITTED,
        PublishedStatus.PLACE_MISSING: _("Say where it was published."),
        PublishedStatus.REMARK_MISSING: _("Say why there was nothing to publish."),
        PublishedStatus.TEXT_NOT_ALLOWED: _("Write plain text, without invisible signs."),
    },
    InformationStatus: {
        InformationStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
        InformationStatus.NOT_FOUND: _("There is no such application."),
        InformationStatus.NOT_PERMITTED: NOT_PERMITTED,
        InformationStatus.OWN_APPLICATION: OWN_CASE,
        InformationStatus.ALREADY_WITHDRAWN: _("The borrower took this application back."),
        InformationStatus.ALREADY_DECIDED: _("Somebody has decided this meanwhile."),
        InformationStatus.ONE_IS_OPEN: _("Something is asked for already. Wait for the answer."),
        InformationStatus.WHY_MISSING: _("Say why you ask: the applicant reads it."),
        InformationStatus.NOTHING_ASKED: _("Name at least one thing."),
        InformationStatus.TOO_MANY: _("Ask for fewer things at a time."),
        InformationStatus.WORDS_MISSING: _("Say what exactly you need."),
        InformationStatus.WORDS_TOO_LONG: _("Write at most 2,000 characters."),
        InformationStatus.DUE_IN_PAST: _("Choose today or a later day."),
        InformationStatus.DUE_TOO_LATE: _("Choose a day within the next 90 days."),
        InformationStatus.CLOSED: _("The answers are here already."),
    },
    SignStatus: {
        SignStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
        SignStatus.NOT_PERMITTED: NOT_PERMITTED,
        SignStatus.NOT_CLOSED: _("This day is not closed. Close it first."),
        SignStatus.ALREADY_SIGNED: _("Somebody has signed this day. A signature stays as it is."),
        SignStatus.REMARK_TOO_LONG: _("Write at most 2,000 characters."),
        SignStatus.REMARK_MISSING: _(
            "The control figures don't agree. Write what is known of the difference, then sign."
        ),
    },
    LimitStatus: {
        LimitStatus.AMOUNT_OUT_OF_BOUNDS: _("Enter an amount that is not below zero."),
        LimitStatus.OFFICER_UNKNOWN: _("This account decides on no applications."),
        LimitStatus.OWN_LIMIT: _("Nobody sets their own limit."),
        LimitStatus.NOTHING_TO_CHANGE: _("This limit stands already."),
    },
    PublishStatus: {
        PublishStatus.APPLICATION_NOT_FOUND: _("There is no such application."),
        PublishStatus.NOT_APPROVED: _("Only an approved application can be published."),
        PublishStatus.APPLICATION_WITHDRAWN: _("The borrower took this application back."),
        PublishStatus.RULE_REFUSES: _("The rulebook forbids these terms. Shorten the window."),
    },
    PayOutStatus: {
        PayOutStatus.LISTING_NOT_FOUND: _("There is no such listing."),
        PayOutStatus.NOT_FULL: _("The listing is not full."),
        PayOutStatus.REFLECTION_LASTS: _("An investor may still change their mind."),
        PayOutStatus.NOT_SIGNED: _("The borrower has not signed the contract."),
        PayOutStatus.BORROWER_BLOCKED: _("The borrower is blocked."),
    },
    ReviewStatus: {
        ReviewStatus.APPLICATION_NOT_FOUND: _("There is no such application."),
        ReviewStatus.NOT_PERMITTED: NOT_PERMITTED,
        ReviewStatus.OWN_APPLICATION: OWN_CASE,
        ReviewStatus.ALREADY_DECIDED: _("Somebody has decided this meanwhile."),
        ReviewStatus.ALREADY_PAID_OUT: _("The loan is paid out already."),
        ReviewStatus.ALREADY_WITHDRAWN: _("The borrower took this application back."),
        ReviewStatus.ABOVE_LIMIT: _(
            "This is above what you approve alone. Ask a second officer to agree."
        ),
        ReviewStatus.NOT_ABOVE_LIMIT: _("You may decide this alone: decide it directly."),
        ReviewStatus.SECOND_ASKED: _("A second officer has been asked already."),
        ReviewStatus.NOT_APPROVED: _("Only an approved application gets a contract."),
        ReviewStatus.REASONS_MISSING: _("Write down the reasons."),
        ReviewStatus.GRADE_UNKNOWN: _("Choose a grade from the list."),
        ReviewStatus.RATE_OUT_OF_RANGE: _("Choose a rate in the range of the product."),
        ReviewStatus.EXPECTED_LOSS_OUT_OF_RANGE: _("Enter an expected loss from 0 to 100 percent."),
    },
    PaymentStatus: {
        PaymentStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
        PaymentStatus.AMOUNT_OUT_OF_BOUNDS: _("Enter an amount above zero."),
        PaymentStatus.LOAN_NOT_FOUND: _("There is no such loan."),
        PaymentStatus.LOAN_CLOSED: _("This loan is closed; nothing is left to pay."),
        PaymentStatus.LOAN_NOT_WRITTEN_OFF: _("A recovery needs a write-off before it."),
        PaymentStatus.BEFORE_LOAN: _("Choose a day after the loan was paid out."),
        PaymentStatus.IN_FUTURE: _("Choose today or an earlier day."),
        PaymentStatus.COST_EXCEEDS_AMOUNT: _("The cost is more than the amount."),
        PaymentStatus.WAIVER_REFUSED: _("That much can't be waived."),
        PaymentStatus.EXCEEDS_AVAILABLE: _(
            "The borrower has less than that on the account here. Enter a smaller amount, or wait"
            " for the deposit."
        ),
        PaymentStatus.NOTHING_DUE: _("Nothing is due. The money stays with the borrower."),
    },
    PlanRequestStatus: {
        PlanRequestStatus.NOT_FOUND: _("No request of the borrower waits for an answer."),
        PlanRequestStatus.NOT_PERMITTED: OWN_CASE,
        PlanRequestStatus.WORDS_MISSING: _("Write a reason, so that others can follow it later."),
        PlanRequestStatus.ALREADY_ANSWERED: MEANWHILE,
        PlanRequestStatus.ALREADY_WITHDRAWN: MEANWHILE,
    },
    ActStatus: {
        ActStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
        ActStatus.LOAN_NOT_FOUND: _("There is no such loan."),
        ActStatus.LOAN_CLOSED: _("This loan is closed; nothing is left to change."),
        ActStatus.PAYMENT_NOT_FOUND: _("There is no such payment."),
        ActStatus.ALREADY_REVERSED: _("This payment was taken back already."),
        ActStatus.IN_FUTURE: _("Choose today or an earlier day."),
        ActStatus.BEFORE_LATEST_FACT: _(
            "Something was booked with a later day. Choose a later one."
        ),
        ActStatus.EXCEEDS_AVAILABLE: _("There is not enough money on the account for this."),
        ActStatus.AMOUNT_OUT_OF_BOUNDS: _("Enter an amount above zero."),
        ActStatus.REASON_MISSING: _("Write a reason, so that others can follow it later."),
        ActStatus.BEFORE_LOAN: _("Choose a day after the loan was paid out."),
        ActStatus.DAYS_OUT_OF_ORDER: _("The last day is before the first. Choose a later one."),
        ActStatus.RATE_OUT_OF_RANGE: _("Enter a rate from 0 to 100 percent a year."),
        ActStatus.RATE_ABOVE_CAP: _("The rulebook allows no loan at this rate. Enter a lower one."),
        ActStatus.PERIOD_PAID: _(
            "The borrower has paid an instalment that this would change. Choose a later day."
        ),
        ActStatus.NOTHING_TO_CHANGE: _(
            "This changes nothing: it is so already, or no principal is still to come."
        ),
        ActStatus.TOO_MANY_CHANGES: _("This loan was changed too often. Agree another plan."),
        ActStatus.OTHER_PLAN_AGREED: _(
            "Another plan was agreed on this loan. Agree another one with the new rate instead."
        ),
        ActStatus.PLAN_OUT_OF_RANGE: _(
            "Enter at least one instalment, and fewer with interest alone than in all."
        ),
        ActStatus.METHOD_UNSUITED: _(
            "Interest on this loan falls due at its end, so it can't get another plan."
        ),
        ActStatus.WITH_COLLECTOR: _("A collector has this loan already. Take it back first."),
        ActStatus.NOT_WITH_COLLECTOR: _("No collector has this loan."),
        ActStatus.NOT_WAIVABLE: _("Principal is written off, not waived."),
        ActStatus.EXCEEDS_OPEN: _(
            "That is more than was due and unpaid on the day. Enter less, or a later day."
        ),
    },
}


def sentence_of(status: StrEnum) -> str:
    """The sentence for a refused status; the status itself where it has none."""
    told = REFUSALS[type(status)].get(status)
    return str(told) if told else _now(status.value.replace("_", " "))
