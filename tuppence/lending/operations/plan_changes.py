"""Change what is still to come of a loan, or give up what is due: rates, pauses, plans, waivers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from tuppence import platform
from tuppence.events import operations as events
from tuppence.events.happenings import Event
from tuppence.ledger.ids import derive_id
from tuppence.lending.loan_file import LoanFile
from tuppence.lending.models import PlanChange
from tuppence.lending.models import Waiver as WaiverRow
from tuppence.lending.operations.booking import load_batch
from tuppence.lending.operations.day_lock import share_the_day
from tuppence.lending.operations.replays import Late, Replayed, count_again, write_replays
from tuppence.lending.orders import (
    Acted,
    ActStatus,
    ChangeRateOrder,
    PauseInterestOrder,
    RescheduleOrder,
    WaiveOrder,
)
from tuppence.lending.plan_changing import PastChange, decide_pause, decide_rate, decide_waiver
from tuppence.lending.plan_orders import PlanOrder
from tuppence.lending.plan_rows import rows_to_json
from tuppence.lending.queries.loan_files import lock_loans
from tuppence.lending.queries.plan_changes import past_changes
from tuppence.lending.rescheduling import decide_plan
from tuppence.lending.servicing.facts import PlanChanged, Waiver


@dataclass(frozen=True, slots=True)
class _Accepted:
    order: PlanOrder
    file: LoanFile
    fact: PlanChanged | Waiver


@transaction.atomic
def change_plans(orders: Sequence[PlanOrder]) -> list[Acted]:
    """Change plans and waive what is due; one outcome an order, in order.

    Of several orders for one loan in a batch the first counts; the next is told to ask again.
    The loan is counted again with the new fact, so that later payments find the parts that they
    pay under it, and the books get the differences. Four eyes are the caller's business.
    """
    if not orders:
        return []
    share_the_day()
    files = lock_loans(order.loan_id for order in orders)
    known = _known(orders)
    changes = past_changes(list(files))
    outcomes: list[Acted] = []
    accepted: dict[int, _Accepted] = {}
    for order in orders:
        if order.key in known:
            same = known[order.key] == order.loan_id
            status = ActStatus.EXISTS if same else ActStatus.EXISTS_WITH_DIFFERENT_FIELDS
            outcomes.append(Acted(order.key, status))
            continue
        found = _decide(order, files.get(order.loan_id), changes, accepted)
        if isinstance(found, ActStatus):
            outcomes.append(Acted(order.key, found))
            continue
        known[order.key] = order.loan_id
        accepted[order.loan_id] = _Accepted(order, files[order.loan_id], found)
        outcomes.append(Acted(order.key, ActStatus.DONE))
    _write(accepted)
    return outcomes


def decided(
    order: PlanOrder, file: LoanFile, changes: Sequence[PastChange]
) -> PlanChanged | Waiver | ActStatus:
    """What an order would do to a loan, or why it is refused; nothing is written."""
    today = platform.business_day(order.at)
    if isinstance(order, ChangeRateOrder):
        cap = platform.rulebook(today).rate_cap(order.effective_from)
        return decide_rate(order, file, changes, today=today, cap=cap)
    if isinstance(order, PauseInterestOrder):
        return decide_pause(order, file, changes, today=today)
    if isinstance(order, WaiveOrder):
        return decide_waiver(order, file, today=today)
    cap = platform.rulebook(today).rate_cap(today)
    if cap is not None and order.annual_rate > cap:
        return ActStatus.RATE_ABOVE_CAP
    return decide_plan(order, file, changes, today=today)


def _known(orders: Sequence[PlanOrder]) -> dict[UUID, int]:
    keys = [order.key for order in orders]
    plans = PlanChange.objects.filter(id__in=keys).values_list("id", "loan_id")
    waivers = WaiverRow.objects.filter(id__in=keys).values_list("id", "loan_id")
    return dict([*plans, *waivers])


def _decide(
    order: PlanOrder,
    file: LoanFile | None,
    changes: Mapping[int, Sequence[PastChange]],
    accepted: Mapping[int, _Accepted],
) -> PlanChanged | Waiver | ActStatus:
    if file is None:
        return ActStatus.LOAN_NOT_FOUND
    if order.loan_id in accepted:
        return ActStatus.BEFORE_LATEST_FACT
    return decided(order, file, changes.get(file.id, ()))


def _write(accepted: Mapping[int, _Accepted]) -> None:
    if not accepted:
        return
    _add_rows(accepted)
    for currency in sorted({each.file.currency for each in accepted.values()}):
        own = {n: each for n, each in accepted.items() if each.file.currency == currency}
        batch = load_batch({n: each.file for n, each in own.items()}, currency)
        replayed: list[Replayed] = []
        for number in sorted(own):
            each = own[number]
            late = Late(
                derive_id("replay", each.fact.id), each.file, [each.fact], {}, each.order.at
            )
            replayed.append(count_again(late, batch.holdings))
        write_replays(replayed, batch)
    made = list(accepted.values())
    PlanChange.objects.bulk_create(
        [_plan_row(each, each.fact) for each in made if isinstance(each.fact, PlanChanged)]
    )
    WaiverRow.objects.bulk_create(
        [_waiver_row(each, each.fact) for each in made if isinstance(each.fact, Waiver)]
    )
    events.record([_event(each) for each in made])


def _add_rows(accepted: Mapping[int, _Accepted]) -> None:
    """Rows beyond the last agreed instalment: nothing of them was agreed in the contract."""
    rows = []
    for loan_id, each in accepted.items():
        if not isinstance(each.fact, PlanChanged):
            continue
        starts_on = each.fact.on
        for row in each.fact.rows:
            if row.number > each.file.instalments:
                rows.append((loan_id, row.number, starts_on, row.due_on))
            starts_on = row.due_on
    if not rows:
        return
    loans, numbers, starts, dues = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO lending_instalment (
                loan_id, number, starts_on, due_on, agreed_principal_minor,
                agreed_interest_minor, fee_minor, penalty_minor, interest_minor, principal_minor
            )
            SELECT loan_id, number, starts_on, due_on, 0, 0, 0, 0, 0, 0
            FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::date[])
                AS fresh (loan_id, number, starts_on, due_on)
            ON CONFLICT DO NOTHING
            """,
            [loans, numbers, starts, dues],
        )


