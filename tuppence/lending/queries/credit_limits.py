"""Read the limits of credit officers."""

from dataclasses import dataclass
from datetime import datetime

from tuppence.lending.credit_limits import LimitSet, limit_of
from tuppence.lending.models import CreditLimit
from tuppence.members.models import User
from tuppence.members.roles import Permission, roles_with


@dataclass(frozen=True, slots=True)
class OfficerLimit:
    """An officer with what they approve alone; None stands for any amount."""

    officer_id: int
    email: str
    amount_minor: int | None
    is_own: bool  # not the one for all


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit as it was set, and by whom."""

    id: int
    officer: str  # empty: for everybody without a limit of their own
    amount_minor: int | None
    currency: str
    why: str
    asked_by: str
    agreed_by: str
    set_at: datetime


def limits_set(currency: str) -> list[LimitSet]:
    """Every limit ever set in a currency, in order."""
    rows = CreditLimit.objects.filter(currency=currency).order_by("id")
    return [LimitSet(*row) for row in rows.values_list("officer_id", "amount_minor", "set_at")]


def limit_of_officer(officer_id: int, currency: str) -> int | None:
    """What an officer approves alone; None where no limit stands."""
    return limit_of(officer_id, limits_set(currency))


def officer_limits(currency: str) -> list[OfficerLimit]:
    """Everybody who decides on applications, with their limit."""
    roles = [role.value for role in roles_with(Permission.DECIDE_APPLICATION)]
    officers = User.objects.filter(is_active=True, groups__name__in=roles).distinct()
    history = limits_set(currency)
    own = {each.officer_id: each.amount_minor for each in history}
    return [
        OfficerLimit(number, email, limit_of(number, history), own.get(number) is not None)
        for number, email in officers.order_by("email").values_list("id", "email")
    ]


def limit_history(*, limit: int = 50) -> list[LimitRow]:
    """What was set lately, newest first."""
    rows = CreditLimit.objects.select_related("officer", "asked_by", "agreed_by").order_by("-id")
    return [
        LimitRow(
            id=row.pk,
            officer=row.officer.email if row.officer else "",
            amount_minor=row.amount_minor,
            currency=row.currency,
            why=row.why,
            asked_by=row.asked_by.email,
            agreed_by=row.agreed_by.email,
            set_at=row.set_at,
        )
        for row in rows[:limit]
    ]
