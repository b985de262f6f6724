"""A statement given as columns: the bank's movements of a whole book that is taken over. Pure.

Nobody reads a million lines of such a book one by one, and there is nothing to find out about
them: the book says whose each movement is. Hence a line means one of three things.

money in, of a member       -> deposit         client bank / member available
money out, to a member      -> payout paid     member available / payouts in flight / client bank
money out, to nobody here   -> collector paid  collector due / client bank
"""

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

NOBODY = 0


@dataclass(frozen=True, slots=True, eq=False)
class LineColumns:
    """The lines of one statement as aligned columns. The key says which movement a line is."""

    keys: NDArray[np.void]  # V16
    booked_on: NDArray[np.datetime64]  # days
    amounts_minor: NDArray[np.int64]  # signed: in is positive
    member_ids: NDArray[np.int64]  # NOBODY where the collector was paid

    def __len__(self) -> int:
        return len(self.keys)

    def __post_init__(self) -> None:
        """What comes in is somebody's, and no line is of nothing."""
        assert not ((self.amounts_minor > 0) & (self.member_ids == NOBODY)).any()
        assert self.amounts_minor.all()

    def chosen(self, rows: NDArray[np.int64]) -> "LineColumns":
        """The lines of these rows, in this order."""
        return LineColumns(
            self.keys[rows], self.booked_on[rows], self.amounts_minor[rows], self.member_ids[rows]
        )

    @property
    def deposits(self) -> NDArray[np.int64]:
        """Rows of money that a member paid in."""
        return np.flatnonzero(self.amounts_minor > 0)

    @property
    def payouts(self) -> NDArray[np.int64]:
        """Rows of money that a member took out."""
        return np.flatnonzero((self.amounts_minor < 0) & (self.member_ids != NOBODY))

    @property
    def collected(self) -> NDArray[np.int64]:
        """Rows of money that the collector was paid."""
        return np.flatnonzero((self.amounts_minor < 0) & (self.member_ids == NOBODY))

    def digest(self) -> str:
        """SHA-256 of all that the columns say: the same statement has the same digest."""
        columns = (
            self.keys,
            self.booked_on.astype("datetime64[D]").astype(">i8"),
            self.amounts_minor.astype(">i8"),
            self.member_ids.astype(">i8"),
        )
        return sha256(b"".join(column.tobytes() for column in columns)).hexdigest()


def fingerprints(keys: NDArray[np.void]) -> NDArray[np.void]:
    """The keys in hexadecimal, as the fingerprints of lines are written."""
    return np.frombuffer(keys.tobytes().hex().encode(), dtype="V32")
