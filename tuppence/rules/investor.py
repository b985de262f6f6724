"""What the law says to an investor's order: test, warnings, consent, limits by risk class.

`investor_check` compiles a book once per batch; `decide` answers one order, `decide_columns`
a whole batch in numpy, and both give the same answers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from tuppence.rules.findings import Effect, Finding, find, show_amount, show_day
from tuppence.rules.rule import Check, Rule
from tuppence.rules.rulebook import RuleBook
from tuppence.rules.validity import DayColumn, FlagColumn, are_fresh, is_fresh

CONSENT_LARGE_INVESTMENT = "large_investment"
CONSENT_BITS: Mapping[str, int] = {CONSENT_LARGE_INVESTMENT: 1}

_NO_LIMIT = 2**63 - 1

AmountColumn = npt.NDArray[np.int64]
ClassColumn = npt.NDArray[np.int8]
CodeColumn = npt.NDArray[np.int8]


class Refusal(IntEnum):
    """Why an order is refused; where several rules fire, the lowest code above 0 is given."""

    NONE = 0
    KNOWLEDGE_TEST = 1
    RISK_ASSESSMENT = 2
    RISK_WARNING = 3
    LENDER_DECLARATION = 4
    LARGE_INVESTMENT = 5
    CLASS_LIMIT = 6


_CHECKS: Mapping[Refusal, Check] = {
    Refusal.KNOWLEDGE_TEST: Check.KNOWLEDGE_TEST,
    Refusal.RISK_ASSESSMENT: Check.RISK_ASSESSMENT,
    Refusal.RISK_WARNING: Check.RISK_WARNING,
    Refusal.LENDER_DECLARATION: Check.LENDER_DECLARATION,
    Refusal.LARGE_INVESTMENT: Check.LARGE_INVESTMENT,
    Refusal.CLASS_LIMIT: Check.RISK_ASSESSMENT,
}
_EFFECTS: Mapping[Refusal, Effect] = {
    Refusal.KNOWLEDGE_TEST: "refuse",
    Refusal.RISK_ASSESSMENT: "refuse",
    Refusal.RISK_WARNING: "consent",
    Refusal.LENDER_DECLARATION: "consent",
    Refusal.LARGE_INVESTMENT: "consent",
    Refusal.CLASS_LIMIT: "refuse",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestorProfile:
    """What the platform knows of an investor; amounts in the platform's minor units.

    `test_passed_on` is the day of the book's own test, of knowledge (EU) or of risk (CN);
    `warning_acknowledged` stands for its warning or its declaration. `risk_class` is the rank of
    the class, 0 without one, None where the caller does not keep classes (limits are then not
    measured); `lent_minor` what is lent and not yet back, or reserved to be.
    """

    test_passed_on: date | None = None
    sophisticated: bool = False
    warning_acknowledged: bool = False
    net_worth_minor: int | None = None
    risk_class: int | None = None
    lent_minor: int = 0


@dataclass(frozen=True, slots=True)
class InvestorRules:
    """A book compiled for orders: only what the decision reads.

    `class_limits_minor` is by rank, the rank 0 in front; None is no limit. `unmeasured` names
    the rules that have no amount in the platform's currency.
    """

    book: RuleBook
    rules: Mapping[Refusal, Rule]
    test_years: int
    assessment_years: int
    large_least_minor: int
    large_share: Fraction
    class_limits_minor: tuple[int | None, ...]
    unmeasured: tuple[str, ...]

    @property
    def codes(self) -> Mapping[int, str]:
        """The rule behind each code that this book can give; 0 is no refusal."""
        return {int(refusal): rule.id for refusal, rule in self.rules.items()}

    def decide(
        self,
        profile: InvestorProfile,
        amount_minor: int,
        consents: frozenset[str] | int,
        on: date,
        *,
        already_minor: int = 0,
    ) -> Finding | None:
        """The first rule that stands against one order; None when none does.

        `already_minor` is what the investor has in the same listing: an offer must not slip
        under the threshold in parts. `consents` are those on the order, as names or as bits
        (CONSENT_BITS).
        """
        findings = self.all_findings(profile, amount_minor, consents, on, already_minor)
        return next(iter(findings), None)

    def all_findings(
        self,
        profile: InvestorProfile,
        amount_minor: int,
        consents: frozenset[str] | int,
        on: date,
        already_minor: int = 0,
    ) -> tuple[Finding, ...]:
        """Every rule that stands against one order, for a page that asks for all at once."""
        offer_minor = amount_minor + already_minor
        lent_minor = amount_minor + profile.lent_minor
        limit_minor = self.class_limit_minor(profile.risk_class)
        tested, ordinary = profile.test_passed_on, not profile.sophisticated
        classless = profile.risk_class is not None and profile.risk_class <= 0
        fires: Mapping[Refusal, bool] = {
            Refusal.KNOWLEDGE_TEST: ordinary and not is_fresh(tested, on, self.test_years),
            Refusal.RISK_ASSESSMENT: classless or not is_fresh(tested, on, self.assessment_years),
            Refusal.RISK_WARNING: ordinary and not profile.warning_acknowledged,
            Refusal.LENDER_DECLARATION: not profile.warning_acknowledged,
            Refusal.LARGE_INVESTMENT: ordinary
            and offer_minor > self.large_threshold_minor(profile.net_worth_minor)
            and not has_consent(consents, CONSENT_LARGE_INVESTMENT),
            Refusal.CLASS_LIMIT: limit_minor is not None and lent_minor > limit_minor,
        }
        return tuple(
            self.finding(refusal, profile, amount_minor, already_minor)
            for refusal in self.rules
            if fires[refusal]
        )

    def decide_columns(
        self,
        test_passed_on: DayColumn,
        sophisticated: FlagColumn,
        warning_acknowledged: FlagColumn,
        net_worth_minor: AmountColumn,
        amount_minor: AmountColumn,
        consent: FlagColumn,
        on: date,
        *,
        already_minor: AmountColumn | None = None,
        risk_class: ClassColumn | None = None,
        lent_minor: AmountColumn | None = None,
    ) -> CodeColumn:
        """A Refusal code per order, 0 where nothing stands against it; as `decide`, in numpy.

        A day is NaT where there is none, a net worth -1 where it is unknown, a risk class 0
        where there is none. Without the column `risk_class` the limits are not measured.
        """
        ordinary = ~sophisticated
        nobody = np.zeros(len(amount_minor), dtype=np.bool_)
        classless = nobody if risk_class is None else risk_class <= 0
        # Only what the book asks is computed, so that an empty book costs nothing.
        fires: Mapping[Refusal, Callable[[], FlagColumn]] = {
            Refusal.KNOWLEDGE_TEST: lambda: (
                ordinary & ~are_fresh(test_passed_on, on, self.test_years)
            ),
            Refusal.RISK_ASSESSMENT: lambda: (
                classless | ~are_fresh(test_passed_on, on, self.assessment_years)
            ),
            Refusal.RISK_WARNING: lambda: ordinary & ~warning_acknowledged,
            Refusal.LENDER_DECLARATION: lambda: ~warning_acknowledged,
            Refusal.LARGE_INVESTMENT: lambda: (
                ordinary & ~consent & self._large(net_worth_minor, amount_minor, already_minor)
            ),
            Refusal.CLASS_LIMIT: lambda: (
                nobody
                if risk_class is None
                else _sum(amount_minor, lent_minor) > self._limits(risk_class)
            ),
        }
        codes = np.zeros(len(amount_minor), dtype=np.int8)
        for refusal in self.rules:
            codes[fires[refusal]() & (codes == 0)] = int(refusal)
        return codes

    def finding(
        self, code: int, profile: InvestorProfile, amount_minor: int, already_minor: int = 0
    ) -> Finding:
        """The finding behind a code of `decide_columns`, with the figures of its order."""
        refusal = Refusal(code)
        rule, effect = self.rules[refusal], _EFFECTS[refusal]
        taken = show_day(profile.test_passed_on)
        if refusal in (Refusal.KNOWLEDGE_TEST, Refusal.RISK_ASSESSMENT):
            test = refusal is Refusal.KNOWLEDGE_TEST
            years = self.test_years if test else self.assessment_years
            figure = f"taken {taken}, holds {years} years"
            return find(rule, effect, figure, taken=taken, years=str(years))
        if refusal is Refusal.LARGE_INVESTMENT:
            amount = show_amount(self.book, amount_minor + already_minor)
            threshold_minor = self.large_threshold_minor(profile.net_worth_minor)
            threshold = show_amount(self.book, threshold_minor)
            return find(rule, effect, f"{amount} > {threshold}", amount=amount, threshold=threshold)
        if refusal is Refusal.CLASS_LIMIT:
            total = show_amount(self.book, amount_minor + profile.lent_minor)
            limit_minor = self.class_limit_minor(profile.risk_class)
            cap = show_amount(self.book, limit_minor or 0)
            return find(rule, effect, f"{total} > {cap}", sentence="limits", total=total, cap=cap)
        return find(rule, effect, "not acknowledged")

    def large_threshold_minor(self, net_worth_minor: int | None) -> int:
        """The most that needs no consent: the higher of the amount and the share of net worth.

        The share is cut to the minor unit, which leaves every comparison of whole units the same.
        An unknown net worth (None or negative) counts as none.
        """
        worth_minor = max(net_worth_minor or 0, 0)
        return max(self.large_least_minor, int(worth_minor * self.large_share))

    def class_limit_minor(self, risk_class: int | None) -> int | None:
        """The limit of a class by rank; None where there is no limit or no class is kept."""
        if risk_class is None or not self.class_limits_minor:
            return None
        return self.class_limits_minor[max(0, min(risk_class, len(self.class_limits_minor) - 1))]

    def _large(
        self, net_worth: AmountColumn, amount: AmountColumn, already: AmountColumn | None
    ) -> FlagColumn:
        share = _share_of(np.maximum(net_worth, 0), self.large_share)
        large: FlagColumn = _sum(amount, already) > np.maximum(share, self.large_least_minor)
        return large

    def _limits(self, risk_class: ClassColumn) -> AmountColumn:
        limits = [_NO_LIMIT if limit is None else limit for limit in self.class_limits_minor]
        table = np.array(limits, dtype=np.int64)
        found: AmountColumn = table[np.clip(risk_class, 0, len(table) - 1)]
        return found


def investor_check(book: RuleBook) -> InvestorRules:
    """Compile the book, as it stands on its `as_of`, for a batch of orders."""
    rules: dict[Refusal, Rule] = {}
    unmeasured: list[str] = []
    for refusal, check in _CHECKS.items():
        rule = book.enforcing(check)
        if rule is not None and _is_measured(book, refusal, rule):
            rules[refusal] = rule
        elif rule is not None and refusal is not Refusal.CLASS_LIMIT:
            unmeasured.append(rule.id)
    large = rules.get(Refusal.LARGE_INVESTMENT)
    least_minor = book.amount_minor(large, "least") if large else None
    test = rules.get(Refusal.KNOWLEDGE_TEST)
    assessment = rules.get(Refusal.RISK_ASSESSMENT)
    return InvestorRules(
        book=book,
        rules=rules,
        test_years=int(test.needed("value")) if test else 0,
        assessment_years=int(assessment.needed("valid_years")) if assessment else 0,
        large_least_minor=least_minor or 0,
        large_share=large.needed("share_percent") / 100 if large else Fraction(0),
        class_limits_minor=_class_limits(book) if Refusal.CLASS_LIMIT in rules else (),
        unmeasured=tuple(unmeasured),
    )


def check_investor(
    book: RuleBook,
    profile: InvestorProfile,
    *,
    amount_minor: int,
    consents: frozenset[str] | int,
    on: date,
    already_minor: int = 0,
) -> tuple[Finding, ...]:
    """Every rule that stands against one order on that day; empty when none does."""
    rules = investor_check(book.at(on))
    return rules.all_findings(profile, amount_minor, consents, on, already_minor)


def has_consent(consents: frozenset[str] | int, name: str) -> bool:
    """Whether a consent stands on an order, given as names or as bits."""
    if isinstance(consents, int):
        return bool(consents & CONSENT_BITS[name])
    return name in consents


def _is_measured(book: RuleBook, refusal: Refusal, rule: Rule) -> bool:
    if refusal is Refusal.LARGE_INVESTMENT:
        return book.amount_minor(rule, "least") is not None
    if refusal is Refusal.CLASS_LIMIT:
        return bool(book.test and book.test.classes) and book.same_currency
    return True


def _class_limits(book: RuleBook) -> tuple[int | None, ...]:
    classes = book.test.classes if book.test else ()
    limits = [None if entry.limit is None else book.to_minor(entry.limit) for entry in classes]
    return (0, *limits)


def _share_of(worth: AmountColumn, share: Fraction) -> AmountColumn:
    top = int(worth.max(initial=0))
    if top * share.numerator < 2**63:
        cut: AmountColumn = worth * share.numerator // share.denominator
        return cut
    # int64 would wrap in silence; such amounts are rare enough for Python's integers.
    exact = [int(value) * share.numerator // share.denominator for value in worth]
    return np.array([min(value, _NO_LIMIT) for value in exact], dtype=np.int64)


def _sum(amount: AmountColumn, more: AmountColumn | None) -> AmountColumn:
    if more is None:
        return amount
    top = int(amount.max(initial=0)) + int(more.max(initial=0))
    assert top < 2**63, "amounts far above every bound of the platform"
    return amount + more
