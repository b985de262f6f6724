"""Good rows become loans, bad rows are reported, an unreadable file is refused as a whole."""

import gzip
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.tapes.conftest import TapeWriter
from tuppence.tapes.loans import BadRow, TapeLoan, TapeStatus
from tuppence.tapes.mapping import load_map
from tuppence.tapes.reading import TapeUnreadableError, fingerprint, read_tape

LENDINGCLUB = load_map("lendingclub")


def _only_bad(path: Path, latest: date | None = None) -> BadRow:
    (row,) = read_tape(path, LENDINGCLUB, latest=latest)
    assert isinstance(row, BadRow)
    return row


def test_a_good_row_becomes_a_loan(write_tape: TapeWriter) -> None:
    (loan,) = read_tape(write_tape({}), LENDINGCLUB)
    assert isinstance(loan, TapeLoan)
    assert (loan.row, loan.loan_ref, loan.status) == (2, "T-1", TapeStatus.FULLY_PAID)
    assert (loan.funded_minor, loan.annual_rate, loan.term_months) == (
        500000,
        Fraction(12, 100),
        36,
    )
    assert (loan.issued_on, loan.last_payment_on) == (date(2010, 1, 1), date(2010, 8, 1))
    assert (loan.principal_minor, loan.interest_minor, loan.total_minor) == (500000, 30000, 530000)
    assert dict(loan.attributes)["purpose"] == "car"
    assert not loan.outside_policy


def test_a_packed_tape_reads_the_same(write_tape: TapeWriter, tmp_path: Path) -> None:
    plain = write_tape({}, {})
    packed = tmp_path / "packed"  # told by its bytes, not by its name
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert list(read_tape(packed, LENDINGCLUB)) == list(read_tape(plain, LENDINGCLUB))


def test_a_status_with_the_policy_prefix_is_marked(write_tape: TapeWriter) -> None:
    path = write_tape({"loan_status": "Does not meet the credit policy. Status:Fully Paid"})
    (loan,) = read_tape(path, LENDINGCLUB)
    assert isinstance(loan, TapeLoan)
    assert loan.outside_policy
    assert loan.status is TapeStatus.FULLY_PAID


@pytest.mark.parametrize(
    ("change", "column", "says"),
    [
        ({"funded_amnt": "-5000"}, "funded_amnt", "without a sign"),
        ({"funded_amnt": "0"}, "funded_amnt", "above zero"),
        ({"funded_amnt": "1e400"}, "funded_amnt", "digits"),
        ({"total_rec_int": "NaN"}, "total_rec_int", "digits"),
        ({"total_rec_int": "９"}, "total_rec_int", "digits"),
        ({"loan_status": "Asleep"}, "loan_status", "the map knows these"),
        ({"issue_d": "2010-02-30"}, "issue_d", "a day that exists"),
        ({"issue_d": ""}, "issue_d", "a date is needed"),
        ({"issue_d": "2010-09-01"}, "last_pymnt_d", "before the loan"),
        ({"last_pymnt_d": "2030-01-01"}, "last_pymnt_d", "after 2017-11-01"),
        ({"int_rate": "12.0"}, "int_rate", "rate format"),
        ({"term": "3.5"}, "term", "whole number of months"),
        ({"loan_ref": ""}, "loan_ref", "printable letters"),
        ({"total_pymnt": "5300.06"}, "total_pymnt", "do not add up"),
        ({"total_rec_prncp": "4998.99", "total_pymnt": "5298.99"}, "total_rec_prncp", "missing"),
        ({"total_rec_prncp": "5001.01", "total_pymnt": "5301.01"}, "total_rec_prncp", "more"),
        ({"recoveries": "10", "total_pymnt": "5310"}, "recoveries", "not charged off"),
        (
            {"loan_status": "Charged Off", "collection_recovery_fee": "1"},
            "collection_recovery_fee",
            "larger than what was recovered",
        ),
        ({"purpose": "a\x07b"}, "purpose", "printable"),
    ],
)
def test_a_bad_row_is_reported_with_column_and_reason(
    write_tape: TapeWriter, change: dict[str, str], column: str, says: str
) -> None:
    row = _only_bad(write_tape(change))
    assert (row.row, row.column) == (2, column)
    assert says in row.reason
    assert str(row).startswith(f"row 2, column {column}: ")


def test_no_date_lies_after_the_day_of_the_import(write_tape: TapeWriter) -> None:
    assert _only_bad(write_tape({}), latest=date(2010, 7, 31)).column == "last_pymnt_d"


def test_a_repeated_reference_is_reported_with_the_first_row(write_tape: TapeWriter) -> None:
    rows = list(read_tape(write_tape({"loan_ref": "A"}, {}, {"loan_ref": "A"}), LENDINGCLUB))
    assert rows[2] == BadRow(4, "loan_ref", "row 2 has the same reference", "A")
    assert isinstance(rows[0], TapeLoan) and isinstance(rows[1], TapeLoan)


def test_bad_rows_between_good_ones_stop_nothing(write_tape: TapeWriter) -> None:
    rows = list(read_tape(write_tape({}, {"term": "?"}, {}), LENDINGCLUB))
    assert [isinstance(row, TapeLoan) for row in rows] == [True, False, True]


def test_a_row_of_another_width_is_bad(write_tape: TapeWriter) -> None:
    path = write_tape({})
    path.write_text(path.read_text() + "a,b\n\n", encoding="utf-8")
    _, bad = read_tape(path, LENDINGCLUB)
    assert str(bad) == "row 3: it has 2 cells where the header has 21"


def test_bytes_that_are_no_text_spoil_their_row_only(write_tape: TapeWriter) -> None:
    path = write_tape({}, {"purpose": "XX"}, {})
    path.write_bytes(path.read_bytes().replace(b"XX", b"\xff\xfe"))
    rows = list(read_tape(path, LENDINGCLUB))
    assert isinstance(rows[1], BadRow) and rows[1].column == "purpose"
    assert isinstance(rows[2], TapeLoan)


def test_a_file_of_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(TapeUnreadableError, match="lacks these columns of the map: loan_ref"):
        list(read_tape(path, LENDINGCLUB))


def test_a_doubled_column_is_refused(write_tape: TapeWriter) -> None:
    path = write_tape({})
    path.write_text(path.read_text().replace("\n", ",term\n", 1), encoding="utf-8")
    with pytest.raises(TapeUnreadableError, match="more than once: term"):
        list(read_tape(path, LENDINGCLUB))


def test_a_cut_off_file_is_refused(write_tape: TapeWriter, tmp_path: Path) -> None:
    packed = gzip.compress(write_tape(*[{}] * 500).read_bytes())
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(TapeUnreadableError, match="fetch the file again"):
        list(read_tape(cut, LENDINGCLUB))
    open_quote = tmp_path / "quote.csv"
    open_quote.write_text(write_tape({}).read_text() + '"never closed')
    with pytest.raises(TapeUnreadableError, match="Check the quotes"):
        list(read_tape(open_quote, LENDINGCLUB))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "missing.csv"
    with pytest.raises(TapeUnreadableError, match="check the path"):
        list(read_tape(missing, LENDINGCLUB))
    with pytest.raises(TapeUnreadableError, match="check the path"):
        fingerprint(missing)


def test_a_fingerprint_tells_tapes_apart(write_tape: TapeWriter) -> None:
    one = fingerprint(write_tape({}))
    assert one == fingerprint(write_tape({}))
    assert one != fingerprint(write_tape({"grade": "C"}))
