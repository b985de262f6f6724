"""The operator of the practice market: plans campaigns, has them agreed to, books their cost."""

from datetime import date
from uuid import UUID

from tuppence import platform
from tuppence.growth.budgets import BudgetOrder
from tuppence.growth.campaign import Act, ActOrder
from tuppence.growth.granting import GrantOrder
from tuppence.growth.models import Campaign, Channel, Offer, Partner
from tuppence.growth.operations import (
    act_on_campaign,
    add_partner,
    book_spend,
    draft_campaign,
    expire_grants,
    grant,
    pay_due,
    record_alerts,
    see_alerts,
    set_budgets,
    settle_offers,
)
from tuppence.growth.queries.budgets import open_alerts
from tuppence.growth.spend import PaidFrom, PriceModel, SpendLine, SpendOrder
from tuppence.ledger.ids import derive_id
from tuppence.members.models import ApprovalRequest
from tuppence.practice.client_bank import float_receipt
from tuppence.practice.marketing_season import (
    CAMPAIGNS,
    CHANNEL_BUDGETS,
    FLOAT_DAYS_BEFORE,
    FLOAT_MINOR,
    GIVEN_TO,
    STANDING,
    PlannedCampaign,
    StandingSpend,
)
from tuppence.practice.operations.opening import CLIENT_ACCOUNT_KEY
from tuppence.practice.operations.season import Season
from tuppence.practice.operations.second_word import agree
from tuppence.practice.people import Part

PLANNED_DAYS_BEFORE = 5
SPEND_WEEKDAY = 0
REVIEWED_DAYS_AFTER = 6


def market(season: Season, day: date) -> None:
    """The operator's day: plans, launches, ends and reviews; once a week the spend."""
    today = platform.business_day(season.ends_at)
    ago = (today - day).days
    if ago == FLOAT_DAYS_BEFORE:
        _pay_float_in(season)
    for planned in CAMPAIGNS:
        # What lies ahead was planned yesterday.
        if ago == max(planned.first + PLANNED_DAYS_BEFORE, 1):
            _plan(season, planned, day)
        if ago == planned.first:
            _act(season, planned, Act.LAUNCH, day)
        if ago == planned.last - 1:
            _act(season, planned, Act.END, day)
        if ago == planned.last - REVIEWED_DAYS_AFTER and planned.results is not None:
            _act(season, planned, Act.REVIEW, day)
        if ago == planned.first - 1 and planned.offers:
            _give(season, planned, day)
    if day.day == 1:
        _put_alerts_away(season, day)
        _set_budgets(season, day)
    if day.weekday() == SPEND_WEEKDAY:
        _spend(season, day)
        record_alerts(at=season.moment(day, 17))
    settle(season, day)


def settle(season: Season, day: date) -> None:
    """What the worker does through the day: offers earned, paid and over."""
    at = season.moment(day, 18)
    settle_offers(at=at)
    pay_due(at=at)
    expire_grants(at=at)


def _give(season: Season, planned: PlannedCampaign, day: date) -> None:
    """Lenders who joined first get the packet, and a third of them enter the code."""
    at = season.moment(day, 11)
    members = [
        joined.member_id
        for number, joined in sorted(season.joined.items())
        if season.people[number].part is Part.LENDS
    ]
    offers = Offer.objects.filter(campaign=_campaign(planned)).order_by("place")
    grant(
        [
            GrantOrder(
                key=derive_id("practice.grant", offer.pk, member),
                offer_id=offer.pk,
                member_id=member,
                at=at,
                source=str(offer.terms["claim"]),
            )
            for offer, share in zip(offers, (1, 3), strict=True)
            for member in members[:GIVEN_TO:share]
        ]
    )


def _pay_float_in(season: Season) -> None:
    """The firm sends its money for gifts; it arrives on the next banking day."""
    key = derive_id("practice.float")
    season.receipts.append(float_receipt(CLIENT_ACCOUNT_KEY, FLOAT_MINOR, key=key))


def _key(planned: PlannedCampaign, what: str) -> UUID:
    return derive_id("practice.campaign", planned.name, what)


def _campaign(planned: PlannedCampaign) -> Campaign:
    return Campaign.objects.get(key=_key(planned, "draft"))


