"""What can be done on the market: each file one operation, in batches."""

from tuppence.market.operations.investing import invest, invest_columns

__all__ = ["invest", "invest_columns"]
