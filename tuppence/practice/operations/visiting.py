"""Let people and programs come to the practice market's pages, and members be known by theirs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from tuppence import platform
from tuppence.growth.arriving import Arrival, LinkFacts, decide_source
from tuppence.growth.links import NewLink
from tuppence.growth.operations import follow_links, make_link, record_hits, stitch
from tuppence.growth.queries.channels import channel_ids
from tuppence.growth.queries.links import link_facts
from tuppence.growth.stitching import Cause, StitchOrder
from tuppence.growth.visiting import Beginning, Hit
from tuppence.ledger.ids import derive_id
from tuppence.practice.operations.season import Season
from tuppence.practice.people import Inhabitant
from tuppence.practice.visiting_season import (
    AGREE_PERCENT,
    BOT_PAGES_A_DAY,
    BOTS,
    DAYS,
    DAYS_BEFORE_JOINING_MAX,
    DEVICES,
    LANGUAGES,
    LINKS,
    PAGES,
    PAGES_A_VISIT,
    VISITS_A_DAY,
    WAYS,
    WITH_SECOND_DEVICE_PERCENT,
)

VISIT_BITS = 62


@dataclass(frozen=True, slots=True)
class Ground:
    """What a visit is decided from, read once for many."""

    channels: frozenset[str]
    links: Mapping[str, LinkFacts]


def make_links(season: Season, day: date) -> None:
    """The operator's tracked links, before anybody follows one."""
    ids = channel_ids()
    for each in LINKS:
        asked = NewLink(
            code=each.code,
            name=each.name,
            channel_id=ids[each.channel],
            target=each.target,
            creative=each.creative,
            utm=each.utm,
        )
        make_link(asked, by=season.office.staff["growth"], at=season.moment(day, 8))


def come(season: Season, day: date) -> None:
    """A day's visitors who stay visitors, and the programs that read along."""
    ago = (platform.business_day(season.ends_at) - day).days
    if ago > DAYS:
        return
    random = Random(f"visits {day}")  # noqa: S311 - made up, the same for the same day
    ground, hits = _ground(), []
    for number in range(random.randint(*VISITS_A_DAY)):
        agreed = random.randrange(100) < AGREE_PERCENT
        visitor = derive_id("practice.visitor", day.isoformat(), number) if agreed else None
        at = season.moment(day, random.randint(6, 22), random.randrange(60))
        hits += _visit(random, ground, visitor, at)
    for _ in range(random.randint(*BOT_PAGES_A_DAY)):
        at = season.moment(day, random.randrange(24), random.randrange(60))
        hits.append(Hit(at, _drawn(random, PAGES), bot=_drawn(random, BOTS)))
    _keep(hits)


def be_known(season: Season, people: Sequence[Inhabitant], day: date) -> None:
    """Visits of those who join today, on a device or two, and the links that joining tells."""
    ground, hits, orders = _ground(), [], []
    for person in people:
        random = Random(f"visits of {person.number}")  # noqa: S311 - made up, the same each time
        if random.randrange(100) >= AGREE_PERCENT:
            continue
        joined = season.joined[person.number]
        devices = 2 if random.randrange(100) < WITH_SECOND_DEVICE_PERCENT else 1
        for device in range(devices):
            visitor = derive_id("practice.visitor", person.number, device)
            for _ in range(random.randint(1, 2)):
                before = day - timedelta(days=random.randint(1, DAYS_BEFORE_JOINING_MAX))
                at = season.moment(before, random.randint(6, 22), random.randrange(60))
                hits += _visit(random, ground, visitor, at)
            cause = Cause.SIGN_IN if device else Cause.SIGN_UP
            at = season.moment(day, 5)
            orders.append(StitchOrder(visitor, joined.member_id, cause, at, joined.user_id))
    _keep(hits)
    stitch(orders)


def _ground() -> Ground:
    found = {each.code: link_facts(each.code) for each in LINKS}
    links = {code: facts for code, facts in found.items() if facts is not None}
    return Ground(frozenset(channel_ids()), links)


def _visit(random: Random, ground: Ground, visitor: UUID | None, at: datetime) -> list[Hit]:
    """The pages of one visit, the first of which begins it."""
    way = random.choices(WAYS, [each.weight for each in WAYS])[0]
    device, language = _drawn(random, DEVICES), _drawn(random, LANGUAGES)
    number, landing = random.getrandbits(VISIT_BITS), _drawn(random, PAGES)
    arrival = Arrival(ground.links.get(way.link), way.utm, way.click_id, way.host)
    beginning = Beginning(arrival, decide_source(arrival, ground.channels), landing)
    hits = [Hit(at, landing, device, language, visitor, number, beginning)]
    for minute in range(1, random.randint(*PAGES_A_VISIT)):
        later = at + timedelta(minutes=minute)
        hits.append(Hit(later, _drawn(random, PAGES), device, language, visitor, number))
    return hits


def _keep(hits: Sequence[Hit]) -> None:
    """Write the pages, and count on their days the links that their visits followed."""
    record_hits(hits)
    followed: dict[date, Counter[int]] = {}
    latest: dict[date, datetime] = {}
    for hit in hits:
        if hit.beginning and hit.beginning.arrival.link:
            on = platform.business_day(hit.at)
            followed.setdefault(on, Counter())[hit.beginning.arrival.link.id] += 1
            latest[on] = max(hit.at, latest.get(on, hit.at))
    for on, clicks in followed.items():
        follow_links(clicks, bot=False, at=latest[on])


def _drawn(random: Random, weighed: Sequence[tuple[str, int]]) -> str:
    return random.choices([name for name, _ in weighed], [weight for _, weight in weighed])[0]
