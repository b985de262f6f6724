"""Which channel a referring site, a click id or a tag speaks for: plain tables, no rules.

Hosts are matched at a dot: "google.com" fits "www.google.com" and not "notgoogle.com". A site
known by its name in many countries ("google.") stands with the dot at its end. Names of click ids
are those that the advertisers' own help pages give for the parameters they append.
"""

from collections.abc import Mapping

SEARCH_ENGINES = (
    *("google.", "bing.com", "duckduckgo.com", "search.yahoo.", "yahoo.co.jp", "ecosia.org"),
    *("qwant.com", "startpage.com", "search.brave.com", "kagi.com", "yandex.", "seznam.cz"),
    *("baidu.com", "sogou.com", "so.com", "sm.cn", "naver.com", "daum.net", "mojeek.com"),
)
SOCIAL_NETWORKS = (
    *("facebook.com", "fb.com", "instagram.com", "threads.net", "t.co", "twitter.com", "x.com"),
    *("linkedin.com", "lnkd.in", "youtube.com", "youtu.be", "tiktok.com", "reddit.com"),
    *("pinterest.", "snapchat.com", "xing.com", "mastodon.social", "bsky.app", "t.me", "vk.com"),
    *("weibo.com", "weibo.cn", "t.cn", "zhihu.com", "xiaohongshu.com", "douyin.com"),
    *("bilibili.com", "weixin.qq.com", "douban.com", "kuaishou.com"),
)
MAIL_SITES = (
    *("mail.google.com", "outlook.live.com", "outlook.office.com", "mail.yahoo.com"),
    *("mail.proton.me", "gmx.net", "web.de", "mail.qq.com", "mail.163.com", "mail.126.com"),
)

# The parameter that an advertiser appends, and the channel that its click was bought in. Only the
# name is kept: the value names one click of one person.
CLICK_IDS: Mapping[str, str] = {
    "gclid": "paid_search",
    "gbraid": "paid_search",
    "wbraid": "paid_search",
    "msclkid": "paid_search",
    "yclid": "paid_search",
    "bd_vid": "paid_search",
    "dclid": "display",
    "ttclid": "social_ads",
    "twclid": "social_ads",
    "li_fat_id": "social_ads",
    "rdt_cid": "social_ads",
    "ScCid": "social_ads",
    "epik": "social_ads",
    "qz_gdt": "social_ads",
    "fbclid": "social_posts",  # appended to every link there, paid or not
    "igshid": "social_posts",
}

# What people write into utm_medium. A channel's own code may stand there too.
MEDIUMS: Mapping[str, str] = {
    "cpc": "paid_search",
    "ppc": "paid_search",
    "sem": "paid_search",
    "paidsearch": "paid_search",
    "paid-search": "paid_search",
    "social": "social_posts",
    "organic_social": "social_posts",
    "organic-social": "social_posts",
    "paid_social": "social_ads",
    "paid-social": "social_ads",
    "paidsocial": "social_ads",
    "social_paid": "social_ads",
    "display": "display",
    "banner": "display",
    "cpm": "display",
    "email": "email",
    "e-mail": "email",
    "mail": "email",
    "newsletter": "email",
    "affiliate": "affiliate",
    "affiliates": "affiliate",
    "partner": "partner",
    "print": "offline_print",
    "poster": "offline_print",
    "flyer": "offline_print",
    "qr": "offline_print",
    "event": "offline_events",
    "events": "offline_events",
    "referral": "other_sites",
    "pr": "press",
    "press": "press",
    "blog": "content",
    "content": "content",
    "organic": "organic_search",
}


def host_fits(host: str, sites: tuple[str, ...]) -> bool:
    """Whether a host is one of the sites or lies below one.

    >>> host_fits("www.google.de", SEARCH_ENGINES), host_fits("notbing.com", SEARCH_ENGINES)
    (True, False)
    """
    dotted = f".{host}"
    return any(
        f".{site}" in dotted if site.endswith(".") else dotted.endswith(f".{site}")
        for site in sites
    )


def channel_of_host(host: str) -> str:
    """The channel of a site that somebody came from."""
    if host_fits(host, MAIL_SITES):
        return "email"
    if host_fits(host, SEARCH_ENGINES):
        return "organic_search"
    return "social_posts" if host_fits(host, SOCIAL_NETWORKS) else "other_sites"
