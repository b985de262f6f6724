"""How much of a book hangs on few: the largest debtors and lenders. Pure."""

from collections.abc import Sequence
from fractions import Fraction


def largest_share(largest_minor: Sequence[int], total_minor: int, *, count: int) -> Fraction | None:
    """The share of the `count` largest in a total; None where there is none.

    `largest_minor` are the largest amounts, the biggest first; where they are fewer, they are all.

    >>> [str(largest_share([40, 30], 100, count=count)) for count in (1, 10)]
    ['2/5', '7/10']
    """
    assert list(largest_minor) == sorted(largest_minor, reverse=True)
    return Fraction(sum(largest_minor[:count]), total_minor) if total_minor else None
