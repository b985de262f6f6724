"""Keep why the rulebook refused orders to invest: one row a refused order, in its transaction."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from tuppence.compliance.operations import record_findings
from tuppence.compliance.rule_record import RuleRecord, records_of
from tuppence.market.orders import InvestColumns
from tuppence.market.suitability import lent_here
from tuppence.members.standing import InvestorColumns
from tuppence.postgres import bulk
from tuppence.rules.investor import InvestorProfile, InvestorRules


def record_refusals(
    orders: InvestColumns,
    investors: InvestorColumns,
    *,
    rules: InvestorRules,
    codes: NDArray[np.int8],
    already_minor: NDArray[np.int64],
) -> None:
    """Record each order with a code above 0. `investors` and the rest are aligned with them."""
    lent_minor = lent_here(orders, already_minor)
    rows = np.flatnonzero(codes)
    keys = bulk.uuid_array(orders.keys[rows])
    records: list[RuleRecord] = []
    for key, row in zip(keys, rows.tolist(), strict=True):
        amount_minor, already = int(orders.amounts_minor[row]), int(lent_minor[row])
        finding = rules.finding(int(codes[row]), profile_of(investors, row), amount_minor, already)
        records += records_of(
            [finding],
            rules.book,
            at=orders.at[row].astype(datetime).replace(tzinfo=UTC),
            act="market.invest",
            member_id=int(orders.member_ids[row]),
            subject_kind="listing",
            subject_id=int(orders.listing_ids[row]),
            key=key,
        )
    record_findings(records)


def profile_of(investors: InvestorColumns, row: int) -> InvestorProfile:
    """One investor of a batch as the rulebook looks at them."""
    tested = investors.test_passed_on[row]
    known = bool(investors.net_worth_known[row])
    return InvestorProfile(
        test_passed_on=None if np.isnat(tested) else tested.astype("datetime64[D]").item(),
        sophisticated=bool(investors.sophisticated[row]),
        warning_acknowledged=bool(investors.warning_acknowledged[row]),
        net_worth_minor=int(investors.net_worth_minor[row]) if known else None,
    )
