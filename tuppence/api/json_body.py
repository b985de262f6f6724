"""The bodies of answers, as JSON text: the same values always give the same bytes."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def json_text(value: Mapping[str, Any]) -> str:
    """Compact JSON; letters of every language as they are."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def moment_text(at: datetime) -> str:
    """A moment in UTC, as RFC 3339 writes it.

    >>> moment_text(datetime(2026, 3, 2, 9, tzinfo=UTC))
    '2026-03-02T09:00:00Z'
    """
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def error_body(code: str, text: str, rule_id: str = "") -> str:
    """The one form of every refusal; `rule` is there where a rule of the law refuses."""
    error = {"code": str(code), "sentence": text}
    return json_text({"error": error | ({"rule": rule_id} if rule_id else {})})
