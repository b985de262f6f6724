"""How much waits for staff: one count for each queue, asked only for what a reader may open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Count, Exists, Min, OuterRef, QuerySet, Value

from tuppence.bank.matching import Meaning
from tuppence.bank.models import BankBreak, LineMatch, Withdrawal
from tuppence.bank.withdrawal import State
from tuppence.compliance.models import Complaint
from tuppence.faults.queries import open_faults
from tuppence.growth.models import BudgetAlert, FirmLine, FirmLineUse
from tuppence.lending.models import Application, Loan, Promise
from tuppence.lending.queries.information import open_requests_on
from tuppence.lending.queries.loan_files import last_closed_day
from tuppence.lending.queries.proposals import applications_proposed
from tuppence.letters.queries import letters_not_delivered
from tuppence.market.models import Listing, ListingState
from tuppence.members.identity import STAFF_QUEUE
from tuppence.members.models import ApprovalRequest, BankAccount, IdentityCheck
from tuppence.members.operations import kinds_decided_with
from tuppence.members.queries import permissions_of_user
from tuppence.web.reads.staff.jobs import job_counts


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits in a queue, and since when its oldest does."""

    number: int
    since: datetime | date | None = None


def waiting(rows: QuerySet[Any], moment: str) -> Waiting:
    """Number and age of a queue, in one query."""
    return Waiting(**rows.order_by().aggregate(number=Count("pk"), since=Min(moment)))


def approvals_waiting(user_id: int, kinds: frozenset[str], *, at: datetime) -> QuerySet[Any]:
    """Requests of others that this person may decide on."""
    rows = ApprovalRequest.objects.filter(decision=None, expires_at__gt=at, kind__in=sorted(kinds))
    return rows.exclude(made_by_id=user_id)


def identity_waiting() -> QuerySet[Any]:
    """Members who wait to be verified by staff."""
    return IdentityCheck.objects.filter(provider=STAFF_QUEUE, decision=None)


def bank_accounts_waiting() -> QuerySet[Any]:
    """Bank accounts to verify."""
    return BankAccount.objects.filter(verified_at=None, retired_at=None)


def applications_waiting(*, at: datetime) -> QuerySet[Any]:
    """Applications that wait for an officer's decision: neither for their applicant's answer nor
    for a second officer, who has the request among the approvals."""
    rows = Application.objects.filter(in_progress=True, decision=None)
    return rows.filter(~Exists(open_requests_on())).exclude(pk__in=applications_proposed(at=at))


def budget_alerts() -> Waiting:
    """Alerts of budgets that nobody has seen."""
    return waiting(BudgetAlert.objects.filter(seen_at=None), "at")


def firm_lines() -> Waiting:
    """Lines of the firm's bank of which nobody has said what they are."""
    rows = FirmLine.objects.filter(account__closed_at=None)
    said = FirmLineUse.objects.filter(line=OuterRef("pk"), ended_at=None)
    return waiting(rows.filter(~Exists(said)), "booked_on")


def unallocated_waiting() -> QuerySet[Any]:
    """Receipts that nobody could identify."""
    return LineMatch.objects.filter(meaning=Meaning.UNALLOCATED, ends_at=None)


def waiting_by_route(routes: Sequence[str], user_id: int, *, at: datetime) -> dict[str, int]:
    """How much waits on each of these pages, all in one query; pages without a queue are absent."""
    kinds = kinds_decided_with(permissions_of_user(user_id))
    queues: dict[str, QuerySet[Any]] = {
        "staff_approvals": approvals_waiting(user_id, kinds, at=at),
        "staff_identity": identity_waiting(),
        "staff_letters": letters_not_delivered(),
        "staff_bank_accounts": bank_accounts_waiting(),
        "staff_applications": applications_waiting(at=at),
        "staff_withdrawals": Withdrawal.objects.filter(state=State.ASKED),
        "staff_bank": unallocated_waiting(),
        "staff_breaks": BankBreak.objects.filter(closed_at=None),
        "staff_faults": open_faults(),
        "staff_complaints": Complaint.objects.filter(closed_at=None),
    }
    counts = [
        rows.order_by()
        .annotate(at_route=Value(route, output_field=CharField()))
        .values("at_route")
        .annotate(number=Count("pk"))
        for route, rows in queues.items()
        if route in routes
    ]
    if not counts:
        return {}
    first, *rest = counts
    found = first.union(*rest, all=True) if rest else first
    return {row["at_route"]: row["number"] for row in found}


def approvals(user_id: int, kinds: frozenset[str], *, at: datetime) -> Waiting:
    """Requests of others that this person may decide on."""
    return waiting(approvals_waiting(user_id, kinds, at=at), "made_at")


def identity_checks() -> Waiting:
    """Members who wait to be verified by staff."""
    return waiting(identity_waiting(), "submitted_at")


def bank_accounts() -> Waiting:
    """Bank accounts that wait to be verified."""
    return waiting(bank_accounts_waiting(), "added_at")


def applications(*, at: datetime) -> Waiting:
    """Applications that wait for a decision."""
    return waiting(applications_waiting(at=at), "submitted_at")


def approved_unlisted() -> Waiting:
    """Approved applications that have no listing yet."""
    rows = Application.objects.filter(in_progress=True, decision__approved=True, listing=None)
    return waiting(rows, "decision__decided_at")


def full_listings() -> Waiting:
    """Listings that are full and not paid out."""
    return waiting(Listing.objects.filter(state=ListingState.FULL), "full_at")


def withdrawals(state: State) -> Waiting:
    """Withdrawals in a state."""
    return waiting(Withdrawal.objects.filter(state=state), "asked_at")


def unallocated() -> Waiting:
    """Receipts that nobody could identify."""
    return waiting(unallocated_waiting(), "starts_at")


def breaks() -> Waiting:
    """Open differences at the bank."""
    return waiting(BankBreak.objects.filter(closed_at=None), "opened_at")


def complaints_to_answer(*, on: date) -> Waiting:
    """Open complaints whose day has not passed, and the day of the first."""
    rows = Complaint.objects.filter(closed_at=None).exclude(answer_by__lt=on)
    return waiting(rows, "received_at")


def complaints_late(*, on: date) -> Waiting:
    """Open complaints that should have been answered before a day."""
    return waiting(Complaint.objects.filter(closed_at=None, answer_by__lt=on), "received_at")


def late_loans(*, on: date) -> Waiting:
    """Running loans with an instalment due before a day and not paid."""
    return waiting(Loan.objects.filter(state="active", next_due_on__lt=on), "next_due_on")


def promises_due(*, on: date) -> Waiting:
    """Promises whose day is today."""
    return Waiting(Promise.objects.filter(by_day=on).count())


def days_to_close(*, on: date) -> int:
    """Days before today that are not closed yet, since the last one that is."""
    last = last_closed_day()
    if last is None:
        first = Loan.objects.order_by("starts_on").values_list("starts_on", flat=True).first()
        return (on - first).days if first else 0
    return max((on - last).days - 1, 0)


def faults() -> Waiting:
    """Errors that nobody has looked at since they last happened."""
    return waiting(open_faults(), "last_at")


def failed_jobs() -> Waiting:
    """Background jobs that failed."""
    return Waiting(job_counts().get("failed", 0))
