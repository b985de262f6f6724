"""Background work of the pages: letters are written and sent each minute."""

from django.utils import timezone
from procrastinate.contrib.django import app

from tuppence.letters.operations import send_letters
from tuppence.web.letters.layout import draw
from tuppence.web.letters.writing import write_from_events, write_of_day


@app.periodic(cron="* * * * *")
@app.task(name="letters.write", queueing_lock="letters.write", lock="letters.write")
def write_letters(timestamp: int) -> None:
    """Write the letters of what has happened since."""
    write_from_events(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="letters.send", queueing_lock="letters.send", lock="letters.send")
def deliver_letters(timestamp: int) -> None:
    """Send the letters whose time has come."""
    send_letters(draw, at=timezone.now())


@app.periodic(cron="7 * * * *")
@app.task(name="letters.of_day", queueing_lock="letters.of_day")
def write_letters_of_day(timestamp: int) -> None:
    """Write the letters of the day: what is due soon, what came back yesterday."""
    write_of_day(at=timezone.now())
