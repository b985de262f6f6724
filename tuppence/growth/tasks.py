"""Background work of growth: campaigns and offers live by the clock and by what happens."""

from django.utils import timezone
from procrastinate.contrib.django import app

from tuppence.growth.operations import (
    end_trials,
    expire_grants,
    forget_spent_signals,
    launch_due,
    pay_due,
    record_alerts,
    settle_offers,
)


@app.periodic(cron="3 * * * *")
@app.task(name="growth.due", queueing_lock="growth.due", lock="growth.due")
def begin_and_end_campaigns(timestamp: int) -> None:
    """Launch what is scheduled for today, end what had its last day, and tell of budgets used."""
    at = timezone.now()
    launch_due(at=at)
    record_alerts(at=at)


@app.periodic(cron="* * * * *")
@app.task(name="growth.settle", queueing_lock="growth.settle", lock="growth.settle")
def settle(timestamp: int) -> None:
    """Grant, earn and bring back offers by what has happened since."""
    settle_offers(at=timezone.now())


@app.periodic(cron="13 * * * *")
@app.task(name="growth.offers_of_day", queueing_lock="growth.offers_of_day")
def offers_by_the_clock(timestamp: int) -> None:
    """Pay what was held, end trials, and let what nobody used expire."""
    at = timezone.now()
    pay_due(at=at)
    end_trials(at=at)
    expire_grants(at=at)


@app.periodic(cron="23 2 * * *")
@app.task(name="growth.spent_signals", queueing_lock="growth.spent_signals")
def forget_signals(timestamp: int) -> None:
    """Forget the keys of signals whose pages may tell nothing more."""
    forget_spent_signals(at=timezone.now())
