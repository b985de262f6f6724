"""The named pool of lenders that funds a tape's loans, and who of it funds which loan.

A tape does not say who lent. A pool stands in: lenders with a lowest rate and a relative size
each. They can be taken from the standing offers of a real market (the 2011 offers of Zopa), or
from the small pool that comes with the product. Only the rates and the sizes' proportions are
taken: the offers were six million in all, so the sizes are scaled to what is to be lent.
"""

import csv
import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from tuppence.money.splitting import split
from tuppence.tapes.cells import CellRefusedError, RateFormat, read_amount, read_rate, read_term
from tuppence.tapes.loans import TapeLoan
from tuppence.tapes.reading import TapeUnreadableError, open_tape

LENDERS_PER_LOAN_MAX = 10
PIECE_MAJOR = 2_500
"""A loan has about one lender for each so many units of its currency, one to ten in all."""

POOL_SIZE = 400
ELIGIBLE_MIN = 25
"""So many lenders may always take part, those with the lowest rates, however low a loan's rate."""

_DRAWS_MAX = 64
_DRAW_BITS = 64


@dataclass(frozen=True, slots=True)
class Offer:
    """A standing offer: the lowest rate, for how long, and how much money (minor units)."""

    annual_rate: Fraction
    term_months: int
    available_minor: int


@dataclass(frozen=True, slots=True)
class PoolLender:
    """One lender of a pool; `size` is relative to the others of the pool."""

    index: int
    name: str
    annual_rate: Fraction
    term_months: int
    size: int


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The lenders of one term, lowest rate first, with their sizes added up."""

    term_months: int
    lenders: tuple[int, ...]
    rates: tuple[Fraction, ...]
    sizes_so_far: tuple[int, ...]


class LenderPool:
    """A named pool of lenders; a lender's index is its place in `lenders`."""

    def __init__(self, name: str, lenders: Sequence[PoolLender]) -> None:
        assert lenders and all(lender.size > 0 for lender in lenders)
        self.name = name
        self.lenders = tuple(lenders)
        self._shelves = tuple(
            _shelf(term, lenders) for term in sorted({lender.term_months for lender in lenders})
        )

    def shelf_for(self, term_months: int) -> _Shelf:
        """The lenders of the shortest term that covers the loan's, else those of the longest."""
        covering = (shelf for shelf in self._shelves if shelf.term_months >= term_months)
        return next(covering, self._shelves[-1])


