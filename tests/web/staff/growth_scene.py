"""What growth adds to the scene of staff pages: one of everything of channels, spend and offers."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from tuppence import platform
from tuppence.bank.small_bank import BankDay, paid_in, statement_file
from tuppence.growth.links import NewLink
from tuppence.growth.models import (
    Channel,
    FirmLine,
    Grant,
    Invitation,
    Offer,
    Partner,
    ReferralReward,
    VisitorLink,
)
from tuppence.growth.offer import Claim, OfferKind, Terms, terms_as_json
from tuppence.growth.operations import (
    ImportOrder,
    NewFirmAccount,
    add_partner,
    book_spend,
    draft_campaign,
    import_firm_statement,
    import_spend,
    make_link,
    open_firm_account,
    open_invite,
    stitch,
)
from tuppence.growth.operations.imports import keep_upload
from tuppence.growth.plan import BudgetLine, Goal, Plan
from tuppence.growth.spend import PaidFrom, PriceModel, SpendLine, SpendOrder
from tuppence.growth.spend_file import read_spend_file
from tuppence.growth.spend_map import SpendMap
from tuppence.growth.stitching import Cause, StitchOrder
from tuppence.members.models import Member, User
from tuppence.members.roles import Role

PAYER = "GB82WEST12345698765432"
FIRM_IBAN = "NL91ABNA0417164300"
PACKET = Terms(OfferKind.RED_PACKET, "Five", Claim.GIVEN, 10, 5_00)
Places = dict[str, int | str]


def growth_places(staff: Callable[..., User], member_id: int, friend_id: int) -> Places:
    """A campaign with an offer that a member holds, spend, a link and a partner."""
    at, by = timezone.now(), staff("gus", Role.GROWTH_OPERATOR).pk
    partner = add_partner("Adworld", by=by, at=at)
    channel = Channel.objects.get(code="paid_search")
    link = make_link(NewLink("poster-1", "Poster", channel.pk, "/listings/"), by=by, at=at)
    return {
        "channel_id": channel.pk,
        "act_name": "drop",
        "place": 0,
        "dimension": "channel",
        "partner_id": partner.pk,
        "settled_month": f"{platform.business_day(at):%Y-%m}",
        "settle_name": "claim",
        "firm_line_id": firm_line(partner.name, staff),
        "link_id": link.pk,
        "picture": "svg",
        "browser_id": known_browser(),
        **spend_places(channel, partner, by),
        **campaign_places(member_id, friend_id, by),
    }


def spend_places(channel: Channel, partner: Partner, by: int) -> Places:
    """A row of spend by hand, and a file with one row."""
    at = timezone.now()
    today = platform.business_day(at)
    line = SpendLine(channel.pk, None, partner.pk, today, 12_34, PriceModel.CPC)
    (booked,) = book_spend([SpendOrder(uuid4(), line, by, at)])
    content = f"Day,Cost\n{today},1.005\n".encode()
    upload = keep_upload(
        content, "ads.csv", partner_id=partner.pk, channel_id=channel.pk, by=by, at=at
    )
    layout = SpendMap(amount="Cost", day="Day")
    imported = import_spend(
        ImportOrder(
            key=uuid4(),
            file=read_spend_file(content, "ads.csv", layout, one_day=None, today=today),
            file_name="ads.csv",
            file_digest=upload.digest,
            layout=layout,
            partner_id=partner.pk,
            channel_id=channel.pk,
            price_model=PriceModel.FLAT,
            paid_from=PaidFrom.PAYABLES,
            campaigns={},
            total_minor=1_00,
            by=by,
            at=at,
        )
    )
    assert booked.row_id is not None and imported.import_id is not None, (booked, imported)
    return {"spend_id": booked.row_id, "upload_id": upload.pk, "import_id": imported.import_id}


def campaign_places(member_id: int, friend_id: int, by: int) -> Places:
    """A draft with an offer in its plan; a grant of it, and a reward in doubt."""
    at = timezone.now()
    today = platform.business_day(at)
    plan = Plan(
        "First investors",
        Goal.FIRST_INVESTORS,
        50,
        today,
        today + timedelta(days=20),
        need="Somewhere for savings",
        budget=(BudgetLine("paid_search", 400_00, 0, 50),),
        offers=(PACKET,),
    )
    campaign_id = draft_campaign(plan, by=by, at=at, key=uuid4())
    assert campaign_id is not None
    offer = Offer.objects.create(
        campaign_id=campaign_id,
        place=0,
        kind=PACKET.kind,
        terms=terms_as_json(PACKET),
        total=PACKET.total,
        opened_at=at,
    )
    held = Grant.objects.create(
        key=uuid4(),
        offer=offer,
        campaign_id=campaign_id,
        member_id=member_id,
        source="given",
        state="granted",
        currency="EUR",
        worst_minor=5_00,
        reserved_minor=0,
        granted_on=today,
        granted_at=at,
        last_day=today,
    )
    return {
        "campaign_id": campaign_id,
        "offer_id": offer.pk,
        "grant_id": held.pk,
        "reward_id": in_doubt(offer, member_id, friend_id, by),
    }


def in_doubt(offer: Offer, member_id: int, friend_id: int, by: int) -> int:
    """A reward for an invitation that waits for a person; its number."""
    now = timezone.now()
    code = open_invite(member_id, by=by, at=now)
    invitation = Invitation.objects.create(
        code=code, inviter_id=member_id, friend_id=friend_id, at=now
    )
    return ReferralReward.objects.create(
        invitation=invitation,
        offer=offer,
        side="inviter",
        member_id=member_id,
        state="waiting",
        doubts=["same_browser", "burst"],
        reached_at=now,
    ).pk


def firm_line(payee: str, staff: Callable[..., User]) -> int:
    """A line of the firm's bank that nobody has said anything of; its number."""
    at, by = timezone.now(), staff("fay", Role.FINANCE_OFFICER).pk
    open_firm_account(NewFirmAccount(uuid4(), "Tuppence Ltd", FIRM_IBAN), by=by, at=at)
    day = BankDay(FIRM_IBAN, "EUR", platform.business_day(at) - timedelta(days=1), 0)
    line = paid_in(5_00, "EUR", payer=payee, payer_account=PAYER, text="refund")
    data = statement_file([day.with_lines([line])], created_at=at)
    import_firm_statement(data, by=by, at=at)
    return FirmLine.objects.latest("id").pk


def known_browser() -> int:
    """A browser that is linked to some member; the number of the link."""
    order = StitchOrder(uuid4(), Member.objects.earliest("pk").pk, Cause.SIGN_IN, timezone.now())
    assert stitch([order])[0].stands
    return VisitorLink.objects.get().pk
