"""Traffic by day and by source, against visits that were counted by hand."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.growth.conftest import AT
from tests.growth.test_visits import DIRECT, HOUR, MAIL, SEARCH, member, visit
from tuppence.growth.operations import record_hits, stitch
from tuppence.growth.queries.traffic import (
    DayOfTraffic,
    GroupedBy,
    SourceOfTraffic,
    bots_between,
    traffic_by_day,
    traffic_by_source,
    visitors_between,
)
from tuppence.growth.stitching import Cause, StitchOrder
from tuppence.growth.visiting import Hit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PERIOD = (AT - 2 * DAY, AT + DAY)


def test_days_keep_people_nobody_known_and_programs_apart() -> None:
    ann = uuid4()
    hits = [visit(ann, SEARCH, at=AT), visit(ann, MAIL, at=AT + HOUR), visit(None, SEARCH, at=AT)]
    record_hits([*hits, Hit(AT, "/help/", visitor_id=ann, visit=hits[0].visit)])
    record_hits([Hit(AT, "/", bot="Googlebot"), Hit(AT, "/help/", bot="Googlebot")])
    # Half past eleven at night in UTC is the next day of the platform.
    record_hits([visit(uuid4(), DIRECT, at=AT.replace(hour=23, minute=30) - DAY)])
    found = traffic_by_day(*PERIOD, zone="Europe/Berlin")
    assert found == [DayOfTraffic(AT.date(), 4, 1, 2, 5, 2)]
    assert visitors_between(*PERIOD) == 2
    assert bots_between(*PERIOD) == [("Googlebot", 2)]
    assert traffic_by_day(AT + DAY, AT + 2 * DAY, zone="Europe/Berlin") == []


def test_members_count_where_their_first_touch_was() -> None:
    visitor, other, late = uuid4(), uuid4(), uuid4()
    record_hits(
        [
            visit(visitor, SEARCH, at=AT - 5 * HOUR),
            visit(visitor, MAIL, at=AT - HOUR),
            visit(other, MAIL, at=AT - HOUR),
            visit(late, MAIL, at=AT + HOUR),
        ]
    )
    orders = [
        StitchOrder(visitor, member("Ann"), Cause.SIGN_UP, AT),
        StitchOrder(late, member("Lou"), Cause.SIGN_IN, AT + 2 * HOUR),
    ]
    stitch(orders)
    assert traffic_by_source(*PERIOD) == [
        SourceOfTraffic("E-mail", "email", 3, 3, 0, 0, 0),
        SourceOfTraffic("Search results, not paid", "organic_search", 1, 1, 1, 0, 0),
    ]
    (landing,) = traffic_by_source(*PERIOD, by=GroupedBy.LANDING)
    assert (landing.name, landing.visits, landing.visitors, landing.registered) == (
        "/listings/", 4, 3, 1,
    )  # fmt: skip
    reasons = traffic_by_source(*PERIOD, by=GroupedBy.REASON)
    assert {row.name for row in reasons} == {"email", "www.bing.com"}
