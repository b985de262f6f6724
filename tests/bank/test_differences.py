"""Unidentified receipts, breaks at the bank, entries by hand: who may, and what the books say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tuppence.bank import operations, queries
from tuppence.bank.allocation import AssignOrder, AssignStatus
from tuppence.bank.break_resolution import Resolution
from tuppence.bank.manual_entry import BelowFloorError, HandEntry, ManualEntryError
from tuppence.bank.matching import Meaning
from tuppence.bank.models import BankBreak, LineMatch, ManualEntry
from tuppence.bank.operations import CoverOrder, CoverStatus
from tuppence.bank.reference import Order, order_reference
from tuppence.bank.small_bank import carried_out, charged, paid_in
from tuppence.bank.withdrawal import State
from tuppence.ledger import operations as ledger
from tuppence.ledger.chart import AccountKind, Book
from tuppence.ledger.queries import transfers_about, trial_balance
from tuppence.ledger.transfers import AccountKey, Transfer
from tuppence.members.approvals import Status
from tuppence.members.models import ApprovalRequest, Member, User
from tuppence.members.operations import NotPermittedError, create_staff, decide_approval
from tuppence.members.roles import Role

Desk = Any  # of tests/bank/conftest.py, which is not importable by name
KEY = UUID(int=77)


def approve(desk: Desk, request: ApprovalRequest, *, by: int | None = None) -> tuple[Status, str]:
    """Let Bob, or somebody else, approve exactly what was asked."""
    outcome = decide_approval(
        request.pk,
        by=desk.bob.pk if by is None else by,
        approve=True,
        payload_hash=request.payload_hash,
        reason="",
        at=desk.at,
    )
    return outcome.status, outcome.detail


def books_balance() -> bool:
    lines = trial_balance()
    return all(
        sum(line.debit_minor - line.credit_minor for line in lines if line.book is book) == 0
        for book in Book
    )


# --- unidentified receipts ---------------------------------------------------------------------


def waiting(desk: Desk, amount_minor: int = 30_00) -> int:
    """A receipt that names nobody; its line."""
    desk.happens(paid_in(amount_minor, "EUR", payer="X", payer_account="", text="gift"))
    desk.import_()
    return queries.unmatched_lines()[-1].line_id


def test_a_receipt_is_assigned_once(desk: Desk) -> None:
    line_id = waiting(desk)
    cleo, dora = desk.member("cleo"), desk.member("dora")
    order = AssignOrder(KEY, line_id, cleo, desk.ann.pk, desk.at, "she sent the bank's receipt")
    (first,) = operations.assign_unallocated([order])
    (again,) = operations.assign_unallocated([order])
    assert (first.status, again.status) == (AssignStatus.ASSIGNED, AssignStatus.EXISTS)
    other = replace(order, member_id=dora)
    late = replace(other, key=UUID(int=78))
    assert [item.status for item in operations.assign_unallocated([other, late])] == [
        AssignStatus.EXISTS_WITH_DIFFERENT_FIELDS,
        AssignStatus.NOT_UNALLOCATED,
    ]
    assert (desk.has("cleo"), desk.has("dora")) == (30_00, 0)
    assert desk.balance(AccountKind.UNALLOCATED) == 0
    assert queries.unmatched_lines() == []
    assert [match.meaning for match in LineMatch.objects.order_by("id")] == [
        Meaning.UNALLOCATED,
        Meaning.DEPOSIT,
    ]


def test_a_batch_gives_each_receipt_to_one(desk: Desk) -> None:
    line_id = waiting(desk)
    cleo, dora = desk.member("cleo"), desk.member("dora")
    orders = [
        AssignOrder(UUID(int=n), line_id, who, desk.ann.pk, desk.at, "called us")
        for n, who in enumerate([cleo, dora])
    ]
    assert [item.status for item in operations.assign_unallocated(orders)] == [
        AssignStatus.ASSIGNED,
        AssignStatus.NOT_UNALLOCATED,
    ]
    assert (desk.has("cleo"), desk.has("dora")) == (30_00, 0)


def test_who_may_assign_what(desk: Desk) -> None:
    line_id = waiting(desk)
    cleo = desk.member("cleo")
    desk.member("dora")
    plain = AssignOrder(KEY, line_id, cleo, desk.ann.pk, desk.at, "called us")
    clerk = create_staff(
        "cleo@example.com",
        legal_name="Cleo Miller",
        born_on=date(1990, 1, 1),
        roles=[Role.FINANCE_OFFICER],
        at=desk.at,
    )
    table = [
        (replace(plain, by=desk.users["dora"].pk), AssignStatus.NOT_PERMITTED),
        (replace(plain, by=clerk.pk), AssignStatus.OWN_CASE),
        (replace(plain, line_id=10**9), AssignStatus.LINE_NOT_FOUND),
        (replace(plain, member_id=10**9), AssignStatus.MEMBER_NOT_FOUND),
        (replace(plain, why=" "), AssignStatus.REASON_MISSING),
    ]
    for order, status in table:
        assert operations.assign_unallocated([order])[0].status is status
    assert desk.balance(AccountKind.UNALLOCATED) == 30_00


# --- breaks ------------------------------------------------------------------------------------


def charged_desk(desk: Desk) -> int:
    """Money of Cleo's, and a charge of 3.50; the break."""
    desk.pays("cleo", 100_00)
    desk.happens(charged(3_50, "EUR"))
    desk.import_()
    return BankBreak.objects.get().pk


