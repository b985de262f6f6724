"""What the rulebook says to an investor before an order is placed."""

from datetime import date

from tuppence import platform
from tuppence.rules.findings import Finding
from tuppence.rules.investor import InvestorProfile, Refusal, investor_check
from tuppence.web.reads.standing import InvestorFacts


def findings_of(
    facts: InvestorFacts, amount_minor: int, *, already_minor: int, on: date
) -> tuple[Finding, ...]:
    """Every rule that stands against an amount on a day; `already_minor` is in the listing."""
    profile = InvestorProfile(
        test_passed_on=facts.test_passed_on,
        sophisticated=facts.sophisticated,
        warning_acknowledged=facts.warning_acknowledged_at is not None,
        net_worth_minor=facts.net_worth_minor,
    )
    rules = investor_check(platform.rulebook(on))
    return rules.all_findings(profile, amount_minor, frozenset(), on, already_minor)


def is_consent(finding: Finding, on: date) -> bool:
    """Whether a word given with the order is enough; other findings need a page of their own."""
    rules = investor_check(platform.rulebook(on))
    return finding.rule_id == rules.codes.get(Refusal.LARGE_INVESTMENT)


def may_invest(facts: InvestorFacts, on: date) -> bool:
    """Whether nothing but a consent to a large amount stands in the way."""
    if not facts.is_verified:
        return False
    findings = findings_of(facts, 1, already_minor=0, on=on)
    return not any(each.bars and not is_consent(each, on) for each in findings)
