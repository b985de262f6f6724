"""Where one may go: the links of visitors, members and staff, by name of route.

A link whose route isn't installed is left out, so a page appears here as soon as it exists.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tuppence.members.roles import Permission


@dataclass(frozen=True, slots=True)
class Link:
    """A route with its words; staff links name the permissions of which one is enough."""

    route: str
    text: str | Promise
    permissions: frozenset[Permission] = frozenset()


def staff_link(route: str, text: str | Promise, *permissions: Permission) -> Link:
    """A link of the side navigation."""
    return Link(route, text, frozenset(permissions))


VISITOR_LINKS = (
    Link("listings", _("Invest")),
    Link("products", _("Borrow")),
    Link("calculators", _("Calculators")),
    Link("safety", _("How your money is kept")),
)

MEMBER_LINKS = (
    Link("home", _("Overview")),
    Link("listings", _("Invest")),
    Link("portfolio", _("Portfolio")),
    Link("borrowing", _("Borrow")),
    Link("cash", _("Money")),
)

STAFF_GROUPS: tuple[tuple[str | Promise, tuple[Link, ...]], ...] = (
    (
        _("Today"),
        (
            staff_link("staff_desk", _("Desk")),
            staff_link("staff_approvals", _("Approvals"), Permission.SEE_APPROVALS),
        ),
    ),
    (
        _("People"),
        (
            staff_link("staff_members", _("Members"), Permission.SEE_MEMBERS),
            staff_link("staff_identity", _("Identity checks"), Permission.REVIEW_IDENTITY),
            staff_link("staff_bank_accounts", _("Bank accounts"), Permission.APPROVE_BANK_DETAILS),
        ),
    ),
    (
        _("Lending"),
        (
            staff_link("staff_applications", _("Applications"), Permission.SEE_APPLICATIONS),
            staff_link("staff_listings", _("Listings"), Permission.MANAGE_LISTINGS),
            staff_link("staff_loans", _("Loans"), Permission.SEE_LOANS),
            staff_link("staff_arrears", _("Arrears desk"), Permission.SERVICE_LOANS),
            staff_link("staff_products", _("Products"), Permission.MANAGE_PRODUCTS),
        ),
    ),
    (
        _("Money"),
        (
            staff_link("staff_finance", _("Finance today"), Permission.SEE_BANK),
            staff_link("staff_bank", _("Bank lines"), Permission.SEE_BANK),
            staff_link(
                "staff_withdrawals",
                _("Withdrawals"),
                Permission.APPROVE_WITHDRAWAL,
                Permission.SEND_PAYMENTS,
            ),
            staff_link("staff_books", _("Books"), Permission.SEE_BOOKS),
            staff_link("staff_breaks", _("Breaks at the bank"), Permission.SEE_BANK),
            staff_link("staff_day_close", _("Day close"), Permission.CLOSE_DAY),
        ),
    ),
    (
        _("Rules"),
        (
            staff_link("staff_complaints", _("Complaints"), Permission.SEE_COMPLAINTS),
            staff_link("staff_rules", _("Rules"), Permission.SEE_AUDIT),
            staff_link("staff_publications", _("Publications"), Permission.SEE_AUDIT),
            staff_link("staff_audit", _("Audit trail"), Permission.SEE_AUDIT),
            staff_link("staff_people", _("Staff and roles"), Permission.MANAGE_ROLES),
            staff_link("staff_credit_limits", _("Credit limits"), Permission.MANAGE_ROLES),
            staff_link("staff_jobs", _("Background jobs"), Permission.SEE_HEALTH),
        ),
    ),
)
