"""A withdrawal from the asking to the bank line that pays or returns it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, transaction

from tuppence.bank import operations, queries
from tuppence.bank.models import PayoutFile, Withdrawal, WithdrawalStep
from tuppence.bank.operations import PayoutsHeldError, SendStatus
from tuppence.bank.payment_file import read_payment_file
from tuppence.bank.small_bank import carried_out, charged, come_back
from tuppence.bank.withdrawal import AskOrder, AskStatus, Purpose, State, StepOrder, StepStatus
from tuppence.ledger.chart import AccountKind
from tuppence.members import operations as members
from tuppence.members.models import BankAccount, Representation, User
from tuppence.members.operations import NotPermittedError
from tuppence.members.operations.compliance import block_member
from tuppence.members.roles import Role

Desk = Any  # of tests/bank/conftest.py, which is not importable by name


def funded(desk: Desk, **amounts: int) -> None:
    """Let members pay in, and import it."""
    for name, amount_minor in amounts.items():
        desk.pays(name, amount_minor)
    desk.import_()


def states(withdrawal_id: int) -> list[State]:
    return [step.state for step in queries.history(withdrawal_id)]


def ask(desk: Desk, name: str, amount_minor: int, number: int = 1, **more: Any) -> AskOrder:
    member_id = desk.member(name)
    by = desk.users[name].pk
    order = AskOrder(UUID(int=number), member_id, amount_minor, "EUR", desk.at, by=by)
    return replace(order, **more)


def statuses(orders: list[AskOrder]) -> list[AskStatus]:
    return [outcome.status for outcome in operations.ask_withdrawals(orders)]


# --- from asking to paid -----------------------------------------------------------------------


def test_the_whole_way_and_back(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    number = desk.asks("cleo", 60_00)
    assert desk.has("cleo") == 40_00
    assert desk.balance(AccountKind.PAYOUTS_IN_FLIGHT) == 60_00
    assert desk.approves(number) == ["done"]
    run = desk.sends()
    assert (run.status, run.sent, run.total_minor) == (SendStatus.SENT, (number,), 60_00)
    order = desk.sent_file()
    (transfer,) = order.transfers
    assert (transfer.amount_minor, transfer.payee_name) == (60_00, "Cleo Miller")
    assert transfer.payee_account == "GB82WEST12345698765432"
    assert order.execute_on == date(2026, 3, 2)
    desk.tomorrow()
    desk.happens(*carried_out(order))
    desk.import_()
    assert desk.balance(AccountKind.CLIENT_BANK) == 40_00
    assert desk.balance(AccountKind.PAYOUTS_IN_FLIGHT) == 0
    desk.tomorrow()
    desk.happens(come_back(transfer, "EUR"))
    desk.import_()
    assert states(number) == [
        State.ASKED,
        State.APPROVED,
        State.SENT,
        State.PAID,
        State.RETURNED,
    ]
    assert desk.has("cleo") == 100_00
    assert desk.balance(AccountKind.CLIENT_BANK) == 100_00
    assert queries.client_money_positions()[0].difference_minor == 0


def test_the_promise_is_kept_with_the_withdrawal(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    desk.asks("cleo", 10_00)
    (view,) = queries.withdrawals_of(desk.member("cleo"), on=date(2026, 3, 4))
    assert (view.promised_on, view.is_late) == (date(2026, 3, 4), False)
    (late,) = queries.withdrawals_in([State.ASKED], on=date(2026, 3, 5))
    assert late.is_late


def test_a_file_that_the_bank_books_as_one_line(desk: Desk) -> None:
    funded(desk, cleo=100_00, dora=100_00)
    numbers = [desk.asks("cleo", 10_00), desk.asks("dora", 20_00)]
    desk.approves(*numbers)
    desk.sends()
    order = desk.sent_file()
    first = carried_out(order)[0]
    desk.tomorrow()
    desk.happens(replace(first, amount_minor=-30_00, end_to_end_id="", remittance="batch"))
    desk.import_()
    assert [states(number)[-1] for number in numbers] == [State.PAID, State.PAID]
    assert desk.balance(AccountKind.CLIENT_BANK) == 170_00


def test_another_amount_than_ordered_is_a_break(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    number = desk.asks("cleo", 10_00)
    desk.approves(number)
    desk.sends()
    line = carried_out(desk.sent_file())[0]
    desk.tomorrow()
    desk.happens(replace(line, amount_minor=-11_00))
    desk.import_()
    assert states(number)[-1] is State.SENT
    assert desk.balance(AccountKind.BREAKS) == 11_00
    assert desk.balance(AccountKind.PAYOUTS_IN_FLIGHT) == 10_00


# --- asking ------------------------------------------------------------------------------------


def test_the_same_key_again_gives_the_first_outcome(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    order = ask(desk, "cleo", 60_00)
    (first,) = operations.ask_withdrawals([order])
    (again,) = operations.ask_withdrawals([order])
    assert (first.status, again.status) == (AskStatus.ASKED, AskStatus.EXISTS)
    assert (again.withdrawal_id, again.promised_on) == (first.withdrawal_id, first.promised_on)
    other = replace(order, amount_minor=1)
    assert statuses([other]) == [AskStatus.EXISTS_WITH_DIFFERENT_FIELDS]
    assert desk.has("cleo") == 40_00


def test_a_batch_is_decided_in_order(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    orders = [
        ask(desk, "cleo", 60_00, 1),
        ask(desk, "cleo", 60_00, 2),
        ask(desk, "cleo", 60_00, 1),
        ask(desk, "cleo", 40_00, 3),
    ]
    assert statuses(orders) == [
        AskStatus.ASKED,
        AskStatus.EXCEEDS_AVAILABLE,
        AskStatus.EXISTS,
        AskStatus.ASKED,
    ]
    assert desk.has("cleo") == 0


def test_the_first_failed_check_is_named(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    desk.member("dora", account=False)
    cleo, dora = desk.users["cleo"].pk, desk.users["dora"].pk
    plain = ask(desk, "cleo", 10_00)
    table = [
        (replace(plain, amount_minor=0), AskStatus.AMOUNT_MUST_BE_POSITIVE),
        (replace(plain, amount_minor=-5), AskStatus.AMOUNT_MUST_BE_POSITIVE),
        (replace(plain, amount_minor=10**15), AskStatus.AMOUNT_TOO_LARGE),
        (replace(plain, currency="USD"), AskStatus.NOT_PAID_IN_THIS_CURRENCY),
        (replace(plain, member_id=10**9), AskStatus.MEMBER_NOT_FOUND),
        (replace(plain, by=dora), AskStatus.NOT_PERMITTED),
        (replace(plain, by=cleo, purpose=Purpose.LOAN_PAYOUT), AskStatus.NOT_PERMITTED),
        (replace(ask(desk, "dora", 1), by=dora), AskStatus.NO_VERIFIED_ACCOUNT),
        (replace(plain, amount_minor=100_01), AskStatus.EXCEEDS_AVAILABLE),
    ]
    for order, status in table:
        assert statuses([order]) == [status]
    assert Withdrawal.objects.count() == 0


def test_a_blocked_or_unverified_member_takes_nothing_out(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    officer = User.objects.get(email="check@staff.example")
    block_member(desk.member("cleo"), by=officer.pk, at=desk.at, reason="court order")
    assert statuses([ask(desk, "cleo", 10_00)]) == [AskStatus.MEMBER_BLOCKED]
    assert desk.has("cleo") == 100_00


# --- the second person -------------------------------------------------------------------------


def test_who_may_approve(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    number = desk.asks("cleo", 10_00)
    clerk = members.create_staff(
        "cleo@example.com",  # Cleo's own account becomes staff: still the same account
        legal_name="Cleo Miller",
        born_on=date(1990, 1, 1),
        roles=[Role.FINANCE_OFFICER],
        at=desk.at,
    )
    twin = members.create_staff(
        "cleo.work@staff.example",  # and a second account of the same human
        legal_name="Cleo Miller",
        born_on=date(1990, 1, 1),
        roles=[Role.FINANCE_OFFICER],
        at=desk.at,
    )
    support = members.create_staff(
        "sam@staff.example",
        legal_name="Sam Officer",
        born_on=date(1981, 1, 1),
        roles=[Role.SUPPORT],
        at=desk.at,
    )
    table = [
        (support.pk, StepStatus.NOT_PERMITTED),
        (clerk.pk, StepStatus.SAME_PERSON),
        (twin.pk, StepStatus.SAME_PERSON),
        (desk.bob.pk, StepStatus.DONE),
    ]
    for place, (user_id, status) in enumerate(table):
        order = StepOrder(UUID(int=100 + place), number, user_id, desk.at)
        (outcome,) = operations.approve_withdrawals([order])
        assert outcome.status is status
    assert states(number) == [State.ASKED, State.APPROVED]


def test_nobody_approves_for_a_member_they_act_for(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    number = desk.asks("cleo", 10_00)
    Representation.objects.create(
        user=desk.bob,
        member_id=desk.member("cleo"),
        legal_name="Bob Officer",
        starts_at=desk.at - timedelta(days=9),
        ends_at=desk.at - timedelta(days=1),
    )
    assert desk.approves(number) == ["own_case"]


def test_the_table_itself_wants_another_human(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    number = desk.asks("cleo", 10_00)
    cleo = desk.users["cleo"].pk
    for asked_by, by in ((cleo, cleo), (None, desk.bob.pk), (cleo, None)):
        step = WithdrawalStep(
            key=UUID(int=7),
            withdrawal_id=number,
            state=State.APPROVED,
            at=desk.at,
            by_id=by,
            asked_by_id=asked_by,
        )
        with pytest.raises(Exception, match="another person"), transaction.atomic():
            step.save(force_insert=True)
    assert states(number) == [State.ASKED]


def test_the_table_itself_refuses_a_state_that_does_not_follow(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    number = desk.asks("cleo", 10_00)
    for change in ({"state": "paid"}, {"amount_minor": 1}, {"bank_account_id": 0}):
        with (
            pytest.raises(Exception, match=r"does not follow|never changes"),
            transaction.atomic(),
        ):
            Withdrawal.objects.filter(id=number).update(**change)
    assert Withdrawal.objects.get().state == State.ASKED


def test_steps_are_repeatable_by_key_and_never_twice(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    number = desk.asks("cleo", 10_00)
    assert desk.approves(number) == ["done"]
    assert desk.approves(number) == ["exists"]
    again = StepOrder(UUID(int=8), number, desk.bob.pk, desk.at)
    assert operations.approve_withdrawals([again])[0].status is StepStatus.WRONG_STATE
    missing = replace(again, withdrawal_id=10**9)
    assert operations.approve_withdrawals([missing])[0].status is StepStatus.NOT_FOUND


def test_refused_and_cancelled_put_the_money_back(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    refused, cancelled = desk.asks("cleo", 10_00), desk.asks("cleo", 20_00)
    desk.approves(cancelled)
    no_reason = StepOrder(UUID(int=1), refused, desk.bob.pk, desk.at)
    assert operations.refuse_withdrawals([no_reason])[0].status is StepStatus.REASON_MISSING
    no = replace(no_reason, reason="the account looks wrong")
    assert operations.refuse_withdrawals([no])[0].status is StepStatus.DONE
    bobs = StepOrder(UUID(int=2), cancelled, desk.bob.pk, desk.at)
    assert operations.cancel_withdrawals([bobs])[0].status is StepStatus.NOT_PERMITTED
    own = replace(bobs, by=desk.users["cleo"].pk)
    assert operations.cancel_withdrawals([own])[0].status is StepStatus.DONE
    assert desk.has("cleo") == 100_00
    assert desk.balance(AccountKind.PAYOUTS_IN_FLIGHT) == 0


# --- sending -----------------------------------------------------------------------------------


def test_the_same_run_twice_is_one_file(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    desk.approves(desk.asks("cleo", 10_00))
    first, again = desk.sends(), desk.sends()
    assert (first.status, again.status) == (SendStatus.SENT, SendStatus.EXISTS)
    assert (again.file_id, again.sent, again.total_minor) == (
        first.file_id,
        first.sent,
        first.total_minor,
    )
    assert desk.sends("another").status is SendStatus.NOTHING_TO_SEND
    assert PayoutFile.objects.count() == 1


def test_only_to_the_account_that_is_verified_now(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    number = desk.asks("cleo", 10_00)
    desk.approves(number)
    BankAccount.objects.update(retired_at=desk.at)
    desk.give_account("cleo", desk.member("cleo"), "NL91ABNA0417164300")
    run = desk.sends()
    assert (run.status, run.refused) == (SendStatus.NOTHING_TO_SEND, (number,))
    assert states(number)[-1] is State.REFUSED
    assert desk.has("cleo") == 100_00


def test_a_blocked_members_withdrawal_waits(desk: Desk) -> None:
    funded(desk, cleo=100_00, dora=100_00)
    cleos, doras = desk.asks("cleo", 10_00), desk.asks("dora", 10_00)
    desk.approves(cleos, doras)
    officer = User.objects.get(email="check@staff.example")
    block_member(desk.member("cleo"), by=officer.pk, at=desk.at, reason="court order")
    run = desk.sends()
    assert (run.sent, run.waiting) == ((doras,), (cleos,))
    assert states(cleos)[-1] is State.APPROVED


def test_breaks_above_the_limit_hold_payouts(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    desk.happens(charged(1, "EUR"))
    desk.import_()
    desk.approves(desk.asks("cleo", 10_00))
    with pytest.raises(PayoutsHeldError, match=r"0\.01 EUR are missing"):
        desk.sends()
    assert PayoutFile.objects.count() == 0


def test_who_may_send(desk: Desk) -> None:
    with pytest.raises(NotPermittedError):
        operations.send_payouts(
            desk.account_id,
            key=UUID(int=1),
            at=desk.at,
            by=members.create_staff(
                "sam@staff.example",
                legal_name="Sam Officer",
                born_on=date(1981, 1, 1),
                roles=[Role.SUPPORT],
                at=desk.at,
            ).pk,
        )
    assert PayoutFile.objects.count() == 0


def test_the_file_is_kept_as_the_bank_got_it(desk: Desk) -> None:
    funded(desk, cleo=100_00)
    desk.approves(desk.asks("cleo", 10_00))
    run = desk.sends()
    assert run.file_id is not None
    name, content = queries.payout_file_content(run.file_id)
    assert read_payment_file(content).message_id == name.removesuffix(".xml")


# --- at the same time --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_one_purse_many_asks(lasting_desk: Callable[[], Desk]) -> None:
    desk = lasting_desk()
    funded(desk, cleo=100_00)
    orders = [ask(desk, "cleo", 100_00, number) for number in range(1, 7)]
    together = Barrier(len(orders))

    def asks(order: AskOrder) -> AskStatus:
        together.wait()
        try:
            return statuses([order])[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(orders)) as pool:
        found = sorted(pool.map(asks, orders))
    assert found == [AskStatus.ASKED] + [AskStatus.EXCEEDS_AVAILABLE] * 5
    assert desk.has("cleo") == 0


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_once(lasting_desk: Callable[[], Desk]) -> None:
    desk = lasting_desk()
    funded(desk, cleo=100_00)
    desk.approves(desk.asks("cleo", 10_00))
    together = Barrier(3)

    def send(tag: str) -> SendStatus:
        together.wait()
        try:
            return desk.sends(tag).status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        found = sorted(pool.map(send, "abc"))
    assert found == [SendStatus.NOTHING_TO_SEND] * 2 + [SendStatus.SENT]
    assert PayoutFile.objects.count() == 1
