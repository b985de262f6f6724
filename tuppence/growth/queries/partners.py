"""Partners: what each is owed and has beforehand, and everything that moved it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner as the list shows it, amounts in minor units of one currency."""

    id: int
    name: str
    owed_minor: int
    prepaid_minor: int
    month_minor: int  # spend for days of the month so far
    last_paid_on: date | None
    currency: str


def partner_rows(currency: str, *, today: date) -> list[PartnerRow]:
    """Every partner, who is owed most first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT partner.id, partner.name, coalesce(books.owed, 0)::bigint,
                   coalesce(books.prepaid, 0)::bigint, coalesce(spent.minor, 0)::bigint,
                   paid.on_day, %(currency)s
            FROM growth_partner AS partner
            LEFT JOIN (
                SELECT owner_id, sum(balance_minor) FILTER (WHERE kind = 'payables') AS owed,
                       sum(balance_minor) FILTER (WHERE kind = 'prepaid_advertising') AS prepaid
                FROM ledger_account
                WHERE kind IN ('payables', 'prepaid_advertising') AND currency = %(currency)s
                GROUP BY 1
            ) AS books ON books.owner_id = partner.id
            LEFT JOIN (
                SELECT partner_id, sum(amount_minor) AS minor FROM growth_spendrow
                WHERE reversed_at IS NULL AND day >= %(first)s AND currency = %(currency)s
                GROUP BY 1
            ) AS spent ON spent.partner_id = partner.id
            LEFT JOIN (
                SELECT used.partner_id, max(line.booked_on) AS on_day
                FROM growth_firmlineuse AS used
                JOIN growth_firmline AS line ON line.id = used.line_id
                WHERE used.ended_at IS NULL AND used.use IN ('paid', 'topped_up') GROUP BY 1
            ) AS paid ON paid.partner_id = partner.id
            ORDER BY coalesce(books.owed, 0) DESC, partner.name
            """,
            {"currency": currency, "first": today.replace(day=1)},
        )
        return [PartnerRow(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class PartnerMonth:
    """A month of a partner: what was owed anew, consumed of prepaid money, and paid."""

    month: date
    invoiced_minor: int  # spend that is owed
    consumed_minor: int  # spend taken from what was paid beforehand
    paid_minor: int  # lines of the firm's bank, out less in
    set_off_minor: int


def partner_months(partner_id: int, currency: str) -> list[PartnerMonth]:
    """What moved by month, the latest first; spend by its day, payments by the bank's."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date_trunc('month', day)::date,
                   coalesce(sum(minor) FILTER (WHERE what = 'payables'), 0)::bigint,
                   coalesce(sum(minor) FILTER (WHERE what = 'prepaid'), 0)::bigint,
                   coalesce(sum(minor) FILTER (WHERE what = 'paid'), 0)::bigint,
                   coalesce(sum(minor) FILTER (WHERE what = 'set_off'), 0)::bigint
            FROM (
                SELECT day, paid_from::text AS what, amount_minor AS minor FROM growth_spendrow
                WHERE partner_id = %(partner)s AND reversed_at IS NULL
                  AND currency = %(currency)s
                UNION ALL
                SELECT line.booked_on, 'paid', -line.amount_minor
                FROM growth_firmlineuse AS used
                JOIN growth_firmline AS line ON line.id = used.line_id
                WHERE used.partner_id = %(partner)s AND used.ended_at IS NULL
                UNION ALL
                SELECT at::date, 'set_off', amount_minor FROM growth_prepaidsetoff
                WHERE partner_id = %(partner)s AND currency = %(currency)s
            ) AS moved
            GROUP BY 1 ORDER BY 1 DESC
            """,
            {"partner": partner_id, "currency": currency},
        )
        return [PartnerMonth(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class PartnerPayment:
    """A line of the firm's bank that was taken for a partner's."""

    line_id: int
    booked_on: date
    use: str
    amount_minor: int
    owed_less_minor: int
    prepaid_more_minor: int
    by: str
    at: datetime


def partner_payments(partner_id: int, *, limit: int) -> list[PartnerPayment]:
    """The latest lines of a partner."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT line.id, line.booked_on, used.use, line.amount_minor, used.owed_less_minor,
                   used.prepaid_more_minor, coalesce(person.email, ''), used.at
            FROM growth_firmlineuse AS used
            JOIN growth_firmline AS line ON line.id = used.line_id
            LEFT JOIN members_user AS person ON person.id = used.by_id
            WHERE used.partner_id = %s AND used.ended_at IS NULL
            ORDER BY line.booked_on DESC, line.id DESC LIMIT %s
            """,
            [partner_id, limit],
        )
        return [PartnerPayment(*row) for row in cursor.fetchall()]
