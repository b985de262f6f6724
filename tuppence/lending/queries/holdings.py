"""Load holdings as columns."""

from tuppence.lending.holding_columns import HoldingColumns, Ints
from tuppence.postgres import bulk


def holdings_of(loan_ids: Ints) -> HoldingColumns:
    """All holdings of these loans."""
    columns = bulk.fetch_columns(
        """
        SELECT array_send(array_agg(loan_id)), array_send(array_agg(id)),
               array_send(array_agg(member_id)), array_send(array_agg(lent_minor)),
               array_send(array_agg(outstanding_minor)), array_send(array_agg(written_off_minor))
        FROM (
            SELECT * FROM lending_holding WHERE loan_id = ANY(%s::bigint[]) ORDER BY loan_id, id
        ) AS holding
        """,
        [bulk.int_array_literal(loan_ids)],
    )
    return HoldingColumns(*columns)
