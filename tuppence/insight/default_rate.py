"""Default rates by the rule of EU platforms: by count, over windows of twelve months. Pure.

Delegated Regulation (EU) 2022/2115: of the loans that are not in default when a window of twelve
months begins and that have a payment scheduled in it, the share that defaults at least once before
it ends. Windows don't overlap; what is published is the plain average of all of them, over at least
36 months of history, or since the start of a younger platform.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tuppence.money.months import add_months

MONTHS = 12
DEFAULT_BEYOND_DAYS = 90
"""A loan defaults when it is more than so many days past due (article 1)."""
WINDOWS_MAX = 30


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `first` to `last`, both counted."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class WindowCount:
    """Loans of one window, all of them or those of one grade."""

    window: Window
    grade: str  # nothing: of every grade
    loans: int  # not in default at its start, with a payment scheduled in it
    defaulted: int  # of them, with a default before its end

    @property
    def rate(self) -> Fraction | None:
        """The share that defaulted; None where there were no loans.

        >>> window = Window(date(2024, 1, 1), date(2024, 12, 31))
        >>> f"{float(WindowCount(window, '', 790, 52).rate):.4f}"  # published for 2024
        '0.0658'
        """
        return Fraction(self.defaulted, self.loans) if self.loans else None


def windows(first_loan_on: date, cut_off: date) -> list[Window]:
    """Windows of twelve months back from the cut-off, the oldest first; each begins with loans.

    None until the first loan is more than twelve months old: a shorter window would count the few
    loans that were there on its first day and none of those that came after.

    >>> [str(w.first) for w in windows(date(2024, 3, 10), date(2026, 6, 30))]
    ['2024-07-01', '2025-07-01']
    >>> windows(date(2025, 7, 1), date(2026, 6, 30))
    []
    """
    found: list[Window] = []
    after = cut_off + timedelta(days=1)
    for number in range(WINDOWS_MAX):
        first = add_months(after, -MONTHS * (number + 1))
        last = add_months(after, -MONTHS * number) - timedelta(days=1)
        if first <= first_loan_on:
            break
        found.append(Window(first, last))
    return found[::-1]


def over_grades(counts: Sequence[WindowCount]) -> list[WindowCount]:
    """Each window with the loans of every grade, in the order of the windows."""
    found: dict[Window, WindowCount] = {}
    for each in counts:
        so_far = found.get(each.window, WindowCount(each.window, "", 0, 0))
        found[each.window] = WindowCount(
            each.window, "", so_far.loans + each.loans, so_far.defaulted + each.defaulted
        )
    return sorted(found.values(), key=lambda each: each.window.first)


def default_rate(counts: Sequence[WindowCount], grade: str = "") -> Fraction | None:
    """The rate that is published: the plain average of the windows' rates, however large each is.

    `grade` names one grade, or all of them together. A window without loans counts nowhere.

    >>> one, two = Window(date(2024, 1, 1), date(2024, 12, 31)), Window(
    ...     date(2025, 1, 1), date(2025, 12, 31))
    >>> default_rate([WindowCount(one, "A", 10, 1), WindowCount(two, "A", 100, 30)])
    Fraction(1, 5)
    """
    chosen = [each for each in counts if each.grade == grade] if grade else over_grades(counts)
    rates = [each.rate for each in chosen if each.rate is not None]
    return sum(rates, start=Fraction(0)) / len(rates) if rates else None
