"""Background jobs as the queue in PostgreSQL holds them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from procrastinate.contrib.django.models import ProcrastinateJob


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job."""

    id: int
    task: str
    queue: str
    status: str
    attempts: int
    scheduled_at: datetime | None


def jobs(*, status: str = "", before_id: int | None = None, limit: int = 50) -> list[JobRow]:
    """Jobs, newest first: of one state or of all."""
    rows: Any = ProcrastinateJob.objects.order_by("-id")
    if status:
        rows = rows.filter(status=status)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    fields = ("id", "task_name", "queue_name", "status", "attempts", "scheduled_at")
    return [JobRow(*row) for row in rows.values_list(*fields)[:limit]]


def job_counts() -> dict[str, int]:
    """How many jobs are in each state."""
    rows: Any = ProcrastinateJob.objects.values_list("status").annotate(number=Count("id"))
    return dict(rows.order_by("status"))
