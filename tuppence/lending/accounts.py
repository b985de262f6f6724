"""Accounts of many owners, as columns by kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuppence.ledger.chart import AccountKind

Ints = NDArray[np.int64]
NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Accounts:
    """Accounts by kind: owners ascending, with ids and balances aligned."""

    owners: dict[AccountKind, Ints]
    ids: dict[AccountKind, Ints]
    balances: dict[AccountKind, Ints]

    def of(self, kind: AccountKind, owners: Ints | Sequence[int]) -> Ints:
        """The account of each owner; NONE where there is none."""
        return self._look_up(self.ids, kind, owners, NONE)

    def balance_of(self, kind: AccountKind, owners: Ints | Sequence[int]) -> Ints:
        """What each owner's account held when it was locked; 0 where there is none."""
        return self._look_up(self.balances, kind, owners, 0)

    def one(self, kind: AccountKind) -> int:
        """The platform's account of a kind."""
        return int(self.ids[kind][0])

    def add(self, kind: AccountKind, opened: Mapping[int, int]) -> None:
        """Take accounts in that were opened after the others were locked."""
        none = np.empty(0, dtype=np.int64)
        owners = np.concatenate([self.owners.get(kind, none), np.array(list(opened))])
        ids = np.concatenate([self.ids.get(kind, none), np.array(list(opened.values()))])
        balances = np.concatenate([self.balances.get(kind, none), np.zeros(len(opened), np.int64)])
        order = np.argsort(owners, kind="stable")
        self.owners[kind], self.ids[kind] = owners[order], ids[order]
        self.balances[kind] = balances[order]

    def _look_up(
        self,
        column: dict[AccountKind, Ints],
        kind: AccountKind,
        owners: Ints | Sequence[int],
        missing: int,
    ) -> Ints:
        wanted = np.asarray(owners, dtype=np.int64)
        known = self.owners.get(kind, np.empty(0, dtype=np.int64))
        if not len(known):
            return np.full(len(wanted), missing, dtype=np.int64)
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.where(known[at] == wanted, column[kind][at], missing)
