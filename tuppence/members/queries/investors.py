"""Where a batch of investors stands, in one query."""

import numpy as np
from numpy.typing import NDArray

from tuppence.members.standing import UNKNOWN, InvestorColumns
from tuppence.postgres import bulk


def investor_columns(member_ids: NDArray[np.int64]) -> InvestorColumns:
    """Where these members stand, in one query, aligned with the ids (which may repeat)."""
    wanted, place = np.unique(member_ids, return_inverse=True)
    # -infinity reads as the smallest bigint, and so does "never" in numpy (NaT).
    ids, *columns = bulk.fetch_columns(
        """
        SELECT array_send(array_agg(id)),
               array_send(array_agg(coalesce(verified_at, '-infinity'))),
               array_send(array_agg(coalesce(blocked_at, '-infinity'))),
               array_send(array_agg(coalesce(warning_acknowledged_at, '-infinity'))),
               array_send(array_agg(coalesce((test_passed_on - '1970-01-01'::date)::bigint,
                                             %(unknown)s))),
               array_send(array_agg(coalesce((simulated_on - '1970-01-01'::date)::bigint,
                                             %(unknown)s))),
               array_send(array_agg(sophisticated::int::bigint)),
               array_send(array_agg(coalesce(net_worth_minor, %(unknown)s)))
        FROM (SELECT * FROM members_member WHERE id = ANY(%(ids)s::bigint[]) ORDER BY id) AS member
        """,
        {"ids": bulk.int_array_literal(wanted), "unknown": int(UNKNOWN)},
    )
    row_of = np.full(len(wanted), -1)
    row_of[np.searchsorted(wanted, ids)] = np.arange(len(ids))
    row = row_of[place]  # -1, the row of a member that isn't there, is appended last
    verified, blocked, warned, tested, simulated, sophisticated, worth = (
        np.append(column, nobody)[row]
        for column, nobody in zip(columns, [UNKNOWN] * 5 + [0, UNKNOWN], strict=True)
    )
    return InvestorColumns(
        member_ids=member_ids,
        found=row >= 0,
        verified_at=bulk.moments(verified),
        blocked_at=bulk.moments(blocked),
        test_passed_on=tested.view("datetime64[D]"),
        simulated_on=simulated.view("datetime64[D]"),
        warning_acknowledged_at=bulk.moments(warned),
        sophisticated=sophisticated.astype(np.bool_),
        net_worth_minor=worth,
    )
