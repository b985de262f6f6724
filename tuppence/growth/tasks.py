"""Background work of growth: campaigns begin and end by the clock."""

from django.utils import timezone
from procrastinate.contrib.django import app

from tuppence.growth.operations import launch_due


@app.periodic(cron="3 * * * *")
@app.task(name="growth.due", queueing_lock="growth.due", lock="growth.due")
def begin_and_end_campaigns(timestamp: int) -> None:
    """Launch what is scheduled for today, and end what had its last day."""
    launch_due(at=timezone.now())
