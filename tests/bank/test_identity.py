"""A movement has one fingerprint in every file that tells of it."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tuppence.bank.identity import with_fingerprints
from tuppence.bank.statement import Statement, StatementLine

LINE = StatementLine(date(2026, 3, 2), date(2026, 3, 2), 500, "EUR", "Ada", "DE1", "coffee")


def fingerprints(*lines: StatementLine, account: str = "A1") -> list[str]:
    (done,) = with_fingerprints([Statement(account, "EUR", "S", tuple(lines))])
    return [line.fingerprint for line in done.lines]


def test_overlapping_files_tell_of_the_same_movements() -> None:
    later = replace(LINE, booked_on=date(2026, 3, 3))
    monday = fingerprints(LINE, LINE)
    both_days = fingerprints(LINE, LINE, later)
    assert both_days[:2] == monday
    assert both_days[2] not in monday


def test_equal_lines_are_counted_over_all_statements_of_a_file() -> None:
    statement = Statement("A1", "EUR", "S", (LINE,))
    first, second = with_fingerprints([statement, statement])
    assert first.lines[0].fingerprint != second.lines[0].fingerprint


def test_with_a_bank_reference_the_texts_do_not_matter() -> None:
    told = replace(LINE, bank_reference="B-1")
    better_told = replace(told, remittance="coffee, thanks", counterparty_name="Ada Byron")
    assert fingerprints(told) == fingerprints(better_told)


def test_a_bank_reference_that_is_used_twice_stays_two_movements() -> None:
    told = replace(LINE, bank_reference="B-1")
    assert len(set(fingerprints(told, told))) == 2
    # ... and the first of them is the same movement in a file that holds only that one.
    assert fingerprints(told, told)[0] == fingerprints(told)[0]


def test_without_one_everything_matters() -> None:
    others = [
        replace(LINE, amount_minor=501),
        replace(LINE, currency="USD"),
        replace(LINE, valued_on=date(2026, 3, 3)),
        replace(LINE, remittance="tea"),
        replace(LINE, counterparty_name="Bo"),
        replace(LINE, bank_reference="NOTPROVIDED", end_to_end_id="E"),
    ]
    assert len({fingerprints(line)[0] for line in [LINE, *others]}) == len(others) + 1
    assert fingerprints(LINE, account="A2") != fingerprints(LINE)


def test_the_spelling_of_the_account_does_not() -> None:
    assert fingerprints(LINE, account="de12 3456") == fingerprints(LINE, account="DE123456")


fields = st.fixed_dictionaries(
    {
        "amount_minor": st.sampled_from([100, 200]),
        "remittance": st.sampled_from(["a", "ab", ""]),
        "counterparty_name": st.sampled_from(["b", "", "bc"]),
        "bank_reference": st.sampled_from(["", "R1", "R2"]),
    }
)


@given(st.lists(fields, max_size=12), st.integers(0, 12))
@settings(max_examples=200, deadline=None)
def test_any_part_of_a_file_from_its_start_gives_the_same(
    rows: list[dict[str, object]], length: int
) -> None:
    lines = [replace(LINE, **row) for row in rows]  # type: ignore[arg-type]  # fields by name
    whole = fingerprints(*lines)
    assert fingerprints(*lines[:length]) == whole[:length]
    assert len(set(whole)) == len(whole)
