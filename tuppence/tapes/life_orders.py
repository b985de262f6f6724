"""A rebuilt life as orders: what the borrower asks, pays and leaves, in the product's own terms."""

from fractions import Fraction

from tuppence.lending.application_rules import GRADES, ApplyOrder, ReviewOrder
from tuppence.lending.orders import PaymentOrder, RecoverOrder, WriteOffOrder
from tuppence.lending.servicing.facts import StatedSplit
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.tapes.event_times import EventTimes, Step
from tuppence.tapes.loans import TapeLoan, TapeStatus
from tuppence.tapes.mapping import TapeMap
from tuppence.tapes.order_keys import loan_key, loan_keys
from tuppence.tapes.rebuild import LoanLife

COUNTRIES = {"USD": "US", "GBP": "GB", "CNY": "CN", "CHF": "CH", "SEK": "SE", "JPY": "JP"}
"""Where borrowers of a tape live, by its currency; the euro's are taken for German."""

UNGRADED = GRADES[-1]
"""A tape without grades of ours gets the one that promises least."""


def country_of(tape_map: TapeMap) -> str:
    """The country that members of a tape are registered in."""
    return COUNTRIES.get(tape_map.currency, "DE")


def borrower_order(loan: TapeLoan, tape_map: TapeMap, times: EventTimes) -> RegisterOrder:
    """The borrower becomes a member. A tape names nobody: the loan's reference stands in."""
    return RegisterOrder(
        key=loan_key(tape_map.tape, loan, "borrower"),
        kind=MemberKind.PERSON,
        legal_name=f"Borrower of {loan.loan_ref}",
        country=country_of(tape_map),
        at=times.at(loan.issued_on, Step.JOIN),
    )


def application_order(
    loan: TapeLoan, tape_map: TapeMap, times: EventTimes, *, member_id: int, product_id: int
) -> ApplyOrder:
    """The borrower asks for what the loan became: listings are for the funded amount."""
    return ApplyOrder(
        key=loan_key(tape_map.tape, loan, "application"),
        member_id=member_id,
        product_id=product_id,
        amount_minor=loan.funded_minor,
        instalments=loan.term_months,
        title=f"Loan {loan.loan_ref}",
        purpose=dict(loan.attributes).get("purpose", ""),
        at=times.at(loan.issued_on, Step.APPLY),
        originated_elsewhere=True,
    )


def review_order(loan: TapeLoan, times: EventTimes, *, application_id: int) -> ReviewOrder:
    """The decision of the platform that made the loan; it names no expected loss."""
    grade = dict(loan.attributes).get("grade", "")
    return ReviewOrder(
        application_id=application_id,
        approve=True,
        reasons=f"Taken over: {loan.loan_ref} was decided where it was made.",
        at=times.at(loan.issued_on, Step.DECIDE),
        grade=grade if grade in GRADES else UNGRADED,
        annual_rate=loan.annual_rate,
        expected_loss=Fraction(0),
    )


def payment_orders(
    life: LoanLife, tape: str, times: EventTimes, *, loan_id: int
) -> list[PaymentOrder]:
    """What the borrower paid, split as the tape says. The last payment of a paid loan closes it."""
    loan = life.loan
    closing = len(life.payments) if loan.status is TapeStatus.FULLY_PAID else 0
    keys = loan_keys(tape, loan, "payment", len(life.payments))
    return [
        PaymentOrder(
            key=key,
            loan_id=loan_id,
            on=payment.on,
            amount_minor=payment.amount_minor,
            at=times.at(payment.on, Step.PAY),
            stated=StatedSplit(
                penalty_minor=payment.late_fee_minor,
                interest_minor=payment.interest_minor,
                principal_minor=payment.principal_minor,
                settles=number == closing,
            ),
            waived_minor=life.waived_minor if number == closing else 0,
        )
        for number, (key, payment) in enumerate(zip(keys, life.payments, strict=True), start=1)
    ]


def write_off_orders(
    life: LoanLife, tape: str, times: EventTimes, *, loan_id: int
) -> list[WriteOffOrder]:
    """The loan is given up, where it was."""
    if life.charge_off is None:
        return []
    day = life.charge_off.on
    key = loan_key(tape, life.loan, "charge_off")
    return [
        WriteOffOrder(key, loan_id, day, "Charged off on the tape.", times.at(day, Step.WRITE_OFF))
    ]


def recover_orders(
    life: LoanLife, tape: str, times: EventTimes, *, loan_id: int
) -> list[RecoverOrder]:
    """What came in after the loan was given up, with the collector's fee."""
    recovery = life.recovery
    if recovery is None:
        return []
    return [
        RecoverOrder(
            key=loan_key(tape, life.loan, "recovery"),
            loan_id=loan_id,
            on=recovery.on,
            amount_minor=recovery.amount_minor,
            cost_minor=recovery.fee_minor,
            at=times.at(recovery.on, Step.RECOVER),
        )
    ]
