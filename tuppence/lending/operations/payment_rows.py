"""Append payments and the lenders' shares of them."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from tuppence.lending.operations.journal import Journal
from tuppence.lending.paying import Booked
from tuppence.lending.shares import Shares
from tuppence.postgres import bulk

Ints = NDArray[np.int64]


def write_payments(
    booked: Sequence[Booked], fees: Ints, taxes: Ints, recorded: NDArray[np.datetime64]
) -> None:
    """Append the rows of payments; `fees` and `taxes` are what left the lenders of each."""
    places = sorted(range(len(booked)), key=lambda place: _text_columns(booked[place]))
    for texts, group in groupby(places, key=lambda place: _text_columns(booked[place])):
        at = np.array(list(group), dtype=np.int64)
        _copy([booked[place] for place in at.tolist()], texts, fees[at], taxes[at], recorded[at])


def _text_columns(each: Booked) -> tuple[str, str]:
    # A text of its own width in each row has no place in a binary block of columns.
    return each.asked.kind.value, each.asked.choice.value if each.asked.choice else ""


def _copy(
    booked: Sequence[Booked],
    texts: tuple[str, str],
    fees: Ints,
    taxes: Ints,
    recorded: NDArray[np.datetime64],
) -> None:
    figures = np.array(
        [
            (
                each.asked.loan_id,
                each.sequence,
                each.asked_minor,
                each.amount_minor,
                each.outcome.fee_minor,
                each.outcome.penalty_minor,
                each.outcome.interest_minor,
                each.principal_minor,
                each.outcome.compensation_minor,
                each.surplus_minor,
                each.asked.waived_minor,
                each.outcome.cost_minor,
            )
            for each in booked
        ],
        dtype=np.int64,
    ).T
    names = (
        "loan_id",
        "sequence",
        "asked_minor",
        "amount_minor",
        "fee_minor",
        "penalty_minor",
        "interest_minor",
        "principal_minor",
        "compensation_minor",
        "surplus_minor",
        "waived_minor",
        "cost_minor",
    )
    stated = np.array([each.asked.stated is not None for each in booked])
    settles = np.array(
        [each.asked.stated is not None and each.asked.stated.settles for each in booked]
    )
    fields = {name: bulk.bigints(column) for name, column in zip(names, figures, strict=True)}
    fields |= {
        "id": bulk.uuids(bulk.uuid_column(each.asked.key for each in booked)),
        "kind": bulk.constant(texts[0]),
        "choice": bulk.constant(texts[1]),
        "on": bulk.dates(np.array([each.asked.on for each in booked], dtype="datetime64[D]")),
        "stated": bulk.Field(stated.view(np.int8)),
        "settles": bulk.Field(settles.view(np.int8)),
        "servicing_fee_minor": bulk.bigints(fees),
        "tax_minor": bulk.bigints(taxes),
        "recorded_at": bulk.timestamps(recorded),
    }
    bulk.copy_columns("lending_payment", fields, len(booked))


def write_shares(journal: Journal, member_ids: Ints, shares: Shares) -> None:
    """Append the lenders' shares; a share of nothing leaves no row."""
    gross = shares.principal + shares.interest + shares.late_fee + shares.compensation
    at = np.flatnonzero(gross + shares.surplus)
    columns = {
        "member_id": member_ids,
        "principal_minor": shares.principal,
        "interest_minor": shares.interest,
        "late_fee_minor": shares.late_fee,
        "compensation_minor": shares.compensation,
        "surplus_minor": shares.surplus,
        "servicing_fee_minor": shares.fee,
        "tax_minor": shares.tax,
        "net_minor": shares.net + shares.surplus,
    }
    fields = {name: bulk.bigints(column[at]) for name, column in columns.items()}
    fields["distribution_id"] = bulk.uuids(journal.keys[shares.payment[at]])
    bulk.copy_columns("lending_distributionshare", fields, len(at))
