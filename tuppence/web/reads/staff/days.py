"""Business days: what closing would meet, the days that are closed, and who signed them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min

from tuppence.bank.queries import control_figures
from tuppence.ledger.chart import CLIENT_MONEY_HELD, CLIENT_MONEY_OWED
from tuppence.lending.models import DayClose, DaySignOff, Loan
from tuppence.lending.operations.day_sign_off import told
from tuppence.lending.queries.live_loans import due_on
from tuppence.lending.queries.loan_files import last_closed_day
from tuppence.market.models import Listing
from tuppence.web.reads.staff.trial_balances import proof_now

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the next close meets: the day, and how many days are closed with it up to the last."""

    day: date
    days: int
    due: int
    due_minor: int
    loans: int
    windows: int


def ahead(*, until: date) -> Ahead | None:
    """The next day to close, up to a day; None where every day is closed."""
    last = last_closed_day()
    day = until if last is None else last + ONE_DAY
    if day > until:
        return None
    count, minor = due_on(day)
    return Ahead(
        day=day,
        days=(until - day).days + 1,
        due=count,
        due_minor=minor,
        loans=Loan.objects.filter(state="active").count(),
        windows=Listing.objects.filter(state="open", closes_at__date__lte=day).count(),
    )


def closed_days(*, before: date | None, limit: int) -> Sequence[DayClose]:
    """Closed days with their signatures, newest first."""
    rows = DayClose.objects.select_related("sign_off__by").order_by("-day")
    return list((rows.filter(day__lt=before) if before else rows)[:limit])


@dataclass(frozen=True, slots=True)
class Unsigned:
    """Closed days that nobody signed: how many, and the first of them."""

    count: int
    first: date | None


def unsigned_days() -> Unsigned:
    """Those since the first day that somebody signed; none before anybody signs."""
    since = DaySignOff.objects.aggregate(day=Min("day_id"))["day"]
    rows = (
        DayClose.objects.filter(day__gt=since, sign_off=None) if since else DayClose.objects.none()
    )
    return Unsigned(**rows.aggregate(count=Count("day"), first=Min("day")))


def latest_proof() -> dict[str, Any] | None:
    """What the latest full proof of the books found, in the form in which a signature keeps it."""
    proof = proof_now().last
    if proof is None or proof.ended_at is None:
        return None
    return {
        "id": proof.pk,
        "at": proof.ended_at.isoformat(),
        "compared": proof.compared,
        "different": proof.different,
    }


def proof_shown(proof: dict[str, Any] | None) -> dict[str, Any] | None:
    """A kept proof with its moment."""
    return proof and proof | {"at": datetime.fromisoformat(proof["at"])}


def figures_now() -> list[dict[str, Any]]:
    """The control figures as they stand, in the form in which a signature keeps them."""
    return [in_order(told(each)) for each in control_figures()]


def figures_signed(sign_off: DaySignOff) -> list[dict[str, Any]]:
    """The control figures as they stood when a day was signed."""
    return [in_order(each) for each in sign_off.figures["currencies"]]


def in_order(figures: dict[str, Any]) -> dict[str, Any]:
    """Kept figures know no order: the terms of the equation as everywhere else, the day a date."""
    stated_on = figures["stated_on"]
    return figures | {
        "held": [(kind.value, figures["held"].get(kind.value, 0)) for kind in CLIENT_MONEY_HELD],
        "owed": [(kind.value, figures["owed"].get(kind.value, 0)) for kind in CLIENT_MONEY_OWED],
        "stated_on": date.fromisoformat(stated_on) if stated_on else None,
    }
