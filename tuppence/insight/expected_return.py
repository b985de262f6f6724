"""What was to be expected of loans when they were made, beside what became of them. Pure.

The expected return a year is the rate less the platform's fee on interest and less the expected
loss a year, each weighted with what was lent. It says nothing of cash that lay idle or of taxes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Batch:
    """Loans of one grade on the same terms. Amounts in minor units."""

    grade: str
    annual_rate: Fraction
    fee: Fraction  # share of the interest, with VAT
    expected_loss: Fraction  # a year
    loans: int
    lent_minor: int
    lost_minor: int  # principal given up less what came back
    ended: int  # paid back in full
    ended_early: int  # of them, before the last agreed day

    @property
    def expected_return(self) -> Fraction:
        """Rate less fee and expected loss, a year."""
        return self.annual_rate * (1 - self.fee) - self.expected_loss


@dataclass(frozen=True, slots=True)
class GradeOutcome:
    """Expectation and outcome of all loans of one grade."""

    grade: str
    loans: int
    lent_minor: int
    annual_rate: Fraction
    expected_loss: Fraction
    expected_return: Fraction
    loss_share: Fraction  # of all that was lent, so far
    ended: int
    ended_early: int

    @property
    def early_share(self) -> Fraction | None:
        """Of the loans that were paid back, those that were so before their last agreed day."""
        return Fraction(self.ended_early, self.ended) if self.ended else None


def outcome_of(grade: str, batches: Sequence[Batch]) -> GradeOutcome | None:
    """Several batches in one, weighted with what was lent; None where nothing was.

    >>> fee, tenth = Fraction(1, 10), Fraction(1, 10)
    >>> one = Batch("B", tenth, fee, Fraction(1, 100), 1, 300, 0, 0, 0)
    >>> two = Batch("B", Fraction(1, 5), fee, Fraction(1, 20), 1, 100, 20, 1, 1)
    >>> found = outcome_of("B", [one, two])
    >>> found.annual_rate, found.expected_loss, found.expected_return, found.loss_share
    (Fraction(1, 8), Fraction(1, 50), Fraction(37, 400), Fraction(1, 20))
    """
    lent = sum(each.lent_minor for each in batches)
    if not lent:
        return None

    def weighted(values: list[Fraction]) -> Fraction:
        pairs = zip(values, batches, strict=True)
        return sum((value * each.lent_minor for value, each in pairs), start=Fraction(0)) / lent

    return GradeOutcome(
        grade=grade,
        loans=sum(each.loans for each in batches),
        lent_minor=lent,
        annual_rate=weighted([each.annual_rate for each in batches]),
        expected_loss=weighted([each.expected_loss for each in batches]),
        expected_return=weighted([each.expected_return for each in batches]),
        loss_share=Fraction(sum(each.lost_minor for each in batches), lent),
        ended=sum(each.ended for each in batches),
        ended_early=sum(each.ended_early for each in batches),
    )


def outcomes_by_grade(batches: Sequence[Batch]) -> list[GradeOutcome]:
    """Every grade that was lent to, the safest first."""
    grades = sorted({each.grade for each in batches})
    found = (outcome_of(grade, [b for b in batches if b.grade == grade]) for grade in grades)
    return [each for each in found if each is not None]
