"""Offers and grants as operations read them: locked, with what granting and using has to know."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from django.db import connection

from tuppence import platform
from tuppence.growth.campaign import State
from tuppence.growth.granting import MemberFacts, OfferFacts
from tuppence.growth.models import Grant, Offer
from tuppence.growth.offer import WITH_ORDER, Terms, terms_from_json
from tuppence.growth.using import GrantFacts, GrantState, Use, UseStatus, use_grant
from tuppence.market.models import Listing
from tuppence.members.identity import Finding, MarkKind
from tuppence.members.queries import investor_columns, open_marks
from tuppence.money.months import Unit
from tuppence.rules.allowances import incentive_ban


def terms_of(row: Offer) -> Terms:
    """The offer's terms."""
    return terms_from_json(row.terms)


def forbidding_rule(terms: Terms, on: date) -> str:
    """The id of the rule that bars an offer on a day; empty where none does."""
    ban = incentive_ban(platform.rulebook(on), tied_to_listing=terms.tied_to_listing)
    return ban.id if ban else ""


def lock_offers(offer_ids: Sequence[int], days: Sequence[date]) -> dict[int, OfferFacts]:
    """These offers, locked in order of their ids, with what was granted on these days."""
    rows = list(
        Offer.objects.filter(id__in=set(offer_ids))
        .order_by("id")
        .select_for_update(no_key=True, of=("self",))
        .select_related("campaign")
    )
    on_days = _granted_on([row.pk for row in rows if row.terms["per_day"]], sorted(set(days)))
    latest = max(days)
    found = {}
    for row in rows:
        terms = terms_of(row)
        found[row.pk] = OfferFacts(
            terms=terms,
            campaign_id=row.campaign_id,
            running=row.campaign.state == State.RUNNING,
            ends_on=row.campaign.ends_on,
            granted=row.granted,
            granted_on=on_days.get(row.pk, {}),
            forbidden_by=forbidding_rule(terms, latest),
        )
    return found


def _granted_on(offer_ids: Sequence[int], days: Sequence[date]) -> dict[int, dict[date, int]]:
    if not offer_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT offer_id, granted_on, count(*) FROM growth_grant"
            " WHERE offer_id = ANY(%s) AND granted_on = ANY(%s) GROUP BY 1, 2",
            [list(offer_ids), list(days)],
        )
        found: dict[int, dict[date, int]] = {}
        for offer_id, day, count in cursor.fetchall():
            found.setdefault(offer_id, {})[day] = count
        return found


def member_facts(member_ids: Sequence[int]) -> dict[int, MemberFacts]:
    """What granting has to know of these members; those that exist."""
    ids = sorted(set(member_ids))
    columns = investor_columns(np.array(ids, dtype=np.int64))
    marks = open_marks(ids)
    invested = have_invested(ids)
    worth = columns.net_worth_known & (columns.net_worth_minor <= 0)
    cannot = (MarkKind.LOSS_BEARING, Finding.CONFIRMED)
    rows = zip(
        ids,
        columns.found.tolist(),
        columns.blocked.tolist(),
        worth.tolist(),
        strict=True,
    )
    return {
        number: MemberFacts(
            blocked=blocked,
            cannot_bear_loss=poor or cannot in marks.get(number, frozenset()),
            has_invested=number in invested,
        )
        for number, found, blocked, poor in rows
        if found
    }


def have_invested(member_ids: Sequence[int]) -> frozenset[int]:
    """Those of these members whose money stands in a listing or went into a loan."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT member.id FROM unnest(%s::bigint[]) AS member (id) WHERE EXISTS ("
            " SELECT FROM market_investment AS placed WHERE placed.member_id = member.id"
            " AND placed.state IN ('placed', 'paid_out'))",
            [list(member_ids)],
        )
        return frozenset(number for (number,) in cursor.fetchall())


def held(offer_ids: Sequence[int], member_ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """How many grants of an offer each member ever had, by (offer, member)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT offer_id, member_id, count(*) FROM growth_grant"
            " WHERE member_id = ANY(%s) AND offer_id = ANY(%s) GROUP BY 1, 2",
            [sorted(set(member_ids)), sorted(set(offer_ids))],
        )
        return {(offer, member): count for offer, member, count in cursor.fetchall()}


def lock_grants(grant_ids: Sequence[int]) -> dict[int, Grant]:
    """These grants with their offers, locked in order of their ids."""
    rows = (
        Grant.objects.filter(id__in=set(grant_ids))
        .order_by("id")
        .select_for_update(no_key=True, of=("self",))
        .select_related("offer", "campaign")
    )
    return {row.pk: row for row in rows}


def grant_facts(row: Grant) -> GrantFacts:
    """The grant as decisions see it."""
    return GrantFacts(
        id=row.pk,
        member_id=row.member_id,
        campaign_id=row.campaign_id,
        state=GrantState(row.state),
        last_day=row.last_day,
        terms=terms_of(row.offer),
    )


def usable_grants(member_id: int, on: date) -> list[Grant]:
    """What a member could still use on a day, what ends first first."""
    rows = Grant.objects.filter(
        member_id=member_id, state=GrantState.GRANTED, last_day__gte=on
    ).select_related("offer")
    return list(rows.order_by("last_day", "id"))


def fitting_grants(member_id: int, listing_id: int, amount_minor: int, on: date) -> list[Grant]:
    """The grants that a member could take along when investing this amount in a listing."""
    rows = [row for row in usable_grants(member_id, on) if terms_of(row.offer).kind in WITH_ORDER]
    if not rows:
        return []
    use = Use(
        member_id=member_id,
        amount_minor=amount_minor,
        term_months=terms_in_months([listing_id]).get(listing_id, 0),
        on=on,
        first_time=member_id not in have_invested([member_id]),
    )
    return [row for row in rows if use_grant(grant_facts(row), use) is UseStatus.FITS]


def terms_in_months(listing_ids: Sequence[int]) -> dict[int, int]:
    """How long the loans of these listings run, in whole months."""
    rows = Listing.objects.filter(id__in=listing_ids).values_list(
        "id",
        "application__instalments",
        "application__product__every",
        "application__product__unit",
    )
    days = {Unit.DAYS: 1, Unit.WEEKS: 7}
    months = {Unit.MONTHS: 1, Unit.YEARS: 12}
    return {
        number: count * every * months[Unit(unit)]
        if Unit(unit) in months
        else count * every * days[Unit(unit)] // 30
        for number, count, every, unit in rows
    }