def test_the_firm_covers_and_bears_a_charge(desk: Desk) -> None:
    break_id = charged_desk(desk)
    order = CoverOrder(KEY, break_id, desk.ann.pk, desk.at)
    (announced,) = operations.announce_covers([order])
    assert announced.reference == order_reference(Order.COVER, KEY)
    assert operations.announce_covers([order])[0].status is CoverStatus.EXISTS
    second = replace(order, key=UUID(int=78))
    assert operations.announce_covers([second])[0].status is CoverStatus.ALREADY_ANNOUNCED
    request = operations.request_break_resolution(
        break_id, Resolution.FIRM_LOSS, why="our contract", by=desk.ann.pk, at=desk.at, key=KEY
    )
    status, detail = approve(desk, request)
    assert (status, "not arrived" in detail) == (Status.CANNOT_APPLY, True)

    desk.tomorrow()
    firm = paid_in(3_50, "EUR", payer="Firm", payer_account="", text=announced.reference)
    desk.happens(firm)
    assert desk.import_().meanings == {Meaning.COVER: 1}
    assert desk.balance(AccountKind.CLIENT_BANK) == 100_00
    assert desk.balance(AccountKind.FIRM_COVER) == 3_50
    assert queries.uncovered_minor(desk.account_id) == 0
    (open_break,) = queries.open_breaks(at=desk.at)
    assert open_break.is_covered

    assert approve(desk, request) == (Status.APPROVED, "")
    assert queries.open_breaks(at=desk.at) == []
    assert desk.balance(AccountKind.BREAKS) == 0
    assert desk.balance(AccountKind.FIRM_COVER) == 0
    assert desk.balance(AccountKind.FIRM_LOSS) == 3_50
    assert desk.balance(AccountKind.FIRM_COVER_ASSET) == 0
    assert books_balance()


def test_the_bank_puts_a_charge_right(desk: Desk) -> None:
    break_id = charged_desk(desk)
    desk.tomorrow()
    line_id = waiting(desk, 3_50)
    request = operations.request_break_resolution(
        break_id,
        Resolution.RECEIPT,
        why="the bank apologised",
        by=desk.ann.pk,
        at=desk.at,
        key=KEY,
        line_id=line_id,
    )
    assert approve(desk, request) == (Status.APPROVED, "")
    assert desk.balance(AccountKind.BREAKS) == 0
    assert desk.balance(AccountKind.UNALLOCATED) == 0
    assert queries.unmatched_lines() == []
    assert books_balance()


