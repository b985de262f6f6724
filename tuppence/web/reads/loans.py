"""A loan as its borrower and its lenders see it, folded from its facts to a day."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from tuppence.lending.models import Holding, Loan, Payment
from tuppence.lending.queries.loan_files import loan_files
from tuppence.lending.servicing.early_repayment import PayoffQuote
from tuppence.lending.servicing.fold import apply_facts, quote_of
from tuppence.lending.servicing.loan_state import InstalmentState, LoanState, Status


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A loan in a list."""

    id: int
    title: str
    currency: str
    principal_minor: int
    outstanding_minor: int
    annual_rate: Fraction
    state: str
    next_due_on: date | None
    starts_on: date
    matures_on: date

    def shown_state(self, on: date) -> str:
        """The loan's state, late where an instalment is overdue."""
        if self.state == "active" and self.next_due_on is not None and self.next_due_on < on:
            return "late"
        return self.state


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One instalment as planned now, with how far it is paid."""

    number: int
    due_on: date
    principal_minor: int
    interest_minor: int
    charges_minor: int
    open_minor: int
    balance_minor: int
    state: str

    @property
    def paid_minor(self) -> int:
        """What is paid of it."""
        return self.amount_minor - self.open_minor

    @property
    def amount_minor(self) -> int:
        """Principal, interest and charges."""
        return self.principal_minor + self.interest_minor + self.charges_minor


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment on a loan and where it went."""

    id: UUID
    on: date
    recorded_at: datetime
    amount_minor: int
    principal_minor: int
    interest_minor: int
    charges_minor: int
    compensation_minor: int
    is_reversed: bool


@dataclass(frozen=True, slots=True)
class LoanPage:
    """A loan on a day: figures, schedule, payments, and the price of ending it."""

    row: LoanRow
    borrower_id: int
    borrower: str
    application_id: int
    has_contract: bool
    on: date
    due_minor: int
    overdue_minor: int
    days_past_due: int
    next_amount_minor: int
    schedule: list[ScheduleRow]
    payments: list[PaymentRow]
    quote: PayoffQuote | None
    state: LoanState  # folded to the day
    own_lent_minor: int
    own_outstanding_minor: int


def loans_of(member_id: int) -> list[LoanRow]:
    """A borrower's loans: those that run first."""
    rows = Loan.objects.filter(borrower_id=member_id).select_related("application")
    return sorted((row_of(row) for row in rows), key=lambda row: (row.state != "active", -row.id))


def loan_page(member_id: int, loan_id: int, *, on: date) -> LoanPage | None:
    """A loan as its borrower or one of its lenders may see it on a day; None for anybody else."""
    loan = (
        Loan.objects.select_related("application__contract", "borrower").filter(id=loan_id).first()
    )
    holding = Holding.objects.filter(loan_id=loan_id, member_id=member_id).first()
    if loan is None or (loan.borrower_id != member_id and holding is None):
        return None
    state = state_on(loan_id, on)
    schedule = schedule_of(state, on)
    coming = next((row for row in schedule if row.open_minor), None)
    is_active = state.status is Status.ACTIVE
    return LoanPage(
        row=row_of(loan),
        borrower_id=loan.borrower_id,
        borrower=loan.borrower.pseudonym,
        application_id=loan.application_id,
        has_contract=hasattr(loan.application, "contract"),
        on=on,
        due_minor=state.due_minor,
        overdue_minor=state.overdue_minor,
        days_past_due=state.days_past_due,
        next_amount_minor=coming.open_minor if coming and is_active else 0,
        schedule=schedule,
        payments=payments_of(loan_id),
        quote=quote_of(state, on) if is_active else None,
        state=state,
        own_lent_minor=holding.lent_minor if holding else 0,
        own_outstanding_minor=holding.outstanding_minor if holding else 0,
    )


def state_on(loan_id: int, on: date) -> LoanState:
    """The loan folded to a day, or to its latest fact where that is later."""
    before = loan_files([loan_id])[loan_id].before
    return apply_facts(before, [], as_of=on) if on > before.as_of else before


def schedule_of(state: LoanState, on: date) -> list[ScheduleRow]:
    """The instalments as planned now."""
    rows = []
    balance = sum(row.principal_minor for row in state.instalments)
    for row in state.instalments:
        balance -= row.principal_minor
        rows.append(
            ScheduleRow(
                number=row.number,
                due_on=row.due_on,
                principal_minor=row.principal_minor,
                interest_minor=row.interest_minor,
                charges_minor=row.fee_minor + row.penalty_minor,
                open_minor=row.open_minor,
                balance_minor=balance,
                state=instalment_state(row, on),
            )
        )
    return rows


def instalment_state(row: InstalmentState, on: date) -> str:
    """One of nothing, paid, late, due, coming."""
    if not row.open_minor:
        return "paid" if row.paid_minor else "nothing"
    if row.due_on < on:
        return "late"
    return "due" if row.due_on == on else "coming"


def payments_of(loan_id: int) -> list[PaymentRow]:
    """The payments on a loan, newest first."""
    rows = Payment.objects.filter(loan_id=loan_id).select_related("reversal")
    return [payment_row(row) for row in rows.order_by("-on", "-sequence")]


def payment_of(loan_id: int, payment_id: UUID) -> PaymentRow | None:
    """One payment on a loan."""
    row = Payment.objects.filter(loan_id=loan_id, id=payment_id).select_related("reversal").first()
    return payment_row(row) if row else None


def payment_row(row: Payment) -> PaymentRow:
    """A payment with its parts."""
    return PaymentRow(
        id=row.pk,
        on=row.on,
        recorded_at=row.recorded_at,
        amount_minor=row.amount_minor,
        principal_minor=row.principal_minor + row.surplus_minor,
        interest_minor=row.interest_minor,
        charges_minor=row.fee_minor + row.penalty_minor,
        compensation_minor=row.compensation_minor,
        is_reversed=getattr(row, "reversal", None) is not None,
    )


def row_of(loan: Loan) -> LoanRow:
    """A loan as a row."""
    return LoanRow(
        id=loan.pk,
        title=loan.application.title,
        currency=loan.currency,
        principal_minor=loan.principal_minor,
        outstanding_minor=loan.outstanding_minor,
        annual_rate=loan.annual_rate,
        state=loan.state,
        next_due_on=loan.next_due_on,
        starts_on=loan.starts_on,
        matures_on=loan.matures_on,
    )
