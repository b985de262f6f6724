"""What a rulebook is made of: dated rows, each with a figure, an article and a status.

A row says what the law asks; a row with a `check` is also enforced by one of this room's
decisions. A row without one is kept by the operator's own procedures and only reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction


class Kind(StrEnum):
    """What a rule does to an act."""

    CAP = "cap"
    FLOOR = "floor"
    BAN = "ban"
    WARN = "warn"
    TIMER = "timer"
    DISCLOSE = "disclose"
    RECORD = "record"
    CAPITAL = "capital"


class Status(StrEnum):
    """How far a figure has been read on a page: V whole, Vp in part, U not yet."""

    READ = "V"
    READ_IN_PART = "Vp"
    UNREAD = "U"


class Bound(StrEnum):
    """On which side of a rule's value the law is kept."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


class Check(StrEnum):
    """The decision that enforces a rule; a book has at most one row of each in force a day."""

    CAP_PERSON_HERE = "cap_person_here"
    CAP_PERSON_EVERYWHERE = "cap_person_everywhere"
    CAP_COMPANY_HERE = "cap_company_here"
    CAP_COMPANY_EVERYWHERE = "cap_company_everywhere"
    OFFERS_IN_12_MONTHS = "offers_in_12_months"
    NO_CONSUMER = "no_consumer"
    NO_INSIDER = "no_insider"
    NO_SECOND_LISTING = "no_second_listing"
    BANNED_PURPOSE = "banned_purpose"
    RATE_CAP = "rate_cap"
    NO_DEDUCTION = "no_deduction"
    FUNDING_WINDOW = "funding_window"
    SHEET_LENGTH = "sheet_length"
    REFLECTION = "reflection"
    KNOWLEDGE_TEST = "knowledge_test"
    RISK_ASSESSMENT = "risk_assessment"
    RISK_WARNING = "risk_warning"
    LENDER_DECLARATION = "lender_declaration"
    LARGE_INVESTMENT = "large_investment"
    LOSS_SIMULATION = "loss_simulation"
    SOPHISTICATION = "sophistication"
    NO_INCENTIVE = "no_incentive"
    NO_LISTING_INCENTIVE = "no_listing_incentive"
    NO_STAND_IN = "no_stand_in"
    COMPLAINT_RECEIPT = "complaint_receipt"
    COMPLAINT_ANSWER = "complaint_answer"
    MEASURING_CONSENT = "measuring_consent"


# The sentences a checked row must bring, and the figures each of them may name in braces.
_TOTAL = frozenset({"total", "cap"})
_NONE: frozenset[str] = frozenset()
SENTENCES: Mapping[Check, Mapping[str, frozenset[str]]] = {
    Check.CAP_PERSON_HERE: {"fires": _TOTAL},
    Check.CAP_PERSON_EVERYWHERE: {"fires": _TOTAL, "asks": _NONE},
    Check.CAP_COMPANY_HERE: {"fires": _TOTAL},
    Check.CAP_COMPANY_EVERYWHERE: {"fires": _TOTAL, "asks": _NONE},
    Check.OFFERS_IN_12_MONTHS: {"fires": _TOTAL, "asks": _NONE},
    Check.NO_CONSUMER: {"fires": _NONE},
    Check.NO_INSIDER: {"fires": frozenset({"share"})},
    Check.NO_SECOND_LISTING: {"fires": _NONE},
    Check.BANNED_PURPOSE: {"fires": frozenset({"purpose"})},
    Check.RATE_CAP: {"fires": frozenset({"rate", "cap"}), "warns": frozenset({"rate", "cap"})},
    Check.NO_DEDUCTION: {"fires": frozenset({"withheld"})},
    Check.FUNDING_WINDOW: {"fires": frozenset({"closes", "latest"})},
    Check.SHEET_LENGTH: {"fires": frozenset({"pages", "cap"})},
    Check.REFLECTION: {"fires": frozenset({"ends"})},
    Check.KNOWLEDGE_TEST: {"fires": frozenset({"taken", "years"})},
    Check.RISK_ASSESSMENT: {"fires": frozenset({"taken", "years"}), "limits": _TOTAL},
    Check.RISK_WARNING: {"fires": _NONE},
    Check.LENDER_DECLARATION: {"fires": _NONE},
    Check.LARGE_INVESTMENT: {"fires": frozenset({"amount", "threshold"})},
    Check.LOSS_SIMULATION: {},
    Check.SOPHISTICATION: {},
    Check.NO_INCENTIVE: {},
    Check.NO_LISTING_INCENTIVE: {},
    Check.NO_STAND_IN: {},
    Check.COMPLAINT_RECEIPT: {},
    Check.COMPLAINT_ANSWER: {},
    Check.MEASURING_CONSENT: {},
}

