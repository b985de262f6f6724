"""What a member may point at when they complain."""

from django.utils.translation import gettext as _

from tuppence.bank.models import Withdrawal
from tuppence.lending.models import Loan
from tuppence.market.models import Investment
from tuppence.web.reader import current_reader

LATEST = 10


def own_subjects(member_id: int) -> list[tuple[str, str]]:
    """The member's latest loans, listings invested in and withdrawals, as choices of a form."""
    reader = current_reader()
    loans = Loan.objects.filter(borrower_id=member_id).order_by("-id")[:LATEST]
    placed = Investment.objects.filter(member_id=member_id).select_related("listing__application")
    asked = Withdrawal.objects.filter(member_id=member_id).order_by("-asked_at")[:LATEST]
    listings = {row.listing_id: row.listing for row in placed.order_by("-placed_at")[:LATEST]}
    return [
        *((f"loan-{row.pk}", _("Loan {number}").format(number=row.pk)) for row in loans),
        *(
            (
                f"listing-{number}",
                _("Listing {number}: {title}").format(
                    number=number, title=listing.application.title
                ),
            )
            for number, listing in listings.items()
        ),
        *(
            (
                f"withdrawal-{row.pk}",
                _("Withdrawal of {amount}, {day}").format(
                    amount=reader.money(row.amount_minor, row.account.currency),
                    day=reader.day(reader.day_of(row.asked_at)),
                ),
            )
            for row in asked.select_related("account")
        ),
    ]
