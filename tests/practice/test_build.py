"""The whole practice market, small: every state is there, the books are right, and again the same.

It is built once for the tests that look at it, and rolled back; once more to compare the books.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from django.conf import settings as django_settings
from django.contrib.auth import authenticate
from django.db import connection, transaction

from tuppence import platform
from tuppence.bank.models import BankBreak, LineMatch, Withdrawal
from tuppence.cli.books import collect
from tuppence.compliance.models import Complaint
from tuppence.compliance.queries import complaints
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.ids import derive_id
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.lending.models import (
    Application,
    Contact,
    CreditLimit,
    DayClose,
    HandOver,
    InformationRequest,
    Loan,
    PaymentReversal,
    PlanChange,
    PlanRequest,
    Product,
    PromiseOutcome,
    Reminder,
    Replay,
    WriteOff,
)
from tuppence.lending.servicing.arrears import BUCKETS, arrears_columns
from tuppence.market.models import Listing
from tuppence.members.models import ApprovalRequest, IdentityCheck, Member, User
from tuppence.members.operations import register_members
from tuppence.members.queries import acts_for
from tuppence.members.registration import MemberKind, RegisterOrder
from tuppence.practice import demo
from tuppence.practice.logins import STAFF
from tuppence.practice.operations.building import SIZE_MIN
from tuppence.practice.people import BORROWER_EMAIL
from tuppence.practice.queries import open_dues

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def silent(step: str, done: int, of: int) -> None:
    assert 0 <= done <= of


def build(size: int = SIZE_MIN) -> demo.DemoLogins:
    return demo.build(seed=7, at=AT, progress=silent, size=size)


def digest() -> str:
    """The books without numbers that the database gives: what moved, between what, and when."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT transfer.kind, transfer.amount_minor, transfer.occurred_at,
                   transfer.recorded_at, debit.kind, credit.kind, debit.currency
            FROM ledger_transfer AS transfer
            JOIN ledger_account AS debit ON debit.id = transfer.debit_account_id
            JOIN ledger_account AS credit ON credit.id = transfer.credit_account_id
            ORDER BY 1, 2, 3, 4, 5, 6
            """
        )
        moved = cursor.fetchall()
        cursor.execute(
            "SELECT verb, at, amount_minor, subject_kind, properties::text FROM events_event"
            " ORDER BY 1, 2, 3, 4, 5"
        )
        told = cursor.fetchall()
    assert moved and told
    return sha256(repr((moved, told)).encode()).hexdigest()


@dataclass(frozen=True)
class Picture:
    """What a newcomer would find."""

    digest: str
    logins: demo.DemoLogins
    signed_in: list[str]
    listings: Counter[str]
    levels: list[int]
    reflecting: int
    ready: int
    loans: Counter[str]
    buckets: set[str]
    methods: set[str]
    decided: Counter[bool | None]
    withdrawals: Counter[str]
    meanings: Counter[str]
    counts: dict[str, int]
    guest: tuple[int, int]  # what the demo's borrower owes by now, and has here
    differing: list[str]
    checks: int


def guest_today() -> tuple[int, int]:
    """What the demo's borrower owes by today, and the cash there is to pay it, in minor units."""
    user = User.objects.get(email=BORROWER_EMAIL)
    loan = Loan.objects.get(borrower_id__in=acts_for(user.pk, at=AT), state="active")
    dues = open_dues([loan.pk], upto=platform.business_day(AT))
    purse = AccountKey(AccountKind.MEMBER_AVAILABLE, loan.borrower_id, loan.currency)
    return sum(due.open_minor for due in dues), balances([purse])[purse]


def picture() -> Picture:
    """Build, look, and take it away again."""
    logins = build()
    listings = list(Listing.objects.all())
    full = [listing for listing in listings if listing.state == "full"]
    dues = Loan.objects.filter(state="active").values_list("next_due_on", flat=True)
    _, buckets = arrears_columns(
        np.array(list(dues), dtype="datetime64[D]"), platform.business_day(AT), grace_days=7
    )
    checks = collect()
    return Picture(
        digest=digest(),
        logins=logins,
        signed_in=[
            login.persona
            for login in logins.logins
            if authenticate(None, username=login.email, password=login.password)
        ],
        listings=Counter(listing.state for listing in listings),
        levels=sorted(
            100 * listing.funded_minor // listing.target_minor
            for listing in listings
            if listing.state == "open"
        ),
        reflecting=sum(
            listing.placed.filter(state="placed", revocable_until__gt=AT).exists()
            for listing in full
        ),
        ready=ApprovalRequest.objects.filter(kind="market.pay_out", decision=None).count(),
        loans=Counter(Loan.objects.values_list("state", flat=True)),
        buckets={BUCKETS[place].value for place in buckets.tolist()},
        methods=set(Product.objects.values_list("method", flat=True)),
        decided=Counter(Application.objects.values_list("decision__approved", flat=True)),
        withdrawals=Counter(Withdrawal.objects.values_list("state", flat=True)),
        meanings=Counter(LineMatch.objects.filter(ends_at=None).values_list("meaning", flat=True)),
        counts={
            "reversals": PaymentReversal.objects.count(),
            "replays": Replay.objects.count(),
            "early": Loan.objects.filter(payments__kind="early_repayment").count(),
            "recovered": Loan.objects.filter(payments__kind="recovery").count(),
            "written off": WriteOff.objects.count(),
            "contacts": Contact.objects.count(),
            "reminders": Reminder.objects.count(),
            "promises found": PromiseOutcome.objects.count(),
            "limits": CreditLimit.objects.count(),
            "asked of applicants": InformationRequest.objects.filter(closing=None).count(),
            "requests for another plan": PlanRequest.objects.filter(answer=None).count(),
            "with a collector": HandOver.objects.filter(recall=None).count(),
            "other plans": PlanChange.objects.filter(cause="rescheduled").count(),
            "pauses": PlanChange.objects.filter(cause="interest_paused").count(),
            "days": DayClose.objects.count(),
            "open breaks": BankBreak.objects.filter(closed_at=None).count(),
            "closed breaks": BankBreak.objects.exclude(closed_at=None).count(),
            "identity queue": IdentityCheck.objects.filter(decision=None).count(),
            "organisations": Member.objects.filter(kind="organisation").count(),
            "members": Member.objects.count(),
            "late complaints": complaints.late_count(on=platform.business_day(AT)),
            "open complaints": complaints.open_count(),
            "complaints": Complaint.objects.count(),
        },
        guest=guest_today(),
        differing=[repr(check) for check in checks if not check.holds],
        checks=len(checks),
    )


