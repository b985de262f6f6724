"""What a member has to pay on all of their loans, and what being late would cost on each."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from tuppence.lending.agreed_terms import AgreedTerms, agreed_terms
from tuppence.lending.models import Instalment, Loan


@dataclass(frozen=True, slots=True)
class DueRow:
    """An instalment that is not paid in full; amounts are what is still open of it."""

    loan_id: int
    title: str
    number: int
    due_on: date
    state: str  # late, due, coming
    principal_minor: int
    interest_minor: int
    charges_minor: int
    currency: str

    @property
    def amount_minor(self) -> int:
        """What is still to be paid on it."""
        return self.principal_minor + self.interest_minor + self.charges_minor


@dataclass(frozen=True, slots=True)
class LoanTermsRow:
    """A running loan with the terms that count when it is paid early or late."""

    loan_id: int
    title: str
    currency: str
    next_due_on: date | None
    terms: AgreedTerms


@dataclass(frozen=True, slots=True)
class Dues:
    """Everything that a member has to pay by a day, the earliest first."""

    on: date
    until: date
    rows: list[DueRow]
    loans: list[LoanTermsRow]

    @property
    def due_minor(self) -> int:
        """What is due today, with everything overdue."""
        return sum(row.amount_minor for row in self.rows if row.due_on <= self.on)

    @property
    def overdue_minor(self) -> int:
        """What should have been paid before today."""
        return sum(row.amount_minor for row in self.rows if row.due_on < self.on)

    @property
    def coming_minor(self) -> int:
        """All of it, up to the last day looked at."""
        return sum(row.amount_minor for row in self.rows)

    @property
    def next(self) -> DueRow | None:
        """What has to be paid first."""
        return self.rows[0] if self.rows else None


def dues_of(member_id: int, *, on: date, until: date) -> Dues:
    """What is open on a borrower's running loans and due by a day, in two queries."""
    loans = Loan.objects.filter(borrower_id=member_id, state="active").select_related("application")
    known = {loan.pk: loan for loan in loans.order_by("next_due_on", "id")}
    planned = F("principal_minor") + F("interest_minor") + F("fee_minor") + F("penalty_minor")
    paid = (
        F("paid_principal_minor")
        + F("paid_interest_minor")
        + F("paid_fee_minor")
        + F("paid_penalty_minor")
    )
    found = Instalment.objects.filter(loan_id__in=list(known), due_on__lte=until)
    open_rows = found.annotate(left=planned - paid).filter(left__gt=0)
    return Dues(
        on=on,
        until=until,
        rows=[
            due_row(row, known[row.loan_id], on)
            for row in open_rows.order_by("due_on", "loan_id", "number")
        ],
        loans=[
            LoanTermsRow(
                loan.pk,
                loan.application.title,
                loan.currency,
                loan.next_due_on,
                agreed_terms(loan.terms),
            )
            for loan in known.values()
        ],
    )


def due_row(row: Instalment, loan: Loan, on: date) -> DueRow:
    """An instalment with what is open of it."""
    state = "late" if row.due_on < on else "due" if row.due_on == on else "coming"
    return DueRow(
        loan_id=loan.pk,
        title=loan.application.title,
        number=row.number,
        due_on=row.due_on,
        state=state,
        principal_minor=row.principal_minor - row.paid_principal_minor,
        interest_minor=row.interest_minor - row.paid_interest_minor,
        charges_minor=row.fee_minor
        + row.penalty_minor
        - row.paid_fee_minor
        - row.paid_penalty_minor,
        currency=loan.currency,
    )
