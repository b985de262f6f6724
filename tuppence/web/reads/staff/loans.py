"""Loans as staff read them: by lateness, and one with all that happened to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.utils.translation import gettext as _

from tuppence.ledger.chart import Owner
from tuppence.lending.collection_records import PromiseState, promise_state
from tuppence.lending.models import (
    Charge,
    Contact,
    DistributionShare,
    HandOver,
    Holding,
    Loan,
    Payment,
    PaymentReversal,
    PlanChange,
    Promise,
    PromiseOutcome,
    Reminder,
    Replay,
    Waiver,
)
from tuppence.lending.servicing.arrears import Bucket, bucket_of
from tuppence.lending.servicing.facts import PlanCause
from tuppence.lending.servicing.loan_state import LoanState
from tuppence.web.reads.loans import (
    PaymentRow,
    ScheduleRow,
    payment_row,
    payments_of,
    schedule_of,
    state_on,
)
from tuppence.web.reads.staff.books import AccountRow, accounts_of_owner

UPPER_DAYS = {Bucket.DAYS_1_30: (0, 30), Bucket.DAYS_31_60: (30, 60), Bucket.DAYS_61_90: (60, 90)}


def loans(*, on: date) -> QuerySet[Any]:
    """All loans with `days_late`, how many days ago the oldest unpaid instalment was due."""
    return _late_by(on).select_related("borrower")


def days_past_due(loan: Any) -> int:
    """Of one of `loans`: days since its oldest unpaid date; zero where it no longer runs."""
    return max(loan.days_late or 0, 0) if loan.state == "active" else 0


def bucket_counts(*, on: date) -> list[tuple[Bucket, int, int]]:
    """For each bucket how many running loans, and their outstanding principal."""
    found = []
    for bucket in Bucket:
        rows = _late_by(on).filter(in_bucket(bucket), state="active")
        total = int(rows.aggregate(total=Sum("outstanding_minor"))["total"] or 0)
        found.append((bucket, rows.count(), total))
    return found


def restructured(*, on: date) -> tuple[int, int, int]:
    """Running loans with another plan: how many, their principal, and how many of them are late.

    They are counted in the buckets too: another plan never sets days past due back.
    """
    rows = Loan.objects.filter(state="active").filter(
        Exists(PlanChange.objects.filter(loan_id=OuterRef("pk"), cause=PlanCause.RESCHEDULED))
    )
    total = int(rows.aggregate(total=Sum("outstanding_minor"))["total"] or 0)
    return rows.count(), total, rows.filter(next_due_on__lt=on).count()


def _late_by(on: date) -> QuerySet[Any]:
    days = Func(
        Value(on, DateField()),
        F("next_due_on"),
        arg_joiner=" - ",
        template="(%(expressions)s)",
        output_field=IntegerField(),
    )
    return Loan.objects.annotate(days_late=days)


def in_bucket(bucket: Bucket) -> Q:
    """Which of `loans` are in a bucket."""
    if bucket is Bucket.CURRENT:
        return Q(next_due_on=None) | Q(days_late__lte=0)
    if bucket is Bucket.GRACE:
        return Q(days_late__gt=0, days_late__lte=F("grace_days"))
    beyond = Q(days_late__gt=F("grace_days"))
    if bucket is Bucket.DAYS_91_PLUS:
        return beyond & Q(days_late__gt=90)
    least, most = UPPER_DAYS[bucket]
    return beyond & Q(days_late__gt=least, days_late__lte=most)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing in a loan's story; `code` names what it is, `amount_minor` is zero for none."""

    at: datetime
    code: str
    on: date | None = None
    amount_minor: int = 0
    text: str = ""
    by: str = ""
    state: str = ""
    payment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """A replay with its explanation in sentences of the reader's language."""

    since: date
    recorded_at: datetime
    shortfall_minor: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StaffLoan:
    """One loan folded to a day, with its story."""

    loan: Loan
    state: LoanState
    bucket: Bucket
    is_restructured: bool
    schedule: list[ScheduleRow]
    payments: list[PaymentRow]
    replays: list[ReplayRow]
    story: list[Happening]
    accounts: list[AccountRow]
    holdings: Sequence[Holding]
    row_count: int
    payment_count: int

    @property
    def hidden_rows(self) -> bool:
        """Whether some instalments are left out."""
        return len(self.schedule) < self.row_count

    @property
    def hidden_payments(self) -> bool:
        """Whether some payments are left out."""
        return len(self.payments) < self.payment_count


