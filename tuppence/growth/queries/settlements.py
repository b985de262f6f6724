"""A month with every partner: counted from the books, claimed, agreed, and what of it is paid."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from tuppence.growth.models import Settlement, SpendImport
from tuppence.growth.settlement import State, month_after, paid_by_month


def counted_minor(partner_id: int, month: date, currency: str) -> int:
    """The spend of a month with a partner that stands in the books, in minor units."""
    return counted_by_partner(month, currency).get(partner_id, 0)


def counted_by_partner(month: date, currency: str) -> dict[int, int]:
    """The spend of a month that stands, by partner."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT partner_id, sum(amount_minor)::bigint FROM growth_spendrow
            WHERE day >= %s AND day < %s AND currency = %s AND reversed_at IS NULL
              AND partner_id IS NOT NULL
            GROUP BY 1
            """,
            [month, month_after(month), currency],
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month with a partner, as lists and its page show it; amounts in minor units."""

    partner_id: int
    partner: str
    month: date
    currency: str
    state: str
    claimed_minor: int
    counted_minor: int
    rejected_minor: int
    agreed_minor: int | None
    invoice_number: str
    paid_minor: int

    @property
    def difference_minor(self) -> int:
        """Claimed less rejected less counted: nought, or it can't be agreed to."""
        return self.claimed_minor - self.rejected_minor - self.counted_minor

    @property
    def shown_state(self) -> str:
        """The state, or "paid" once the firm's bank has paid it all."""
        return "paid" if self.is_paid else self.state

    @property
    def is_paid(self) -> bool:
        """Whether all that was invoiced is paid."""
        return self.state == State.INVOICED and self.paid_minor >= (self.agreed_minor or 0)


def paid_by_partner_and_month(currency: str) -> dict[tuple[int, date], int]:
    """What of each month's spend is paid: beforehand, or by payments, the oldest debt first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT partner_id, date_trunc('month', day)::date,
                   coalesce(sum(amount_minor) FILTER (WHERE paid_from = 'payables'), 0)::bigint,
                   coalesce(sum(amount_minor) FILTER (WHERE paid_from = 'prepaid'), 0)::bigint
            FROM growth_spendrow
            WHERE reversed_at IS NULL AND partner_id IS NOT NULL AND currency = %s
            GROUP BY 1, 2 ORDER BY 1, 2
            """,
            [currency],
        )
        months: dict[int, list[tuple[date, int, int]]] = {}
        for partner, month, owed, consumed in cursor.fetchall():
            months.setdefault(partner, []).append((month, owed, consumed))
    paid = _debts_paid(currency)
    found = {}
    for partner, rows in months.items():
        parts = paid_by_month(paid.get(partner, 0), [owed for _, owed, _ in rows])
        for (month, _, consumed), part in zip(rows, parts, strict=True):
            found[partner, month] = part + consumed
    return found


def _debts_paid(currency: str) -> dict[int, int]:
    """What each partner's debts became less by: payments, less refunds, and what was set off."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT partner_id, sum(minor)::bigint FROM (
                SELECT used.partner_id, used.owed_less_minor AS minor
                FROM growth_firmlineuse AS used
                JOIN growth_firmline AS line ON line.id = used.line_id
                JOIN growth_firmaccount AS account ON account.id = line.account_id
                WHERE used.ended_at IS NULL AND used.partner_id IS NOT NULL
                  AND account.currency = %(currency)s
                UNION ALL
                SELECT partner_id, amount_minor FROM growth_prepaidsetoff
                WHERE currency = %(currency)s
            ) AS paid GROUP BY 1
            """,
            {"currency": currency},
        )
        return dict(cursor.fetchall())


def month_rows(month: date, currency: str) -> list[MonthRow]:
    """Every partner with whom something happened in a month, by name."""
    counted = counted_by_partner(month, currency)
    rows = {
        row.partner_id: row for row in Settlement.objects.filter(month=month, currency=currency)
    }
    paid = paid_by_partner_and_month(currency)
    return [
        _month_row(
            number,
            name,
            rows.get(number) or Settlement(month=month, currency=currency, state=State.OPEN),
            counted_minor=counted.get(number, 0),
            paid_minor=paid.get((number, month), 0),
        )
        for number, name in _names(set(counted) | set(rows))
    ]


def _names(ids: set[int]) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name FROM growth_partner WHERE id = ANY(%s) ORDER BY name, id", [list(ids)]
        )
        return [(number, name) for number, name in cursor.fetchall()]


def month_row(partner_id: int, month: date, currency: str) -> MonthRow | None:
    """One month with one partner, whether anything was claimed yet or not; None for no partner."""
    names = _names({partner_id})
    if not names:
        return None
    row = Settlement.objects.filter(partner_id=partner_id, month=month, currency=currency).first()
    return _month_row(
        partner_id,
        names[0][1],
        row or Settlement(month=month, currency=currency, state=State.OPEN),
        counted_minor=counted_minor(partner_id, month, currency),
        paid_minor=paid_by_partner_and_month(currency).get((partner_id, month), 0),
    )


def _month_row(
    partner_id: int, name: str, row: Settlement, *, counted_minor: int, paid_minor: int
) -> MonthRow:
    return MonthRow(
        partner_id=partner_id,
        partner=name,
        month=row.month,
        currency=row.currency,
        state=State(row.state).value,
        claimed_minor=row.claimed_minor,
        counted_minor=counted_minor,
        rejected_minor=row.rejected_minor,
        agreed_minor=row.agreed_minor,
        invoice_number=row.invoice_number,
        paid_minor=paid_minor,
    )


def files_of_month(partner_id: int, month: date) -> list[SpendImport]:
    """The partner's files whose days lie in a month: what they claim, in their own figures."""
    rows = SpendImport.objects.filter(
        partner_id=partner_id, first_day__gte=month, last_day__lt=month_after(month)
    )
    return list(rows.order_by("id"))


@dataclass(frozen=True, slots=True)
class DaySpent:
    """A day of a month with a partner, as it stands in the books."""

    day: date
    rows: int
    clicks: int
    amount_minor: int


def days_of_month(partner_id: int, month: date, currency: str) -> list[DaySpent]:
    """The spend of a month with a partner by day."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT day, count(*), coalesce(sum(clicks), 0)::bigint, sum(amount_minor)::bigint
            FROM growth_spendrow
            WHERE partner_id = %s AND day >= %s AND day < %s AND currency = %s
              AND reversed_at IS NULL
            GROUP BY 1 ORDER BY 1
            """,
            [partner_id, month, month_after(month), currency],
        )
        return [DaySpent(*row) for row in cursor.fetchall()]