def _plan(season: Season, planned: PlannedCampaign, day: date) -> None:
    by, at = season.office.staff["growth"], season.moment(day, 9)
    today = platform.business_day(season.ends_at)
    draft_campaign(planned.plan(today), by=by, at=at, key=_key(planned, "draft"))
    if not planned.submitted:
        return
    asked = _act(season, planned, Act.SUBMIT, day)
    if planned.agreed and asked is not None:
        request = ApprovalRequest.objects.get(id=asked)
        agree(request, by=season.office.finance, at=season.moment(day, 15))


def _act(season: Season, planned: PlannedCampaign, act: Act, day: date) -> int | None:
    row = _campaign(planned)
    done = act_on_campaign(
        ActOrder(
            key=_key(planned, act.value),
            campaign_id=row.pk,
            act=act,
            by=season.office.staff["growth"],
            at=season.moment(day, 10),
            plan_digest=row.plan_digest,
            reason="Fewer clicks than planned, but who came stayed." if act is Act.REVIEW else "",
            results=planned.results,
        )
    )
    assert done.status.accepted, done
    return done.approval_id


def _spend(season: Season, day: date) -> None:
    by, at = season.office.staff["growth"], season.moment(day, 16)
    channels = dict(Channel.objects.values_list("code", "id"))
    lines = [_standing_line(each, channels[each.channel], day, season) for each in STANDING]
    for row in Campaign.objects.filter(state="running").order_by("id"):
        lines += _campaign_lines(row, channels, day, season)
    orders = [
        SpendOrder(derive_id("practice.spend", day.isoformat(), number), line, by, at)
        for number, line in enumerate(lines)
    ]
    for outcome in book_spend(orders):
        assert outcome.status.accepted, outcome


def _put_alerts_away(season: Season, day: date) -> None:
    """Last month's alerts were seen."""
    ids = [alert.pk for alert in open_alerts(limit=100)]
    see_alerts(ids, by=season.office.staff["growth"], at=season.moment(day, 9))


def _set_budgets(season: Season, day: date) -> None:
    """What the channels may cost this month."""
    channels = dict(Channel.objects.values_list("code", "id"))
    orders = [
        BudgetOrder(
            key=derive_id("practice.budget", code, day.isoformat()),
            channel_id=channels[code],
            month=day,
            amount_minor=amount_minor,
            by=season.office.staff["growth"],
            at=season.moment(day, 9),
        )
        for code, amount_minor in CHANNEL_BUDGETS.items()
    ]
    assert all(status.accepted for status in set_budgets(orders))


def _standing_line(each: StandingSpend, channel_id: int, day: date, season: Season) -> SpendLine:
    partner = _partner(each.partner, season, day) if each.partner else None
    busier = season.random.randint(80, 125)
    return SpendLine(
        channel_id=channel_id,
        campaign_id=None,
        partner_id=partner.pk if partner else None,
        day=day,
        amount_minor=each.minor if each.hours_hundredths else each.minor * busier // 100,
        price_model=each.model,
        paid_from=each.paid_from,
        clicks=each.clicks * busier // 100 or None,
        showings=each.showings * busier // 100 or None,
        hours_hundredths=each.hours_hundredths,
    )


def _campaign_lines(
    row: Campaign, channels: dict[str, int], day: date, season: Season
) -> list[SpendLine]:
    weeks = max((row.ends_on - row.starts_on).days // 7, 1)
    found = []
    for line in row.plan["budget"]:
        if not line["spend_minor"]:
            continue
        minor = line["spend_minor"] * season.random.randint(70, 110) // 100 // weeks
        found.append(
            SpendLine(
                channel_id=channels[line["channel"]],
                campaign_id=row.pk,
                partner_id=_partner("Plaza", season, day).pk,
                day=day,
                amount_minor=minor,
                price_model=PriceModel.CPC,
                paid_from=PaidFrom.PAYABLES,
                creative=row.plan["message"][:200],
                clicks=minor // 95,
                showings=minor // 2,
            )
        )
    return found


def _partner(name: str, season: Season, day: date) -> Partner:
    return add_partner(name, by=season.office.staff["growth"], at=season.moment(day, 8))
