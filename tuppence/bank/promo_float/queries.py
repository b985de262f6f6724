"""The float as the books hold it, and who has claimed what of it."""

from django.db import connection

from tuppence.bank.house_payment import HousePurpose
from tuppence.bank.promo_float import PromoFloat

# Launching a campaign and taking float out both ask what is free: one after the other.
LOCK = 7_160_301


def lock_promo_float() -> None:
    """Wait until nobody else claims from the float; held to the end of the transaction.

    Taken after the rows of campaigns and client accounts, before those of the ledger.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def promo_float(currency: str) -> PromoFloat:
    """What the float of a currency holds and what of it is spoken for."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT
                coalesce(sum(balance_minor) FILTER (WHERE kind = 'promo_float'), 0)::bigint,
                coalesce(sum(balance_minor) FILTER (
                    WHERE kind IN ('budget_available', 'budget_reserved')), 0)::bigint,
                coalesce(sum(balance_minor) FILTER (
                    WHERE kind = 'incentive_liability'), 0)::bigint,
                (SELECT coalesce(sum(payment.amount_minor), 0)::bigint
                 FROM bank_housepayment AS payment
                 JOIN bank_clientbankaccount AS account ON account.id = payment.account_id
                 WHERE payment.purpose = %(purpose)s AND payment.paid_line_id IS NULL
                   AND account.currency = %(currency)s)
            FROM ledger_account
            WHERE currency = %(currency)s
              AND kind IN ('promo_float', 'budget_available', 'budget_reserved',
                           'incentive_liability')
            """,
            {"currency": currency, "purpose": HousePurpose.FLOAT_BACK.value},
        )
        return PromoFloat(*cursor.fetchone())
