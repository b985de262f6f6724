"""The kinds of letter, by the step of a member or a loan that each tells of."""

from enum import StrEnum


class LetterKind(StrEnum):
    """What a letter tells."""

    # Membership
    WELCOME = "welcome"
    IDENTITY_VERIFIED = "identity_verified"
    IDENTITY_REFUSED = "identity_refused"
    BANK_ACCOUNT_VERIFIED = "bank_account_verified"
    NEW_DEVICE = "new_device"
    # Money
    DEPOSIT_ARRIVED = "deposit_arrived"
    WITHDRAWAL_ASKED = "withdrawal_asked"
    WITHDRAWAL_PAID = "withdrawal_paid"
    WITHDRAWAL_RETURNED = "withdrawal_returned"
    WITHDRAWAL_REFUSED = "withdrawal_refused"
    # Borrowing
    APPLICATION_RECEIVED = "application_received"
    INFORMATION_ASKED = "information_asked"
    APPLICATION_APPROVED = "application_approved"
    APPLICATION_REFUSED = "application_refused"
    CONTRACT_TO_SIGN = "contract_to_sign"
    CONTRACT_SIGNED = "contract_signed"
    LISTING_OPEN = "listing_open"
    QUESTION_ASKED = "question_asked"
    LISTING_FUNDED = "listing_funded"
    LISTING_ENDED = "listing_ended"
    LOAN_PAID_OUT = "loan_paid_out"
    INSTALMENT_SOON = "instalment_soon"
    PAYMENT_COLLECTED = "payment_collected"
    INSTALMENT_LATE = "instalment_late"
    LATE_FEE = "late_fee"
    PLAN_ANSWERED = "plan_answered"
    PLAN_CHANGED = "plan_changed"
    HANDED_OVER = "handed_over"
    LOAN_PAID_BACK = "loan_paid_back"
    LOAN_GIVEN_UP = "loan_given_up"
    # Lending
    INVESTMENT_PLACED = "investment_placed"
    QUESTION_ANSWERED = "question_answered"
    INVESTMENT_RETURNED = "investment_returned"
    LENT_OUT = "lent_out"
    MONEY_CAME_BACK = "money_came_back"
    MONTH_STATEMENT = "month_statement"
    LENT_LATE = "lent_late"
    LENT_GIVEN_UP = "lent_given_up"
    LENT_RECOVERED = "lent_recovered"
    # Complaints
    COMPLAINT_RECEIVED = "complaint_received"
    COMPLAINT_ANSWERED = "complaint_answered"


# News that a member may do without by e-mail. What is owed, what is decided, what is asked of the
# member and what guards the account is always sent.
OPTIONAL = (
    LetterKind.DEPOSIT_ARRIVED,
    LetterKind.LISTING_OPEN,
    LetterKind.QUESTION_ASKED,
    LetterKind.PAYMENT_COLLECTED,
    LetterKind.INVESTMENT_PLACED,
    LetterKind.QUESTION_ANSWERED,
    LetterKind.INVESTMENT_RETURNED,
    LetterKind.LENT_OUT,
    LetterKind.MONEY_CAME_BACK,
    LetterKind.MONTH_STATEMENT,
    LetterKind.LENT_LATE,
    LetterKind.LENT_RECOVERED,
)
