"""Rows as the API shows them: amounts as text, a part of a list with the way to the next."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tuppence.api.queries import HoldingRow, InvestmentRow, LineRow, ListingRow, PurseRow
from tuppence.money.currency import format_plain
from tuppence.money.rates import format_percent


def listing_shown(row: ListingRow) -> dict[str, Any]:
    """A listing."""
    rate = None if row.annual_rate is None else format_percent(Fraction(row.annual_rate), 6)
    return {
        "id": row.id,
        "title": row.title,
        "purpose": row.purpose,
        "currency": row.currency,
        "target": format_plain(row.target_minor, row.currency),
        "funded": format_plain(row.funded_minor, row.currency),
        "left": format_plain(row.target_minor - row.funded_minor, row.currency),
        "minimum": format_plain(row.minimum_minor, row.currency),
        "step": format_plain(row.step_minor, row.currency),
        "investments": row.investments,
        "instalments": row.instalments,
        "annual_rate_percent": rate,
        "grade": row.grade,
        "state": row.state,
        "opens_at": row.opens_at,
        "closes_at": row.closes_at,
    }


def listings_shown(rows: Sequence[ListingRow], *, limit: int) -> dict[str, Any]:
    """Listings, read with one more than are shown: that one tells that there are more."""
    shown = rows[:limit]
    return {
        "items": [listing_shown(row) for row in shown],
        "next_cursor": shown[-1].id if len(rows) > limit else None,
    }


def portfolio_shown(
    holdings: Sequence[HoldingRow], investments: Sequence[InvestmentRow]
) -> dict[str, Any]:
    """Parts of loans, and money in listings."""
    return {
        "holdings": [
            {
                "loan_id": row.loan_id,
                "currency": row.currency,
                "lent": format_plain(row.lent_minor, row.currency),
                "outstanding": format_plain(row.outstanding_minor, row.currency),
                "written_off": format_plain(row.written_off_minor, row.currency),
                "loan_state": row.loan_state,
                "since": row.since,
            }
            for row in holdings
        ],
        "investments": [
            {
                "id": row.id,
                "listing_id": row.listing_id,
                "amount": format_plain(row.amount_minor, row.currency),
                "currency": row.currency,
                "state": row.state,
                "placed_at": row.placed_at,
                "revocable_until": row.revocable_until,
            }
            for row in investments
        ],
    }


def account_shown(purses: Sequence[PurseRow]) -> dict[str, Any]:
    """Balances, available and reserved."""
    return {
        "balances": [
            {
                "kind": purse.kind,
                "currency": purse.currency,
                "balance": format_plain(purse.balance_minor, purse.currency),
            }
            for purse in purses
        ]
    }


def lines_shown(rows: Sequence[LineRow], *, limit: int) -> dict[str, Any]:
    """Lines of a statement, read with one more than are shown."""
    shown = rows[:limit]
    return {
        "items": [
            {
                "transfer_id": row.transfer_id,
                "kind": row.kind,
                "subject_kind": row.subject_kind,
                "subject_id": row.subject_id,
                "currency": row.currency,
                "change": format_plain(row.change_minor, row.currency),
                "occurred_at": row.occurred_at,
                "recorded_at": row.recorded_at,
            }
            for row in shown
        ],
        "next_cursor": shown[-1].seq if len(rows) > limit else None,
    }
