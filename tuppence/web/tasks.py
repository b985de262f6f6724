"""Background work of the pages: letters are written and sent each minute."""

from django.utils import timezone
from procrastinate.contrib.django import app

from tuppence.letters.operations import send_letters
from tuppence.web.letters.layout import draw
from tuppence.web.letters.writing import write_from_events, write_of_day


@app.periodic(cron="* * * * *")
@app.task(name="letters.deliver", queueing_lock="letters.deliver", lock="letters.deliver")
def deliver_letters(timestamp: int) -> None:
    """Write the letters of what has happened since, and send those whose time has come."""
    now = timezone.now()
    write_from_events(at=now)
    send_letters(draw, at=now)


@app.periodic(cron="7 * * * *")
@app.task(name="letters.of_day", queueing_lock="letters.of_day")
def write_letters_of_day(timestamp: int) -> None:
    """Write the letters of the day: what is due soon, what came back yesterday."""
    write_of_day(at=timezone.now())
