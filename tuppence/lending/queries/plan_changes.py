"""What was changed in the plans of loans."""

from collections import defaultdict
from collections.abc import Sequence

from tuppence.lending.models import PlanChange
from tuppence.lending.plan_changing import PastChange
from tuppence.lending.servicing.facts import PlanCause


def past_changes(loan_ids: Sequence[int]) -> dict[int, list[PastChange]]:
    """The changes of these loans' plans, in the order in which they were made."""
    found: defaultdict[int, list[PastChange]] = defaultdict(list)
    for row in PlanChange.objects.filter(loan_id__in=loan_ids).order_by("loan_id", "sequence"):
        change = PastChange(PlanCause(row.cause), row.first_day, row.last_day, row.annual_rate)
        found[row.loan_id].append(change)
    return found
