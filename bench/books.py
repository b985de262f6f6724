"""The end of every measurement: the books must agree."""

from tuppence.ledger.controls.queries import controls as of_ledger
from tuppence.market.controls.queries import controls as of_market


def check() -> None:
    """Compare every figure that must agree; a difference fails the measurement."""

    checks = [check for controls in (of_ledger, of_market) for check in controls()]
    wrong = [check for check in checks if not check.holds]
    compared = sum(check.count for check in checks)
    print(f"books: {len(checks)} checks of {compared:,} figures, {len(wrong)} with differences")
    assert not wrong, wrong
