"""`tuppence import loans`: what it prints, writes and answers with its exit status."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.tapes.conftest import TapeWriter
from tests.tapes.test_import import CHARGED_OFF, RUNNING
from tuppence.cli.main import main
from tuppence.lending.models import Loan
from tuppence.tapes.models import TapeImport


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> "Runner":
    """Run the command on the database of the tests."""
    monkeypatch.setenv("DATABASE_URL", "the database that Django is on already")
    return Runner()


class Runner:
    """Runs `tuppence import loans`."""

    def __call__(self, *words: str | Path) -> Result:
        arguments = ["import", "loans", *map(str, words)]
        return CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_a_tape_is_booked_and_compared(run: Runner, write_tape: TapeWriter, tmp_path: Path) -> None:
    path = write_tape({}, CHARGED_OFF, {"funded_amnt": "many"})
    report = tmp_path / "report.json"
    done = run(path, "--map", "lendingclub", "--report", report)
    assert done.exit_code == 0, done.output
    assert "Every figure is the tape's own." in done.output
    assert "10,000.00" in done.output and "2010, 60 months" in done.output
    assert "row 4, column funded_amnt" in done.output
    plain = json.loads(report.read_text(encoding="utf-8"))
    assert (plain["booked"], plain["differences"]) == (2, [])
    assert plain["book_totals"]["total"]["recovered_minor"] == 200_00
    assert [row["row"] for row in plain["bad_rows"]] == [4]
    assert run(path, "--map", "lendingclub").exit_code == 0
    assert Loan.objects.count() == 2


def test_a_pool_can_be_made_of_offers(run: Runner, write_tape: TapeWriter, tmp_path: Path) -> None:
    offers = tmp_path / "market.csv"
    rows = [f"{term},0.0{rate},{100 * rate}.00" for term in (36, 60) for rate in range(1, 9)]
    offers.write_text("\n".join(["Term,Offer Rate,Available", *rows]) + "\n", encoding="utf-8")
    done = run(write_tape({}), "--map", "lendingclub", "--pool", offers)
    assert done.exit_code == 0, done.output
    assert TapeImport.objects.get().pool == "market"


def test_only_the_first_loans(run: Runner, write_tape: TapeWriter) -> None:
    done = run(write_tape({}, RUNNING, CHARGED_OFF), "--map", "lendingclub", "--limit", "2")
    assert done.exit_code == 0
    assert Loan.objects.count() == 2


@pytest.mark.parametrize(
    ("map_name", "said"),
    [
        ("lending-club", "There is no readable map"),
        ("lendingclub_open_2018", "lacks these columns"),
    ],
)
def test_a_map_that_does_not_fit_is_named(
    map_name: str, said: str, run: Runner, write_tape: TapeWriter
) -> None:
    done = run(write_tape({}), "--map", map_name)
    assert done.exit_code == 1
    assert said in done.output
    assert Loan.objects.count() == 0


def test_a_tape_without_one_good_row_is_no_success(run: Runner, write_tape: TapeWriter) -> None:
    done = run(write_tape({"funded_amnt": "many"}), "--map", "lendingclub")
    assert done.exit_code == 1
    assert "Rows left out: 1" in done.output


def test_books_that_differ_are_no_success(
    run: Runner, write_tape: TapeWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tuppence.tapes.queries.tape_totals", lambda tape, refs: {})
    done = run(write_tape({}), "--map", "lendingclub")
    assert done.exit_code == 1
    assert "the tape" in done.output and "5,000.00" in done.output
