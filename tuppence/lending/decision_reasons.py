"""What an officer finds for and against an application, in words that can be counted. Pure."""

from enum import StrEnum


class Ground(StrEnum):
    """One ground of a decision. What is counted later is what stood against a refused one."""

    STEADY_INCOME = "steady_income"
    ROOM_IN_THE_MONTH = "room_in_the_month"
    GOOD_RECORD_HERE = "good_record_here"
    LOW_DEBT = "low_debt"
    SOUND_PURPOSE = "sound_purpose"
    PAPERS_CONFIRM = "papers_confirm"

    INCOME_TOO_LOW = "income_too_low"
    INCOME_UNCERTAIN = "income_uncertain"
    DEBT_TOO_HIGH = "debt_too_high"
    POOR_RECORD = "poor_record"
    PAPERS_MISSING = "papers_missing"
    PAPERS_CONTRADICT = "papers_contradict"
    PURPOSE_DOUBTFUL = "purpose_doubtful"
    RULE_FORBIDS = "rule_forbids"
    OTHER_AGAINST = "other_against"

    @property
    def is_against(self) -> bool:
        """Whether it speaks against the loan."""
        return self not in FOR


FOR = frozenset(
    {
        Ground.STEADY_INCOME,
        Ground.ROOM_IN_THE_MONTH,
        Ground.GOOD_RECORD_HERE,
        Ground.LOW_DEBT,
        Ground.SOUND_PURPOSE,
        Ground.PAPERS_CONFIRM,
    }
)
