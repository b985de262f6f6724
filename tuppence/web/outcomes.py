"""What a person is told when an order was refused: a sentence for each status that refuses."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tuppence.bank.withdrawal import AskStatus
from tuppence.compliance.complaint import ComplaintStatus
from tuppence.lending.application_rules import ApplyStatus, ReviewStatus
from tuppence.lending.information_requests import InformationStatus
from tuppence.lending.orders import PaymentStatus
from tuppence.lending.plan_requests import PlanRequestStatus
from tuppence.market.lifecycle import CancelStatus
from tuppence.market.orders import InvestStatus

Sentence = str | Promise

START_AGAIN = _("This page was used for something else before. Open it again and start afresh.")

ASK_REFUSALS: Mapping[AskStatus, Sentence] = {
    AskStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
    AskStatus.AMOUNT_MUST_BE_POSITIVE: _("Enter an amount above zero."),
    AskStatus.AMOUNT_TOO_LARGE: _("Enter a smaller amount."),
    AskStatus.NOT_PAID_IN_THIS_CURRENCY: _(
        "Money can't be taken out yet: our account at the bank is not set up. Write to us."
    ),
    AskStatus.MEMBER_NOT_FOUND: _("Complete your profile first."),
    AskStatus.NOT_PERMITTED: _("You may not take money out for this member."),
    AskStatus.MEMBER_NOT_VERIFIED: _("Show us first who you are, under Account, Identity."),
    AskStatus.MEMBER_BLOCKED: _("Your membership is blocked. Write to us."),
    AskStatus.NO_VERIFIED_ACCOUNT: _(
        "Name your bank account first; money goes out once it is verified."
    ),
    AskStatus.EXCEEDS_AVAILABLE: _("You have less than that. Enter a smaller amount."),
}

INVEST_REFUSALS: Mapping[InvestStatus, Sentence] = {
    InvestStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
    InvestStatus.AMOUNT_OUT_OF_BOUNDS: _("Enter an amount above zero."),
    InvestStatus.LISTING_NOT_FOUND: _("There is no such listing. Choose another one."),
    InvestStatus.LISTING_NOT_OPEN: _("This listing takes no more money. Choose another one."),
    InvestStatus.AMOUNT_BELOW_MINIMUM: _("That is less than the smallest amount of this listing."),
    InvestStatus.MEMBER_NOT_FOUND: _("Complete your profile first."),
    InvestStatus.MEMBER_BLOCKED: _("Your membership is blocked. Write to us."),
    InvestStatus.MEMBER_NOT_VERIFIED: _("Show us first who you are, under Account, Identity."),
    InvestStatus.OWN_LISTING: _("This is your own listing; others fund it."),
    InvestStatus.RULE_REFUSES: _("A rule stands against it; see above."),
    InvestStatus.EXCEEDS_LISTING: _("Less than that is still open. Enter a smaller amount."),
    InvestStatus.AMOUNT_NOT_IN_STEPS: _("Enter an amount in the steps of this listing."),
    InvestStatus.EXCEEDS_AVAILABLE: _("You have less than that. Pay in, or invest less."),
}

CANCEL_REFUSALS: Mapping[CancelStatus, Sentence] = {
    CancelStatus.NOT_FOUND: _("There is no such investment of yours."),
    CancelStatus.ALREADY_ENDED: _("This investment has ended already."),
    CancelStatus.TOO_LATE: _("The days in which it could be taken back are over."),
}

APPLY_REFUSALS: Mapping[ApplyStatus, Sentence] = {
    ApplyStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
    ApplyStatus.PRODUCT_NOT_FOUND: _("This loan is not offered. Choose another one."),
    ApplyStatus.PRODUCT_RETIRED: _("This loan is no longer offered. Choose another one."),
    ApplyStatus.AMOUNT_OUT_OF_RANGE: _("Go back and choose an amount in the range of this loan."),
    ApplyStatus.INSTALMENTS_OUT_OF_RANGE: _(
        "Go back and choose a number of instalments in the range of this loan."
    ),
    ApplyStatus.TITLE_MISSING: _("Give your listing a title of at most 120 characters."),
    ApplyStatus.MEMBER_NOT_FOUND: _("Complete your profile first."),
    ApplyStatus.MEMBER_BLOCKED: _("Your membership is blocked. Write to us."),
    ApplyStatus.MEMBER_NOT_VERIFIED: _("Show us first who you are, under Account, Identity."),
}

REVIEW_REFUSALS: Mapping[ReviewStatus, Sentence] = {
    ReviewStatus.EXISTS_WITH_DIFFERENT_FIELDS: _("You have signed already."),
    ReviewStatus.APPLICATION_NOT_FOUND: _("There is no such application of yours."),
    ReviewStatus.NOT_PERMITTED: _("You may not do this for this member."),
    ReviewStatus.OWN_APPLICATION: _("This is your own application; somebody else decides on it."),
    ReviewStatus.ALREADY_DECIDED: _("This application was decided on already."),
    ReviewStatus.ALREADY_PAID_OUT: _("The loan is paid out already; it can be paid off instead."),
    ReviewStatus.ALREADY_WITHDRAWN: _("This application was taken back."),
    ReviewStatus.ABOVE_LIMIT: _("A second officer has to agree to this amount."),
    ReviewStatus.NOT_ABOVE_LIMIT: _("One officer is enough for this amount."),
    ReviewStatus.SECOND_ASKED: _("A second officer has been asked already."),
    ReviewStatus.NOT_APPROVED: _("This application is not approved."),
    ReviewStatus.REASONS_MISSING: _("Write down the reasons."),
    ReviewStatus.GRADE_UNKNOWN: _("Choose a grade from the list."),
    ReviewStatus.RATE_OUT_OF_RANGE: _("Choose a rate in the range of the product."),
    ReviewStatus.EXPECTED_LOSS_OUT_OF_RANGE: _("Enter an expected loss from 0 to 100 percent."),
    ReviewStatus.CONTRACT_MISSING: _("The contract is not written yet. Open it first."),
    ReviewStatus.NOT_THE_BORROWER: _("Only the borrower signs this contract."),
    ReviewStatus.OTHER_TEXT: _("The text has changed since you opened it. Read it again and sign."),
}

INFORMATION_REFUSALS: Mapping[InformationStatus, Sentence] = {
    InformationStatus.ALREADY_WITHDRAWN: _("This application was taken back."),
    InformationStatus.ALREADY_DECIDED: _("This application was decided on already."),
    InformationStatus.ALREADY_ANSWERED: _("You have answered this already."),
    InformationStatus.CLOSED: _("This is no longer needed."),
    InformationStatus.PAPER_MISSING: _("Choose the file."),
    InformationStatus.WORDS_MISSING: _("Write your answer."),
    InformationStatus.WORDS_TOO_LONG: _("Write at most 2,000 characters."),
}

PAYMENT_REFUSALS: Mapping[PaymentStatus, Sentence] = {
    PaymentStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
    PaymentStatus.AMOUNT_OUT_OF_BOUNDS: _("Enter an amount above zero."),
    PaymentStatus.LOAN_NOT_FOUND: _("There is no such loan of yours."),
    PaymentStatus.LOAN_CLOSED: _("This loan is paid back; nothing is left to pay."),
    PaymentStatus.LOAN_NOT_WRITTEN_OFF: _("This loan is not written off."),
    PaymentStatus.BEFORE_LOAN: _("Choose a day after the loan was paid out."),
    PaymentStatus.IN_FUTURE: _("Choose today or an earlier day."),
    PaymentStatus.COST_EXCEEDS_AMOUNT: _("The cost is more than the amount."),
    PaymentStatus.WAIVER_REFUSED: _("That much can't be waived."),
    PaymentStatus.EXCEEDS_AVAILABLE: _("Your cash is not enough. Pay in first."),
    PaymentStatus.NOTHING_DUE: _(
        "Nothing is due, or there is no cash to pay it with. Pay in first."
    ),
}

PLAN_REQUEST_REFUSALS: Mapping[PlanRequestStatus, Sentence] = {
    PlanRequestStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
    PlanRequestStatus.NOT_FOUND: _("There is no such loan of yours."),
    PlanRequestStatus.LOAN_CLOSED: _("This loan is paid back; nothing is left to pay."),
    PlanRequestStatus.ONE_IS_OPEN: _("A request waits for its answer already."),
    PlanRequestStatus.STORY_MISSING: _("Say in a few words what happened."),
    PlanRequestStatus.STORY_TOO_LONG: _("Say it in at most 2,000 characters."),
    PlanRequestStatus.AMOUNT_OUT_OF_BOUNDS: _("Enter a smaller amount."),
    PlanRequestStatus.STARTS_IN_PAST: _("Choose today or a later day."),
    PlanRequestStatus.STARTS_TOO_LATE: _("Choose a day within a year."),
    PlanRequestStatus.ALREADY_ANSWERED: _("The request is answered already; see below."),
}
PLAN_REQUEST_FIELDS: Mapping[PlanRequestStatus, str] = {
    PlanRequestStatus.STORY_MISSING: "story",
    PlanRequestStatus.STORY_TOO_LONG: "story",
    PlanRequestStatus.AMOUNT_OUT_OF_BOUNDS: "can_pay",
    PlanRequestStatus.STARTS_IN_PAST: "starts_on",
    PlanRequestStatus.STARTS_TOO_LATE: "starts_on",
}

COMPLAINT_REFUSALS: Mapping[ComplaintStatus, Sentence] = {
    ComplaintStatus.EXISTS_WITH_DIFFERENT_FIELDS: START_AGAIN,
    ComplaintStatus.NOT_FOUND: _("There is no such complaint."),
    ComplaintStatus.NOT_PERMITTED: _("You may not do this with this complaint."),
    ComplaintStatus.OWN_CASE: _("This is your own case. Somebody else has to decide it."),
    ComplaintStatus.MEMBER_NOT_FOUND: _("There is no such member. Check the number."),
    ComplaintStatus.NOT_THE_MEMBER: _("Only who made the complaint may do this."),
    ComplaintStatus.TEXT_MISSING: _("Write what happened, in your own words."),
    ComplaintStatus.TEXT_NOT_ALLOWED: _(
        "Write at most 4,000 characters of plain text, without invisible signs."
    ),
    ComplaintStatus.CLOSED: _("It is answered or taken back already."),
    ComplaintStatus.NOT_ANSWERED: _("It has no answer yet. Write a message instead."),
    ComplaintStatus.ALREADY_ESCALATED: _("It was looked at a second time already."),
    ComplaintStatus.DAY_PAST: _("Choose a day that is still to come."),
}
