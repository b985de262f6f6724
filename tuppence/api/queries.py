"""What the API reads: tokens, kept answers, and the rows of its lists."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from tuppence.api.asks import Answer, Kept
from tuppence.api.scopes import Holder, Scope
from tuppence.ledger.chart import AccountKind


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A listing as investors see it; nothing that names the borrower."""

    id: int
    title: str
    purpose: str
    currency: str
    target_minor: int
    funded_minor: int
    investments: int
    minimum_minor: int
    step_minor: int
    instalments: int
    annual_rate: str | None
    grade: str
    state: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """A member's part of a loan."""

    loan_id: int
    currency: str
    lent_minor: int
    outstanding_minor: int
    written_off_minor: int
    loan_state: str
    since: datetime


@dataclass(frozen=True, slots=True)
class InvestmentRow:
    """Money that a member put into a listing that is not paid out yet."""

    id: UUID
    listing_id: int
    currency: str
    amount_minor: int
    state: str
    placed_at: datetime
    revocable_until: datetime


@dataclass(frozen=True, slots=True)
class PurseRow:
    """One of a member's accounts."""

    id: int
    kind: str
    currency: str
    balance_minor: int


@dataclass(frozen=True, slots=True)
class LineRow:
    """A transfer as one account sees it."""

    seq: int
    transfer_id: UUID
    kind: str
    subject_kind: str
    subject_id: int
    currency: str
    change_minor: int
    occurred_at: datetime
    recorded_at: datetime


def holders(digests: Collection[str]) -> dict[str, Holder]:
    """Whom these tokens speak for; unknown and revoked ones are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest, id, member_id, scopes FROM api_apitoken"
            " WHERE digest = ANY(%s) AND revoked_at IS NULL",
            [list(digests)],
        )
        return {
            digest: Holder(token_id, member_id, frozenset(Scope) & _names(scopes))
            for digest, token_id, member_id, scopes in cursor
        }


def claim(ids: Sequence[UUID]) -> set[UUID]:
    """Those of these keys that nobody else is working on; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM unnest(%s::uuid[]) AS id"
            " WHERE pg_try_advisory_xact_lock(('x' || left(id::text, 8)"
            " || substr(id::text, 10, 4) || substr(id::text, 15, 4))::bit(64)::bigint)",
            [list(dict.fromkeys(ids))],
        )
        return {row[0] for row in cursor}


def kept_answers(ids: Sequence[UUID]) -> dict[UUID, Kept]:
    """The answers given to those of these keys that were used before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, fingerprint, status, body FROM api_apianswer WHERE id = ANY(%s)",
            [list(ids)],
        )
        return {row[0]: Kept(row[1], Answer(row[2], row[3])) for row in cursor}


def listings(
    *, state: str | None, before_id: int | None, limit: int, listing_id: int | None = None
) -> list[ListingRow]:
    """Listings, the newest first, from below an id."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT listing.id, application.title, application.purpose, listing.currency,
                   target_minor, funded_minor, investments, listing.investment_minor_min,
                   listing.investment_minor_step, application.instalments,
                   decision.annual_rate::text, coalesce(decision.grade, ''), listing.state,
                   opens_at, closes_at
            FROM market_listing AS listing
            JOIN lending_application AS application ON application.id = listing.application_id
            LEFT JOIN lending_applicationdecision AS decision
                ON decision.application_id = application.id
            WHERE (%(state)s::text IS NULL OR listing.state = %(state)s)
              AND (%(before)s::bigint IS NULL OR listing.id < %(before)s)
              AND (%(id)s::bigint IS NULL OR listing.id = %(id)s)
            ORDER BY listing.id DESC LIMIT %(limit)s
            """,
            {"state": state, "before": before_id, "id": listing_id, "limit": limit},
        )
        return [ListingRow(*row) for row in cursor]


def holdings_of(member_id: int) -> list[HoldingRow]:
    """What a member holds of each loan, by loan."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT loan.id, loan.currency, lent_minor, holding.outstanding_minor,"
            " written_off_minor, loan.state, since"
            " FROM lending_holding AS holding JOIN lending_loan AS loan ON loan.id = loan_id"
            " WHERE holding.member_id = %s ORDER BY loan.id",
            [member_id],
        )
        return [HoldingRow(*row) for row in cursor]


def open_investments_of(member_id: int) -> list[InvestmentRow]:
    """A member's investments that wait for their listings to be paid out, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT investment.id, listing_id, currency, amount_minor, investment.state,"
            " placed_at, revocable_until FROM market_investment AS investment"
            " JOIN market_listing AS listing ON listing.id = listing_id"
            " WHERE investment.member_id = %s AND investment.state = 'placed'"
            " ORDER BY placed_at, investment.id",
            [member_id],
        )
        return [InvestmentRow(*row) for row in cursor]


def purses_of(member_id: int) -> list[PurseRow]:
    """A member's accounts with client money, available before reserved."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, currency, balance_minor FROM ledger_account"
            " WHERE owner_id = %s AND kind = ANY(%s) ORDER BY currency, kind",
            [member_id, [AccountKind.MEMBER_AVAILABLE, AccountKind.MEMBER_RESERVED]],
        )
        return [PurseRow(*row) for row in cursor]


def lines_of(
    account_id: int, *, currency: str, before_seq: int | None, limit: int
) -> list[LineRow]:
    """An account's transfers, the newest first, from below a place in the order of recording."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT seq, id, kind, subject_kind, subject_id, change, occurred_at, recorded_at
            FROM (
                (SELECT *, -amount_minor AS change FROM ledger_transfer
                 WHERE debit_account_id = %(id)s
                   AND (%(before)s::bigint IS NULL OR seq < %(before)s)
                 ORDER BY seq DESC LIMIT %(limit)s)
                UNION ALL
                (SELECT *, amount_minor FROM ledger_transfer
                 WHERE credit_account_id = %(id)s
                   AND (%(before)s::bigint IS NULL OR seq < %(before)s)
                 ORDER BY seq DESC LIMIT %(limit)s)
            ) AS side ORDER BY seq DESC LIMIT %(limit)s
            """,
            {"id": account_id, "before": before_seq, "limit": limit},
        )
        return [
            LineRow(seq, transfer_id, kind, subject_kind, subject_id, currency, *rest)
            for seq, transfer_id, kind, subject_kind, subject_id, *rest in cursor
        ]


def _names(scopes: str | list[str]) -> set[str]:
    return set(json.loads(scopes) if isinstance(scopes, str) else scopes)