@pytest.fixture(scope="session")
def seen(django_db_setup: None, django_db_blocker: Any) -> Picture:
    """The market as it was built once."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_settings, "TUPPENCE_DEMO", True)
        with transaction.atomic():
            looked = picture()
            transaction.set_rollback(True)
    return looked


def test_the_books_are_right(seen: Picture) -> None:
    assert seen.checks > 20
    assert seen.differing == []


def test_every_persona_signs_in(seen: Picture) -> None:
    assert set(seen.signed_in) == {"borrower", "investor"} | {person.persona for person in STAFF}


def test_listings_stand_in_every_state(seen: Picture) -> None:
    assert set(seen.listings) == {"open", "full", "paid_out", "expired", "withdrawn"}
    assert len(set(seen.levels)) >= 3
    assert seen.reflecting >= 1
    assert seen.ready >= 1


def test_applications_wait_and_are_refused_and_approved(seen: Picture) -> None:
    assert min(seen.decided[word] for word in (None, False, True)) >= 1


def test_loans_stand_in_every_bucket_and_end_in_every_way(seen: Picture) -> None:
    assert seen.buckets == {bucket.value for bucket in BUCKETS}
    assert set(seen.loans) == {"active", "paid", "written_off"}
    assert len(seen.methods) == 5
    for what in ("reversals", "early", "recovered", "written off", "contacts"):
        assert seen.counts[what] >= 1, what
    assert seen.counts["replays"] >= 2  # one taken back, one told late


def test_credit_officers_have_something_of_each_kind_on_their_desk(seen: Picture) -> None:
    for what in (
        *("reminders", "promises found", "limits", "asked of applicants", "with a collector"),
        *("requests for another plan", "other plans", "pauses"),
    ):
        assert seen.counts[what] >= 1, what


def test_the_bank_has_something_to_be_looked_at(seen: Picture) -> None:
    assert {"asked", "paid", "returned"} <= set(seen.withdrawals)
    assert seen.meanings["unallocated"] == 1
    assert seen.meanings["cover"] == 1
    assert (seen.counts["open breaks"], seen.counts["closed breaks"]) == (1, 1)


def test_the_borrower_has_something_to_pay_and_money_for_it(seen: Picture) -> None:
    due_minor, cash_minor = seen.guest
    assert 0 < due_minor <= cash_minor


def test_complaints_are_late_near_their_day_new_and_done_with(seen: Picture) -> None:
    assert seen.counts["complaints"] == 5
    assert 1 <= seen.counts["late complaints"] < seen.counts["open complaints"] < 5


def test_people_wait_to_be_verified(seen: Picture) -> None:
    assert seen.counts["identity queue"] >= 1
    assert seen.counts["organisations"] < seen.counts["members"]


@pytest.mark.django_db
def test_the_same_seed_and_moment_give_the_same_books_and_a_second_build_does_nothing(
    practice: Any, seen: Picture
) -> None:
    assert not demo.built()
    first = build()
    assert digest() == seen.digest
    assert demo.built()
    assert build() == first
    assert demo.logins() == first.logins
    assert digest() == seen.digest


@pytest.mark.django_db
def test_practice_is_refused_outside_of_the_demo(practice: Any) -> None:
    practice.TUPPENCE_DEMO = False
    with pytest.raises(demo.PracticeRefused, match="TUPPENCE_DEMO"):
        build()
    assert not Member.objects.exists()


@pytest.mark.django_db
def test_practice_is_refused_among_real_members(practice: Any) -> None:
    order = RegisterOrder(derive_id("test", "real"), MemberKind.PERSON, "Ann Fletcher", "DE", AT)
    register_members([order])
    with pytest.raises(demo.PracticeRefused, match="members already"):
        build()
    assert (Member.objects.count(), Listing.objects.count()) == (1, 0)