def test_a_payout_whose_name_the_bank_dropped(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    desk.import_()
    number = desk.asks("cleo", 60_00)
    desk.approves(number)
    desk.sends()
    desk.tomorrow()
    (line,) = carried_out(desk.sent_file())
    desk.happens(replace(line, end_to_end_id="", payment_information_id="", remittance="transfer"))
    desk.import_()
    request = operations.request_break_resolution(
        BankBreak.objects.get().pk,
        Resolution.PAYOUT,
        why="amount and day agree",
        by=desk.ann.pk,
        at=desk.at,
        key=KEY,
        withdrawal_id=number,
    )
    assert approve(desk, request) == (Status.APPROVED, "")
    assert queries.history(number)[-1].state is State.PAID
    assert desk.balance(AccountKind.BREAKS) == 0
    assert desk.balance(AccountKind.PAYOUTS_IN_FLIGHT) == 0


def test_one_person_never_ends_a_break(desk: Desk) -> None:
    break_id = charged_desk(desk)
    request = operations.request_break_resolution(
        break_id, Resolution.FIRM_LOSS, why="x", by=desk.ann.pk, at=desk.at, key=KEY
    )
    assert approve(desk, request, by=desk.ann.pk)[0] is Status.SAME_PERSON
    assert BankBreak.objects.get().closed_at is None


@pytest.mark.parametrize("how", [Resolution.RECEIPT, Resolution.PAYOUT])
def test_a_resolution_by_what_does_not_fit_stays_open(desk: Desk, how: Resolution) -> None:
    break_id = charged_desk(desk)
    line_id = waiting(desk, 3_49)
    request = operations.request_break_resolution(
        break_id, how, why="x", by=desk.ann.pk, at=desk.at, key=KEY, line_id=line_id
    )
    assert approve(desk, request)[0] is Status.CANNOT_APPLY
    assert BankBreak.objects.get().closed_at is None
    assert desk.balance(AccountKind.BREAKS) == 3_50


# --- payouts that the bank refused -------------------------------------------------------------


def test_a_payout_that_the_bank_refused_is_given_back_by_two(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    desk.import_()
    number = desk.asks("cleo", 60_00)
    desk.approves(number)
    desk.sends()
    request = operations.request_payout_rejection(
        number, why="account unknown", by=desk.ann.pk, at=desk.at, key=KEY
    )
    assert approve(desk, request) == (Status.APPROVED, "")
    assert queries.history(number)[-1].state is State.REFUSED
    assert desk.has("cleo") == 100_00
    # The bank carries it out all the same: that is then a break, not a second payout.
    desk.tomorrow()
    desk.happens(*carried_out(desk.sent_file()))
    assert desk.import_().meanings == {Meaning.BREAK: 1}


# --- entries by hand ---------------------------------------------------------------------------


def hand(debit: AccountKey, credit: AccountKey, amount_minor: int = 10_00) -> list[HandEntry]:
    return [HandEntry(debit, credit, amount_minor)]


def account(kind: AccountKind, owner_id: int = 0, currency: str = "EUR") -> AccountKey:
    return AccountKey(kind, owner_id, currency)


def test_an_entry_by_hand_needs_two_people(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    desk.import_()
    cleo, dora = desk.member("cleo"), desk.member("dora")
    available = AccountKind.MEMBER_AVAILABLE
    request = operations.request_manual_entry(
        hand(account(available, cleo), account(available, dora)),
        why="the deposit was Dora's",
        by=desk.ann.pk,
        at=desk.at,
        key=KEY,
    )
    assert desk.has("dora") == 0
    assert approve(desk, request, by=desk.ann.pk)[0] is Status.SAME_PERSON
    assert approve(desk, request) == (Status.APPROVED, "")
    assert (desk.has("cleo"), desk.has("dora")) == (90_00, 10_00)
    assert approve(desk, request)[0] is Status.ALREADY_DECIDED
    entry = ManualEntry.objects.get()
    assert (entry.asked_by_id, entry.approved_by_id) == (desk.ann.pk, desk.bob.pk)
    (transfer,) = transfers_about("manual_entry", entry.pk)

    reversal = operations.request_reversal(
        [transfer.id], why="it was Cleo's after all", by=desk.ann.pk, at=desk.at, key=UUID(int=78)
    )
    assert approve(desk, reversal) == (Status.APPROVED, "")
    assert (desk.has("cleo"), desk.has("dora")) == (100_00, 0)
    with pytest.raises(ManualEntryError, match="taken back already"):
        operations.request_reversal(
            [transfer.id], why="again", by=desk.ann.pk, at=desk.at, key=UUID(int=79)
        )


def test_the_books_refuse_an_overdraft_by_hand(desk: Desk) -> None:
    available = account(AccountKind.MEMBER_AVAILABLE, desk.member("cleo"))

    def ask(number: int, amount_minor: int) -> ApprovalRequest:
        return operations.request_manual_entry(
            hand(available, account(AccountKind.DUE_TO_FIRM), amount_minor),
            why="a fee",
            by=desk.ann.pk,
            at=desk.at,
            key=UUID(int=number),
        )

    with pytest.raises(BelowFloorError, match=r"has 0\.00 and would be left with -10\.00"):
        ask(1, 10_00)
    assert ApprovalRequest.objects.count() == 0
    desk.pays("cleo", 15_00)
    desk.import_()
    first, second = ask(2, 10_00), ask(3, 10_00)
    assert approve(desk, first) == (Status.APPROVED, "")
    status, detail = approve(desk, second)
    assert (status, "would fall below zero" in detail) == (Status.CANNOT_APPLY, True)
    assert desk.has("cleo") == 5_00
    assert ask(3, 10_00) == second  # sent again, it is answered as before
    assert ManualEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("entries", "why", "says"),
    [
        (hand(account(AccountKind.FEE_INCOME), account(AccountKind.FIRM_CAPITAL)), " ", "Say why"),
        ([], "x", "1 to 20 lines"),
        (
            hand(account(AccountKind.FEE_INCOME), account(AccountKind.FIRM_CAPITAL), 0),
            "x",
            "above zero",
        ),
        (
            hand(account(AccountKind.FIRM_CAPITAL), account(AccountKind.FIRM_CAPITAL)),
            "x",
            "must differ",
        ),
        (
            hand(account(AccountKind.FIRM_CAPITAL), account(AccountKind.TAX_DUE)),
            "x",
            "crosses books",
        ),
        (
            hand(account(AccountKind.CLIENT_BANK), account(AccountKind.DUE_TO_FIRM)),
            "x",
            "not by hand",
        ),
        (
            hand(account(AccountKind.MEMBER_AVAILABLE), account(AccountKind.TAX_DUE)),
            "x",
            "needs its owner",
        ),
        (
            hand(
                account(AccountKind.FEE_INCOME, 0, "EUR"),
                account(AccountKind.FIRM_CAPITAL, 0, "USD"),
            ),
            "x",
            "one currency",
        ),
        (
            hand(account(AccountKind.MEMBER_AVAILABLE, 10**9), account(AccountKind.TAX_DUE)),
            "x",
            "no member",
        ),
    ],
)
def test_entries_that_can_never_stand_are_refused_at_once(
    desk: Desk, entries: list[HandEntry], why: str, says: str
) -> None:
    with pytest.raises(ManualEntryError, match=says):
        operations.request_manual_entry(entries, why=why, by=desk.ann.pk, at=desk.at, key=KEY)
    assert ApprovalRequest.objects.count() == 0


def test_what_the_bank_has_done_is_not_taken_back(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    desk.import_()
    line_id = LineMatch.objects.get().line_id
    (deposit,) = transfers_about("bank_line", line_id)
    with pytest.raises(ManualEntryError, match="enter what should follow"):
        operations.request_reversal(
            [deposit.id], why="x", by=desk.ann.pk, at=desk.at, key=UUID(int=78)
        )
    assert desk.has("cleo") == 100_00


def test_what_follows_from_a_loan_is_not_taken_back_by_hand(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    desk.import_()
    keys = [account(AccountKind.MEMBER_AVAILABLE, desk.member(name)) for name in ("cleo", "dora")]
    ids = ledger.open_accounts(keys, at=desk.at)
    repaid = Transfer(
        *(KEY, ids[keys[0]], ids[keys[1]], 10_00, "repayment", desk.at, desk.at, KEY),
        subject_kind="loan",
        subject_id=1,
    )
    ledger.post_all([repaid])
    with pytest.raises(ManualEntryError, match="enter what should follow"):
        operations.request_reversal(
            [repaid.id], why="x", by=desk.ann.pk, at=desk.at, key=UUID(int=78)
        )


def test_nobody_takes_back_what_is_on_their_own_account(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    desk.import_()
    cleo, available = desk.member("cleo"), AccountKind.MEMBER_AVAILABLE
    request = operations.request_manual_entry(
        hand(account(available, cleo), account(AccountKind.DUE_TO_FIRM)),
        why="a fee",
        by=desk.ann.pk,
        at=desk.at,
        key=KEY,
    )
    assert approve(desk, request) == (Status.APPROVED, "")
    (transfer,) = transfers_about("manual_entry", ManualEntry.objects.get().pk)
    member = Member.objects.get(pk=cleo)

    def ask() -> ApprovalRequest:
        return operations.request_reversal(
            [transfer.id], why="no fee", by=desk.ann.pk, at=desk.at, key=UUID(int=78)
        )

    reversal = ask()
    User.objects.filter(pk=member.user_id).update(human=desk.bob.human)
    assert approve(desk, reversal)[0] is Status.OWN_CASE
    User.objects.filter(pk=member.user_id).update(human=desk.ann.human)
    with pytest.raises(ManualEntryError, match="made by others"):
        ask()
    assert desk.has("cleo") == 90_00


def test_nobody_decides_that_the_bank_refused_their_own_payout(desk: Desk) -> None:
    desk.pays("cleo", 100_00)
    desk.import_()
    number = desk.asks("cleo", 60_00)
    desk.approves(number)
    desk.sends()

    def ask() -> ApprovalRequest:
        return operations.request_payout_rejection(
            number, why="account unknown", by=desk.ann.pk, at=desk.at, key=KEY
        )

    request = ask()
    user_id = Member.objects.get(pk=desk.member("cleo")).user_id
    User.objects.filter(pk=user_id).update(human=desk.bob.human)
    assert approve(desk, request)[0] is Status.OWN_CASE
    User.objects.filter(pk=user_id).update(human=desk.ann.human)
    with pytest.raises(ManualEntryError, match="made by others"):
        ask()
    assert desk.has("cleo") == 40_00


@pytest.mark.parametrize(
    "ask",
    [
        lambda desk, by: operations.request_manual_entry([], why="x", by=by, at=desk.at, key=KEY),
        lambda desk, by: operations.request_reversal([], why="x", by=by, at=desk.at, key=KEY),
        lambda desk, by: operations.request_break_resolution(
            1, Resolution.FIRM_LOSS, why="x", by=by, at=desk.at, key=KEY
        ),
        lambda desk, by: operations.request_payout_rejection(
            1, why="x", by=by, at=desk.at, key=KEY
        ),
        lambda desk, by: operations.announce_covers([CoverOrder(KEY, 1, by, desk.at)]),
    ],
)
def test_who_may_ask(desk: Desk, ask: Callable[[Any, int], object]) -> None:
    desk.member("cleo")
    with pytest.raises(NotPermittedError):
        ask(desk, desk.users["cleo"].pk)
    assert ApprovalRequest.objects.count() == 0


# --- client accounts ---------------------------------------------------------------------------


def test_a_second_account_needs_two_people_and_another_currency(desk: Desk) -> None:
    wanted = operations.ClientAccount(
        key=KEY,
        holder_name="Client money",
        account="CH9300762011623852957",
        currency="CHF",
        responsible_id=desk.ann.pk,
    )
    request = operations.request_client_account(wanted, by=desk.ann.pk, at=desk.at)
    assert queries.account_in("CHF") is None
    assert approve(desk, request) == (Status.APPROVED, "")
    opened = queries.account_in("CHF")
    assert opened is not None and opened.account == "CH9300762011623852957"
    again = replace(wanted, key=UUID(int=78), account="CH1", currency="EUR")
    request = operations.request_client_account(again, by=desk.ann.pk, at=desk.at)
    assert approve(desk, request)[0] is Status.CANNOT_APPLY
