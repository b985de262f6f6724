"""One holding's story, and a payment's own part with the transfers that carried it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from tuppence.ledger.chart import AccountKind
from tuppence.ledger.models import Transfer
from tuppence.lending.models import Holding, Payment
from tuppence.lending.queries.loan_news import NewsLine, news_of
from tuppence.market.models import Investment
from tuppence.web.reads.activity import own_account
from tuppence.web.reads.earnings import RECOVERY, Parts

STORY_MAX = 150


@dataclass(frozen=True, slots=True)
class HoldingStory:
    """A member's part of a loan with all that happened to it, the latest first."""

    holding: Holding
    news: list[NewsLine]
    is_cut: bool
    own: dict[UUID, Parts]  # by payment or correction
    promised: list[Investment]  # the orders that it was funded by
    earned_minor: int  # after fee and tax, without principal and recoveries
    recovered_minor: int


@dataclass(frozen=True, slots=True)
class OwnTransfer:
    """A transfer of the member's own cash within a payment."""

    id: UUID
    kind: str
    recorded_at: datetime
    change_minor: int


def holding_story(member_id: int, loan_id: int) -> HoldingStory | None:
    """The story of a member's holding; None where there is none."""
    holding = (
        Holding.objects.filter(member_id=member_id, loan_id=loan_id)
        .select_related("loan__application__listing", "loan__borrower")
        .first()
    )
    if holding is None:
        return None
    news = news_of([loan_id], latest=STORY_MAX + 1)[loan_id]
    shares = _shares(member_id, loan_id)
    listing = getattr(holding.loan.application, "listing", None)
    promised = Investment.objects.filter(
        member_id=member_id, listing_id=listing.pk if listing else -1, state="paid_out"
    )
    kept = [parts for parts, is_recovery in shares.values() if not is_recovery]
    return HoldingStory(
        holding=holding,
        news=news[:STORY_MAX],
        is_cut=len(news) > STORY_MAX,
        own={reference: parts for reference, (parts, _) in shares.items()},
        promised=list(promised.order_by("-placed_at")),
        earned_minor=sum(parts.net_minor - parts.principal_minor for parts in kept),
        recovered_minor=sum(parts.net_minor for parts, recovers in shares.values() if recovers),
    )


def _shares(member_id: int, loan_id: int) -> dict[UUID, tuple[Parts, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT share.distribution_id, source.kind = %(recovery)s, share.principal_minor,
                   share.interest_minor, share.late_fee_minor, share.compensation_minor,
                   share.surplus_minor, share.servicing_fee_minor, share.tax_minor
            FROM (
                SELECT id, kind FROM lending_payment WHERE loan_id = %(loan)s
                UNION ALL
                SELECT id, '' FROM lending_replay WHERE loan_id = %(loan)s
            ) AS source
            JOIN lending_distributionshare AS share
                ON share.distribution_id = source.id AND share.member_id = %(member)s
            """,
            {"loan": loan_id, "member": member_id, "recovery": RECOVERY},
        )
        return {reference: (Parts(*parts), recovers) for reference, recovers, *parts in cursor}


def own_part(member_id: int, payment_id: UUID) -> Parts | None:
    """What a member got of a payment when it was booked; None where nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT principal_minor, interest_minor, late_fee_minor, compensation_minor,
                   surplus_minor, servicing_fee_minor, tax_minor
            FROM lending_distributionshare WHERE distribution_id = %s AND member_id = %s
            """,
            [payment_id, member_id],
        )
        row = cursor.fetchone()
    return Parts(*row) if row else None


def own_transfers(member_id: int, loan_id: int, group_id: UUID) -> list[OwnTransfer]:
    """The transfers of a payment that moved the member's own cash."""
    account = own_account(member_id, AccountKind.MEMBER_AVAILABLE)
    touched = Q(debit_account_id=account) | Q(credit_account_id=account)
    rows = Transfer.objects.filter(touched, subject_id=loan_id, group_id=group_id)
    return [
        OwnTransfer(
            row.pk,
            row.kind,
            row.recorded_at,
            row.amount_minor if row.credit_account_id == account else -row.amount_minor,
        )
        for row in rows.order_by("seq")
    ]


def payment_behind(loan_id: int, group_id: UUID) -> UUID | None:
    """The payment on a loan that a transfer belongs to, if any."""
    found = Payment.objects.filter(loan_id=loan_id, id=group_id).values_list("id", flat=True)
    return found.first()
