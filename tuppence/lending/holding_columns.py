"""Who holds which loans, as columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(slots=True, eq=False)
class HoldingColumns:
    """Holdings by loan (ascending), in each loan by id. `outstanding` moves with a batch."""

    loan_ids: Ints
    ids: Ints
    member_ids: Ints
    lent: Ints
    outstanding: Ints
    written_off: Ints

    def runs(self, loan_ids: Ints) -> tuple[Ints, Ints]:
        """Where each loan's holdings begin, and how many they are."""
        starts = np.searchsorted(self.loan_ids, loan_ids)
        ends = np.searchsorted(self.loan_ids, loan_ids, side="right")
        return starts, ends - starts
