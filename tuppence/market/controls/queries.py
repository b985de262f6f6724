"""Check listings, investments, purses and events with each other and with the money book."""

from tuppence.ledger.checks import Check
from tuppence.ledger.controls.queries import differing

# What was once placed in each listing, and what of it stands.
BY_LISTING = """
    SELECT listing_id, count(*) AS all_count, sum(amount_minor) AS all_minor,
           count(*) FILTER (WHERE state IN ('placed', 'paid_out')) AS standing_count,
           coalesce(sum(amount_minor) FILTER (WHERE state IN ('placed', 'paid_out')), 0)
               AS standing_minor,
           count(*) FILTER (WHERE state = 'placed') AS placed_count,
           count(*) FILTER (WHERE state = 'paid_out') AS paid_out_count,
           count(*) FILTER (WHERE state IN ('cancelled', 'refunded')) AS back_count,
           coalesce(sum(amount_minor) FILTER (WHERE state IN ('cancelled', 'refunded')), 0)
               AS back_minor
    FROM market_investment GROUP BY listing_id
"""


def controls() -> list[Check]:
    """Every check of the market."""
    return [_funded(), _targets(), _reserved(), _transfers(), _events(), _states(), _loans()]


def _funded() -> Check:
    return differing(
        "funded",
        "I4",
        "what every listing says is funded, and by how many, with its standing investments",
        count="SELECT count(*) FROM market_listing",
        differences=f"""
            SELECT 'listing ' || listing.id,
                   concat_ws(' by ', coalesce(standing_minor, 0), coalesce(standing_count, 0)),
                   concat_ws(' by ', listing.funded_minor, listing.investments), count(*) OVER ()
            FROM market_listing AS listing
            LEFT JOIN ({BY_LISTING}) AS placed ON placed.listing_id = listing.id
            WHERE (listing.funded_minor, listing.investments)
               <> (coalesce(standing_minor, 0), coalesce(standing_count, 0))
            ORDER BY listing.id
        """,  # noqa: S608 - constants
    )


def _targets() -> Check:
    return differing(
        "targets",
        "I4",
        "the standing investments of every listing with its target: never above, enough if full",
        count="SELECT count(*) FROM market_listing",
        differences=f"""
            SELECT 'listing ' || listing.id || ' ' || listing.state,
                   concat_ws(' to ', CASE WHEN listing.state IN ('full', 'paid_out')
                                          THEN listing.floor_minor ELSE 0 END,
                             listing.target_minor),
                   coalesce(standing_minor, 0)::text, count(*) OVER ()
            FROM market_listing AS listing
            LEFT JOIN ({BY_LISTING}) AS placed ON placed.listing_id = listing.id
            WHERE coalesce(standing_minor, 0) > listing.target_minor
               OR listing.state IN ('full', 'paid_out')
                  AND coalesce(standing_minor, 0) < greatest(listing.floor_minor, 1)
            ORDER BY listing.id
        """,  # noqa: S608 - constants
    )


def _reserved() -> Check:
    """Money reserved of a member is exactly what the member's open investments hold."""
    return differing(
        "reserved",
        "I3, I4",
        "what is reserved of every member with the member's open investments",
        count="SELECT count(*) FROM ledger_account WHERE kind = 'member_reserved'",
        differences="""
            SELECT concat_ws(' ', 'member', member_id, currency),
                   coalesce(open.minor, 0)::text, coalesce(reserved.minor, 0)::text,
                   count(*) OVER ()
            FROM (
                SELECT investment.member_id, listing.currency,
                       sum(investment.amount_minor) AS minor
                FROM market_investment AS investment
                JOIN market_listing AS listing ON listing.id = investment.listing_id
                WHERE investment.state = 'placed' GROUP BY 1, 2
            ) AS open
            FULL JOIN (
                SELECT owner_id AS member_id, currency, balance_minor AS minor
                FROM ledger_account WHERE kind = 'member_reserved'
            ) AS reserved USING (member_id, currency)
            WHERE coalesce(open.minor, 0) <> coalesce(reserved.minor, 0)
            ORDER BY member_id, currency
        """,
    )


