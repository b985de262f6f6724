"""A member's own ledger lines, newest first, and the transfers behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import account_ids
from tuppence.ledger.transfers import AccountKey

SEQ_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """One transfer seen from one account, with the balance after it."""

    seq: int
    id: UUID
    kind: str
    occurred_at: datetime
    change_minor: int
    balance_minor: int
    subject_kind: str
    subject_id: int


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """A page of lines; `older_than` is the cursor of the next page, 0 on the last one."""

    lines: list[ActivityLine]
    older_than: int


@dataclass(frozen=True, slots=True)
class TransferPage:
    """One transfer as a member sees it whose account it touched."""

    id: UUID
    group_id: UUID
    kind: str
    amount_minor: int
    currency: str
    debit_kind: str
    credit_kind: str
    is_debit_own: bool
    is_credit_own: bool
    occurred_at: datetime
    recorded_at: datetime
    subject_kind: str
    subject_id: int


def own_account(member_id: int, kind: AccountKind = AccountKind.MEMBER_AVAILABLE) -> int | None:
    """The ledger account of a member's cash, if it was ever opened."""
    return own_accounts(member_id, [kind])[0]


def own_accounts(member_id: int, kinds: Sequence[AccountKind]) -> list[int | None]:
    """A member's ledger accounts of these kinds, in their order."""
    keys = [AccountKey(kind, member_id, settings.TUPPENCE_CURRENCY) for kind in kinds]
    found = account_ids(keys)
    return [found.get(key) for key in keys]


def activity(account_id: int, *, older_than: int = 0, limit: int = 50) -> ActivityPage:
    """Lines of an account on the credit side, newest first, before a cursor (0 is from the top).

    The balance after a line is today's less what came after it, so a page costs its own rows and
    one sum.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH newer AS (
                SELECT coalesce((SELECT sum(amount_minor) FROM ledger_transfer
                                 WHERE credit_account_id = %(account)s AND seq >= %(below)s), 0)
                     - coalesce((SELECT sum(amount_minor) FROM ledger_transfer
                                 WHERE debit_account_id = %(account)s AND seq >= %(below)s), 0)
                    AS total
            ), page AS (
                (SELECT seq, id, kind, occurred_at, subject_kind, subject_id,
                        amount_minor AS change
                 FROM ledger_transfer WHERE credit_account_id = %(account)s AND seq < %(below)s
                 ORDER BY seq DESC LIMIT %(limit)s + 1)
                UNION ALL
                (SELECT seq, id, kind, occurred_at, subject_kind, subject_id, -amount_minor
                 FROM ledger_transfer WHERE debit_account_id = %(account)s AND seq < %(below)s
                 ORDER BY seq DESC LIMIT %(limit)s + 1)
                ORDER BY seq DESC LIMIT %(limit)s + 1
            )
            SELECT page.seq, page.id, page.kind, page.occurred_at, page.change,
                   (account.balance_minor - newer.total
                    - coalesce(sum(page.change) OVER (ORDER BY page.seq DESC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::bigint,
                   page.subject_kind, page.subject_id
            FROM page CROSS JOIN newer
            JOIN ledger_account AS account ON account.id = %(account)s
            ORDER BY page.seq DESC
            """,
            {"account": account_id, "below": older_than or SEQ_MAX, "limit": limit},
        )
        lines = [ActivityLine(*row) for row in cursor]
    more = len(lines) > limit
    return ActivityPage(lines[:limit], lines[limit - 1].seq if more else 0)


def transfer_for(member_id: int, transfer_id: UUID) -> TransferPage | None:
    """A transfer that touched an account of this member; None for any other."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.id, t.group_id, t.kind, t.amount_minor, d.currency, d.kind, c.kind,
                   d.owner_id = %(member)s AND d.kind = ANY(%(kinds)s),
                   c.owner_id = %(member)s AND c.kind = ANY(%(kinds)s),
                   t.occurred_at, t.recorded_at, t.subject_kind, t.subject_id
            FROM ledger_transfer AS t
            JOIN ledger_account AS d ON d.id = t.debit_account_id
            JOIN ledger_account AS c ON c.id = t.credit_account_id
            WHERE t.id = %(id)s
            """,
            {
                "id": transfer_id,
                "member": member_id,
                "kinds": [AccountKind.MEMBER_AVAILABLE.value, AccountKind.MEMBER_RESERVED.value],
            },
        )
        row = cursor.fetchone()
    page = TransferPage(*row) if row else None
    return page if page and (page.is_debit_own or page.is_credit_own) else None
