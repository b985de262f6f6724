"""What offers have cost and may still cost, offer by offer, for the pages of staff."""

from dataclasses import dataclass

from django.db import connection

from tuppence.growth.models import Campaign, Offer
from tuppence.growth.offer import Terms
from tuppence.growth.queries.campaigns import plan_of
from tuppence.growth.queries.offers import terms_of


@dataclass(frozen=True, slots=True)
class OfferFigures:
    """An offer of a plan; once launched, with what became of its grants. Minor units."""

    place: int
    terms: Terms
    id: int | None = None
    granted: int = 0
    used: int = 0  # taken along, running, earned or paid
    expired: int = 0
    reserved_minor: int = 0
    earned_minor: int = 0
    paid_minor: int = 0

    @property
    def left(self) -> int:
        """How many can still be granted, if the budget lasts."""
        return self.terms.total - self.granted


def offers_of(campaign: Campaign) -> list[OfferFigures]:
    """The offers of a campaign's plan, in their order."""
    made = {row.place: row for row in Offer.objects.filter(campaign=campaign)}
    figures = _figures(campaign.pk) if made else {}
    return [
        OfferFigures(
            place,
            terms_of(made[place]) if place in made else terms,
            made[place].pk if place in made else None,
            made[place].granted if place in made else 0,
            *figures.get(made[place].pk if place in made else 0, (0, 0, 0, 0, 0)),
        )
        for place, terms in enumerate(plan_of(campaign).offers)
    ]


def _figures(campaign_id: int) -> dict[int, tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT offer_id,
                   count(*) FILTER (WHERE state IN ('taken', 'running', 'earned', 'paid')),
                   count(*) FILTER (WHERE state = 'expired'),
                   sum(reserved_minor)::bigint, sum(earned_minor)::bigint,
                   sum(paid_minor)::bigint
            FROM growth_grant WHERE campaign_id = %s GROUP BY offer_id
            """,
            [campaign_id],
        )
        return {number: tuple(rest) for number, *rest in cursor.fetchall()}
