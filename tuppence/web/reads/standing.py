"""How far a member is on the way to borrowing and lending."""

from dataclasses import dataclass
from datetime import date, datetime

from tuppence.members.models import Member
from tuppence.members.queries import BankAccountRow, CheckRow, MemberPage, own_page


@dataclass(frozen=True, slots=True)
class InvestorFacts:
    """What the rulebook asks of who invests."""

    is_verified: bool  # and not blocked
    test_passed_on: date | None
    warning_acknowledged_at: datetime | None
    sophisticated: bool
    net_worth_minor: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member has done and what has been decided on."""

    page: MemberPage
    test_passed_on: date | None
    simulated_on: date | None
    warning_acknowledged_at: datetime | None
    sophisticated: bool
    net_worth_minor: int | None

    @property
    def facts(self) -> InvestorFacts:
        """What of it the rulebook asks of who invests."""
        return InvestorFacts(
            self.identity == "verified",
            self.test_passed_on,
            self.warning_acknowledged_at,
            self.sophisticated,
            self.net_worth_minor,
        )

    @property
    def identity(self) -> str:
        """One of none, waiting, verified, refused, blocked."""
        if self.page.member.blocked_at:
            return "blocked"
        if self.page.member.verified_at:
            return "verified"
        if self.last_check is None:
            return "none"
        return "waiting" if self.last_check.approved is None else "refused"

    @property
    def last_check(self) -> CheckRow | None:
        """The latest identity check."""
        return self.page.checks[-1] if self.page.checks else None

    @property
    def bank_account(self) -> BankAccountRow | None:
        """The account in use, or the one that waits to be verified."""
        usable = [row for row in self.page.bank_accounts or () if row.retired_at is None]
        verified = [row for row in usable if row.verified_at]
        return next(iter(verified or usable), None)

    @property
    def has_verified_account(self) -> bool:
        """Whether money can be taken out."""
        return self.bank_account is not None and self.bank_account.verified_at is not None


def investor_facts(member_id: int) -> InvestorFacts:
    """What the rulebook asks of who invests, in one query."""
    row = Member.objects.get(id=member_id)
    return InvestorFacts(
        row.verified_at is not None and row.blocked_at is None,
        row.test_passed_on,
        row.warning_acknowledged_at,
        row.sophisticated,
        row.net_worth_minor,
    )


def standing_of(member_id: int) -> Standing:
    """A member as they see themselves, with what suitability knows of them."""
    page = own_page(member_id)
    assert page is not None, "the member acts, so the member exists"
    row = Member.objects.values_list(
        "test_passed_on",
        "simulated_on",
        "warning_acknowledged_at",
        "sophisticated",
        "net_worth_minor",
    ).get(id=member_id)
    return Standing(page, *row)
