"""Words of the growth pages: states of campaigns, price models, goals, fields of a plan."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tuppence.growth.channels import STARTING_TREE
from tuppence.growth.plan import Goal
from tuppence.money.currency import minor_digits
from tuppence.web.reader import current_reader

Word = str | Promise

GROWTH_STATES: Mapping[str, Mapping[str, tuple[str, Word]]] = {
    "campaign": {
        "draft": ("calm", pgettext_lazy("campaign", "draft")),
        "submitted": ("wait", pgettext_lazy("campaign", "waits for a second person")),
        "approved": ("good", pgettext_lazy("campaign", "agreed")),
        "scheduled": ("wait", pgettext_lazy("campaign", "begins by itself")),
        "running": ("good", pgettext_lazy("campaign", "running")),
        "paused": ("late", pgettext_lazy("campaign", "paused")),
        "ended": ("wait", pgettext_lazy("campaign", "ended, to be reviewed")),
        "reviewed": ("calm", pgettext_lazy("campaign", "reviewed")),
        "dropped": ("calm", pgettext_lazy("campaign", "dropped")),
    },
    "link": {
        "open": ("good", pgettext_lazy("link", "open")),
        "paused": ("calm", pgettext_lazy("link", "paused")),
    },
    "spend": {
        "stands": ("good", pgettext_lazy("spend", "booked")),
        "reversed": ("calm", pgettext_lazy("spend", "taken back")),
    },
    "channel": {
        "open": ("good", pgettext_lazy("channel", "open")),
        "closed": ("calm", pgettext_lazy("channel", "closed")),
    },
    "firm_line": {
        "waits": ("wait", pgettext_lazy("bank line", "waits")),
        "said": ("good", pgettext_lazy("bank line", "booked")),
    },
    "settlement": {
        "open": ("calm", pgettext_lazy("settlement", "not claimed yet")),
        "claimed": ("wait", pgettext_lazy("settlement", "claimed")),
        "agreed": ("good", pgettext_lazy("settlement", "agreed")),
        "invoiced": ("wait", pgettext_lazy("settlement", "invoiced, to be paid")),
        "paid": ("good", pgettext_lazy("settlement", "paid")),
    },
    "pace": {
        "not_begun": ("calm", _("not begun")),
        "behind": ("wait", _("behind the plan")),
        "on_plan": ("good", _("as planned")),
        "ahead": ("late", _("faster than planned")),
        "over": ("lost", _("over the budget")),
    },
}

GROWTH_WORDS: Mapping[str, Mapping[str, Word]] = {
    "price_model": {
        "cpm": _("per thousand showings (CPM)"),
        "cpc": _("per click (CPC)"),
        "cpa_registration": _("per registration"),
        "cpa_verification": _("per verified member"),
        "cpa_first_investment": _("per first investment"),
        "share_of_sale": _("share of what was sold"),
        "flat": _("flat fee"),
        "barter": _("barter"),
        "staff_hours": _("hours of our staff"),
        "free": _("costs nothing"),
    },
    "channel_name": {
        "paid_search": _("Paid search"),
        "social": _("Social networks"),
        "social_ads": _("Advertisements on social networks"),
        "social_posts": _("Own posts"),
        "display": _("Display advertising"),
        "affiliate": _("Affiliates and comparison sites"),
        "partner": _("Partners"),
        "offline": _("Offline"),
        "offline_print": _("Print and posters"),
        "offline_events": _("Events and open days"),
        "content": _("Content and own articles"),
        "email": _("E-mail"),
        "word_of_mouth": _("Word of mouth"),
        "referral": _("Members invite friends"),
        "community": _("Community"),
        "press": _("Press"),
        "organic_search": _("Search results, not paid"),
        "other_sites": _("Links on other sites"),
        "direct": _("Direct"),
    },
    "return_by": {
        "channel": _("by channel"),
        "campaign": _("by campaign"),
        "partner": _("by partner"),
        "creative": _("by creative"),
    },
    "paid_from": {
        "payables": _("owed, paid by invoice"),
        "prepaid": _("taken from money paid beforehand"),
        "staff_time": _("staff time"),
    },
    "firm_use": {
        "paid": _("payment of what is owed"),
        "topped_up": _("money paid beforehand"),
        "refunded": _("refund from a partner"),
        "capital": _("capital paid in"),
        "client_money": _("from or to the client bank, booked already"),
        "aside": _("kept aside: not of these books"),
    },
    "partner_clue": {
        "earlier_line": _("an earlier line of this account was the partner's"),
        "name": _("it has the partner's name"),
        "text": _("the text holds the partner's name"),
        "amount": _("exactly what is owed"),
    },
    "goal": {
        "visits": _("visits"),
        "registrations": _("registrations"),
        "verified": _("verified members"),
        "first_investors": _("first-time investors"),
        "invested": _("amount invested"),
        "applications": _("applications for loans"),
        "loans_paid_out": _("loans paid out"),
    },
    "campaign_act": {
        "submit": _("Submit the plan"),
        "approve": _("Agreed to"),
        "refuse": _("Refused"),
        "schedule": _("Let it begin by itself"),
        "launch": _("Launch"),
        "pause": _("Pause"),
        "resume": _("Go on"),
        "end": _("End"),
        "review": _("Write the review"),
        "drop": _("Drop"),
    },
    "budget_kind": {
        "campaign_spend": _("spend to partners and media"),
        "campaign_gives": _("what is given to members"),
        "channel_month": _("budget of the month"),
    },
    "settlement_step": {
        "claim": pgettext_lazy("step", "Claimed"),
        "reject": pgettext_lazy("step", "Rejected"),
        "agree": pgettext_lazy("step", "Agreed to"),
        "reopen": pgettext_lazy("step", "Opened again"),
        "invoice": pgettext_lazy("step", "Invoiced"),
    },
    "settlement_act": {
        "claim": _("Enter what they claim"),
        "reject": _("Reject a part"),
        "agree": _("Agree to it"),
        "reopen": _("Open it again"),
        "invoice": _("Enter the invoice"),
    },
    "plan_field": {
        "name": _("Name"),
        "goal_number": _("How many"),
        "ends_on": _("Last day"),
        "audience": _("For whom"),
        "need": _("The need that it answers"),
        "hypothesis": _("What it tests"),
        "message": _("Message"),
        "why_us": _("Why us"),
        "rivals": _("Against which other rates"),
        "product": _("Product"),
        "price": _("Price"),
        "place": _("Place"),
        "promotion": _("Promotion"),
        "risks": _("Risks"),
        "checklist": _("Checklist"),
        "budget": _("Budget"),
        "offers": _("Offers"),
        "expected_results": _("Expected results"),
    },
}


def channel_in_words(code: str, name: str) -> str:
    """A channel's name in the reader's language; one that the platform added, as it was named."""
    known = {each.code: each.name for each in STARTING_TREE}
    if known.get(code) != name:
        return name
    return str(GROWTH_WORDS["channel_name"][code])


def goal_in_words(goal: str, number: int, currency: str) -> str:
    """What is to be reached: “40 first-time investors”; money is in whole units of a currency."""
    reader = current_reader()
    if goal == Goal.INVESTED:
        amount = reader.money(number * 10 ** minor_digits(currency), currency)
        return _now("{amount} invested").format(amount=amount)
    return _now("{number} {goal}").format(
        number=reader.count(number), goal=GROWTH_WORDS["goal"][goal]
    )


# Who said where a visit came from, and what told whose browser it is.
SOURCES: Mapping[str, Word] = {
    "link": _("tracked link"),
    "utm": _("tags of the address"),
    "click_id": _("advertiser's click"),
    "referrer": _("site that refers"),
    "direct": _("nobody"),
    "unknown": _("nobody: it agreed later"),
}
CAUSES: Mapping[str, Word] = {
    "sign_up": _("at registration"),
    "sign_in": _("at a sign-in"),
    "staff": _("by staff"),
}
