"""Where investors stand, as columns: one row for each member asked for, in that order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNKNOWN = np.iinfo(np.int64).min  # what NaT is made of, and no amount ever is


@dataclass(frozen=True, slots=True, eq=False)
class InvestorColumns:
    """Aligned with `member_ids`. A member that isn't there is neither found nor verified.

    Times are UTC microseconds, dates are days; `NaT` where it never happened. Net worth is in
    minor units of the platform's currency and only means something where `net_worth_known`.
    """

    member_ids: NDArray[np.int64]
    found: NDArray[np.bool_]
    verified_at: NDArray[np.datetime64]
    blocked_at: NDArray[np.datetime64]
    test_passed_on: NDArray[np.datetime64]
    simulated_on: NDArray[np.datetime64]
    warning_acknowledged_at: NDArray[np.datetime64]
    sophisticated: NDArray[np.bool_]
    net_worth_minor: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.member_ids)

    def rows(self, rows: NDArray[np.int64]) -> "InvestorColumns":
        """These rows, in this order."""
        return InvestorColumns(*(getattr(self, name)[rows] for name in self.__slots__))

    @property
    def verified(self) -> NDArray[np.bool_]:
        return ~np.isnat(self.verified_at)

    @property
    def blocked(self) -> NDArray[np.bool_]:
        return ~np.isnat(self.blocked_at)

    @property
    def warning_acknowledged(self) -> NDArray[np.bool_]:
        return ~np.isnat(self.warning_acknowledged_at)

    @property
    def net_worth_known(self) -> NDArray[np.bool_]:
        return np.not_equal(self.net_worth_minor, UNKNOWN)
