"""Put approved applications on the market."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from tuppence import platform
from tuppence.compliance.operations import record_findings
from tuppence.compliance.rule_record import RuleRecord, records_of
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.lending.models import Application
from tuppence.market import queries
from tuppence.market.lifecycle import PublishStatus, decide_publish
from tuppence.market.models import Listing
from tuppence.money.calendars import add_business_days
from tuppence.money.rounding import Rounding, round_to_minor
from tuppence.rules.findings import Finding
from tuppence.rules.listing import ListingTerms, check_listing, reflection_ends


@dataclass(frozen=True, slots=True)
class PublishOrder:
    """Open a listing for an application at `at`; `window_days` None takes the product's."""

    application_id: int
    at: datetime
    window_days: int | None = None
    reflection_days: int | None = None  # None takes the rulebook's


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """What became of one order; `rule_id` names the rule that refused it."""

    application_id: int
    status: PublishStatus
    listing_id: int | None = None
    rule_id: str = ""


@transaction.atomic
def publish(orders: Sequence[PublishOrder]) -> list[PublishOutcome]:
    """Open listings; an application that has one already answers EXISTS with it."""
    ids = [order.application_id for order in orders]
    applications = {  # load
        row.pk: row
        for row in Application.objects.select_for_update(of=("self",))
        .select_related("product")
        .filter(id__in=ids)
        .order_by("id")
    }
    states = queries.application_states(ids)
    outcomes: list[PublishOutcome] = []
    records: list[RuleRecord] = []
    for order in orders:
        application = applications.get(order.application_id)
        findings = _findings(order, application) if application else ()
        rule_id = next((finding.rule_id for finding in findings if finding.bars), "")
        status = decide_publish(states.get(order.application_id), rule_id=rule_id)  # decide
        if application and status in {PublishStatus.RULE_REFUSES, PublishStatus.PUBLISHED}:
            records += _records(order, application, findings)
        if status is PublishStatus.PUBLISHED:
            states[order.application_id] = replace(states[order.application_id], listed=True)
        outcomes.append(
            PublishOutcome(
                order.application_id,
                status,
                rule_id=rule_id if status is PublishStatus.RULE_REFUSES else "",
            )
        )
    fresh = _write(  # write
        [
            (order, applications[order.application_id])
            for order, outcome in zip(orders, outcomes, strict=True)
            if outcome.status is PublishStatus.PUBLISHED
        ]
    )
    record_findings(records)
    listed = queries.listing_ids_of(ids)
    assert fresh <= set(listed.values())
    return [
        PublishOutcome(o.application_id, o.status, listed.get(o.application_id), o.rule_id)
        for o in outcomes
    ]


def _findings(order: PublishOrder, application: Application) -> tuple[Finding, ...]:
    closes = _closes_at(order, application)
    terms = ListingTerms(
        opens_on=platform.business_day(order.at), closes_on=platform.business_day(closes)
    )
    book = platform.rulebook(terms.opens_on)
    return check_listing(book, terms, add_business_days=add_business_days)


def _records(
    order: PublishOrder, application: Application, findings: Sequence[Finding]
) -> Iterator[RuleRecord]:
    return records_of(
        findings,
        platform.rulebook(platform.business_day(order.at)),
        at=order.at,
        act="market.publish",
        member_id=application.borrower_id,
        subject_kind="application",
        subject_id=application.pk,
    )


def _closes_at(order: PublishOrder, application: Application) -> datetime:
    days = application.product.window_days if order.window_days is None else order.window_days
    return order.at + timedelta(days=days)


def _write(approved: Sequence[tuple[PublishOrder, Application]]) -> set[int]:
    listings = Listing.objects.bulk_create(
        [
            Listing(
                application=application,
                borrower_id=application.borrower_id,
                currency=application.currency,
                target_minor=application.amount_minor,
                investment_minor_min=application.product.investment_minor_min,
                investment_minor_step=application.product.investment_minor_step,
                floor_minor=round_to_minor(
                    application.amount_minor * application.product.partial_floor, Rounding.UP
                ),
                reflection_days=_reflection_days(order),
                opens_at=order.at,
                closes_at=_closes_at(order, application),
            )
            for order, application in approved
        ]
    )
    events.record(
        [
            Event(
                verb="listing.opened",
                at=listing.opens_at,
                member_id=listing.borrower_id,
                subject_kind="listing",
                subject_id=listing.pk,
                amount_minor=listing.target_minor,
                currency=listing.currency,
            )
            for listing in listings
        ]
    )
    return {listing.pk for listing in listings}


def _reflection_days(order: PublishOrder) -> int:
    if order.reflection_days is not None:
        return order.reflection_days
    book = platform.rulebook(platform.business_day(order.at))
    ends = reflection_ends(order.at, book)
    return (ends - order.at).days if ends else 0
