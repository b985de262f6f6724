"""What members brought and what sources cost, out of the books."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tuppence.growth.return_on_spend import Credit, MemberValue
from tuppence.ledger.chart import AccountKind
from tuppence.money.splitting import split

# What names a source in each way of looking; a touch without it is unattributed.
DIMENSIONS: Mapping[str, str] = {
    "channel": "visit.channel_id::text",
    "campaign": "visit.campaign_id::text",
    "partner": "visit.partner_id::text",
    "creative": "nullif(visit.creative, '')",
}


@dataclass(frozen=True, slots=True)
class Fees:
    """Fee income without VAT by payer and month, and what no payer is known for."""

    by_member: dict[tuple[int, date], int]
    unattributed: dict[date, int]

    @property
    def total_minor(self) -> int:
        return sum(self.by_member.values()) + sum(self.unattributed.values())

    def of_members(self) -> dict[int, int]:
        """All months together."""
        sums: dict[int, int] = {}
        for (member, _), minor in self.by_member.items():
            sums[member] = sums.get(member, 0) + minor
        return sums


def fees_by_payer(currency: str, zone: str) -> Fees:
    """Fee income of every loan and month, given to who paid it.

    Origination and late fees are the borrower's. The fee on interest is the lenders' of the loan,
    split by what each lent: the interest that it is taken from was split the same way.
    """
    lenders = _lenders(currency)
    found = Fees({}, {})
    for loan, borrower, month, on_interest, minor in _income(currency, zone):
        if loan is None:
            found.unattributed[month] = found.unattributed.get(month, 0) + minor
            continue
        payers, weights = lenders[loan] if on_interest and loan in lenders else ([borrower], [1])
        parts = split(abs(minor), weights)
        for member, part in zip(payers, parts, strict=True):
            key = (member, month)
            found.by_member[key] = found.by_member.get(key, 0) + (part if minor > 0 else -part)
    return found


def _income(currency: str, zone: str) -> list[tuple[Any, ...]]:
    return _rows(
        """
        SELECT loan.id, loan.borrower_id, flow.month, flow.on_interest, sum(flow.minor)::bigint
        FROM (
            SELECT CASE WHEN t.subject_kind = 'loan' THEN t.subject_id END AS loan_id,
                   date_trunc('month', t.occurred_at AT TIME ZONE %(zone)s)::date AS month,
                   t.kind LIKE 'servicing_fee%%' AS on_interest,
                   CASE WHEN t.credit_account_id = account.id THEN t.amount_minor
                        ELSE -t.amount_minor END AS minor
            FROM ledger_account AS account
            JOIN ledger_transfer AS t
                ON account.id IN (t.credit_account_id, t.debit_account_id)
            WHERE account.kind = %(kind)s AND account.currency = %(currency)s
        ) AS flow
        LEFT JOIN lending_loan AS loan ON loan.id = flow.loan_id
        GROUP BY 1, 2, 3, 4 HAVING sum(flow.minor) <> 0
        """,
        {"kind": AccountKind.FEE_INCOME.value, "currency": currency, "zone": zone},
    )


def _lenders(currency: str) -> dict[int, tuple[list[int], list[int]]]:
    rows = _rows(
        """
        SELECT holding.loan_id, array_agg(holding.member_id ORDER BY holding.member_id),
               array_agg(holding.lent_minor ORDER BY holding.member_id)
        FROM lending_holding AS holding JOIN lending_loan AS loan ON loan.id = holding.loan_id
        WHERE loan.currency = %(currency)s GROUP BY 1
        """,
        {"currency": currency},
    )
    return {loan: (members, lent) for loan, members, lent in rows}


def member_values(currency: str, fees: Fees) -> dict[int, MemberValue]:
    """What every member has brought so far."""
    paid = fees.of_members()
    found = {
        number: MemberValue(
            registered=1,
            verified=verified,
            first_investors=int(times > 0),
            gone=int(times == 1 and returned > 0 and open_minor == 0 and held == 0),
            invested_minor=invested,
            annualised_minor=annualised,
            inflow_minor=paid_in - taken_out,
            returned_minor=returned,
            reinvested_minor=max(0, min(returned, invested - paid_in)),
            fees_minor=paid.pop(number, 0),
            incentives_minor=gifts,
        )
        for (
            number, verified, times, invested, annualised, paid_in, taken_out, returned,
            open_minor, held, gifts,
        ) in _members(currency)
    }  # fmt: skip
    assert not paid, "every payer of a fee is a member"
    return found


def _members(currency: str) -> list[tuple[Any, ...]]:
    return _rows(
        """
        WITH placed AS (
            SELECT placed.member_id, count(DISTINCT placed.listing_id) AS times,
                   sum(placed.amount_minor)::bigint AS minor,
                   sum(placed.amount_minor
                       * coalesce(loan.matures_on - loan.starts_on, 0) / 365)::bigint AS annualised
            FROM market_investment AS placed
            JOIN market_listing AS listing ON listing.id = placed.listing_id
            LEFT JOIN lending_loan AS loan ON loan.application_id = listing.application_id
            WHERE placed.state IN ('placed', 'paid_out') AND listing.currency = %(currency)s
            GROUP BY 1
        ), purse AS (
            SELECT owner_id, sum(balance_minor)::bigint AS minor FROM ledger_account
            WHERE kind IN ('member_available', 'member_reserved') AND currency = %(currency)s
            GROUP BY 1
        ), paid_in AS (
            SELECT purse.owner_id, sum(t.amount_minor)::bigint AS minor
            FROM ledger_account AS purse
            JOIN ledger_transfer AS t ON t.credit_account_id = purse.id
            WHERE purse.kind = 'member_available' AND purse.currency = %(currency)s
              AND t.kind = 'deposit'
            GROUP BY 1
        ), taken_out AS (
            SELECT member_id, sum(amount_minor)::bigint AS minor FROM bank_withdrawal
            WHERE purpose <> 'loan_payout'
              AND state NOT IN ('refused', 'cancelled', 'returned', 'rejected')
            GROUP BY 1
        ), held AS (
            SELECT holding.member_id,
                   sum(holding.outstanding_minor)::bigint AS open,
                   sum(holding.lent_minor - holding.outstanding_minor
                       - holding.written_off_minor)::bigint AS returned
            FROM lending_holding AS holding JOIN lending_loan AS loan ON loan.id = holding.loan_id
            WHERE loan.currency = %(currency)s GROUP BY 1
        ), gifts AS (
            SELECT member_id, sum(earned_minor)::bigint AS minor FROM growth_grant
            WHERE currency = %(currency)s AND state <> 'taken_back' GROUP BY 1
        )
        SELECT member.id, (member.verified_at IS NOT NULL)::int, coalesce(placed.times, 0),
               coalesce(placed.minor, 0), coalesce(placed.annualised, 0),
               coalesce(paid_in.minor, 0), coalesce(taken_out.minor, 0),
               coalesce(held.returned, 0), coalesce(held.open, 0), coalesce(purse.minor, 0),
               coalesce(gifts.minor, 0)
        FROM members_member AS member
        LEFT JOIN placed ON placed.member_id = member.id
        LEFT JOIN purse ON purse.owner_id = member.id
        LEFT JOIN paid_in ON paid_in.owner_id = member.id
        LEFT JOIN taken_out ON taken_out.member_id = member.id
        LEFT JOIN held ON held.member_id = member.id
        LEFT JOIN gifts ON gifts.member_id = member.id
        """,
        {"currency": currency},
    )


def weights(dimension: str, rule: Credit) -> dict[int, dict[str | None, int]]:
    """How often each source touched a member before they registered, by the rule of credit.

    The first and the last touch are the ones of `touches.credited`: a direct visit is the last
    touch only where there is no other. A touch without such a source counts as one without any.
    """
    source = DIMENSIONS[dimension]
    order = {
        Credit.FIRST: "visit.at, visit.id",
        Credit.LAST: "(visit.kind IN ('direct', 'unknown')), visit.at DESC, visit.id DESC",
    }
    joined = """
        FROM growth_visitorlink AS linked
        JOIN growth_visit AS visit ON visit.visitor_id = linked.visitor_id
        JOIN members_member AS member ON member.id = linked.member_id
        WHERE linked.undone_at IS NULL AND visit.at <= member.joined_at
    """
    if rule is Credit.EVEN:
        query = f"SELECT member.id, {source}, count(*) {joined} GROUP BY 1, 2 ORDER BY 1, 2"
    else:
        query = f"""
            SELECT DISTINCT ON (member.id) member.id, {source}, 1 {joined}
            ORDER BY member.id, {order[rule]}
        """
    found: dict[int, dict[str | None, int]] = {}
    for member, name, count in _rows(query, {}):
        found.setdefault(member, {})[name] = count
    return found


def spend_by_source(dimension: str, currency: str) -> dict[str | None, dict[date, int]]:
    """Spend that stands in the books by source and month; None is spend without such a source."""
    source = {
        "channel": "activity.channel_id::text",
        "campaign": "activity.campaign_id::text",
        "partner": "spend.partner_id::text",
        "creative": "nullif(spend.creative, '')",
    }[dimension]
    found: dict[str | None, dict[date, int]] = {}
    for name, month, minor in _rows(
        f"""
        SELECT {source}, date_trunc('month', spend.day)::date, sum(spend.amount_minor)::bigint
        FROM growth_spendrow AS spend
        JOIN growth_activity AS activity ON activity.id = spend.activity_id
        WHERE spend.reversed_at IS NULL AND spend.currency = %(currency)s GROUP BY 1, 2
        """,  # noqa: S608 - a column of ours
        {"currency": currency},
    ):
        found.setdefault(name, {})[month] = minor
    return found


def visits_by_source(dimension: str) -> dict[str | None, int]:
    """Visits by source; None is visits without such a source."""
    source = DIMENSIONS[dimension]
    query = f"SELECT {source}, count(*) FROM growth_visit AS visit GROUP BY 1"  # noqa: S608 - ours
    return dict(_rows(query, {}))


def incentives_of_campaigns(currency: str) -> dict[str, int]:
    """What each campaign's offers have cost, from its account."""
    return dict(
        _rows(
            "SELECT owner_id::text, balance_minor FROM ledger_account"
            " WHERE kind = %(kind)s AND currency = %(currency)s",
            {"kind": AccountKind.INCENTIVE_EXPENSE.value, "currency": currency},
        )
    )


