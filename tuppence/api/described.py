"""The shapes of what the API takes and gives, for its description and for checking answers.

Amounts are text in the currency's own decimals ("100.00"), never JSON numbers; moments are UTC.
"""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from ninja import Field, Schema

from tuppence.api.errors import ErrorCode
from tuppence.lending.calculators import CALLS

ID_MAX: Final = 2**63 - 1


class ErrorDetail(Schema):
    """Why a call was refused."""

    code: ErrorCode
    sentence: str
    rule: str | None = None  # the rule of the law that refused


class ErrorOut(Schema):
    """The one form of every refusal."""

    error: ErrorDetail


class HealthOut(Schema):
    """Whether the platform takes calls."""

    status: Literal["ok"]


class PageFilter(Schema):
    """Which part of a list: at most `limit` rows, from where the last part ended."""

    limit: int = Field(50, ge=1, le=200)
    cursor: int | None = Field(None, ge=1, le=ID_MAX)


class ListingFilter(PageFilter):
    """Which listings."""

    state: Literal["open", "full", "paid_out", "expired", "withdrawn", "refused"] | None = None


class ListingPath(Schema):
    """Which listing."""

    listing_id: int = Field(..., ge=1, le=ID_MAX)


class CalcPath(Schema):
    """Which calculator."""

    call: str = Field(..., pattern="^(" + "|".join(CALLS) + ")$")


class ListingOut(Schema):
    """A request for money that members can fund."""

    id: int
    title: str
    purpose: str
    currency: str
    target: str
    funded: str
    left: str
    minimum: str
    step: str
    investments: int
    instalments: int
    annual_rate_percent: str | None
    grade: str
    state: str
    opens_at: datetime
    closes_at: datetime


class ListingsOut(Schema):
    """Part of a list; `next_cursor` is null at its end."""

    items: list[ListingOut]
    next_cursor: int | None


class InvestmentOut(Schema):
    """Money that was put into a listing."""

    id: UUID
    listing_id: int
    amount: str
    currency: str
    state: str
    placed_at: datetime


class OpenInvestmentOut(InvestmentOut):
    """An investment whose listing is not paid out yet."""

    revocable_until: datetime


class CancelOut(Schema):
    """An investment that was taken back."""

    id: UUID
    state: Literal["cancelled"]


class HoldingOut(Schema):
    """A part of a loan."""

    loan_id: int
    currency: str
    lent: str
    outstanding: str
    written_off: str
    loan_state: str
    since: datetime


class PortfolioOut(Schema):
    """What a member has in loans and in listings."""

    holdings: list[HoldingOut]
    investments: list[OpenInvestmentOut]


class BalanceOut(Schema):
    """One of a member's accounts with client money."""

    kind: Literal["member_available", "member_reserved"]
    currency: str
    balance: str


class AccountOut(Schema):
    """A member's money that is not lent."""

    balances: list[BalanceOut]


class LineOut(Schema):
    """One transfer as the account sees it; `change` is negative where money left."""

    transfer_id: UUID
    kind: str
    subject_kind: str
    subject_id: int
    currency: str
    change: str
    occurred_at: datetime
    recorded_at: datetime


class LinesOut(Schema):
    """Part of an account's statement, the newest first."""

    items: list[LineOut]
    next_cursor: int | None


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


BEARER: Final[dict[str, Any]] = {"security": [{"bearer": []}]}
KEYED: Final[dict[str, Any]] = BEARER | {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "Your own name for this order: repeated, it is the same order.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
        }
    ]
}
INVEST_BODY: Final = _body(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["listing_id", "amount", "currency"],
        "properties": {
            "listing_id": {"type": "integer", "minimum": 1, "maximum": ID_MAX},
            "amount": {
                "type": "string",
                "pattern": r"^[0-9]{1,15}(\.[0-9]{1,4})?$",
                "example": "100.00",
            },
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "example": "EUR"},
            "consent": {"type": ["boolean", "null"], "default": False},
        },
    }
)
CALC: Final = _body({"type": ["object", "array"]})