ROWS_SHOWN, BEFORE_OPEN, PAYMENTS_SHOWN, STORY_SHOWN = 36, 3, 20, 24


def window(schedule: list[ScheduleRow]) -> list[ScheduleRow]:
    """The instalments around the oldest one that is open, of a long schedule."""
    places = [place for place, row in enumerate(schedule) if row.open_minor]
    start = max(min(places, default=0) - BEFORE_OPEN, 0) if len(schedule) > ROWS_SHOWN else 0
    return schedule[start : start + ROWS_SHOWN]


def staff_loan(loan_id: int, *, on: date, whole: bool = False) -> StaffLoan | None:
    """A loan on a day, for those who look after it; `whole` leaves nothing of a long life out."""
    rows = Loan.objects.select_related("application__contract", "borrower", "product")
    loan = rows.filter(id=loan_id).first()
    if loan is None:
        return None
    state = state_on(loan_id, on)
    replays = replays_of(loan_id)
    schedule, payments = schedule_of(state, on), payments_of(loan_id)
    story = sorted(story_of(loan, on), key=lambda each: each.at, reverse=True)
    return StaffLoan(
        loan=loan,
        state=state,
        is_restructured=any(each.code == "rescheduled" for each in story),
        bucket=bucket_of(state.days_past_due, loan.grace_days),
        schedule=schedule if whole else window(schedule),
        payments=payments if whole else payments[:PAYMENTS_SHOWN],
        replays=replays,
        story=story if whole else story[:STORY_SHOWN],
        row_count=len(schedule),
        payment_count=len(payments),
        accounts=accounts_of_owner(Owner.LOAN, loan_id),
        holdings=list(
            Holding.objects.filter(loan_id=loan_id)
            .select_related("member")
            .order_by("-lent_minor", "id")[:12]
        ),
    )


def replays_of(loan_id: int) -> list[ReplayRow]:
    """Why payments were counted again, newest first."""
    rows = Replay.objects.filter(loan_id=loan_id).order_by("-recorded_at")
    return [
        ReplayRow(
            row.since,
            row.recorded_at,
            row.shortfall_minor,
            tuple(_(reason["template"]) % reason["params"] for reason in row.explanation),
        )
        for row in rows
    ]


