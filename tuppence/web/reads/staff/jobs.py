"""Background jobs as the queue in PostgreSQL holds them."""

from typing import Any

from django.db.models import Count
from procrastinate.contrib.django.models import ProcrastinateJob


def jobs() -> Any:
    """All jobs, for a table that narrows, orders and pages them."""
    return ProcrastinateJob.objects.all()


def job_counts() -> dict[str, int]:
    """How many jobs are in each state."""
    rows: Any = ProcrastinateJob.objects.values_list("status").annotate(number=Count("id"))
    return dict(rows.order_by("status"))
