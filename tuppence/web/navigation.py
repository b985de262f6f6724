"""Where one may go: the links of visitors, members and staff, by name of route.

A link whose route isn't installed is left out, so a page appears here as soon as it exists. Staff
see the links of pages that their roles may open: the pages themselves say which (`openings`).
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Link:
    """A route with its words."""

    route: str
    text: str | Promise


VISITOR_LINKS = (
    Link("listings", _("Invest")),
    Link("products", _("Borrow")),
    Link("calculators", _("Calculators")),
    Link("safety", _("Your money")),
)

MEMBER_LINKS = (
    Link("home", _("Overview")),
    Link("listings", _("Invest")),
    Link("portfolio", _("Portfolio")),
    Link("borrowing", _("Borrow")),
    Link("cash", _("Money")),
)

# By task, as a platform is run: today, buy, sell, learn, money, people, rules. A group of which a
# reader may open nothing is not shown.
STAFF_GROUPS: tuple[tuple[str | Promise, tuple[Link, ...]], ...] = (
    (
        _("Today"),
        (Link("staff_desk", _("Desk")), Link("staff_approvals", _("Approvals"))),
    ),
    (
        pgettext_lazy("task", "Buy"),
        (
            Link("staff_growth", _("What money buys")),
            Link("staff_campaigns", _("Campaigns")),
            Link("staff_budgets", _("Budgets")),
            Link("staff_spend", _("Spend")),
            Link("staff_partners", _("Partners")),
            Link("staff_links", _("Tracked links")),
            Link("staff_traffic", _("Traffic")),
            Link("staff_settlements", _("Settlements")),
            Link("staff_referrals", _("Word of mouth")),
        ),
    ),
    (
        pgettext_lazy("task", "Sell"),
        (
            Link("staff_applications", _("Applications")),
            Link("staff_listings", _("Listings")),
            Link("staff_products", _("Products")),
            Link("staff_loans", _("Loans")),
            Link("staff_arrears", _("Arrears desk")),
        ),
    ),
    (
        pgettext_lazy("task", "Learn"),
        (Link("open_books", _("Open books")),),
    ),
    (
        _("Money"),
        (
            Link("staff_finance", _("Finance today")),
            Link("staff_bank", _("Bank lines")),
            Link("staff_withdrawals", _("Withdrawals")),
            Link("staff_house_payments", _("Payments of the house")),
            Link("staff_promo_float", _("Money for gifts")),
            Link("staff_firm_bank", _("The firm's bank")),
            Link("staff_books", _("Books")),
            Link("staff_breaks", _("Breaks at the bank")),
            Link("staff_day_close", _("Day close")),
        ),
    ),
    (
        _("People"),
        (
            Link("staff_members", _("Members")),
            Link("staff_letters", _("Letters")),
            Link("staff_identity", _("Identity checks")),
            Link("staff_bank_accounts", _("Bank accounts")),
            Link("staff_complaints", _("Complaints")),
            Link("staff_people", _("Staff and roles")),
        ),
    ),
    (
        _("Rules"),
        (
            Link("staff_rules", _("Rules")),
            Link("staff_publications", _("Publications")),
            Link("staff_audit", _("Audit trail")),
            Link("staff_credit_limits", _("Credit limits")),
            Link("staff_jobs", _("What runs")),
            Link("staff_faults", _("Errors")),
            Link("staff_settings", _("Settings")),
        ),
    ),
)
"""Pages of staff."""