def incentives_by_month(currency: str, zone: str) -> list[tuple[str, int, date, int]]:
    """What offers cost by campaign, member and month, less what was taken back."""
    return _rows(
        """
        SELECT held.campaign_id::text, held.member_id,
               date_trunc('month', t.occurred_at AT TIME ZONE %(zone)s)::date,
               sum(CASE WHEN t.debit_account_id = account.id THEN t.amount_minor
                        ELSE -t.amount_minor END)::bigint
        FROM ledger_account AS account
        JOIN ledger_transfer AS t ON account.id IN (t.credit_account_id, t.debit_account_id)
        JOIN growth_grant AS held ON held.id = t.subject_id AND t.subject_kind = 'grant'
        WHERE account.kind = %(kind)s AND account.currency = %(currency)s
        GROUP BY 1, 2, 3
        """,
        {"kind": AccountKind.INCENTIVE_EXPENSE.value, "currency": currency, "zone": zone},
    )


@dataclass(frozen=True, slots=True)
class Books:
    """What the trial balance says, in minor units."""

    spend_minor: int
    incentives_minor: int
    fees_minor: int


def trial_balance_of_growth(currency: str) -> Books:
    """Marketing expense, incentive expense and fee income as the accounts stand."""
    kinds = (
        AccountKind.MARKETING_EXPENSE,
        AccountKind.INCENTIVE_EXPENSE,
        AccountKind.FEE_INCOME,
    )
    rows = dict(
        _rows(
            "SELECT kind, sum(balance_minor)::bigint FROM ledger_account"
            " WHERE kind = ANY(%(kinds)s) AND currency = %(currency)s GROUP BY 1",
            {"kinds": [kind.value for kind in kinds], "currency": currency},
        )
    )
    return Books(*(int(rows.get(kind.value, 0)) for kind in kinds))


def _rows(query: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())
