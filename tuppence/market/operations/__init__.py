"""What can be done on the market: each file one operation, in batches."""

from tuppence.market.operations.ending import (
    CancelOrder,
    cancel,
    close_windows,
    end_windows_of_day,
    take_back_applications,
    withdraw_listings,
)
from tuppence.market.operations.investing import invest, invest_columns
from tuppence.market.operations.paying_out import (
    PayOutOrder,
    PayOutOutcome,
    PayOutRefused,
    pay_out,
    request_pay_out,
)
from tuppence.market.operations.publishing import PublishOrder, PublishOutcome, publish
from tuppence.market.operations.questions import answer_questions, ask_questions, hide_questions

__all__ = [
    "CancelOrder",
    "PayOutOrder",
    "PayOutOutcome",
    "PayOutRefused",
    "PublishOrder",
    "PublishOutcome",
    "answer_questions",
    "ask_questions",
    "cancel",
    "close_windows",
    "end_windows_of_day",
    "hide_questions",
    "invest",
    "invest_columns",
    "pay_out",
    "publish",
    "request_pay_out",
    "take_back_applications",
    "withdraw_listings",
]
