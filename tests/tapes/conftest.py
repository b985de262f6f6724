"""Where the real tapes lie, and a small tape written here."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import SHARED_DATA

PAID_EARLY = {
    "loan_ref": "T-1",
    "loan_amnt": "5000",
    "funded_amnt": "5000",
    "funded_amnt_inv": "5000.0",
    "term": "36",
    "int_rate": "0.12",
    "installment": "166.07",
    "grade": "B",
    "sub_grade": "B2",
    "issue_d": "2010-01-01",
    "loan_status": "Fully Paid",
    "purpose": "car",
    "addr_state": "CA",
    "total_pymnt": "5300.004999999999",
    "total_rec_prncp": "5000.0",
    "total_rec_int": "300.0",
    "total_rec_late_fee": "0.0",
    "recoveries": "0.0",
    "collection_recovery_fee": "0.0",
    "last_pymnt_d": "2010-08-01",
    "settlement_date": "",
}

HEADER = tuple(PAID_EARLY)

TapeWriter = Callable[..., Path]


def _real(name: str) -> Path:
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not here: set TUPPENCE_SHARED_DATA to the folder that holds it")
    return path


@pytest.fixture(scope="session")
def tape_2010_2011() -> Path:
    """The resolved book of 2010 and 2011."""
    return _real("lendingclub_2010_2011.csv.gz")


@pytest.fixture(scope="session")
def tape_2018() -> Path:
    """The open book of early 2018."""
    return _real("lendingclub_2018q1_open_book.csv.gz")


@pytest.fixture(scope="session")
def zopa_offers() -> Path:
    """Lenders' standing offers of August 2011."""
    return _real("zopa_2011_lender_offers.csv.gz")


@pytest.fixture
def write_tape(tmp_path: Path) -> TapeWriter:
    """Write rows, each given by what differs from a loan that was paid off early."""

    def write(*changes: Mapping[str, str], name: str = "tape.csv") -> Path:
        lines = [",".join(HEADER)]
        for number, change in enumerate(changes, start=1):
            row = PAID_EARLY | {"loan_ref": f"T-{number}"} | dict(change)
            lines.append(",".join(row[column] for column in HEADER))
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write
