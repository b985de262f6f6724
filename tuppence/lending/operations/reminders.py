"""At the close of a day: reminders that are due, and promises kept or broken."""

from datetime import date, datetime

import numpy as np

from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.lending.collection_records import PromiseState
from tuppence.lending.live_loans import LiveLoans
from tuppence.lending.models import PromiseOutcome, Reminder
from tuppence.lending.queries.collection import late_loans, loans_of_promises, promises_seen
from tuppence.lending.reminders import REMINDER_DAYS, is_reminded, outcome_of


def remind_late(loans: LiveLoans, day: date, *, at: datetime) -> int:
    """Write down whom to remind at the end of a day; how many. Once for a due date and a stage.

    Part of the close of the day, in its transaction.
    """
    days, _buckets = loans.arrears(day)
    places = np.flatnonzero(np.isin(days, REMINDER_DAYS)).tolist()
    place_of = {int(loans.ids[place]): place for place in places}
    found = late_loans({number: int(days[place]) for number, place in place_of.items()}, on=day)
    due = [(late, overdue) for late, overdue in found.values() if is_reminded(late)]
    made = Reminder.objects.bulk_create(
        [
            Reminder(
                loan_id=late.loan_id,
                due_on=loans.next_due_on[place_of[late.loan_id]].astype(object),
                days_past_due=late.days_past_due,
                overdue_minor=overdue,
                on=day,
                at=at,
            )
            for late, overdue in due
        ]
    )
    events.record(
        [
            Event(
                "loan.reminder_due",
                at,
                member_id=int(loans.borrower_ids[place_of[row.loan_id]]),
                subject_kind="loan",
                subject_id=row.loan_id,
                amount_minor=row.overdue_minor,
                properties={"days_past_due": row.days_past_due},
            )
            for row in made
        ]
    )
    return len(made)


def settle_promises(day: date, *, at: datetime) -> dict[str, int]:
    """Write down which promises were kept and which broken by the end of a day; how many.

    Part of the close of the day, in its transaction. A promise found otherwise later, because a
    payment was told late or taken back, gets another row.
    """
    news = [
        (seen, state)
        for seen in promises_seen(on=day)
        if (state := outcome_of(seen, day)) is not None
    ]
    PromiseOutcome.objects.bulk_create(
        [
            PromiseOutcome(
                promise_id=seen.promise_id,
                kept=state is PromiseState.KEPT,
                paid_minor=seen.paid_minor,
                on=day,
                at=at,
            )
            for seen, state in news
        ]
    )
    loans = loans_of_promises([seen.promise_id for seen, _state in news])
    events.record(
        [
            Event(
                f"loan.promise_{state.value}",
                at,
                member_id=loans[seen.promise_id][1],
                subject_kind="loan",
                subject_id=loans[seen.promise_id][0],
                amount_minor=seen.amount_minor,
            )
            for seen, state in news
        ]
    )
    kept = sum(state is PromiseState.KEPT for _seen, state in news)
    return {"kept": kept, "broken": len(news) - kept}
