"""Who comes to the practice market's pages, and how: ways with weights, pages, programs."""

from dataclasses import dataclass

from tuppence.growth.arriving import NO_TAGS, Utm

DAYS = 120  # before today; of older visits the demo tells nothing but members' own
VISITS_A_DAY = (14, 34)
AGREE_PERCENT = 72
WITH_SECOND_DEVICE_PERCENT = 30
DAYS_BEFORE_JOINING_MAX = 12


@dataclass(frozen=True, slots=True)
class Way:
    """A way to the pages: by a link of ours, by tags, by an advertisement, by another site."""

    weight: int
    link: str = ""
    utm: Utm = NO_TAGS
    click_id: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class PracticeLink:
    """A link that the operator of the practice market has made."""

    code: str
    name: str
    channel: str
    target: str
    creative: str = ""
    utm: Utm = NO_TAGS


LINKS = (
    PracticeLink("market-hall", "Poster in the market hall", "offline_print", "/listings/",
                 "One loan, one story", Utm("market-hall", "poster")),
    PracticeLink("plaza-video", "Advertisement on Plaza", "social_ads", "/", "Video, 20 seconds",
                 Utm("plaza", "paid_social", "neighbours")),
    PracticeLink("craft-blog", "Article in a craftsmen's blog", "partner", "/borrow/"),
)  # fmt: skip

WAYS = (
    Way(22),
    Way(20, host="www.google.com"),
    Way(6, host="www.bing.com"),
    Way(5, host="www.baidu.com"),
    Way(14, click_id="gclid", host="www.google.com"),
    Way(10, link="plaza-video", utm=Utm("plaza", "paid_social", "neighbours")),
    Way(9, link="market-hall", utm=Utm("market-hall", "poster")),
    Way(4, link="craft-blog", host="craftsmen.example"),
    Way(6, utm=Utm("letter", "newsletter", "november")),
    Way(4, host="www.reddit.com"),
    Way(3, host="forum.example"),
)

# Pattern of the page, and how likely a visit begins or goes on there.
PAGES = (
    ("/", 30),
    ("/listings/", 28),
    ("/listings/<int:listing_id>/", 18),
    ("/calculators/", 10),
    ("/calculators/return/", 9),
    ("/borrow/", 8),
    ("/safety/", 8),
    ("/open-books/", 7),
    ("/help/", 4),
    ("/glossary/", 3),
)
PAGES_A_VISIT = (1, 5)
DEVICES = (("phone", 56), ("computer", 38), ("tablet", 6))
LANGUAGES = (("en", 70), ("zh-hans", 30))
BOTS = (("Googlebot", 12), ("bingbot", 6), ("AhrefsBot", 5), ("program", 3), ("nameless", 2))
BOT_PAGES_A_DAY = (4, 18)
