"""What a second person should know of payouts that wait, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from tuppence.bank.models import Withdrawal
from tuppence.bank.payout_signs import LATELY, PayoutFacts, Sign, SignKind, signs_of
from tuppence.letters.models import KnownDevice

CHANGES = {
    "member.email_changed": SignKind.EMAIL_CHANGED,
    "member.password_changed": SignKind.PASSWORD_CHANGED,
}


def payout_signs(withdrawal_ids: Sequence[int]) -> dict[int, list[Sign]]:
    """The signs of each of these withdrawals."""
    rows = Withdrawal.objects.filter(id__in=withdrawal_ids).select_related("member", "bank_account")
    asked = list(rows)
    if not asked:
        return {}
    earlier = _earlier(withdrawal_ids)
    changes = _changes(asked)
    return {
        row.pk: signs_of(
            PayoutFacts(
                amount_minor=row.amount_minor,
                asked_at=row.asked_at,
                member_name=row.member.legal_name,
                holder_name=row.bank_account.holder_name,
                account_added_at=row.bank_account.added_at,
                earlier=earlier[row.pk][0],
                earlier_minor_max=earlier[row.pk][1],
                earlier_to_account=earlier[row.pk][2],
                last_asked_at=earlier[row.pk][3],
                changes=tuple(changes.get(row.member_id, ())),
            )
        )
        for row in asked
    }


def _earlier(ids: Sequence[int]) -> dict[int, tuple[int, int, int, datetime | None]]:
    """Of each withdrawal: how many of its member went out before, the largest, those to the same
    account, and when the latest was asked for."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked.id, count(before.id), coalesce(max(before.amount_minor), 0),
                   count(before.id) FILTER (
                       WHERE before.bank_account_id = asked.bank_account_id),
                   max(before.asked_at)
            FROM bank_withdrawal AS asked
            LEFT JOIN bank_withdrawal AS before
                ON before.member_id = asked.member_id AND before.purpose = asked.purpose
                AND before.id < asked.id AND before.state IN ('sent', 'paid')
            WHERE asked.id = ANY(%s) GROUP BY asked.id
            """,
            [list(ids)],
        )
        return {row[0]: (row[1], row[2], row[3], row[4]) for row in cursor.fetchall()}


def _changes(rows: Sequence[Withdrawal]) -> Mapping[int, list[tuple[SignKind, datetime]]]:
    """By member, when the way of signing in changed since shortly before the first asking."""
    since = min(row.asked_at for row in rows) - LATELY
    found: dict[int, list[tuple[SignKind, datetime]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT member_id, verb, at FROM events_event"
            " WHERE member_id = ANY(%s) AND verb = ANY(%s) AND at >= %s",
            [[row.member_id for row in rows], list(CHANGES), since],
        )
        for member_id, verb, at in cursor.fetchall():
            found[member_id].append((CHANGES[verb], at))
    members = {row.member.user_id: row.member_id for row in rows if row.member.user_id}
    for user_id, at in _new_devices(list(members), since):
        found[members[user_id]].append((SignKind.NEW_DEVICE, at))
    return found


def _new_devices(user_ids: Sequence[int], since: datetime) -> list[tuple[int, datetime]]:
    """Devices that users signed in from for the first time, who had others before."""
    first: dict[int, datetime] = {}
    found = []
    rows = KnownDevice.objects.filter(user_id__in=user_ids).order_by("first_at", "id")
    for user_id, at in rows.values_list("user_id", "first_at"):
        if user_id in first and at >= since:
            found.append((user_id, at))
        first.setdefault(user_id, at)
    return found
