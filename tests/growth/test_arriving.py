"""Where a visit came from: the strongest witness wins, and nothing kept tells who somebody is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuppence.growth.agents import bot_of, device_of
from tuppence.growth.arriving import (
    Arrival,
    LinkFacts,
    SourceKind,
    Utm,
    clean_tag,
    click_id_of,
    decide_source,
    read_utm,
    referrer_host,
)
from tuppence.growth.channels import STARTING_TREE
from tuppence.growth.referrers import CLICK_IDS, MEDIUMS, channel_of_host

CODES = frozenset(each.code for each in STARTING_TREE)
LINK = LinkFacts(7, "poster", "offline_print")
UTM = Utm(source="plaza", medium="cpc")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("arrival", "kind", "channel", "reason"),
    [
        (Arrival(LINK, UTM, "gclid", "bing.com"), SourceKind.LINK, "offline_print", "poster"),
        (Arrival(None, UTM, "fbclid", "bing.com"), SourceKind.UTM, "paid_search", "plaza / cpc"),
        (Arrival(None, Utm(), "ttclid", "bing.com"), SourceKind.CLICK_ID, "social_ads", "ttclid"),
        (Arrival(referrer_host="www.bing.com"), SourceKind.REFERRER, "organic_search",
         "www.bing.com"),
        (Arrival(), SourceKind.DIRECT, "direct", ""),
    ],
)  # fmt: skip
def test_the_strongest_witness_wins(
    arrival: Arrival, kind: SourceKind, channel: str, reason: str
) -> None:
    source = decide_source(arrival, CODES)
    assert (source.kind, source.channel, source.reason) == (kind, channel, reason)


@pytest.mark.parametrize(
    ("utm", "channel"),
    [
        (Utm(medium="email"), "email"),
        (Utm(medium="Newsletter"), "email"),
        (Utm(source="anything", medium="community"), "community"),  # a channel's own code
        (Utm(source="partner"), "partner"),
        (Utm(source="weibo.com", medium="qqq"), "social_posts"),
        (Utm(campaign="spring"), "other_sites"),
        (Utm(source="sheet", medium="hologram"), "other_sites"),
    ],
)
def test_tags_speak_for_channels(utm: Utm, channel: str) -> None:
    assert decide_source(Arrival(utm=utm), CODES).channel == channel


def test_every_channel_named_in_the_tables_is_one_of_the_tree() -> None:
    named = {*CLICK_IDS.values(), *MEDIUMS.values()}
    hosts = ("mail.google.com", "google.de", "t.co", "example.org")
    assert named | {channel_of_host(host) for host in hosts} <= CODES


@pytest.mark.parametrize(
    ("host", "channel"),
    [
        ("www.google.co.uk", "organic_search"),
        ("mail.google.com", "email"),
        ("notgoogle.com", "other_sites"),
        ("google.com.evil.example", "organic_search"),  # a name is all that a referrer is
        ("m.weibo.cn", "social_posts"),
        ("ft.com", "other_sites"),  # not t.co, not so.com
    ],
)
def test_sites_speak_for_channels(host: str, channel: str) -> None:
    assert channel_of_host(host) == channel


def test_of_another_site_only_the_host_is_kept() -> None:
    own = "tuppence.example:8000"
    assert referrer_host("https://Forum.Example/t/1?user=ann@example.org", own) == "forum.example"
    assert referrer_host("http://tuppence.example:8000/cash/", own) == ""
    for broken in ("", "javascript:1", "https://[::1", "https://a b/", "ftp://x.example/", "//x"):
        assert referrer_host(broken, own) == ""


def test_only_the_name_of_a_click_id_is_kept() -> None:
    assert click_id_of({"x": "1", "gclid": "Cj0KCQ"}) == "gclid"
    assert click_id_of({"gclid": ""}) == ""


@given(st.text(max_size=200))
def test_a_tag_is_short_plain_and_the_same_when_cleaned_again(text: str) -> None:
    tag = clean_tag(text)
    assert len(tag) <= 80 and "@" not in tag and "\x00" not in tag
    assert clean_tag(tag) == tag


def test_tags_that_tell_who_somebody_is_are_left_out() -> None:
    typed = {
        "utm_source": "ann@example.org",
        "utm_content": "0170 123 45 67",
        "utm_campaign": "120210045678901234567890",
        "utm_medium": "email",
    }
    found = read_utm(typed)
    assert found == Utm(medium="email", campaign="120210045678901234567890")


def test_a_reload_of_the_same_address_has_the_same_fingerprint() -> None:
    assert (
        Arrival(LINK, UTM).fingerprint == Arrival(LINK, UTM, referrer_host="x.example").fingerprint
    )
    assert Arrival(LINK).fingerprint != Arrival(utm=UTM).fingerprint
    assert Arrival(referrer_host="x.example").fingerprint == ""


@pytest.mark.parametrize(
    ("agent", "bot"),
    [
        (FIREFOX, ""),
        (IPHONE, ""),
        ("", "nameless"),
        ("lending-reader/2", "program"),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "bingbot"),
        ("Mozilla/5.0 AppleWebKit/537.36; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
         "GPTBot"),
    ],
)  # fmt: skip
def test_programs_are_told_from_browsers(agent: str, bot: str) -> None:
    assert bot_of(agent) == bot


def test_devices_have_three_classes() -> None:
    android = "Mozilla/5.0 (Linux; Android 15; {}) AppleWebKit/537.36 Chrome/140.0{} Safari/537.36"
    assert device_of(FIREFOX) == "computer"
    assert device_of(IPHONE) == device_of(android.format("Pixel 9", " Mobile")) == "phone"
    assert device_of(android.format("SM-X710", "")) == "tablet"
