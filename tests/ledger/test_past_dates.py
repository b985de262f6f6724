"""The books as they stood: by the day of writing down, and by the day in the world."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tuppence.ledger import operations, queries
from tuppence.ledger.chart import AccountKind, Book
from tuppence.ledger.queries import Dated
from tuppence.ledger.queries.kept import accounts_stood, kept_trial_balance
from tuppence.ledger.transfers import Status

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def told(books: Any) -> dict[str, int]:
    """Three days: paid in, given away, and on the third a line that is two days late."""
    bank, anna = books.account("client_bank"), books.account("member_available", 1)
    ben = books.account("member_available", 2)
    books.post(
        books.transfer(bank, anna, 100),
        books.transfer(anna, ben, 30, recorded_at=NOON + DAY, occurred_at=NOON + DAY),
        books.transfer(bank, ben, 5, recorded_at=NOON + 2 * DAY, occurred_at=NOON),
    )
    return {"bank": bank, "anna": anna, "ben": ben}


def sums(before: datetime | None, dated: Dated = Dated.RECORDED) -> dict[str, tuple[int, int]]:
    lines = queries.trial_balance(before=before, dated=dated)
    assert sum(line.debit_minor for line in lines) == sum(line.credit_minor for line in lines)
    return {line.kind: (line.debit_minor, line.credit_minor) for line in lines}


def test_the_trial_balance_of_any_day(told: dict[str, int]) -> None:
    assert sums(NOON) == {"client_bank": (0, 0), "member_available": (0, 0)} or sums(NOON) == {}
    assert sums(NOON + DAY) == {"client_bank": (100, 0), "member_available": (0, 100)}
    assert sums(NOON + 3 * DAY) == {"client_bank": (105, 0), "member_available": (0, 105)}
    assert sums(None) == sums(NOON + 3 * DAY)


def test_kept_balances_say_what_the_transfers_add_up_to_at_any_moment(
    told: dict[str, int],
) -> None:
    for moment in (None, NOON, NOON + DAY, NOON + 2 * DAY, NOON + 3 * DAY):
        added = [line for line in queries.trial_balance(before=moment) if line.debit_minor]
        kept = [line for line in kept_trial_balance(before=moment) if line.debit_minor]
        assert kept == added


def test_accounts_stand_at_a_past_moment_as_their_kind_does(told: dict[str, int]) -> None:
    found = accounts_stood([AccountKind.MEMBER_AVAILABLE], before=NOON + 2 * DAY)
    assert [(row.id, row.balance_minor) for row in found] == [(told["anna"], 70), (told["ben"], 30)]


def test_by_value_date_the_late_line_counts_on_its_own_day(told: dict[str, int]) -> None:
    assert sums(NOON + DAY, Dated.OCCURRED)["client_bank"] == (105, 0)
    assert sums(NOON + DAY, Dated.RECORDED)["client_bank"] == (100, 0)


def test_each_kind_stands_in_its_book_and_order(books: Any, told: dict[str, int]) -> None:
    books.post(books.transfer(books.account("firm_bank"), books.account("firm_capital"), 9))
    found = [(line.book, line.kind) for line in queries.trial_balance()]
    assert found == [
        (Book.CLIENT, AccountKind.CLIENT_BANK),
        (Book.CLIENT, AccountKind.MEMBER_AVAILABLE),
        (Book.FIRM, AccountKind.FIRM_BANK),
        (Book.FIRM, AccountKind.FIRM_CAPITAL),
    ]
    assert queries.trial_balance()[1].accounts == 2


def test_accounts_that_were_not_open_yet_are_not_counted(books: Any) -> None:
    books.account("client_bank")  # opened at noon, empty
    assert queries.trial_balance(before=NOON) == []
    assert [line.accounts for line in queries.trial_balance(before=NOON + DAY)] == [1]


def test_a_statement_runs_from_balance_to_balance(told: dict[str, int]) -> None:
    lines = queries.statement(told["anna"])
    assert [(line.change_minor, line.balance_minor) for line in lines] == [(100, 100), (-30, 70)]
    assert [line.other_account_id for line in lines] == [told["bank"], told["ben"]]
    later = queries.statement(told["anna"], since=NOON + DAY)
    assert [line.balance_minor for line in later] == [70]
    assert queries.statement(told["anna"], before=NOON) == []


def test_a_statement_by_value_date_sorts_by_it(told: dict[str, int]) -> None:
    by_value = queries.statement(told["ben"], dated=Dated.OCCURRED)
    assert [line.change_minor for line in by_value] == [5, 30]
    by_record = queries.statement(told["ben"])
    assert [line.change_minor for line in by_record] == [30, 5]


def test_a_page_of_a_statement_keeps_the_balance(told: dict[str, int]) -> None:
    first = queries.statement(told["anna"], limit=1)
    assert [line.balance_minor for line in first] == [100]
    with pytest.raises(LookupError, match="There is no account"):
        queries.statement(10**9)


@given(data=st.data())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_statements_and_trial_balance_agree_on_every_day(books: Any, data: Any) -> None:
    """Also where a batch written later is dated earlier, as when old loans are brought in."""
    bank = books.account("client_bank")
    owner = next(books.numbers)  # examples share one database
    purse = books.account("member_available", owner)
    days = data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=8))
    for day in days:
        moment = NOON + day * DAY
        sent = books.transfer(bank, purse, 1 + day, recorded_at=moment, occurred_at=NOON)
        assert operations.post([sent]) == [Status.CREATED]
    for day in range(11):
        before = NOON + day * DAY
        lines = queries.statement(purse, before=before)
        balance = lines[-1].balance_minor if lines else 0
        assert balance == sum(1 + each for each in days if each < day)
        assert balance == -queries.net_debits([purse], before=before)[purse]
