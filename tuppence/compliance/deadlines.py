"""By when something is due under a rulebook: answers to complaints, figures to publish. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from tuppence.money.calendars import add_business_days
from tuppence.money.months import add_months
from tuppence.rules.rule import Bound, Check, Kind, Rule
from tuppence.rules.rulebook import RuleBook

PERIODS_SHOWN = 13


@dataclass(frozen=True, slots=True)
class ComplaintDeadlines:
    """The last days for the receipt and for the answer; None where the book names no time."""

    receipt_by: date | None
    answer_by: date | None


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to publish for one period that has ended, at the latest on a day."""

    rule: Rule
    period: str
    ended_on: date  # the last day of the period
    due_on: date


def last_day(rule: Rule, start: date, country: str = "") -> date:
    """The last day on which an at-most rule in days, working days, weeks or months is kept."""
    number = int(rule.needed("value"))
    match rule.unit:
        case "working days":
            return add_business_days(start, number, country)
        case "months":
            return add_months(start, number)
        case "weeks":
            return start + timedelta(weeks=number)
    assert rule.unit == "days", f"{rule.id} counts in {rule.unit}"
    return start + timedelta(days=number)


def complaint_deadlines(
    book: RuleBook, received_on: date, *, country: str = ""
) -> ComplaintDeadlines:
    """By when a complaint of a day is to be acknowledged and answered under the book."""
    receipt = book.enforcing(Check.COMPLAINT_RECEIPT)
    answer = book.enforcing(Check.COMPLAINT_ANSWER)
    return ComplaintDeadlines(
        last_day(receipt, received_on, country) if receipt else None,
        last_day(answer, received_on, country) if answer else None,
    )


def publication_duties(
    book: RuleBook, *, since: date, on: date, country: str = ""
) -> tuple[Duty, ...]:
    """What was to be published of periods that ended between two days, the latest due first.

    Disclosures with `times_a_year` in the book are meant. One with a time limit is due so long
    after its period; one without it by the end of the period that follows.
    """
    duties: list[Duty] = []
    for rule in book.in_force(on):
        times = rule.figures.get("times_a_year")
        if rule.kind is Kind.DISCLOSE and times is not None:
            duties += _duties(rule, 12 // int(times), since=since, on=on, country=country)
    return tuple(sorted(duties, key=lambda duty: (duty.due_on, duty.rule.id), reverse=True))


def _duties(rule: Rule, months: int, *, since: date, on: date, country: str) -> list[Duty]:
    first = on.replace(month=(on.month - 1) // months * months + 1, day=1)
    found: list[Duty] = []
    for back in range(PERIODS_SHOWN):
        next_start = add_months(first, -back * months)
        start, ended_on = add_months(next_start, -months), next_start - timedelta(days=1)
        if ended_on < since or ended_on < rule.valid_from:
            break
        due_on = add_months(next_start, months) - timedelta(days=1)
        if rule.bound is Bound.AT_MOST:
            due_on = last_day(rule, ended_on, country)
        found.append(Duty(rule, period_name(start, months), ended_on, due_on))
    return found


def period_name(start: date, months: int) -> str:
    """A year, a quarter or a month by its first day.

    >>> period_name(date(2026, 7, 1), 12), period_name(date(2026, 7, 1), 3)
    ('2026', '2026-Q3')
    """
    if months == 12:
        return str(start.year)
    if months == 1:
        return f"{start:%Y-%m}"
    return f"{start.year}-Q{(start.month - 1) // 3 + 1}"
