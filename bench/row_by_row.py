"""The same investment as plain Django code writes it: one order, one transaction, row by row.

Careful and correct: the listing and both purses are locked, the key is looked up, the rulebook is
asked, and the same rows are written. What it does not do is batch. PostgreSQL's own guards are the
same for both, and here too the trigger moves the balances.
"""

from datetime import timedelta

from django.db import transaction

from tuppence import platform
from tuppence.events.happenings import Event
from tuppence.events.operations import record
from tuppence.ledger.models import Account, Transfer
from tuppence.market.models import Investment, Listing
from tuppence.market.orders import InvestOrder, InvestStatus
from tuppence.members.models import Member
from tuppence.rules.investor import CONSENT_LARGE_INVESTMENT, InvestorProfile, investor_check


@transaction.atomic
def invest_one(order: InvestOrder) -> InvestStatus:
    """Place one order."""
    listing = Listing.objects.select_for_update().get(pk=order.listing_id)
    if Investment.objects.filter(pk=order.key).exists():
        return InvestStatus.EXISTS
    left = listing.target_minor - listing.funded_minor
    if listing.state != "open" or not listing.opens_at <= order.at < listing.closes_at:
        return InvestStatus.LISTING_NOT_OPEN
    if order.amount_minor < min(listing.investment_minor_min, left):
        return InvestStatus.AMOUNT_BELOW_MINIMUM
    refusal = _refusal_of_member(order, listing)
    if refusal is not None:
        return refusal
    if order.amount_minor > left:
        return InvestStatus.EXCEEDS_LISTING
    if order.amount_minor % listing.investment_minor_step and order.amount_minor != left:
        return InvestStatus.AMOUNT_NOT_IN_STEPS
    purses = {
        account.kind: account
        for account in Account.objects.select_for_update()
        .filter(
            owner_id=order.member_id,
            kind__in=["member_available", "member_reserved"],
            currency=listing.currency,
        )
        .order_by("id")
    }
    if purses["member_available"].balance_minor < order.amount_minor:
        return InvestStatus.EXCEEDS_AVAILABLE
    _write(order, listing, purses)
    return InvestStatus.PLACED


def _refusal_of_member(order: InvestOrder, listing: Listing) -> InvestStatus | None:
    member = Member.objects.get(pk=order.member_id)
    if member.blocked_at is not None:
        return InvestStatus.MEMBER_BLOCKED
    if member.verified_at is None:
        return InvestStatus.MEMBER_NOT_VERIFIED
    if member.pk == listing.borrower_id:
        return InvestStatus.OWN_LISTING
    on = platform.business_day(order.at)
    finding = investor_check(platform.rulebook(on)).decide(
        InvestorProfile(
            test_passed_on=member.test_passed_on,
            sophisticated=member.sophisticated,
            warning_acknowledged=member.warning_acknowledged_at is not None,
            net_worth_minor=member.net_worth_minor,
        ),
        order.amount_minor,
        frozenset({CONSENT_LARGE_INVESTMENT} if order.consent else ()),
        on,
    )
    return InvestStatus.RULE_REFUSES if finding else None


def _write(order: InvestOrder, listing: Listing, purses: dict[str, Account]) -> None:
    Investment.objects.create(
        id=order.key,
        listing=listing,
        member_id=order.member_id,
        amount_minor=order.amount_minor,
        placed_at=order.at,
        revocable_until=order.at + timedelta(days=listing.reflection_days),
    )
    Transfer.objects.create(
        id=order.key,
        group_id=order.key,
        debit_account=purses["member_available"],
        credit_account=purses["member_reserved"],
        amount_minor=order.amount_minor,
        kind="order_placed",
        subject_kind="listing",
        subject_id=listing.pk,
        occurred_at=order.at,
        recorded_at=order.at,
    )
    event = Event(
        "investment.placed",
        order.at,
        member_id=order.member_id,
        subject_kind="listing",
        subject_id=listing.pk,
        amount_minor=order.amount_minor,
        currency=listing.currency,
    )
    record([event])
    listing.funded_minor += order.amount_minor
    listing.investments += 1
    if listing.funded_minor == listing.target_minor:
        listing.state, listing.full_at = "full", order.at
    listing.save(update_fields=["funded_minor", "investments", "state", "full_at"])
