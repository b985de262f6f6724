"""Borrowers apply; credit officers decide, publish and pay out, always by two people."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction

from tuppence import platform
from tuppence.lending.application_rules import (
    ApplyOrder,
    ContractOrder,
    ReviewOrder,
    SignOrder,
)
from tuppence.lending.decision_reasons import Ground
from tuppence.lending.models import Contract
from tuppence.lending.operations.applications import apply, decide_applications
from tuppence.lending.operations.contracts import make_contracts, sign
from tuppence.lending.operations.products import create_product
from tuppence.market.operations import PublishOrder, close_windows, publish, withdraw_listings
from tuppence.market.operations.paying_out import request_pay_out
from tuppence.market.queries import loans_of_listings
from tuppence.members.compliance import DeclarationKind, DeclarationOrder
from tuppence.members.operations import record_declarations
from tuppence.practice import products
from tuppence.practice.loan_stories import Fate, Story
from tuppence.practice.operations.season import Season, story_key
from tuppence.practice.operations.second_word import agree

LOSS_OF_GRADE = {
    "A": Fraction(6, 1000),
    "B": Fraction(14, 1000),
    "C": Fraction(29, 1000),
    "D": Fraction(52, 1000),
}
REASONS_APPROVED = "Accounts of two years and the order book support the instalments."
GROUNDS_REFUSED = (
    (Ground.DEBT_TOO_HIGH,),
    (Ground.INCOME_TOO_LOW, Ground.DEBT_TOO_HIGH),
    (Ground.PAPERS_MISSING,),
    (Ground.PURPOSE_DOUBTFUL,),
)
REASONS_REFUSED = "The instalments would take more than the business earns in a weak month."
DAYS_UNTIL_WITHDRAWN = 5
DAYS_UNTIL_PROPOSED = 10  # a day before the pay-out


def put_products_on_the_shelf(*, at: datetime) -> dict[str, int]:
    """One product of each method; their ids by code."""
    return {
        shelf.code: create_product(
            code=shelf.code,
            at=at,
            name=shelf.name,
            name_zh=shelf.name_zh,
            currency=platform.currency(),
            amount_minor_min=shelf.amount_minor_min,
            amount_minor_max=shelf.amount_minor_max,
            instalments_min=shelf.instalments_min,
            instalments_max=shelf.instalments_max,
            every=shelf.every,
            unit=shelf.unit,
            method=shelf.method,
            annual_rate_min=products.RATE_MIN,
            annual_rate_max=products.RATE_MAX,
            origination_fee=products.ORIGINATION_FEE,
            servicing_fee=products.SERVICING_FEE,
            vat=products.VAT,
            withholding_tax=shelf.withholding_tax,
            pays_out_net=True,
            late_fee_minor=products.LATE_FEE_MINOR,
            grace_days=products.GRACE_DAYS,
            prepayment_compensation=products.COMPENSATION,
            window_days=products.WINDOW_DAYS,
            investment_minor_min=products.INVESTMENT_MINOR_MIN,
            investment_minor_step=products.INVESTMENT_MINOR_STEP,
            partial_floor=shelf.partial_floor,
        ).pk
        for shelf in products.SHELVES
    }


def apply_for_loans(season: Season, day: date) -> None:
    """The applications of a day."""
    stories = [story for story in season.stories.values() if story.applies_on == day]
    if not stories:
        return
    at = season.moment(day, 11)
    record_declarations(
        [
            DeclarationOrder(
                season.member_of(story).member_id,
                DeclarationKind.BORROWED_ELSEWHERE,
                0,
                platform.currency(),
                at,
            )
            for story in stories
        ]
    )
    outcomes = apply(
        [
            ApplyOrder(
                key=story_key("apply", story),
                member_id=season.member_of(story).member_id,
                product_id=season.products[story.shelf],
                amount_minor=story.amount_minor,
                instalments=story.instalments,
                title=story.purpose.title,
                purpose=story.purpose.text,
                at=season.moment(day, 11, 5),
                income_minor_monthly=season.people[story.borrower].income_minor // 12,
                spending_minor_monthly=season.people[story.borrower].commitments_minor // 12,
                business_purpose=True,
            )
            for story in stories
        ]
    )
    for story, outcome in zip(stories, outcomes, strict=True):
        assert outcome.application_id is not None, (outcome, story)
        season.applications[story.number] = outcome.application_id


def decide_and_publish(season: Season, day: date) -> None:
    """The credit officer's words of a day; what is approved gets its contract and its listing."""
    stories = [
        story
        for story in season.stories.values()
        if story.decided_on == day and story.fate is not Fate.WAITS
    ]
    if not stories:
        return
    at = season.moment(day, 10)
    outcomes = decide_applications(
        [_word_on(story, season, at) for story in stories], by=season.office.credit
    )
    assert all(outcome.status.accepted for outcome in outcomes), outcomes
    approved = [story for story in stories if story.fate is not Fate.REFUSED]
    make_contracts(
        [
            ContractOrder(season.applications[story.number], at + timedelta(minutes=10))
            for story in approved
        ]
    )
    listed = [story for story in approved if story.fate.is_listed]
    published = publish(
        [
            PublishOrder(season.applications[story.number], at + timedelta(minutes=20))
            for story in listed
        ]
    )
    for story, outcome in zip(listed, published, strict=True):
        assert outcome.listing_id is not None, (outcome, story)
        season.listings[story.number] = outcome.listing_id
        season.funded_minor[story.number] = 0
        season.lenders[story.number] = set()
    _sign(listed, season, at=at + timedelta(hours=5))


