"""Ids of the transfers that one order causes, a column at a time."""

from collections.abc import Sequence
from hashlib import blake2b
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

# The places inside an order: one of each per order, then one for each lender.
ROLES = (
    "servicing_fee",
    "servicing_fee_income",
    "servicing_fee_vat",
    "charge_fee",
    "charge_fee_income",
    "charge_fee_vat",
    "tax_withheld",
    "principal_repaid",
    "interest_repaid",
    "late_fee_paid",
    "late_fee_charged",
    "late_fee_dropped",
    "principal_written_off",
    "interest_written_off",
    "late_fee_written_off",
    "written_off_claim",
    "principal_waived",
    "recovery_cost",
    "claim_recovered",
    "origination_fee",
    "origination_fee_income",
    "origination_fee_vat",
    "principal_lent",
)
LENDERS = 1_000
SURPLUSES = 2_000_000_000
ADVANCES = 4_000_000_000
ADVANCES_CLEARED = 6_000_000_000


def bases(keys: Sequence[UUID]) -> NDArray[np.uint64]:
    """One hash an order, as two columns of 64 bits: BLAKE2b with 128 bits (RFC 7693)."""
    blob = b"".join(blake2b(b"lending:" + key.bytes, digest_size=16).digest() for key in keys)
    return np.frombuffer(blob, dtype=">u8").reshape(-1, 2).astype(np.uint64)


def ids_at(base: NDArray[np.uint64], places: NDArray[np.int64] | int) -> NDArray[np.void]:
    """The id at a place inside each order: the hash, its lower half moved on by the place.

    Two orders' ids meet only where their hashes share 64 bits and lie within reach of each other.
    """
    words = base.copy()
    words[:, 1] += np.asarray(places, dtype=np.uint64)
    return words.astype(">u8").view("V16").reshape(-1)


def role_place(role: str) -> int:
    """The place of a transfer of which an order has one."""
    return ROLES.index(role)
