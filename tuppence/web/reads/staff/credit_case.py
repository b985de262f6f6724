"""What a decision on an application looks at beside the request: means, record, papers, marks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tuppence.lending.affordability import Affordability, a_month
from tuppence.lending.models import Application, Charge, Instalment, Loan, Promise
from tuppence.lending.queries.drafts import papers_of_application
from tuppence.lending.schedule import amortise
from tuppence.lending.terms import LoanTerms, Method
from tuppence.members import queries as members
from tuppence.members.identity import MarkKind
from tuppence.members.paper import PICTURES
from tuppence.members.queries import DocumentRow
from tuppence.members.roles import Permission
from tuppence.money.day_count import DayCount
from tuppence.money.months import Unit
from tuppence.money.rounding import Rounding, round_to_minor

SHOWN_MARKS = (MarkKind.SANCTIONS, MarkKind.EXPOSED_PERSON)
LOANS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class LoanHere:
    """A loan of the applicant on this platform; the instalment is the next one, a month."""

    id: int
    state: str  # of words.STATES["loan"]
    currency: str
    starts_on: date
    principal_minor: int
    outstanding_minor: int
    month_minor: int
    days_late: int


@dataclass(frozen=True, slots=True)
class RecordHere:
    """How the applicant has paid on this platform so far."""

    loans: Sequence[LoanHere]
    paid: int
    running: int
    late: int
    written_off: int
    late_fees: int
    promises: int


@dataclass(frozen=True, slots=True)
class PaperHere:
    """A paper, and whether it can be looked at inside the page."""

    row: DocumentRow
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Instalments:
    """What the loan asked for would take: the largest instalment but the last, the last, and a
    month on average over the term, which is what has to be put aside for a loan paid at its end."""

    usual_minor: int
    last_minor: int
    month_minor: int


def instalments_of(application: Application, rate: Fraction, *, start: date) -> Instalments:
    """The instalments of an application at a rate, were it paid out on a day."""
    product = application.product
    terms = LoanTerms(
        principal_minor=application.amount_minor,
        currency=application.currency,
        annual_rate=rate,
        instalments=application.instalments,
        start=start,
        every=product.every,
        unit=Unit(product.unit),
        method=Method(product.method),
        day_count=DayCount(product.day_count),
    )
    amounts = [row.amount_minor for row in amortise(terms).rows]
    usual = max(amounts[:-1], default=0) or amounts[-1]
    average = round_to_minor(Fraction(sum(amounts), len(amounts)), Rounding.HALF_EVEN)
    return Instalments(usual, amounts[-1], a_month(average, product.every, Unit(product.unit)))


def affordability_of(
    application: Application, here: RecordHere, instalments: Instalments
) -> Affordability:
    """The applicant's month, as stated, with this loan and those running here."""
    return Affordability(
        application.income_minor_monthly,
        application.spending_minor_monthly,
        instalments.month_minor,
        sum(loan.month_minor for loan in here.loans),
    )


def record_of(member_id: int, *, on: date) -> RecordHere:
    """The applicant's loans and how they were paid."""
    rows = list(
        Loan.objects.filter(borrower_id=member_id).select_related("product").order_by("-id")
    )
    due = _next_dues([row.pk for row in rows if row.state == "active"], on)
    loans = [_loan(row, due, on) for row in rows]
    states = Counter(loan.state for loan in loans)
    return RecordHere(
        loans=loans[:LOANS_SHOWN],
        paid=states["paid"],
        running=states["active"] + states["late"],
        late=states["late"],
        written_off=states["written_off"],
        late_fees=Charge.objects.filter(loan__borrower_id=member_id, by_rule=True).count(),
        promises=Promise.objects.filter(loan__borrower_id=member_id).count(),
    )


def papers_of(
    application_id: int, member_id: int, viewer: frozenset[Permission]
) -> tuple[list[PaperHere], list[PaperHere]] | None:
    """The papers of the application and the others of its member; None for who may see none."""
    if Permission.SEE_DOCUMENTS not in viewer:
        return None
    given = papers_of_application(application_id)
    with_it = {row.id for row in given}
    others = [row for row in members.documents(member_id) if row.id not in with_it]
    return [_paper(row) for row in given], [_paper(row) for row in others]


def marks_of(member_id: int, viewer: frozenset[Permission]) -> list[tuple[str, str]] | None:
    """What compliance found on sanctions and exposed persons; None for who may not know.

    A kind that nobody has looked at is named "unchecked". Remarks stay with compliance.
    """
    if not viewer & {Permission.DECIDE_APPLICATION, Permission.SEE_COMPLIANCE_NOTES}:
        return None
    stand = {
        kind: finding.value
        for kind, finding in members.open_marks([member_id]).get(member_id, frozenset())
    }
    return [(kind.value, stand.get(kind, "unchecked")) for kind in SHOWN_MARKS]


def _next_dues(loan_ids: list[int], on: date) -> dict[int, int]:
    rows = Instalment.objects.filter(loan_id__in=loan_ids, due_on__gte=on)
    return {
        row.loan_id: row.interest_minor + row.principal_minor
        for row in rows.order_by("loan_id", "number").distinct("loan_id")
    }


def _loan(row: Loan, due: dict[int, int], on: date) -> LoanHere:
    late = (on - row.next_due_on).days if row.state == "active" and row.next_due_on else 0
    product = row.product
    return LoanHere(
        id=row.pk,
        state="late" if late > 0 else row.state,
        currency=row.currency,
        starts_on=row.starts_on,
        principal_minor=row.principal_minor,
        outstanding_minor=row.outstanding_minor,
        month_minor=a_month(due.get(row.pk, 0), product.every, Unit(product.unit)),
        days_late=max(late, 0),
    )


def _paper(row: DocumentRow) -> PaperHere:
    return PaperHere(row, row.content_type in PICTURES)