# The figures a checked row must bring: amounts in the book's currency, numbers, whole numbers.
MONEY_NEEDED: Mapping[Check, tuple[str, ...]] = {
    Check.CAP_PERSON_HERE: ("value",),
    Check.CAP_PERSON_EVERYWHERE: ("value",),
    Check.CAP_COMPANY_HERE: ("value",),
    Check.CAP_COMPANY_EVERYWHERE: ("value",),
    Check.OFFERS_IN_12_MONTHS: ("value",),
    Check.LARGE_INVESTMENT: ("least",),
}
FIGURES_NEEDED: Mapping[Check, tuple[str, ...]] = {
    Check.NO_INSIDER: ("value",),
    Check.RATE_CAP: ("value",),
    Check.LOSS_SIMULATION: ("value",),
    Check.LARGE_INVESTMENT: ("share_percent",),
}
WHOLE_NEEDED: Mapping[Check, tuple[str, ...]] = {
    Check.FUNDING_WINDOW: ("value",),
    Check.SHEET_LENGTH: ("value",),
    Check.REFLECTION: ("value",),
    Check.KNOWLEDGE_TEST: ("value",),
    Check.SOPHISTICATION: ("value",),
    Check.RISK_ASSESSMENT: ("valid_years",),
    Check.COMPLAINT_RECEIPT: ("value",),
    Check.COMPLAINT_ANSWER: ("value",),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence for the reader, in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One dated row of a rulebook.

    `value` is in `unit`, in major units where the unit is money; `amounts` are further amounts
    in major units of the book's currency; `figures` further plain numbers. In force from
    `valid_from` to the day before `valid_to`.
    """

    id: str
    jurisdiction: str
    kind: Kind
    scope: str
    value: Fraction | None
    unit: str
    bound: Bound | None
    valid_from: date
    valid_to: date | None
    article: str
    source: str
    status: Status
    text: Sentence
    note: str = ""
    read: str = ""
    check: Check | None = None
    parameter: str = ""
    figures: Mapping[str, Fraction] = field(default_factory=dict)
    amounts: Mapping[str, Fraction] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    sentences: Mapping[str, Sentence] = field(default_factory=dict)

    def figure(self, name: str) -> Fraction | None:
        """The value (name "value"), an amount in major units or a plain figure, by name."""
        if name == "value":
            return self.value
        return self.amounts.get(name, self.figures.get(name))

    def needed(self, name: str) -> Fraction:
        """A figure that the reading of the book has made sure of."""
        found = self.figure(name)
        assert found is not None, f"{self.id} was read without its figure {name}"
        return found

    def holds_on(self, on: date) -> bool:
        """Whether the row is in force on that day; the last day is exclusive."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A dated figure that rules refer to, such as a reference rate; it holds until the next."""

    id: str
    value: Fraction
    unit: str
    valid_from: date
    source: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class BookHead:
    """Which law a file tells, in which currency, and on which day it was set down."""

    id: str
    jurisdiction: str
    title: Sentence
    currency: str
    minor_digits: int
    calendar: str
    dated: date
    note: Sentence
