"""Orders to change a plan or to waive, as plain values that two people see. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import TypeAlias
from uuid import UUID

from tuppence.lending.allocation import Component
from tuppence.lending.orders import (
    ChangeRateOrder,
    PauseInterestOrder,
    RescheduleOrder,
    WaiveOrder,
)

PlanOrder: TypeAlias = ChangeRateOrder | PauseInterestOrder | RescheduleOrder | WaiveOrder


def to_payload(order: PlanOrder) -> dict[str, str | int]:
    """What an order asks; its key and moment are those of the approval."""
    values: dict[str, str | int] = {"loan_id": order.loan_id, "why": order.reason}
    if isinstance(order, ChangeRateOrder):
        asked: dict[str, str | int] = {
            "act": "rate",
            "first_day": order.effective_from.isoformat(),
            "annual_rate": str(order.annual_rate),
        }
    elif isinstance(order, PauseInterestOrder):
        asked = {
            "act": "pause",
            "first_day": order.first_day.isoformat(),
            "last_day": order.last_day.isoformat(),
        }
    elif isinstance(order, RescheduleOrder):
        asked = {
            "act": "plan",
            "instalments": order.instalments,
            "grace_principal": order.grace_principal,
            "annual_rate": str(order.annual_rate),
        }
    else:
        asked = {
            "act": "waiver",
            "on": order.on.isoformat(),
            "component": order.component.value,
            "amount_minor": order.amount_minor,
        }
    return values | asked


def of_payload(values: Mapping[str, object], key: UUID, at: datetime) -> PlanOrder:
    """The order that a payload asks for, as of a moment."""
    loan_id, why = int(str(values["loan_id"])), str(values["why"])
    act = values["act"]
    if act == "rate":
        rate = Fraction(str(values["annual_rate"]))
        return ChangeRateOrder(key, loan_id, _day(values, "first_day"), rate, why, at)
    if act == "pause":
        first, last = _day(values, "first_day"), _day(values, "last_day")
        return PauseInterestOrder(key, loan_id, first, last, why, at)
    if act == "plan":
        count, grace = int(str(values["instalments"])), int(str(values["grace_principal"]))
        rate = Fraction(str(values["annual_rate"]))
        return RescheduleOrder(key, loan_id, count, grace, rate, why, at)
    component, amount = Component(str(values["component"])), int(str(values["amount_minor"]))
    return WaiveOrder(key, loan_id, _day(values, "on"), component, amount, why, at)


def _day(values: Mapping[str, object], name: str) -> date:
    return date.fromisoformat(str(values[name]))
