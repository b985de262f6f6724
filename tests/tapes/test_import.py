"""Tapes in the books: sums equal, once only, whole or not at all."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from tests.tapes.conftest import TapeWriter
from tuppence.bank.controls import queries as bank_controls
from tuppence.bank.models import BankLine, ClientBankAccount
from tuppence.bank.operations import ClientAccount, open_client_account
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.controls import queries as ledger_controls
from tuppence.ledger.ids import derive_id
from tuppence.ledger.models import Account, Transfer
from tuppence.lending.models import Holding, Loan
from tuppence.lending.operations import close_day
from tuppence.lending.queries.controls import lending_controls
from tuppence.market.controls import queries as market_controls
from tuppence.members.models import Member, User
from tuppence.tapes.lenders import built_in_pool
from tuppence.tapes.mapping import Fees, load_map
from tuppence.tapes.models import TapeImport, TapeRow
from tuppence.tapes.oddities import Oddity
from tuppence.tapes.operations import CurrencyTakenError, import_loans
from tuppence.tapes.reporting import ImportReport
from tuppence.tapes.vintages import Vintage, grand_total

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

CHARGED_OFF = {
    "loan_status": "Charged Off",
    "term": "60",
    "installment": "111.22",
    "total_pymnt": "1700",
    "total_rec_prncp": "1000",
    "total_rec_int": "480",
    "total_rec_late_fee": "20",
    "recoveries": "200",
    "collection_recovery_fee": "36.5",
    "last_pymnt_d": "2011-04-01",
}
NOTHING_PAID = {
    "loan_status": "Charged Off",
    "issue_d": "2011-02-01",
    "total_pymnt": "0",
    "total_rec_prncp": "0",
    "total_rec_int": "0",
    "last_pymnt_d": "",
}
REPAID_MORE = {
    "issue_d": "2010-03-01",
    "total_pymnt": "5300.25",
    "total_rec_prncp": "5000.25",
}
PAID_SHORT = {
    "issue_d": "2011-03-01",
    "last_pymnt_d": "2012-03-01",
    "total_pymnt": "5299.55",
    "total_rec_prncp": "4999.55",
}
RUNNING = {
    "loan_status": "Current",
    "term": "60",
    "issue_d": "2011-12-01",
    "last_pymnt_d": "2013-01-01",
    "total_pymnt": "1000",
    "total_rec_prncp": "600",
    "total_rec_int": "400",
}
EVERY_KIND = ({}, CHARGED_OFF, NOTHING_PAID, REPAID_MORE, PAID_SHORT, RUNNING)


def bring_in(path: Path, **options: object) -> ImportReport:
    """Import a tape of the LendingClub columns with the built-in pool."""
    usual: dict[str, object] = {"pool": built_in_pool(), "at": AT}
    return import_loans(path, load_map("lendingclub"), **(usual | options))  # type: ignore[arg-type]


def wrong_books() -> list[str]:
    """Every check of every room that does not hold."""
    checks = [
        *ledger_controls.controls(),
        *bank_controls.controls(),
        *market_controls.controls(),
        *lending_controls(),
    ]
    return [f"{found.name}: {found.differences}" for found in checks if not found.holds]


def books_in_short() -> tuple[int, ...]:
    """How much there is of everything that an import writes."""
    tables = (Transfer, BankLine, Member, Loan, Holding, TapeRow, TapeImport, Account)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_event")
        (events,) = cursor.fetchone() or (0,)
    return (*(table.objects.count() for table in tables), events)


@pytest.mark.django_db
def test_the_books_are_the_tape(write_tape: TapeWriter) -> None:
    report = bring_in(write_tape(*EVERY_KIND))
    assert report.differences == []
    assert (report.booked, report.known, report.bad, report.changed) == (6, 0, (), ())
    total = grand_total(report.in_books)
    assert (total.loans, total.charged_off, total.funded_minor) == (6, 2, 30_000_00)
    assert total.principal_minor == 5000_00 + 1000_00 + 5000_25 + 4999_55 + 600_00
    assert total.interest_minor == 4 * 300_00 - 300_00 + 480_00 + 400_00
    assert (total.late_fee_minor, total.recovered_minor, total.recovery_fee_minor) == (
        20_00,
        200_00,
        36_50,
    )
    assert list(report.in_books) == [
        Vintage(2010, 36),
        Vintage(2010, 60),
        Vintage(2011, 36),
        Vintage(2011, 60),
    ]
    assert wrong_books() == []


@pytest.mark.django_db
def test_each_loan_ends_as_the_tape_says(write_tape: TapeWriter) -> None:
    bring_in(write_tape(*EVERY_KIND))
    rows = {row.loan_ref: row for row in TapeRow.objects.select_related("loan", "borrower")}
    states = {ref: row.loan.state for ref, row in rows.items()}
    assert states == {
        "T-1": "paid",
        "T-2": "written_off",
        "T-3": "written_off",
        "T-4": "paid",
        "T-5": "paid",
        "T-6": "active",
    }
    assert rows["T-6"].loan.outstanding_minor == 4400_00
    assert rows["T-2"].loan.starts_on.isoformat() == "2010-01-01"
    assert all(row.borrower.verified_at is not None for row in rows.values())
    assert Oddity.PAID_OFF_SHORT.value in rows["T-5"].oddities
    kinds = set(Transfer.objects.filter(subject_kind="loan").values_list("kind", flat=True))
    assert {"principal_surplus", "principal_waived", "recovery_cost"} <= kinds
    assert not Account.objects.filter(
        kind=AccountKind.MEMBER_AVAILABLE,
        owner_id__in=[row.borrower_id for row in rows.values()],
        balance_minor__gt=0,
    ).exists()


@pytest.mark.django_db
def test_the_money_came_in_and_went_out_through_the_bank(write_tape: TapeWriter) -> None:
    report = bring_in(write_tape(*EVERY_KIND))
    lines = list(BankLine.objects.values_list("amount_minor", flat=True))
    total = grand_total(report.in_books)
    assert sum(lines) == total.received_minor - total.recovery_fee_minor
    assert sum(amount for amount in lines if amount < 0) == -(30_000_00 + 36_50)
    purse = Account.objects.get(kind=AccountKind.COLLECTOR_DUE, currency="USD")
    assert purse.balance_minor == 0


@pytest.mark.django_db
def test_importing_again_has_no_effect(write_tape: TapeWriter) -> None:
    path = write_tape(*EVERY_KIND)
    bring_in(path)
    before = books_in_short()
    report = bring_in(path)
    assert books_in_short() == before
    assert (report.booked, report.known, report.differences) == (0, 6, [])


@pytest.mark.django_db
def test_a_part_first_and_the_rest_later(write_tape: TapeWriter) -> None:
    path = write_tape(*EVERY_KIND)
    first = bring_in(path, limit=2, chunk_loans=1)
    assert (first.booked, first.differences) == (2, [])
    rest = bring_in(path, chunk_loans=3)
    assert (rest.booked, rest.known, rest.differences) == (4, 2, [])
    assert wrong_books() == []


@pytest.mark.django_db
def test_a_row_that_changed_is_reported_and_not_booked(write_tape: TapeWriter) -> None:
    bring_in(write_tape({}, RUNNING))
    before = books_in_short()
    later = RUNNING | {"total_pymnt": "1100", "total_rec_prncp": "700"}
    report = bring_in(write_tape({}, later, name="later.csv"))
    assert books_in_short() == before
    assert [(row.row, row.value) for row in report.changed] == [(3, "T-2")]
    assert (report.booked, report.known, report.differences) == (0, 2, [])


@pytest.mark.django_db
def test_bad_rows_are_reported_and_leave_nothing(write_tape: TapeWriter) -> None:
    no_amount = {"funded_amnt": "many"}
    too_dear = {"int_rate": "1.5"}  # the product ends at 100 %, so the decision is refused
    report = bring_in(write_tape({}, no_amount, too_dear, CHARGED_OFF))
    assert [(row.row, row.column) for row in report.bad] == [(3, "funded_amnt"), (4, "")]
    assert "decision" in report.bad[1].reason and "rate_out_of_range" in report.bad[1].reason
    assert (report.booked, report.differences) == (2, [])
    assert set(TapeRow.objects.values_list("loan_ref", flat=True)) == {"T-1", "T-4"}
    assert not Member.objects.filter(legal_name__in=["Borrower of T-2", "Borrower of T-3"]).exists()
    assert wrong_books() == []


@pytest.mark.django_db
def test_fees_of_the_platform_leave_the_tape_as_it_is(write_tape: TapeWriter) -> None:
    fees = Fees(origination_rate=Fraction(2, 100), servicing_rate=Fraction(1, 10))
    report = import_loans(
        write_tape(*EVERY_KIND),
        replace(load_map("lendingclub"), fees=fees),
        pool=built_in_pool(),
        at=AT,
    )
    assert report.differences == []
    income = Account.objects.get(kind=AccountKind.FEE_INCOME, currency="USD")
    interest_minor = grand_total(report.in_books).interest_minor
    assert abs(income.balance_minor - (600_00 + interest_minor // 10)) < 1_00
    assert wrong_books() == []


@pytest.mark.django_db
@pytest.mark.parametrize("book", ["eu", "cn"])
def test_no_rulebook_refuses_a_loan_made_elsewhere(
    book: str, write_tape: TapeWriter, settings: Settings
) -> None:
    settings.TUPPENCE_RULEBOOK = book
    dear = {"int_rate": "0.6", "issue_d": "2016-11-01", "last_pymnt_d": "2017-02-01"}
    report = bring_in(write_tape(dear, dear | {"issue_d": "2017-02-01"}), chunk_loans=1)
    assert (report.booked, report.bad, report.differences) == (2, (), [])


@pytest.mark.django_db
def test_a_tape_beside_a_platform_that_closes_its_days(write_tape: TapeWriter) -> None:
    close_day(AT.date(), at=AT)
    report = bring_in(write_tape(*EVERY_KIND))
    assert report.differences == []
    close_day(AT.date().replace(day=3), at=AT.replace(day=3))
    assert wrong_books() == []


@pytest.mark.django_db
def test_a_real_client_account_in_that_currency_is_left_alone(write_tape: TapeWriter) -> None:
    owner = User.objects.create_user("finance@example.com")
    real = ClientAccount(derive_id("real"), "Clients", "US00 1", "USD", owner.pk)
    open_client_account(real, at=AT)
    before = books_in_short()
    with pytest.raises(CurrencyTakenError, match="database of its own"):
        bring_in(write_tape({}))
    assert books_in_short() == before
    assert ClientBankAccount.objects.count() == 1


@pytest.mark.django_db
def test_progress_is_told_chunk_by_chunk(write_tape: TapeWriter) -> None:
    told: list[tuple[int, int]] = []
    bring_in(
        write_tape(*EVERY_KIND),
        chunk_loans=4,
        progress=lambda done, of: told.append((done, of)),
    )
    assert told == [(4, 6), (6, 6)]


def _stratified(source: Path, target: Path, wanted: int) -> int:
    """Write rows of a real tape that are spread over vintages, ends, terms and oddities."""
    import csv
    import gzip

    with gzip.open(source, "rt", encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        strata: dict[tuple[object, ...], list[dict[str, str]]] = {}
        for row in rows:
            short = Decimal(row["funded_amnt"]) - Decimal(row["total_rec_prncp"])
            stratum = (
                row["issue_d"][:4],
                row["term"],
                row["loan_status"],
                (short > 0) - (short < 0),
                not row["last_pymnt_d"],
                Decimal(row["total_rec_late_fee"]) > 0,
                bool(row["settlement_date"]),
            )
            strata.setdefault(stratum, []).append(row)
        header = rows.fieldnames
    assert header is not None
    each = max(wanted // len(strata), 1)
    chosen = [
        row for listed in strata.values() for row in listed[:: max(len(listed) // each, 1)][:each]
    ]
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, header)
        writer.writeheader()
        writer.writerows(chosen)
    return len(chosen)


@pytest.mark.django_db
def test_a_sample_of_the_real_tape(tape_2010_2011: Path, tmp_path: Path) -> None:
    sample = tmp_path / "sample.csv"
    count = _stratified(tape_2010_2011, sample, 200)
    assert count >= 150
    report = bring_in(sample, chunk_loans=80)
    assert (report.booked, report.bad, report.differences) == (count, (), [])
    assert {Oddity.REPAID_MORE_THAN_FUNDED, Oddity.PAID_OFF_SHORT, Oddity.SETTLED} <= set(
        report.oddities
    )
    assert wrong_books() == []
    before = books_in_short()
    assert bring_in(sample).known == count
    assert books_in_short() == before


@pytest.mark.django_db
def test_a_sample_of_the_open_book(tape_2018: Path) -> None:
    report = import_loans(
        tape_2018, load_map("lendingclub_open_2018"), pool=built_in_pool(), at=AT, limit=60
    )
    assert (report.booked, report.bad, report.differences) == (60, (), [])
    assert Loan.objects.filter(state="active").count() > 40
    assert wrong_books() == []
