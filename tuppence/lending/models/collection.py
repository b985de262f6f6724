"""What the close of a day finds on late loans: reminders due, promises kept and broken."""

from django.db import models
from django.db.models import Q

from tuppence.lending.models.servicing import Loan, Promise


class Reminder(models.Model):
    """A reminder was due to a borrower: for the oldest unpaid due date, so many days late."""

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="reminders")
    due_on = models.DateField()
    days_past_due = models.IntegerField()
    overdue_minor = models.BigIntegerField()
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["loan", "due_on", "days_past_due"], name="reminder_once_a_stage"
            ),
            models.CheckConstraint(
                condition=Q(days_past_due__gt=0, overdue_minor__gte=0), name="reminder_bounds"
            ),
        ]


class PromiseOutcome(models.Model):
    """A promise was kept or broken, as the close of a day found it; the latest row holds."""

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="outcomes")
    kept = models.BooleanField()
    paid_minor = models.BigIntegerField()  # what came in from the promise to its day
    on = models.DateField()
    at = models.DateTimeField()