def _transfers() -> Check:
    """The order's key is the transfer's id, so each investment is found in the books by name."""
    return differing(
        "investments booked",
        "I7",
        "every investment with the one transfer of the same key, amount and member",
        count="SELECT count(*) FROM market_investment",
        differences="""
            SELECT 'investment ' || coalesce(investment.id, booked.id),
                   concat_ws(' ', investment.amount_minor, investment.member_id),
                   concat_ws(' ', booked.amount_minor, booked.member_id), count(*) OVER ()
            FROM market_investment AS investment
            FULL JOIN (
                SELECT t.id, t.amount_minor, purse.owner_id AS member_id, t.subject_id
                FROM ledger_transfer AS t
                JOIN ledger_account AS purse ON purse.id = t.debit_account_id
                WHERE t.kind = 'order_placed' AND t.subject_kind = 'listing'
            ) AS booked ON booked.id = investment.id
            WHERE (investment.amount_minor, investment.member_id, investment.listing_id)
                IS DISTINCT FROM (booked.amount_minor, booked.member_id, booked.subject_id)
            ORDER BY 1
        """,
    )


def _events() -> Check:
    """The two books tell the same: what was placed, and what was given back."""
    return differing(
        "investments told",
        "I7",
        "the investments of every listing, placed and given back, with the events told of them",
        count="SELECT count(DISTINCT listing_id) FROM market_investment",
        differences=f"""
            SELECT 'listing ' || listing_id,
                   concat_ws(' ', 'placed', coalesce(all_count, 0), coalesce(all_minor, 0),
                             'back', coalesce(back_count, 0), coalesce(back_minor, 0)),
                   concat_ws(' ', 'placed', coalesce(told_count, 0), coalesce(told_minor, 0),
                             'back', coalesce(told_back_count, 0), coalesce(told_back_minor, 0)),
                   count(*) OVER ()
            FROM ({BY_LISTING}) AS placed
            FULL JOIN (
                SELECT subject_id AS listing_id,
                       count(*) FILTER (WHERE verb = 'investment.placed') AS told_count,
                       sum(amount_minor) FILTER (WHERE verb = 'investment.placed') AS told_minor,
                       count(*) FILTER (WHERE verb <> 'investment.placed') AS told_back_count,
                       sum(amount_minor) FILTER (WHERE verb <> 'investment.placed')
                           AS told_back_minor
                FROM events_event
                WHERE subject_kind = 'listing'
                  AND verb IN ('investment.placed', 'investment.cancelled', 'investment.refunded')
                GROUP BY 1
            ) AS told USING (listing_id)
            WHERE (coalesce(all_count, 0), coalesce(all_minor, 0),
                   coalesce(back_count, 0), coalesce(back_minor, 0))
               <> (coalesce(told_count, 0), coalesce(told_minor, 0),
                   coalesce(told_back_count, 0), coalesce(told_back_minor, 0))
            ORDER BY listing_id
        """,  # noqa: S608 - constants
    )


def _states() -> Check:
    """Final states are final: nothing stands in a listing that ended without a loan."""
    return differing(
        "listing states",
        "I10",
        "the state of every listing with its moments and the states of its investments",
        count="SELECT count(*) FROM market_listing",
        differences=f"""
            SELECT 'listing ' || listing.id, 'as ' || listing.state,
                   concat_ws(' ', coalesce(placed_count, 0), 'placed,',
                             coalesce(paid_out_count, 0), 'paid out, full',
                             coalesce(full_at::text, 'never') || ', ended',
                             coalesce(ended_at::text, 'never')),
                   count(*) OVER ()
            FROM market_listing AS listing
            LEFT JOIN ({BY_LISTING}) AS placed ON placed.listing_id = listing.id
            WHERE (listing.ended_at IS NULL) <> (listing.state IN ('open', 'full'))
               OR listing.full_at IS NULL AND listing.state IN ('full', 'paid_out')
               OR coalesce(placed_count, 0) > 0 AND listing.state NOT IN ('open', 'full')
               OR coalesce(paid_out_count, 0) > 0 AND listing.state <> 'paid_out'
            ORDER BY listing.id
        """,  # noqa: S608 - constants
    )


def _loans() -> Check:
    return differing(
        "listings and loans",
        "I5, I10",
        "every paid-out listing with its one loan, of the amount that was funded",
        count="SELECT count(*) FROM market_listing WHERE state = 'paid_out'",
        differences="""
            SELECT 'listing ' || listing.id || ' ' || listing.state,
                   CASE WHEN listing.state = 'paid_out' THEN listing.funded_minor::text
                        ELSE 'no loan' END,
                   coalesce(loan.principal_minor::text, 'no loan'), count(*) OVER ()
            FROM market_listing AS listing
            LEFT JOIN lending_loan AS loan ON loan.application_id = listing.application_id
            WHERE CASE WHEN listing.state = 'paid_out'
                       THEN loan.principal_minor IS DISTINCT FROM listing.funded_minor
                       ELSE loan.id IS NOT NULL END
            ORDER BY listing.id
        """,
    )