def end_listings(season: Season, day: date) -> None:
    """Windows that are over end, and borrowers who changed their minds are let go."""
    close_windows(at=season.moment(day, 6))
    changed = [
        season.listings[story.number]
        for story in season.stories.values()
        if story.fate is Fate.WITHDRAWN
        and story.listed_on + timedelta(days=DAYS_UNTIL_WITHDRAWN) == day
    ]
    if changed:
        withdraw_listings(changed, at=season.moment(day, 16))


def propose_pay_outs(season: Season, day: date) -> None:
    """The first person: everything that is full and waited for is proposed to be paid out."""
    for story in _paid_out_stories(season, Fate.READY):
        if story.listed_on + timedelta(days=DAYS_UNTIL_PROPOSED) == day:
            season.requests[story.number] = request_pay_out(
                season.listings[story.number],
                by=season.office.credit,
                key=story_key("propose", story),
                at=season.moment(day, 15),
            )


def pay_out(season: Season, day: date) -> None:
    """The second person agrees: loans begin, and their money is on its way to the borrowers."""
    stories = [story for story in _paid_out_stories(season) if story.pays_out_on == day]
    if not stories:
        return
    at = season.moment(day, 10)
    for story in stories:
        agree(season.requests.pop(story.number), by=season.office.finance, at=at)
    loans = loans_of_listings([season.listings[story.number] for story in stories])
    for story in stories:
        season.loans[story.number] = loans[season.listings[story.number]]
    season.bank_has_orders = True


def _paid_out_stories(season: Season, *also: Fate) -> Iterable[Story]:
    return (
        story for story in season.stories.values() if story.fate.is_paid_out or story.fate in also
    )


def _word_on(story: Story, season: Season, at: datetime) -> ReviewOrder:
    application_id = season.applications[story.number]
    if story.fate is Fate.REFUSED:
        return ReviewOrder(
            application_id,
            approve=False,
            reasons=REASONS_REFUSED,
            at=at,
            grounds=GROUNDS_REFUSED[story.number % len(GROUNDS_REFUSED)],
        )
    return ReviewOrder(
        application_id,
        approve=True,
        reasons=REASONS_APPROVED,
        at=at,
        grade=story.grade,
        annual_rate=story.annual_rate,
        expected_loss=LOSS_OF_GRADE[story.grade],
        grounds=(Ground.STEADY_INCOME, Ground.SOUND_PURPOSE),
    )


def _sign(stories: list[Story], season: Season, *, at: datetime) -> None:
    applications = {season.applications[story.number]: story for story in stories}
    digests = Contract.objects.filter(application_id__in=applications).values_list(
        "application_id", "sha256"
    )
    signed = sign(
        [
            SignOrder(
                story_key("sign", applications[application_id]),
                application_id,
                season.member_of(applications[application_id]).member_id,
                sha256,
                at,
            )
            for application_id, sha256 in digests.order_by("application_id")
        ]
    )
    assert all(outcome.status.accepted for outcome in signed), signed
