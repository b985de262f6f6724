"""Background work of the pages: letters, the published figures, and the proof of the books."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from tuppence.insight.queries import controls
from tuppence.ledger.ids import derive_id
from tuppence.ledger.operations import ask_proof, end_proof
from tuppence.letters.operations import send_letters
from tuppence.web.letters.layout import draw
from tuppence.web.letters.writing import write_from_events, write_of_day
from tuppence.web.reads.open_books import refresh_open_books


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


@app.periodic(cron="*/15 * * * *")
@app.task(name="open_books.refresh", queueing_lock="open_books.refresh", lock="open_books.refresh")
def keep_open_books(timestamp: int) -> None:
    """Work the published figures out, so that no reader waits for them."""
    refresh_open_books(at=timezone.now())


@app.task(name="books.prove", lock="books.prove")
def prove_books(proof_id: int) -> None:
    """Compute the books again for a proof that was asked for."""
    with controls.snapshot():
        checks = controls.collect()
    end_proof(proof_id, checks, at=timezone.now())


@app.periodic(cron="23 3 * * *")
@app.task(name="books.prove_nightly", queueing_lock="books.prove_nightly")
def prove_books_nightly(timestamp: int) -> None:
    """Compute the books again each night, whoever asks or not."""
    prove_later(derive_id("books.prove_nightly", timestamp), at=timezone.now())


def prove_later(key: UUID, *, at: datetime, by: int | None = None) -> bool:
    """Put a proof in the queue; False where one is under way or this one was asked for before."""
    with transaction.atomic():
        proof, is_new = ask_proof(key=key, at=at, by=by)
        if is_new:
            prove_books.defer(proof_id=proof.pk)
    return is_new
