"""The accounts that a batch touches, locked together in id order."""

from collections.abc import Sequence

import numpy as np

from tuppence.ledger.chart import AccountKind
from tuppence.lending.accounts import Accounts, Ints
from tuppence.postgres import bulk


def lock_accounts(groups: Sequence[tuple[Ints, Sequence[AccountKind]]], currency: str) -> Accounts:
    """The accounts of these owners and kinds, locked in id order until the transaction ends."""
    part = (
        "SELECT id FROM ledger_account"
        " WHERE owner_id = ANY(%s::bigint[]) AND kind = ANY(%s::text[]) AND currency = %s"
    )
    kinds = list(dict.fromkeys(kind for _, listed in groups for kind in listed))
    params: list[object] = [[kind.value for kind in kinds]]
    for owners, listed in groups:
        params += [bulk.int_array_literal(owners), [kind.value for kind in listed], currency]
    codes, owner_ids, ids, balances = bulk.fetch_columns(
        f"""
        SELECT array_send(array_agg(code)), array_send(array_agg(owner_id)),
               array_send(array_agg(id)), array_send(array_agg(balance_minor))
        FROM (
            SELECT array_position(%s::text[], kind::text)::bigint AS code, owner_id, id,
                   balance_minor
            FROM ledger_account WHERE id = ANY(ARRAY({" UNION ALL ".join([part] * len(groups))}))
            ORDER BY id FOR NO KEY UPDATE
        ) AS account
        """,  # noqa: S608
        params,
    )
    found = Accounts({}, {}, {})
    for code, kind in enumerate(kinds, start=1):
        at = np.flatnonzero(codes == code)
        at = at[np.argsort(owner_ids[at], kind="stable")]
        found.owners[kind] = owner_ids[at]
        found.ids[kind] = ids[at]
        found.balances[kind] = balances[at]
    return found
