"""Bank accounts, suitability, compliance, consents, papers and roles on a real database."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from tuppence.ledger.ids import derive_id
from tuppence.members import operations, queries
from tuppence.members.approvals import Status
from tuppence.members.bank_account import AddOrder, AddStatus, VerifyOrder, VerifyStatus
from tuppence.members.compliance import (
    ActStatus,
    ConsentOrder,
    DeclarationKind,
    DeclarationOrder,
    MarkOrder,
    SayStatus,
)
from tuppence.members.identity import DecideOrder, Finding, MarkKind, SubmitOrder
from tuppence.members.models import AuditEntry, BankAccount, Document, Member, User
from tuppence.members.operations.documents import place_of
from tuppence.members.paper import PaperKind, PaperStatus
from tuppence.members.roles import Permission, Role, permissions_of
from tuppence.members.suitability import SuitabilityKind, SuitabilityOrder, SuitabilityStatus

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
IBAN, OTHER_IBAN = "DE89370400440532013000", "GB82WEST12345698765432"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"

pytestmark = pytest.mark.django_db


# --- Bank accounts -----------------------------------------------------------------------------
def add(
    member_id: int, iban: str = IBAN, holder: str = "FLETCHER, ANN", name: str = ""
) -> AddOrder:
    return AddOrder(derive_id("test.add", name or iban), member_id, iban, holder, AT)


def test_an_account_is_the_members_own_and_verified_before_use(
    member: Callable[..., int], staff: Callable[..., User]
) -> None:
    member_id = member()
    finance = staff("fin", Role.FINANCE_OFFICER)
    support = staff("sue", Role.SUPPORT)
    found = operations.add_bank_accounts(
        [
            add(member_id, "de89 3704 0044 0532 0130 00"),
            add(member_id, "de89 3704 0044 0532 0130 00"),
            add(member_id, "DE00370400440532013000"),
            add(member_id, OTHER_IBAN, "Eve Stranger"),
            add(member_id, IBAN, name="again"),
            add(10**9, OTHER_IBAN, name="nobody"),
        ]
    )
    assert [outcome.status for outcome in found] == [
        AddStatus.ADDED,
        AddStatus.EXISTS,
        AddStatus.IBAN_NOT_VALID,
        AddStatus.HOLDER_DIFFERS,
        AddStatus.ALREADY_NAMED,
        AddStatus.MEMBER_NOT_FOUND,
    ]
    account_id = found[0].bank_account_id
    assert account_id is not None and queries.payout_accounts([member_id]) == {}
    order = VerifyOrder(account_id, AT)
    assert operations.verify_bank_accounts([order], by=support.pk) == [VerifyStatus.NOT_PERMITTED]
    assert operations.verify_bank_accounts([order, order], by=finance.pk)[0] is (
        VerifyStatus.VERIFIED
    )
    assert operations.verify_bank_accounts([order], by=finance.pk) == [VerifyStatus.EXISTS]
    payout = queries.payout_accounts([member_id])[member_id]
    assert (payout.iban, payout.bic, payout.holder_name) == (IBAN, "COBADEFFXXX", "FLETCHER, ANN")


def test_of_two_accounts_named_at_once_the_later_waits(
    member: Callable[..., int], staff: Callable[..., User]
) -> None:
    ann, bo = member("Ann Fletcher"), member("Bo Miller")
    found = operations.add_bank_accounts(
        [add(ann), add(bo, holder="Bo Miller", name="bo"), add(ann, OTHER_IBAN)]
    )
    ids = [outcome.bank_account_id or 0 for outcome in found]
    orders = [VerifyOrder(account_id, LATER) for account_id in [*ids, ids[1], 0]]
    finance = staff("fin", Role.FINANCE_OFFICER)
    assert operations.verify_bank_accounts(orders, by=finance.pk) == [
        VerifyStatus.RETIRED,
        VerifyStatus.VERIFIED,
        VerifyStatus.VERIFIED,
        VerifyStatus.EXISTS,
        VerifyStatus.NOT_FOUND,
    ]
    in_use = queries.payout_accounts([ann, bo])
    assert {m: row.bank_account_id for m, row in in_use.items()} == {ann: ids[2], bo: ids[1]}


def test_a_change_of_bank_details_needs_two_people(
    member: Callable[..., int], staff: Callable[..., User]
) -> None:
    member_id = member()
    one, two = staff("fin", Role.FINANCE_OFFICER), staff("finn", Role.FINANCE_OFFICER)
    first, second = (
        outcome.bank_account_id or 0
        for iban in (IBAN, OTHER_IBAN)
        for outcome in [operations.add_bank_accounts([add(member_id, iban)])[0]]
        if iban == OTHER_IBAN
        or operations.verify_bank_accounts(
            [VerifyOrder(outcome.bank_account_id or 0, AT)], by=one.pk
        )
    )
    alone = operations.verify_bank_accounts([VerifyOrder(second, LATER)], by=two.pk)
    assert alone == [VerifyStatus.NEEDS_SECOND_PERSON]
    request = operations.request_bank_account_change(second, by=one.pk, at=AT, key=UUID(int=7))
    word = {"approve": True, "payload_hash": request.payload_hash, "reason": "", "at": LATER}
    assert operations.decide_approval(request.pk, by=one.pk, **word).status is Status.SAME_PERSON
    assert operations.decide_approval(request.pk, by=two.pk, **word).status is Status.APPROVED
    assert queries.payout_accounts([member_id])[member_id].bank_account_id == second
    assert BankAccount.objects.get(id=first).retired_at == LATER


def test_bank_details_that_moved_on_are_not_taken(
    member: Callable[..., int], staff: Callable[..., User]
) -> None:
    member_id = member()
    one, two = staff("fin", Role.FINANCE_OFFICER), staff("finn", Role.FINANCE_OFFICER)
    (added,) = operations.add_bank_accounts([add(member_id)])
    request = operations.request_bank_account_change(
        added.bank_account_id or 0, by=one.pk, at=AT, key=UUID(int=7)
    )
    operations.add_bank_accounts([add(member_id, OTHER_IBAN)])  # retires the first
    outcome = operations.decide_approval(
        request.pk, by=two.pk, approve=True, payload_hash=request.payload_hash, reason="", at=AT
    )
    assert outcome.status is Status.CANNOT_APPLY and outcome.detail.endswith(".")
    assert queries.payout_accounts([member_id]) == {}


def test_the_database_keeps_one_verified_account_a_member(member: Callable[..., int]) -> None:
    member_id = member()
    rows = [
        BankAccount(key=UUID(int=n), member_id=member_id, iban=IBAN, added_at=AT, verified_at=AT)
        for n in (1, 2)
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        BankAccount.objects.bulk_create(rows)
    assert not BankAccount.objects.exists()


# --- Suitability and the hot path --------------------------------------------------------------
def result(member_id: int, kind: SuitabilityKind, **fields: object) -> SuitabilityOrder:
    values: dict[str, object] = {
        "key": derive_id("test.suitability", member_id, kind, str(sorted(fields.items()))),
        "member_id": member_id,
        "kind": kind,
        "passed": True,
        "rulebook": "eu",
        "rulebook_version": "2026-01",
        "at": AT,
    }
    return SuitabilityOrder(**(values | fields))  # type: ignore[arg-type]


def test_results_set_the_columns_that_investing_reads(
    member: Callable[..., int], verified: Callable[..., int]
) -> None:
    ann, bo = verified("Ann Fletcher"), member("Bo Miller")
    orders = [
        result(ann, SuitabilityKind.KNOWLEDGE_TEST, score=9, score_max=10),
        result(ann, SuitabilityKind.LOSS_SIMULATION, net_worth_minor=40_000_05, currency="EUR"),
        result(ann, SuitabilityKind.WARNING),
        result(ann, SuitabilityKind.SOPHISTICATED),
        result(bo, SuitabilityKind.KNOWLEDGE_TEST, score=11, score_max=10),
        result(bo, SuitabilityKind.LOSS_SIMULATION),
        result(bo, SuitabilityKind.LOSS_SIMULATION, net_worth_minor=10**16, currency="EUR"),
        result(10**9, SuitabilityKind.WARNING),
    ]
    outcomes = operations.record_suitability(orders)
    assert [outcome.status for outcome in outcomes] == [
        *[SuitabilityStatus.RECORDED] * 4,
        SuitabilityStatus.SCORE_IMPOSSIBLE,
        SuitabilityStatus.NET_WORTH_MISSING,
        SuitabilityStatus.NET_WORTH_IMPOSSIBLE,
        SuitabilityStatus.MEMBER_NOT_FOUND,
    ]
    assert outcomes[1].loss_minor == 4_000_00
    columns = queries.investor_columns(np.array([bo, 10**9, ann, ann], dtype=np.int64))
    assert columns.found.tolist() == [True, False, True, True]
    assert columns.verified.tolist() == [False, False, True, True]
    assert columns.blocked.tolist() == [False] * 4
    assert columns.test_passed_on[2] == np.datetime64("2026-03-02")
    assert np.isnat(columns.test_passed_on[:2]).all()
    assert columns.simulated_on[3] == np.datetime64("2026-03-02")
    assert columns.warning_acknowledged.tolist() == [False, False, True, True]
    assert columns.sophisticated.tolist() == [False, False, True, True]
    assert columns.net_worth_known.tolist() == [False, False, True, True]
    assert columns.net_worth_minor[2] == 40_000_05
    assert columns.verified_at[2] == np.datetime64("2026-03-02T09:00:00", "us")


def test_a_failed_test_takes_the_pass_away_and_a_repeat_changes_nothing(
    member: Callable[..., int],
) -> None:
    ann = member()
    passed = result(ann, SuitabilityKind.KNOWLEDGE_TEST)
    failed = result(ann, SuitabilityKind.KNOWLEDGE_TEST, passed=False, at=LATER)
    operations.record_suitability([passed])
    operations.record_suitability([failed])
    assert Member.objects.get(id=ann).test_passed_on is None
    (again,) = operations.record_suitability([passed])
    assert again.status is SuitabilityStatus.EXISTS
    assert Member.objects.get(id=ann).test_passed_on is None


def test_the_platform_s_day_begins_at_its_own_midnight(member: Callable[..., int]) -> None:
    ann = member()
    night = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
    operations.record_suitability([result(ann, SuitabilityKind.KNOWLEDGE_TEST, at=night)])
    assert Member.objects.get(id=ann).test_passed_on == date(2026, 3, 3)


def test_no_investors_are_no_columns() -> None:
    assert len(queries.investor_columns(np.empty(0, dtype=np.int64)).found) == 0


def test_investors_load_in_one_query(
    member: Callable[..., int], django_assert_num_queries: Callable
) -> None:
    ids = np.full(20_000, member(), dtype=np.int64)
    with django_assert_num_queries(1):
        columns = queries.investor_columns(ids)
    assert columns.found.all() and len(columns.net_worth_minor) == 20_000


# --- Compliance --------------------------------------------------------------------------------
def test_a_mark_holds_up_verification_until_it_is_cleared(
    member: Callable[..., int], staff: Callable[..., User]
) -> None:
    member_id, officer = member(), staff("connie", Role.COMPLIANCE_OFFICER)
    (asked,) = operations.submit_identity([SubmitOrder(UUID(int=1), member_id, AT)])
    yes = DecideOrder(UUID(int=2), asked.check_id or 0, True, AT)
    found = []
    for finding in (Finding.POSSIBLE, Finding.CLEAR):
        mark = MarkOrder(member_id, MarkKind.SANCTIONS, finding, AT)
        assert operations.set_mark(mark, by=officer.pk) is ActStatus.DONE
        found += [d.status.value for d in operations.decide_identity([yes], by=officer.pk)]
    assert found == ["mark_stands", "approved"]
    (entry, _) = AuditEntry.objects.filter(action="mark.sanctions").order_by("-id")
    assert (entry.before, entry.after) == ({"finding": "possible"}, {"finding": "clear"})


def test_a_block_stands_until_it_is_lifted(
    member: Callable[..., int], staff: Callable[..., User]
) -> None:
    member_id, officer = member(), staff("connie", Role.COMPLIANCE_OFFICER)

    def block(**changed: object) -> ActStatus:
        said: dict[str, object] = {"by": officer.pk, "at": AT, "reason": "a court order"}
        return operations.block_member(member_id, **(said | changed))  # type: ignore[arg-type]

    growth = staff("gus", Role.GROWTH_OPERATOR)
    assert block(by=growth.pk) is ActStatus.NOT_PERMITTED
    assert block(reason=" ") is ActStatus.TEXT_MISSING
    assert block(reason="\x00") is ActStatus.TEXT_NOT_ALLOWED
    assert (block(), block()) == (ActStatus.DONE, ActStatus.NOTHING_TO_DO)
    columns = queries.investor_columns(np.array([member_id], dtype=np.int64))
    assert columns.blocked.all()
    lift = {"by": officer.pk, "at": LATER, "reason": "lifted by the court"}
    assert operations.lift_block(member_id, **lift) is ActStatus.DONE
    assert operations.lift_block(member_id, **lift) is ActStatus.NOTHING_TO_DO
    assert Member.objects.get(id=member_id).blocked_at is None
    assert block() is ActStatus.DONE
    outcomes = AuditEntry.objects.filter(subject_kind="member").values_list("outcome", flat=True)
    assert len(outcomes) == 8  # each try, refused or not


def test_consents_are_appended_and_the_latest_holds(member: Callable[..., int]) -> None:
    member_id = member()
    yes = ConsentOrder(member_id, "newsletter", True, "v1", AT)
    no = ConsentOrder(member_id, "newsletter", False, "v1", LATER)
    bad = ConsentOrder(member_id, "news letter\x00", True, "v1", AT)
    nobody = ConsentOrder(10**9, "newsletter", True, "v1", AT)
    assert operations.record_consents([yes, yes, no, bad, nobody]) == [
        SayStatus.RECORDED,
        SayStatus.UNCHANGED,
        SayStatus.RECORDED,
        SayStatus.TEXT_NOT_ALLOWED,
        SayStatus.MEMBER_NOT_FOUND,
    ]
    assert queries.consents_of(member_id, at=AT) == {"newsletter": True}
    assert queries.consents_of(member_id, at=LATER) == {"newsletter": False}


def test_the_latest_declaration_counts(member: Callable[..., int]) -> None:
    member_id = member()
    kind = DeclarationKind.BORROWED_ELSEWHERE
    orders = [
        DeclarationOrder(member_id, kind, amount_minor, "EUR", at)
        for amount_minor, at in ((500_00, AT), (0, LATER), (-1, LATER), (10**15 + 1, LATER))
    ]
    assert operations.record_declarations(orders) == [
        SayStatus.RECORDED,
        SayStatus.RECORDED,
        SayStatus.AMOUNT_NOT_ALLOWED,
        SayStatus.AMOUNT_NOT_ALLOWED,
    ]
    assert queries.declared_minor([member_id], kind, "EUR", at=AT) == {member_id: 500_00}
    assert queries.declared_minor([member_id], kind, "EUR", at=LATER) == {member_id: 0}


# --- What pages show ---------------------------------------------------------------------------
@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_its_part_of_a_member(
    role: Role, member: Callable[..., int], staff: Callable[..., User]
) -> None:
    member_id, officer = member(), staff("connie", Role.COMPLIANCE_OFFICER)
    operations.add_bank_accounts([add(member_id)])
    operations.write_note(member_id, by=officer.pk, at=AT, text="asked for payslips")
    page = queries.member_page(member_id, permissions_of(frozenset({role})))
    assert page is not None
    seen = {
        name
        for name in ("bank_accounts", "documents", "notes", "marks")
        if getattr(page, name) is not None
    }
    expected = {
        Role.COMPLIANCE_OFFICER: {"bank_accounts", "documents", "notes", "marks"},
        Role.FINANCE_OFFICER: {"bank_accounts"},
        Role.CREDIT_OFFICER: {"documents"},
    }
    assert seen == expected.get(role, set())
    own = queries.own_page(member_id)
    assert own is not None and own.notes is None and own.bank_accounts


def test_members_are_found_by_what_they_may_say_on_the_telephone(
    member: Callable[..., int],
) -> None:
    user = User.objects.create_user("ann@example.com")
    ann, bo = member("Ann Fletcher", user_id=user.pk), member("Bo Müller")
    row = queries.member_page(ann, frozenset())
    assert row is not None
    reference = row.member.payment_reference
    texts = [
        str(ann),
        reference.lower(),
        f"{reference[:4]} {reference[4:]}",
        "ANN@example.com",
        row.member.pseudonym,
        "ＡＮＮ f",
    ]
    assert [[m.id for m in queries.search_members(text)] for text in texts] == [[ann]] * len(texts)
    assert [m.id for m in queries.search_members("")] == [bo, ann]
    hundred = member("100% Bio_Hof A")
    assert [m.id for m in queries.search_members("100% bio_")] == [hundred]
    assert queries.search_members("100_") == queries.search_members("%") == []
    for text in ("'; DROP TABLE members_member; --", "_", "9" * 30, "\\", "x\x00", "x\ud800"):
        assert queries.search_members(text) == []


# --- Papers ------------------------------------------------------------------------------------
@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "documents"
    return tmp_path


def test_a_paper_lies_under_a_random_name_that_only_we_read(
    files: Path, member: Callable[..., int]
) -> None:
    stored = operations.store_document(
        member(), PDF, typed_name="../../../etc/passwd", kind=PaperKind.IDENTITY, by=None, at=AT
    )
    assert stored.status is PaperStatus.STORED
    document = Document.objects.get(id=stored.document_id)
    (path,) = [path for path in files.rglob("*") if path.is_file()]
    assert path == place_of(document.stored_name) and path.read_bytes() == PDF
    assert path.stat().st_mode & 0o777 == 0o600
    assert document.shown_name == "passwd.pdf"


def test_a_refused_paper_and_a_failed_row_leave_no_file(
    files: Path, member: Callable[..., int]
) -> None:
    member_id = member()

    def store(content: bytes, **changed: object) -> PaperStatus:
        said: dict[str, object] = {
            "typed_name": "a.pdf",
            "kind": PaperKind.IDENTITY,
            "by": None,
            "at": AT,
        }
        return operations.store_document(
            member_id,
            content,
            **(said | changed),  # type: ignore[arg-type]
        ).status

    assert store(b"<svg/>") is PaperStatus.TYPE_NOT_ACCEPTED
    with pytest.raises(ValidationError):
        store(PDF, at="no time")
    assert [path for path in files.rglob("*") if path.is_file()] == []
    assert not Document.objects.exists()


def test_a_name_from_outside_never_becomes_a_place() -> None:
    for name in ("../../etc/passwd", "a" * 63 + "/", "A" * 64, ""):
        with pytest.raises(AssertionError):
            place_of(name)


# --- Roles -------------------------------------------------------------------------------------
def test_roles_are_given_by_two_and_taken_by_one(staff: Callable[..., User]) -> None:
    ada, alan = staff("ada", Role.ADMINISTRATOR), staff("alan", Role.ADMINISTRATOR)
    new = staff("nina")
    request = operations.request_roles(
        new.pk, [Role.FINANCE_OFFICER], by=ada.pk, at=AT, key=UUID(int=1)
    )
    word = {"approve": True, "payload_hash": request.payload_hash, "reason": "", "at": AT}
    assert queries.roles_of(new.pk) == frozenset()
    assert operations.decide_approval(request.pk, by=ada.pk, **word).status is Status.SAME_PERSON
    assert operations.decide_approval(request.pk, by=alan.pk, **word).status is Status.APPROVED
    assert queries.roles_of(new.pk) == {Role.FINANCE_OFFICER}
    operations.remove_roles(new.pk, [Role.FINANCE_OFFICER], by=ada.pk, at=AT, why="left")
    assert queries.roles_of(new.pk) == frozenset()
    changes = AuditEntry.objects.filter(action="staff.roles", subject_id=new.pk).order_by("id")
    assert [(row.outcome, row.user_id) for row in changes] == [
        ("unchanged", None),
        ("changed", alan.pk),
        ("changed", ada.pk),
    ]


def test_nobody_raises_themselves(staff: Callable[..., User]) -> None:
    ada, alan = staff("ada", Role.ADMINISTRATOR), staff("alan", Role.ADMINISTRATOR)
    finance = staff("fin", Role.FINANCE_OFFICER)
    twin = staff("ada.two", person="ada")
    for target, by in ((ada, ada), (finance, finance), (ada, finance)):
        with pytest.raises(operations.NotPermittedError):
            operations.request_roles(
                target.pk, [Role.FINANCE_OFFICER], by=by.pk, at=AT, key=UUID(int=1)
            )
    with pytest.raises(operations.NotPermittedError):
        operations.remove_roles(ada.pk, [Role.ADMINISTRATOR], by=finance.pk, at=AT, why="")
    request = operations.request_roles(
        twin.pk, [Role.FINANCE_OFFICER], by=ada.pk, at=AT, key=UUID(int=2)
    )
    outcome = operations.decide_approval(
        request.pk, by=alan.pk, approve=True, payload_hash=request.payload_hash, reason="", at=AT
    )
    assert outcome.status is Status.CANNOT_APPLY
    assert queries.roles_of(twin.pk) == frozenset()


def test_an_account_that_is_not_active_may_nothing(staff: Callable[..., User]) -> None:
    officer = staff("connie", Role.COMPLIANCE_OFFICER)
    assert queries.may(officer, Permission.SEE_AUDIT)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert not queries.may(User.objects.get(pk=officer.pk), Permission.SEE_AUDIT)
    assert queries.roles_of(None) == frozenset()


def test_the_database_knows_no_superuser(staff: Callable[..., User]) -> None:
    user = staff("sue", Role.SUPPORT)
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    user.refresh_from_db()
    assert not user.is_superuser


@pytest.mark.parametrize("email", ["Ann@example.com", "ａnn@example.com", "ann@example.com\x00"])
def test_the_table_takes_one_spelling_only(email: str) -> None:
    user = User.objects.create_user("ann@example.com")
    with pytest.raises((DatabaseError, ValueError)), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email=email)
    assert User.objects.get_by_natural_key("ＡＮＮ@example.com") == user