def choose_lenders(
    loan: TapeLoan, pool: LenderPool, *, seed: str = "", step_minor: int = 100
) -> list[tuple[int, int]]:
    """Choose who funds a loan: pairs of (lender's index, amount in minor units), by index.

    At most ten lenders, drawn by size among those whose rate the loan pays; the pieces are split
    by size in whole steps and sum to the funded amount. The draw depends on the seed, the pool's
    name and the loan's reference only, so it is the same at every run and on every machine.
    """
    shelf = pool.shelf_for(loan.term_months)
    eligible = bisect_right(shelf.rates, loan.annual_rate)
    eligible = min(max(eligible, ELIGIBLE_MIN), len(shelf.lenders))
    wanted = -(-loan.funded_minor // (PIECE_MAJOR * step_minor))
    wanted = min(max(wanted, 1), LENDERS_PER_LOAN_MAX, eligible)
    places = _draw(shelf, eligible, wanted, f"{seed}|{pool.name}|{loan.loan_ref}")
    chosen = sorted(shelf.lenders[place] for place in places)
    if loan.funded_minor % step_minor:
        step_minor = 1
    pieces = split(loan.funded_minor // step_minor, [pool.lenders[index].size for index in chosen])
    return [
        (index, piece * step_minor) for index, piece in zip(chosen, pieces, strict=True) if piece
    ]


def read_offers(path: Path) -> list[Offer]:
    """Read standing offers of the shape `Term, Offer Rate, Available` from a CSV, packed or not.

    Offers without money, or with a cell that can't be read, are left out: they lend nothing.
    Raises TapeUnreadableError where the columns are missing.
    """
    with open_tape(path) as stream:
        rows = csv.DictReader(stream)
        columns = ("Term", "Offer Rate", "Available")
        missing = [column for column in columns if column not in (rows.fieldnames or [])]
        if missing:
            raise TapeUnreadableError(
                f"{path.name} lacks these columns of lenders' offers: {', '.join(missing)}."
            )
        return list(_offers(rows))


def pool_from_offers(offers: Iterable[Offer], *, name: str, lenders: int = POOL_SIZE) -> LenderPool:
    """Make a pool of about so many lenders that keeps the offers' rates and proportions.

    Per term the offers are put in order of rate, then size, and taken at even distances, so that
    the pool's rates and sizes are spread like the market's.
    """
    by_term: dict[int, list[Offer]] = {}
    for offer in offers:
        by_term.setdefault(offer.term_months, []).append(offer)
    terms = sorted(by_term)
    counts = split(lenders, [len(by_term[term]) for term in terms])
    taken: list[Offer] = []
    for term, count in zip(terms, counts, strict=True):
        taken += _at_even_distances(by_term[term], count)
    return _named(name, taken)


def built_in_pool() -> LenderPool:
    """The pool that comes with the product: 60 lenders at rates from 5 % to 10 %.

    Sizes follow one pattern of ten at each rate: half of the lenders are small, one in ten holds
    a third of the money. Three-year lenders and five-year lenders are equally many; the latter
    ask one percentage point more.
    """
    sizes = (1, 1, 2, 2, 3, 4, 6, 9, 14, 21)
    offers = [
        Offer(Fraction(5 + 2 * band + (term > 36), 100), term, size)
        for term in (36, 60)
        for band in range(3)
        for size in sizes
    ]
    return _named("tuppence-60", offers)


def _at_even_distances(offers: Sequence[Offer], count: int) -> list[Offer]:
    ranked = sorted(offers, key=lambda offer: (offer.annual_rate, offer.available_minor))
    count = min(max(count, 1), len(ranked))
    return [ranked[(2 * nth + 1) * len(ranked) // (2 * count)] for nth in range(count)]


def _named(name: str, offers: Sequence[Offer]) -> LenderPool:
    lenders = [
        PoolLender(
            index,
            f"{name} lender {index + 1:04d}",
            offer.annual_rate,
            offer.term_months,
            offer.available_minor,
        )
        for index, offer in enumerate(offers)
    ]
    return LenderPool(name, lenders)


def _shelf(term: int, lenders: Sequence[PoolLender]) -> _Shelf:
    of_term = [lender for lender in lenders if lender.term_months == term]
    ranked = sorted(of_term, key=lambda lender: (lender.annual_rate, lender.index))
    return _Shelf(
        term,
        tuple(lender.index for lender in ranked),
        tuple(lender.annual_rate for lender in ranked),
        tuple(accumulate(lender.size for lender in ranked)),
    )


def _draw(shelf: _Shelf, eligible: int, wanted: int, word: str) -> list[int]:
    """Draw so many different places by size; where chance repeats itself, the first ones left."""
    whole = shelf.sizes_so_far[eligible - 1]
    places: dict[int, None] = {}
    numbers = _numbers(word)
    for _ in range(_DRAWS_MAX):
        if len(places) == wanted:
            break
        point = next(numbers) * whole >> _DRAW_BITS
        places[bisect_right(shelf.sizes_so_far, point, 0, eligible)] = None
    for place in range(eligible):
        if len(places) == wanted:
            break
        places[place] = None
    return list(places)


def _numbers(word: str) -> Iterator[int]:
    """Whole numbers below 2^64 that follow from a word alone, as many as are asked for."""
    counter = 0
    while True:
        block = hashlib.blake2b(f"{word}|{counter}".encode(), digest_size=64).digest()
        for start in range(0, len(block), _DRAW_BITS // 8):
            yield int.from_bytes(block[start : start + _DRAW_BITS // 8], "big")
        counter += 1


def _offers(rows: Iterable[dict[str, str]]) -> Iterator[Offer]:
    for row in rows:
        try:
            offer = Offer(
                annual_rate=read_rate(row["Offer Rate"], RateFormat.FRACTION),
                term_months=read_term(row["Term"]),
                available_minor=read_amount(row["Available"], 2),
            )
        except CellRefusedError:
            continue  # a pool needs no complete list of offers
        if offer.available_minor > 0:
            yield offer
