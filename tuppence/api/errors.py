"""Every refusal of the API: one closed list of codes, each with its HTTP status and sentence."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from tuppence.market.lifecycle import CancelStatus
from tuppence.market.orders import InvestStatus
from tuppence.money.refusals import sentence


class ErrorCode(StrEnum):
    """Why a call was refused. Programs go by these; the sentences are for people."""

    TOKEN_MISSING = "token_missing"  # noqa: S105 - names, not secrets
    TOKEN_UNKNOWN = "token_unknown"  # noqa: S105
    SCOPE_MISSING = "scope_missing"
    KEY_MISSING = "key_missing"
    KEY_REFUSED = "key_refused"
    KEY_IN_FLIGHT = "key_in_flight"
    KEY_OF_OTHER_CONTENT = "key_of_other_content"
    BODY_REFUSED = "body_refused"
    BODY_TOO_LARGE = "body_too_large"
    PARAMETER_REFUSED = "parameter_refused"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    CURRENCY_DIFFERS = "currency_differs"
    AMOUNT_OUT_OF_BOUNDS = "amount_out_of_bounds"
    AMOUNT_BELOW_MINIMUM = "amount_below_minimum"
    AMOUNT_NOT_IN_STEPS = "amount_not_in_steps"
    LISTING_NOT_FOUND = "listing_not_found"
    LISTING_NOT_OPEN = "listing_not_open"
    EXCEEDS_LISTING = "exceeds_listing"
    EXCEEDS_AVAILABLE = "exceeds_available"
    MEMBER_NOT_FOUND = "member_not_found"
    MEMBER_BLOCKED = "member_blocked"
    MEMBER_NOT_VERIFIED = "member_not_verified"
    OWN_LISTING = "own_listing"
    RULE_REFUSES = "rule_refuses"
    INVESTMENT_NOT_FOUND = "investment_not_found"
    INVESTMENT_ENDED = "investment_ended"
    TOO_LATE_TO_CANCEL = "too_late_to_cancel"
    OVERLOADED = "overloaded"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a code says over HTTP and to people."""

    status: int
    sentence: str


class Refused(Exception):
    """A call is refused; `sentence` replaces the code's own where it can say more."""

    def __init__(self, code: ErrorCode, sentence: str = "") -> None:
        super().__init__(sentence or REFUSALS[code].sentence)
        self.code = code


REFUSALS: Final = MappingProxyType(
    {
        ErrorCode.TOKEN_MISSING: Refusal(
            401, sentence("Send a token in the header Authorization: Bearer tup_….")
        ),
        ErrorCode.TOKEN_UNKNOWN: Refusal(
            401, sentence("This token is not valid, or no longer: make a new one in your account.")
        ),
        ErrorCode.SCOPE_MISSING: Refusal(
            403, sentence("This token may not do that: make one that may, in your account.")
        ),
        ErrorCode.KEY_MISSING: Refusal(
            400,
            sentence(
                "Send a header Idempotency-Key with a value of your own for each order, for"
                " example a random UUID; send the same one when you repeat the order."
            ),
        ),
        ErrorCode.KEY_REFUSED: Refusal(
            400, sentence("Write the Idempotency-Key as 1 to 200 letters, digits and signs.")
        ),
        ErrorCode.KEY_IN_FLIGHT: Refusal(
            409, sentence("The same order is being worked on: ask again in a moment.")
        ),
        ErrorCode.KEY_OF_OTHER_CONTENT: Refusal(
            422, sentence("This key was used for another order: use a new key for a new order.")
        ),
        ErrorCode.BODY_REFUSED: Refusal(
            422, sentence("The body cannot be read: send a JSON object as described.")
        ),
        ErrorCode.BODY_TOO_LARGE: Refusal(
            413, sentence("The body is too large: send less at a time.")
        ),
        ErrorCode.PARAMETER_REFUSED: Refusal(
            422, sentence("A parameter cannot be read: look at the description.")
        ),
        ErrorCode.NOT_FOUND: Refusal(
            404, sentence("There is nothing here: look at the description for the addresses.")
        ),
        ErrorCode.METHOD_NOT_ALLOWED: Refusal(
            405, sentence("This address takes other methods: look at the header Allow.")
        ),
        ErrorCode.CURRENCY_DIFFERS: Refusal(
            422, sentence("The listing is in another currency: use the listing's own.")
        ),
        ErrorCode.AMOUNT_OUT_OF_BOUNDS: Refusal(
            422, sentence("The amount is out of bounds: send one that the listing still needs.")
        ),
        ErrorCode.AMOUNT_BELOW_MINIMUM: Refusal(
            422, sentence("The amount is below the listing's minimum: send at least that.")
        ),
        ErrorCode.AMOUNT_NOT_IN_STEPS: Refusal(
            422, sentence("The amount is not in the listing's steps: send a multiple of the step.")
        ),
        ErrorCode.LISTING_NOT_FOUND: Refusal(
            404, sentence("There is no such listing: take a number from the list.")
        ),
        ErrorCode.LISTING_NOT_OPEN: Refusal(
            409, sentence("The listing does not take money now: choose another.")
        ),
        ErrorCode.EXCEEDS_LISTING: Refusal(
            409, sentence("The listing needs less than that by now: look it up and send less.")
        ),
        ErrorCode.EXCEEDS_AVAILABLE: Refusal(
            409, sentence("You have less than that available: pay in, or send less.")
        ),
        ErrorCode.MEMBER_NOT_FOUND: Refusal(
            403, sentence("There is no member behind this token: make a new one.")
        ),
        ErrorCode.MEMBER_BLOCKED: Refusal(
            403, sentence("Your membership is blocked: write to us about it.")
        ),
        ErrorCode.MEMBER_NOT_VERIFIED: Refusal(
            403, sentence("Your identity is not verified yet: do that in your account first.")
        ),
        ErrorCode.OWN_LISTING: Refusal(
            403, sentence("This is your own request for money: choose another listing.")
        ),
        ErrorCode.RULE_REFUSES: Refusal(
            403,
            sentence(
                "The law asks for something first: the rule is named beside this. Do what it asks"
                " in your account, or send consent where it asks for consent."
            ),
        ),
        ErrorCode.INVESTMENT_NOT_FOUND: Refusal(
            404, sentence("You have no such investment: take an id from your portfolio.")
        ),
        ErrorCode.INVESTMENT_ENDED: Refusal(
            409, sentence("This investment has ended: there is nothing left to cancel.")
        ),
        ErrorCode.TOO_LATE_TO_CANCEL: Refusal(
            409, sentence("The time to change your mind is over: the investment stands.")
        ),
        ErrorCode.OVERLOADED: Refusal(
            503, sentence("Too much at once: repeat the same call with the same key in a moment.")
        ),
        ErrorCode.INTERNAL: Refusal(
            500, sentence("Something of ours failed: repeat the same call with the same key.")
        ),
    }
)
assert set(REFUSALS) == set(ErrorCode), "every code has its sentence"

INVEST_CODES: Final = MappingProxyType(
    {status: ErrorCode(status.name.lower()) for status in list(InvestStatus)[3:]}
)
"""The code of every refusal of an order to invest that is not about its key."""

CANCEL_CODES: Final = MappingProxyType(
    {
        CancelStatus.NOT_FOUND: ErrorCode.INVESTMENT_NOT_FOUND,
        CancelStatus.ALREADY_ENDED: ErrorCode.INVESTMENT_ENDED,
        CancelStatus.TOO_LATE: ErrorCode.TOO_LATE_TO_CANCEL,
    }
)
