"""Letters that no event gives rise to but the day does: what is due soon, what came back."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, Sum

from tuppence import platform
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.lending.models import Application, Instalment, Loan, Signature
from tuppence.letters.kinds import LetterKind
from tuppence.market.models import Listing
from tuppence.members.models import Representation
from tuppence.web.letters.drafts import Draft
from tuppence.web.letters.facts import Facts
from tuppence.web.letters.readers import members_with_readers
from tuppence.web.letters.statements import statements_ready

DAYS_BEFORE_DUE = 3
DAYS_TO_SIGN = 2
DAYS_LOOKED_BACK = 2
SHOWS_FIRST = 1_000  # of each kind a day; the rest the next time


def drafts_of_day(today: date, *, at: datetime) -> list[Draft]:
    """The letters of a day, whenever on that day and however often it is asked."""
    return [
        *instalments_soon(today, at=at),
        *contracts_to_sign(at=at),
        *listings_funded(at=at),
        *came_back(today - timedelta(days=1), at=at),
        *statements_ready(today, at=at),
    ]


def _with_readers(borrower: str) -> Q:
    """Whether somebody signs in for the member behind this column."""
    acting = Representation.objects.filter(member_id=OuterRef(f"{borrower}_id"), ends_at=None)
    return Q(**{f"{borrower}__user__isnull": False}) | Q(Exists(acting))


def instalments_soon(today: date, *, at: datetime) -> Iterator[Draft]:
    """To borrowers whose next instalment is due in three days."""
    due_on = today + timedelta(days=DAYS_BEFORE_DUE)
    loans = list(
        Loan.objects.select_related("application")
        .filter(_with_readers("borrower"), state="active", next_due_on=due_on)
        .order_by("id")[:SHOWS_FIRST]
    )
    amounts = _open_on(due_on, [loan.pk for loan in loans])
    keys = {
        loan.pk: AccountKey(AccountKind.MEMBER_AVAILABLE, loan.borrower_id, loan.currency)
        for loan in loans
    }
    cash = balances(list(keys.values()))
    for loan in loans:
        facts = Facts(
            number=loan.pk,
            title=loan.application.title,
            currency=loan.currency,
            amount_minor=amounts.get(loan.pk, 0),
            available_minor=cash[keys[loan.pk]],
            on=due_on,
        )
        once = (loan.pk, due_on.isoformat())
        yield Draft(LetterKind.INSTALMENT_SOON, loan.borrower_id, at, facts, "loan", loan.pk, once)


def _open_on(due_on: date, loan_ids: Iterable[int]) -> dict[int, int]:
    due = F("principal_minor") + F("interest_minor") + F("fee_minor") + F("penalty_minor")
    paid = (
        F("paid_principal_minor")
        + F("paid_interest_minor")
        + F("paid_fee_minor")
        + F("paid_penalty_minor")
    )
    rows = Instalment.objects.filter(loan_id__in=list(loan_ids), due_on=due_on)
    return dict(rows.values_list("loan_id").annotate(open_minor=Sum(due - paid)))


def contracts_to_sign(*, at: datetime) -> Iterator[Draft]:
    """To borrowers whose approved application has waited two days for their signature."""
    signed = Signature.objects.filter(
        contract__application_id=OuterRef("pk"), member_id=OuterRef("borrower_id")
    )
    since = at - timedelta(days=DAYS_TO_SIGN)
    rows = Application.objects.filter(
        _with_readers("borrower"),
        ~Exists(signed),
        decision__approved=True,
        decision__decided_at__lte=since,
        decision__decided_at__gt=since - timedelta(days=DAYS_LOOKED_BACK),
        withdrawal=None,
        loan=None,
    )
    for row in rows.order_by("id")[:SHOWS_FIRST]:
        facts = Facts(
            number=row.pk, title=row.title, currency=row.currency, amount_minor=row.amount_minor
        )
        yield Draft(
            LetterKind.CONTRACT_TO_SIGN,
            row.borrower_id,
            at,
            facts,
            "application",
            row.pk,
            ("application", row.pk),
        )


def listings_funded(*, at: datetime) -> Iterator[Draft]:
    """To borrowers whose listing became full, by the last investor or at the end of its window."""
    rows = Listing.objects.select_related("application").filter(
        _with_readers("borrower"), full_at__gt=at - timedelta(days=DAYS_LOOKED_BACK)
    )
    for row in rows.order_by("id")[:SHOWS_FIRST]:
        assert row.full_at is not None
        facts = Facts(
            number=row.pk,
            title=row.application.title,
            currency=row.currency,
            amount_minor=row.funded_minor,
        )
        yield Draft(
            LetterKind.LISTING_FUNDED,
            row.borrower_id,
            row.full_at,
            facts,
            "listing",
            row.pk,
            ("listing", row.pk),
        )


def came_back(day: date, *, at: datetime) -> Iterator[Draft]:
    """To lenders: all that came back to them on a day, in one letter."""
    zone = platform.zone()
    since = datetime(day.year, day.month, day.day, tzinfo=zone)
    after = day + timedelta(days=1)
    before = datetime(after.year, after.month, after.day, tzinfo=zone)
    with connection.cursor() as cursor:
        cursor.execute(_CAME_BACK, {"since": since, "before": before})
        rows = cursor.fetchall()
    readers = members_with_readers({row[0] for row in rows})
    for member_id, count, net, principal, income, taken in rows:
        if member_id not in readers or net <= 0:
            continue
        facts = Facts(
            currency=platform.currency(),
            on=day,
            count=count,
            amount_minor=net,
            principal_minor=principal,
            interest_minor=income,
            fee_minor=taken,
        )
        yield Draft(LetterKind.MONEY_CAME_BACK, member_id, at, facts, once=(day.isoformat(),))


_CAME_BACK = """
    SELECT share.member_id, count(*), sum(share.net_minor)::bigint,
           sum(share.principal_minor)::bigint,
           sum(share.interest_minor + share.late_fee_minor + share.compensation_minor
               + share.surplus_minor)::bigint,
           sum(share.servicing_fee_minor + share.tax_minor)::bigint
    FROM lending_payment AS payment
    JOIN lending_distributionshare AS share ON share.distribution_id = payment.id
    WHERE payment.recorded_at >= %(since)s AND payment.recorded_at < %(before)s
    GROUP BY share.member_id ORDER BY share.member_id
"""
