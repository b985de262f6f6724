"""Support calls borrowers who are late, and notes what they promise."""

from datetime import date, timedelta

from tuppence.lending.collection_records import ContactChannel, ContactOrder, PromiseOrder
from tuppence.lending.operations.collection_records import log_contact, promise_to_pay
from tuppence.practice import queries
from tuppence.practice.operations.repaying import stories_of_loans
from tuppence.practice.operations.season import Season, story_key
from tuppence.practice.paying import Due

CALLED_DAYS_LATE = (9, 30, 60)
PROMISED_DAYS_LATE = 9
PROMISED_IN_DAYS = 14
NOTES = {
    9: "Called: a customer pays late, the instalment is promised within two weeks.",
    30: "Wrote a reminder with the amount that is open and whom to call.",
    60: "Called: the season was poor. Asked for figures of the last three months.",
}


def remind(season: Season, day: date) -> None:
    """Speak or write to whoever is late for so many days today."""
    stories = stories_of_loans(season)
    late: dict[int, Due] = {}
    for due in queries.open_dues(list(stories), upto=day - timedelta(days=min(CALLED_DAYS_LATE))):
        late.setdefault(due.loan_id, due)
    called = [due for due in late.values() if (day - due.due_on).days in CALLED_DAYS_LATE]
    if not called:
        return
    at, support = season.moment(day, 14), season.office.staff["support"]
    log_contact(
        [
            ContactOrder(
                story_key("contact", stories[due.loan_id], day.isoformat()),
                due.loan_id,
                ContactChannel.LETTER if (day - due.due_on).days == 30 else ContactChannel.PHONE,
                NOTES[(day - due.due_on).days],
                at,
                by=support,
            )
            for due in called
        ]
    )
    promise_to_pay(
        [
            PromiseOrder(
                story_key("promise", stories[due.loan_id], day.isoformat()),
                due.loan_id,
                due.open_minor,
                day + timedelta(days=PROMISED_IN_DAYS),
                at,
                by=support,
            )
            for due in called
            if (day - due.due_on).days == PROMISED_DAYS_LATE
        ]
    )
