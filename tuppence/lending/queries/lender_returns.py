"""What a lender's return is reckoned from: dated flows of the ledger, and what there is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db import connection

from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import account_ids, accounts
from tuppence.ledger.transfers import AccountKey
from tuppence.lending.lender_return import FlowKind, LenderFlow, OpenHolding, Worth, worth_of


@dataclass(frozen=True, slots=True)
class LenderBook:
    """A lender's flows, the earliest first, their running holdings, and what they are worth."""

    flows: Sequence[LenderFlow]
    holdings: Sequence[OpenHolding]
    worth: Worth


CAME_BACK = ["repayment", "principal_surplus"]
TAKEN_BACK = ["repayment_returned", "advance_taken_back"]
WITHIN = ["order_placed", "order_cancelled", "order_refunded"]


def lender_book(member_id: int, *, on: date, currency: str, zone: str) -> LenderBook:
    """Everything that a lender's return on a day stands on, in four queries."""
    kinds = (
        AccountKind.MEMBER_AVAILABLE,
        AccountKind.MEMBER_RESERVED,
        AccountKind.MEMBER_RECEIVABLE,
    )
    ids = account_ids([AccountKey(kind, member_id, currency) for kind in kinds])
    by_kind = {key.kind: number for key, number in ids.items()}
    states = accounts(list(ids.values()))

    def balance(kind: AccountKind) -> int:
        return states[by_kind[kind]].balance_minor if kind in by_kind else 0

    holdings = _open_holdings(member_id, on)
    return LenderBook(
        flows=_flows(
            by_kind.get(AccountKind.MEMBER_AVAILABLE),
            by_kind.get(AccountKind.MEMBER_RESERVED),
            zone,
        ),
        holdings=holdings,
        worth=worth_of(
            holdings,
            cash_minor=balance(AccountKind.MEMBER_AVAILABLE),
            promised_minor=balance(AccountKind.MEMBER_RESERVED),
            owed_minor=balance(AccountKind.MEMBER_RECEIVABLE),
        ),
    )


def _flows(available_id: int | None, reserved_id: int | None, zone: str) -> list[LenderFlow]:
    """By the platform's day on which money moved, one row a day and kind."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT "on", kind, sum(change)::bigint FROM (
                SELECT (occurred_at AT TIME ZONE %(zone)s)::date AS "on", amount_minor AS change,
                       CASE WHEN kind = ANY(%(came_back)s) THEN 'came_back' ELSE 'paid_in' END
                           AS kind
                FROM ledger_transfer
                WHERE credit_account_id = %(available)s AND NOT kind = ANY(%(within)s)
                UNION ALL
                SELECT (occurred_at AT TIME ZONE %(zone)s)::date, -amount_minor,
                       CASE WHEN kind = ANY(%(taken_back)s) THEN 'taken_back' ELSE 'taken_out' END
                FROM ledger_transfer
                WHERE debit_account_id = %(available)s AND NOT kind = ANY(%(within)s)
                UNION ALL
                SELECT (occurred_at AT TIME ZONE %(zone)s)::date, -amount_minor, 'lent'
                FROM ledger_transfer
                WHERE debit_account_id = %(reserved)s AND NOT kind = ANY(%(within)s)
            ) AS flow GROUP BY "on", kind ORDER BY "on", kind
            """,
            {
                "available": available_id,
                "reserved": reserved_id,
                "zone": zone,
                "came_back": CAME_BACK,
                "taken_back": TAKEN_BACK,
                "within": WITHIN,
            },
        )
        return [LenderFlow(day, FlowKind(kind), amount) for day, kind, amount in cursor]


def _open_holdings(member_id: int, on: date) -> list[OpenHolding]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT holding.outstanding_minor, coalesce(decision.expected_loss, '0'),
                   coalesce(plan.days_minor, 0)::bigint, coalesce(plan.open_minor, 0)::bigint,
                   greatest(coalesce(%(on)s - loan.next_due_on, 0), 0), loan.grace_days
            FROM lending_holding AS holding
            JOIN lending_loan AS loan ON loan.id = holding.loan_id AND loan.state = 'active'
            LEFT JOIN lending_applicationdecision AS decision
                ON decision.application_id = loan.application_id
            LEFT JOIN LATERAL (
                SELECT sum((principal_minor - paid_principal_minor)
                           * greatest(due_on - %(on)s, 0)) AS days_minor,
                       sum(principal_minor - paid_principal_minor) AS open_minor
                FROM lending_instalment WHERE loan_id = loan.id
            ) AS plan ON true
            WHERE holding.member_id = %(member)s AND holding.outstanding_minor > 0
            ORDER BY loan.id
            """,
            {"member": member_id, "on": on},
        )
        return [
            OpenHolding(
                outstanding_minor=outstanding,
                expected_loss=Fraction(expected),
                life_days=Fraction(days_minor, open_minor) if open_minor else Fraction(0),
                days_past_due=late,
                grace_days=grace,
            )
            for outstanding, expected, days_minor, open_minor, late, grace in cursor
        ]
