"""What a compliance officer looks at first: publications by day, and how many wait."""

from datetime import date

from django.conf import settings

from tuppence import platform
from tuppence.compliance.deadlines import publication_duties
from tuppence.compliance.queries.publications import DutyRow, DutyState, duty_rows
from tuppence.market.models import Listing

WAITING = (DutyState.LATE, DutyState.DUE)


def publications(*, on: date) -> list[DutyRow]:
    """Disclosures of the periods that ended since the first listing opened.

    What is overdue stands first, then what is due, each by its day.
    """
    first = Listing.objects.order_by("id").values_list("opens_at", flat=True).first()
    if first is None:
        return []
    since = platform.business_day(first)
    book = platform.rulebook(on)
    duties = publication_duties(book, since=since, on=on, country=settings.TUPPENCE_COUNTRY)
    rows = duty_rows(duties, on=on)
    waiting = [row for row in rows if row.state in WAITING]
    done = [row for row in rows if row.state not in WAITING]
    waiting.sort(key=lambda row: (row.state is not DutyState.LATE, row.duty.due_on))
    return waiting + done


def publications_waiting(*, on: date) -> int:
    """How many disclosures are due or overdue."""
    return sum(row.state in WAITING for row in publications(on=on))