def _plan_row(each: _Accepted, fact: PlanChanged) -> PlanChange:
    order = each.order
    first_day, last_day, rate = fact.on, None, None
    if isinstance(order, ChangeRateOrder):
        first_day, rate = order.effective_from, order.annual_rate
    elif isinstance(order, PauseInterestOrder):
        first_day, last_day = order.first_day, order.last_day
    elif isinstance(order, RescheduleOrder):
        rate = order.annual_rate
    return PlanChange(
        id=order.key,
        loan_id=each.file.id,
        cause=fact.cause.value,
        on=fact.on,
        first_day=first_day,
        last_day=last_day,
        annual_rate=None if rate is None else str(rate),
        rows=rows_to_json(fact.rows),
        reason=order.reason,
        sequence=fact.sequence,
        recorded_at=order.at,
    )


def _waiver_row(each: _Accepted, fact: Waiver) -> WaiverRow:
    return WaiverRow(
        id=fact.id,
        loan_id=each.file.id,
        on=fact.on,
        component=fact.component.value,
        amount_minor=fact.amount_minor,
        reason=each.order.reason,
        sequence=fact.sequence,
        recorded_at=each.order.at,
    )


def _event(each: _Accepted) -> Event:
    fact = each.fact
    is_waiver = isinstance(fact, Waiver)
    return Event(
        "loan.waived" if is_waiver else "loan.plan_changed",
        each.order.at,
        member_id=each.file.borrower_id,
        subject_kind="loan",
        subject_id=each.file.id,
        amount_minor=fact.amount_minor if isinstance(fact, Waiver) else None,
        currency=each.file.currency if is_waiver else "",
        properties={
            "kind": fact.component.value if isinstance(fact, Waiver) else fact.cause.value,
            "days_past_due": each.file.before.days_past_due,
        },
    )
