"""Sign closed days, with the control figures as they stand at that moment."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from tuppence.bank.queries import ControlFigures, Pile, control_figures
from tuppence.lending.day_sign_off import SignBook, SignOrder, SignStatus, decide_signatures
from tuppence.lending.models import DayClose, DaySignOff
from tuppence.members.audit_trail import Audit
from tuppence.members.operations import audit
from tuppence.members.queries import permissions_of_user
from tuppence.members.roles import Permission

Proof = dict[str, Any]


@transaction.atomic
def sign_days(orders: Sequence[SignOrder], *, proof: Proof | None = None) -> list[SignStatus]:
    """Sign these closed days; one status an order, in order. A signature is never changed.

    `proof` is what the latest full proof of the books found (`different` of `compared`, and
    when), None where there is none. The same key again gives the first outcome.
    """
    if not orders:
        return []
    days = [order.day for order in orders]
    closed = DayClose.objects.select_for_update(no_key=True).filter(day__in=days).order_by("day")
    found = {row.day for row in closed}
    figures = control_figures()
    used = DaySignOff.objects.filter(key__in=[order.key for order in orders])
    statuses = decide_signatures(
        orders,
        SignBook(
            closed=frozenset(found),
            signed=dict(DaySignOff.objects.filter(day_id__in=days).values_list("day_id", "key")),
            permitted=frozenset(
                user_id
                for user_id in {order.by for order in orders}
                if Permission.CLOSE_DAY in permissions_of_user(user_id)
            ),
            agrees=all(each.agrees for each in figures)
            and not (proof is not None and proof["different"]),
            used=dict(used.values_list("key", "day_id")),
        ),
    )
    kept = {"currencies": [told(each) for each in figures], "proof": proof}
    DaySignOff.objects.bulk_create(
        DaySignOff(
            key=order.key,
            day_id=order.day,
            by_id=order.by,
            at=order.at,
            figures=kept,
            remark=order.remark,
        )
        for order, status in zip(orders, statuses, strict=True)
        if status is SignStatus.SIGNED
    )
    audit(
        [
            Audit(
                at=order.at,
                user_id=order.by,
                action="day.sign_off",
                outcome=status.value,
                subject_kind="day",
                after={"day": order.day.isoformat()},
                why=order.remark,
            )
            for order, status in zip(orders, statuses, strict=True)
        ]
    )
    return statuses


def told(figures: ControlFigures) -> dict[str, Any]:
    """The figures of one currency as they are kept: plain values, every term by its name."""
    position = figures.position
    return {
        "currency": figures.equation.currency,
        "held": {kind.value: minor for kind, minor in figures.equation.held},
        "owed": {kind.value: minor for kind, minor in figures.equation.owed},
        "held_minor": figures.equation.held_minor,
        "owed_minor": figures.equation.owed_minor,
        "difference_minor": figures.equation.difference_minor,
        "stated_minor": position.stated_minor if position else None,
        "stated_on": position.stated_on.isoformat() if position and position.stated_on else None,
        "bank_difference_minor": position.difference_minor if position else 0,
        "uncovered_minor": position.uncovered_minor if position else 0,
        "breaks": pile(figures.breaks),
        "unmatched": pile(figures.unmatched),
        "set_aside": pile(figures.set_aside),
        "agrees": figures.agrees,
    }


def pile(found: Pile) -> dict[str, int]:
    """A number with its amount."""
    return {"count": found.count, "minor": found.minor}
