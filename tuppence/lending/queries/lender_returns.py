"""What a lender's return is reckoned from: dated flows of the ledger, and what there is now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db import connection

from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import account_ids, accounts
from tuppence.ledger.queries.movements import moved_by_day
from tuppence.ledger.transfers import AccountKey
from tuppence.lending.lender_return import FlowKind, LenderFlow, OpenHolding, Worth, worth_of


@dataclass(frozen=True, slots=True)
class LenderBook:
    """A lender's flows, the earliest first, their running holdings, and what they are worth."""

    flows: Sequence[LenderFlow]
    holdings: Sequence[OpenHolding]
    worth: Worth


CAME_BACK = frozenset({"repayment", "principal_surplus"})
TAKEN_BACK = frozenset({"repayment_returned", "advance_taken_back"})
WITHIN = frozenset({"order_placed", "order_cancelled", "order_refunded"})


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
    totals: defaultdict[tuple[date, FlowKind], int] = defaultdict(int)
    accounts = [number for number in (available_id, reserved_id) if number is not None]
    for moved in moved_by_day(accounts, zone=zone):
        is_reserved = moved.account_id == reserved_id
        if moved.kind in WITHIN or (is_reserved and moved.comes_in):
            continue
        kind = FlowKind.LENT if is_reserved else _flow_kind(moved.kind, comes_in=moved.comes_in)
        totals[moved.on, kind] += moved.amount_minor if moved.comes_in else -moved.amount_minor
    return [LenderFlow(day, kind, amount) for (day, kind), amount in sorted(totals.items())]


def _flow_kind(kind: str, *, comes_in: bool) -> FlowKind:
    if comes_in:
        return FlowKind.CAME_BACK if kind in CAME_BACK else FlowKind.PAID_IN
    return FlowKind.TAKEN_BACK if kind in TAKEN_BACK else FlowKind.TAKEN_OUT


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
