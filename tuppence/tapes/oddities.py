"""What is odd about a loan on a tape, and the rule by which each oddity is booked."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Oddity(StrEnum):
    """A way in which a tape's loan differs from the plain life of a loan."""

    REPAID_MORE_THAN_FUNDED = "repaid_more_than_funded"
    PAID_OFF_SHORT = "paid_off_short"
    LAST_PAYMENT_AFTER_MATURITY = "last_payment_after_maturity"
    NO_LAST_PAYMENT_DATE = "no_last_payment_date"
    MONEY_WITHOUT_LAST_DATE = "money_without_last_date"
    NOTHING_PAID = "nothing_paid"
    INTEREST_ONLY_PAID = "interest_only_paid"
    MISSED_INSTALMENTS = "missed_instalments"
    OUTSIDE_CREDIT_POLICY = "outside_credit_policy"
    FUNDED_LESS_THAN_ASKED = "funded_less_than_asked"
    PLATFORM_TOOK_A_PART = "platform_took_a_part"
    INSTALMENT_CHANGED = "instalment_changed"
    SETTLED = "settled"
    RECOVERED_MORE_THAN_LOST = "recovered_more_than_lost"
    TOTAL_DIFFERS_FROM_PARTS = "total_differs_from_parts"

    @property
    def rule(self) -> str:
        """The sentence that says how such a loan is booked."""
        return RULES[self]


RULES: Mapping[Oddity, str] = MappingProxyType(
    {
        Oddity.REPAID_MORE_THAN_FUNDED: (
            "More principal came back than was lent, by rounding: the surplus is received with the"
            " last payment and goes to the lenders like principal, beyond what was owed."
        ),
        Oddity.PAID_OFF_SHORT: (
            "The loan is fully paid, yet a little principal is missing: the rest is waived on the"
            " day of the last payment and is no loss by charge-off."
        ),
        Oddity.LAST_PAYMENT_AFTER_MATURITY: (
            "The last payment came after the last due date: the instalments before it stand on"
            " their due dates, the last one on its own date."
        ),
        Oddity.NO_LAST_PAYMENT_DATE: (
            "The tape gives no date of a last payment: instalments stand on their due dates for as"
            " long as the received principal reaches, none after the tape was drawn."
        ),
        Oddity.MONEY_WITHOUT_LAST_DATE: (
            "Money was received, but there is no date of a last payment: payments are dated as for"
            " a loan without that date, a recovery as for any charge-off."
        ),
        Oddity.NOTHING_PAID: (
            "Nothing was ever received: the loan is charged off from its first due date on."
        ),
        Oddity.INTEREST_ONLY_PAID: (
            "Interest or late fees were received, but no principal: they stand as one payment on"
            " the last payment's date."
        ),
        Oddity.MISSED_INSTALMENTS: (
            "Less principal came back than was due by the last payment: whole instalments are paid"
            " in order until the money runs out, then nothing, and the rest on the last date."
        ),
        Oddity.OUTSIDE_CREDIT_POLICY: (
            "A later credit policy would have refused the loan: it is booked like any other and"
            " marked."
        ),
        Oddity.FUNDED_LESS_THAN_ASKED: (
            "The borrower got less than asked: the listing is for the funded amount."
        ),
        Oddity.PLATFORM_TOOK_A_PART: (
            "Investors took less than the whole and the platform the rest: here lenders of the"
            " pool take all of it, as the firm never lends."
        ),
        Oddity.INSTALMENT_CHANGED: (
            "The stated instalment is not that of amount, rate and term, as the amount was changed"
            " after the contract: the schedule follows the funded amount."
        ),
        Oddity.SETTLED: (
            "A debt settlement was agreed: what it brought is a recovery on the day of the"
            " settlement, where that lies after the charge-off."
        ),
        Oddity.RECOVERED_MORE_THAN_LOST: (
            "More was recovered than the principal that was charged off: all of it goes to the"
            " lenders less its fee, the surplus as interest and costs of the claim."
        ),
        Oddity.TOTAL_DIFFERS_FROM_PARTS: (
            "The stated total differs from its rounded parts by a minor unit or so: the parts are"
            " booked, the total is compared and reported."
        ),
    }
)