def story_of(loan: Loan, on: date) -> Iterator[Happening]:
    """Everything that happened to a loan, in no order yet."""
    yield Happening(loan.paid_out_at, "paid_out", loan.starts_on, loan.principal_minor)
    for payment in Payment.objects.filter(loan_id=loan.pk):
        yield Happening(
            payment.recorded_at,
            payment.kind,
            payment.on,
            payment.amount_minor,
            payment_id=payment.pk,
        )
    for taken in PaymentReversal.objects.filter(loan_id=loan.pk).select_related("payment"):
        yield Happening(
            taken.recorded_at,
            "reversed",
            taken.on,
            taken.payment.amount_minor,
            taken.reason,
            payment_id=taken.payment_id,
        )
    for charge in Charge.objects.filter(loan_id=loan.pk):
        yield Happening(charge.recorded_at, "charge", charge.on, charge.amount_minor, charge.reason)
    gone = getattr(loan, "write_off", None)
    if gone is not None:
        claim = gone.principal_minor + gone.interest_minor + gone.charges_minor
        yield Happening(gone.recorded_at, "written_off", gone.on, claim, gone.reason)
    for change in PlanChange.objects.filter(loan_id=loan.pk):
        yield Happening(change.recorded_at, change.cause, change.first_day, text=change.reason)
    for waiver in Waiver.objects.filter(loan_id=loan.pk):
        yield Happening(waiver.recorded_at, "waived", waiver.on, waiver.amount_minor, waiver.reason)
    for given in HandOver.objects.filter(loan_id=loan.pk).select_related("by", "recall__by"):
        yield from handed(given)
    for contact in Contact.objects.filter(loan_id=loan.pk).select_related("by"):
        by = contact.by.email if contact.by else ""
        yield Happening(contact.at, f"contact_{contact.channel}", text=contact.note, by=by)
    promises = Promise.objects.filter(loan_id=loan.pk).select_related("taken_by")
    for promise in with_paid(promises):
        yield promised(promise, on)
    for found in PromiseOutcome.objects.filter(promise__loan_id=loan.pk):
        code = "promise_kept" if found.kept else "promise_broken"
        yield Happening(found.at, code, found.on, found.paid_minor)
    for reminder in Reminder.objects.filter(loan_id=loan.pk):
        yield Happening(reminder.at, "reminder", reminder.on, reminder.overdue_minor)


def handed(given: HandOver) -> Iterator[Happening]:
    """A hand-over to a collector, and that it was taken back where it was."""
    by = given.by.email if given.by else ""
    yield Happening(given.at, "handed_over", given.on, text=given.collector, by=by)
    back = getattr(given, "recall", None)
    if back is not None:
        by = back.by.email if back.by else ""
        yield Happening(back.at, "recalled", back.on, text=back.reason, by=by)


def with_paid(promises: QuerySet[Promise]) -> QuerySet[Any]:
    """Promises with what came in from each promise to its day."""
    paid = (
        Payment.objects.filter(
            loan_id=OuterRef("loan_id"),
            on__gte=OuterRef("at__date"),
            on__lte=OuterRef("by_day"),
            reversal=None,
        )
        .order_by()
        .values("loan_id")
        .annotate(total=Sum("amount_minor"))
        .values("total")
    )
    return promises.annotate(paid_minor=Subquery(paid))


def promised(promise: Any, on: date) -> Happening:
    """A promise (with what was paid) and what became of it, as the payments show."""
    paid_minor = int(promise.paid_minor or 0)
    state: PromiseState = promise_state(promise.amount_minor, promise.by_day, paid_minor, on)
    return Happening(
        promise.at,
        "promise",
        promise.by_day,
        promise.amount_minor,
        promise.note,
        promise.taken_by.email if promise.taken_by else "",
        state.value,
    )


@dataclass(frozen=True, slots=True)
class StaffPayment:
    """A payment with its parts and what each lender got of it."""

    row: PaymentRow
    payment: Payment
    reversal: PaymentReversal | None
    shares: Sequence[DistributionShare]
    lenders: int


def staff_payment(payment_id: UUID) -> StaffPayment | None:
    """One payment of any loan."""
    payment = Payment.objects.select_related("loan", "reversal").filter(id=payment_id).first()
    if payment is None:
        return None
    shares = DistributionShare.objects.filter(distribution_id=payment_id)
    return StaffPayment(
        row=payment_row(payment),
        payment=payment,
        reversal=getattr(payment, "reversal", None),
        shares=list(shares.select_related("member").order_by("-net_minor", "member_id")[:40]),
        lenders=shares.count(),
    )


def promises_due(*, on: date, days: int = 7, limit: int = 100) -> list[tuple[Promise, str]]:
    """Promises from a week back until today with what became of each, the latest first."""
    rows = with_paid(Promise.objects.filter(by_day__gt=on - timedelta(days=days), by_day__lte=on))
    found = rows.select_related("loan", "taken_by").order_by("-by_day", "-id")[:limit]
    return [(promise, promised(promise, on).state) for promise in found]
