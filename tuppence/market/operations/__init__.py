"""What can be done on the market: each file one operation, in batches."""

from tuppence.market.operations.ending import CancelOrder, cancel, close_windows, withdraw_listings
from tuppence.market.operations.investing import invest, invest_columns
from tuppence.market.operations.publishing import PublishOrder, PublishOutcome, publish

__all__ = [
    "CancelOrder",
    "PublishOrder",
    "PublishOutcome",
    "cancel",
    "close_windows",
    "invest",
    "invest_columns",
    "publish",
    "withdraw_listings",
]
