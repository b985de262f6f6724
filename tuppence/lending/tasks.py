"""Background work of lending: what moved is carried forward, so that no page adds up all of it."""

from procrastinate.contrib.django import app

from tuppence import platform
from tuppence.lending.operations import carry_forward


@app.periodic(cron="37 * * * *")
@app.task(name="books.carry", queueing_lock="books.carry", lock="books.carry")
def carry_books_forward(timestamp: int) -> None:
    """Carry purses and shares forward that moved much since the last hour."""
    carry_forward(zone=str(platform.zone()))
