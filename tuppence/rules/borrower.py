"""What the law says to a request for a loan: caps on balances, who may borrow, rate, deductions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from tuppence.rules.findings import Finding, find, show_amount, show_percent
from tuppence.rules.rule import Check, Rule
from tuppence.rules.rulebook import RuleBook


@dataclass(frozen=True, slots=True, kw_only=True)
class BorrowerRequest:
    """A request for a loan with what is known of the borrower.

    Amounts in the platform's minor units. `owed_here_minor` is outstanding principal on this
    platform, with what is listed or full but not yet paid out; `offered_here_minor` what was
    offered here in the 12 months before, this request not counted. The two `elsewhere` amounts
    are the borrower's declaration, None while there is none. `annual_rate` is the whole yearly
    cost as a fraction (Fraction(84, 1000) is 8.4 %). `withheld_minor` is what the pay-out would
    hold back of the principal.
    """

    kind: Literal["person", "company"]
    principal_minor: int
    annual_rate: Fraction
    business_purpose: bool = False
    owed_here_minor: int = 0
    owed_elsewhere_minor: int | None = None
    offered_here_minor: int = 0
    offered_elsewhere_minor: int | None = None
    withheld_minor: int = 0
    staff_or_manager: bool = False
    share_of_platform: Fraction = Fraction(0)
    listed_elsewhere: bool = False
    purpose: str = ""

    def __post_init__(self) -> None:
        """Amounts are never negative here: the edge has refused them before."""
        declared = (self.owed_elsewhere_minor or 0, self.offered_elsewhere_minor or 0)
        known = (self.owed_here_minor, self.offered_here_minor, self.withheld_minor)
        assert self.principal_minor > 0 and min(*declared, *known) >= 0
        assert self.annual_rate >= 0 and 0 <= self.share_of_platform <= 1


def check_borrower(book: RuleBook, request: BorrowerRequest, *, on: date) -> tuple[Finding, ...]:
    """Every rule that fires on a request, in a fixed order; empty when the law has no objection.

    The request may go on when no finding `bars`. Rules in another currency than the platform's,
    without an amount set by the platform, are not measured and never fire.
    """
    book = book.at(on)
    found = (
        *_who_may_borrow(book, request),
        *_balance_caps(book, request),
        *_offers_cap(book, request),
        *_rate(book, request, on),
        *_pay_out(book, request.withheld_minor),
    )
    return tuple(found)


def payout_findings(book: RuleBook, *, withheld_minor: int) -> tuple[Finding, ...]:
    """The finding where a pay-out would hold back a part of the principal against the law."""
    return tuple(_pay_out(book, withheld_minor))


def _who_may_borrow(book: RuleBook, request: BorrowerRequest) -> Iterator[Finding]:
    rule = book.enforcing(Check.NO_CONSUMER)
    if rule and request.kind == "person" and not request.business_purpose:
        yield find(rule, "refuse", "person without business purpose")
    rule = book.enforcing(Check.NO_INSIDER)
    share = request.share_of_platform
    if rule and (request.staff_or_manager or share >= rule.needed("value") / 100):
        who = "staff or manager, " if request.staff_or_manager else ""
        figure = f"{who}share {show_percent(share)}"
        yield find(rule, "refuse", figure, share=show_percent(share))
    rule = book.enforcing(Check.NO_SECOND_LISTING)
    if rule and request.listed_elsewhere:
        yield find(rule, "refuse", "listed on another platform")
    yield from purpose_findings(book, request.purpose)


def purpose_findings(book: RuleBook, purpose: str) -> Iterator[Finding]:
    """The finding where the purpose's code is one that the law names as banned."""
    rule = book.enforcing(Check.BANNED_PURPOSE)
    if rule and purpose in rule.words:
        yield find(rule, "refuse", f"purpose {purpose}", purpose=purpose)


def _balance_caps(book: RuleBook, request: BorrowerRequest) -> Iterator[Finding]:
    person = request.kind == "person"
    here_minor = request.owed_here_minor + request.principal_minor
    here = Check.CAP_PERSON_HERE if person else Check.CAP_COMPANY_HERE
    yield from _cap(book, book.enforcing(here), here_minor)
    everywhere = Check.CAP_PERSON_EVERYWHERE if person else Check.CAP_COMPANY_EVERYWHERE
    elsewhere_minor = request.owed_elsewhere_minor
    yield from _declared_cap(book, book.enforcing(everywhere), here_minor, elsewhere_minor)


def _offers_cap(book: RuleBook, request: BorrowerRequest) -> Iterator[Finding]:
    here_minor = request.offered_here_minor + request.principal_minor
    rule = book.enforcing(Check.OFFERS_IN_12_MONTHS)
    yield from _declared_cap(book, rule, here_minor, request.offered_elsewhere_minor)


def _declared_cap(
    book: RuleBook, rule: Rule | None, here_minor: int, elsewhere_minor: int | None
) -> Iterator[Finding]:
    """A cap across platforms: our own part always counts, the rest needs a declaration."""
    fired = list(_cap(book, rule, here_minor + (elsewhere_minor or 0)))
    yield from fired
    unknown = rule is not None and elsewhere_minor is None and not fired
    if rule and unknown and book.amount_minor(rule) is not None:
        yield find(rule, "wait", "not declared", sentence="asks")


def _cap(book: RuleBook, rule: Rule | None, total_minor: int) -> Iterator[Finding]:
    cap_minor = book.amount_minor(rule) if rule else None
    if rule and cap_minor is not None and total_minor > cap_minor:
        total, cap = show_amount(book, total_minor), show_amount(book, cap_minor)
        yield find(rule, "refuse", f"{total} > {cap}", total=total, cap=cap)


def _rate(book: RuleBook, request: BorrowerRequest, on: date) -> Iterator[Finding]:
    rule, cap = book.enforcing(Check.RATE_CAP), book.rate_cap(on)
    if rule is None or cap is None:
        return
    rate = show_percent(request.annual_rate)
    if request.annual_rate > cap:
        yield find(
            rule, "refuse", f"{rate} > {show_percent(cap)}", rate=rate, cap=show_percent(cap)
        )
        return
    enforceable = rule.figure("enforceable_percent")
    if enforceable is not None and request.annual_rate > enforceable / 100:
        limit = show_percent(enforceable / 100)
        yield find(rule, "warn", f"{rate} > {limit}", sentence="warns", rate=rate, cap=limit)


def _pay_out(book: RuleBook, withheld_minor: int) -> Iterator[Finding]:
    rule = book.enforcing(Check.NO_DEDUCTION)
    if rule and withheld_minor > 0:
        withheld = show_amount(book, withheld_minor)
        yield find(rule, "refuse", f"{withheld} withheld", withheld=withheld)
