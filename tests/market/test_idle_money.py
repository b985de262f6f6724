"""The suggestion for idle money follows its rule, and never one that the money can't reach."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tuppence.market.idle_money import OpenListing, Placed, suggest

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ME = 1


def listing(number: int, grade: str = "A", *, borrower: int = 0, days: int = 5) -> OpenListing:
    """A listing from 25.00 with 1,000.00 still open."""
    closes = NOW + timedelta(days=days)
    return OpenListing(number, borrower or 100 + number, grade, 25_00, 1_000_00, closes)


def test_the_least_held_grade_of_a_new_borrower_that_closes_first() -> None:
    placed = Placed({"A": 300_00, "B": 100_00}, frozenset({103}))
    listings = [listing(1, "A"), listing(2, "B", days=9), listing(3, "B"), listing(4, "B", days=8)]
    found = suggest(ME, 50_00, listings, placed)
    assert found is not None
    assert (found.listing_id, found.grade_share) == (4, Fraction(1, 4))


def test_nothing_where_nothing_fits() -> None:
    nothing = Placed({}, frozenset())
    assert suggest(ME, 24_99, [listing(1)], nothing) is None
    assert suggest(ME, 50_00, [listing(1, borrower=ME)], nothing) is None
    assert suggest(ME, 50_00, [], nothing) is None


def test_the_last_bit_of_a_listing_may_be_smaller_than_its_minimum() -> None:
    rest = OpenListing(1, 9, "A", 25_00, 10_00, NOW)
    found = suggest(ME, 12_00, [rest], Placed({}, frozenset()))
    assert found is not None and found.minimum_minor == 10_00


LISTINGS = st.lists(
    st.builds(
        OpenListing,
        st.integers(1, 50),
        st.integers(1, 9),
        st.sampled_from("ABCD"),
        st.integers(1, 100),
        st.integers(0, 100),
        st.datetimes(timezones=st.just(UTC)),
    ),
    max_size=12,
)


@given(LISTINGS, st.integers(0, 120), st.frozensets(st.integers(1, 9)))
def test_what_is_suggested_can_be_done_and_is_new(
    listings: list[OpenListing], cash_minor: int, held: frozenset[int]
) -> None:
    found = suggest(ME, cash_minor, listings, Placed({"A": 5}, held))
    if found is not None:
        assert 0 < found.minimum_minor <= cash_minor
        assert any(
            each.id == found.listing_id and each.borrower_id not in held | {ME} for each in listings
        )
