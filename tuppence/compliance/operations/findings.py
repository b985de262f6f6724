"""Keep what the rulebook said, in the transaction of the act that asked it."""

from collections.abc import Sequence
from dataclasses import astuple, fields

from django.db import connection

from tuppence.compliance.rule_record import RuleRecord

COLUMNS = [
    f"{field.name}_id" if field.name == "member" else field.name for field in fields(RuleRecord)
]
TYPES = (
    "timestamptz text text text text boolean text text bigint text bigint uuid".split()  # noqa: SIM905
)


def record_findings(records: Sequence[RuleRecord]) -> None:
    """Append records; an order that is sent again leaves the one that stands."""
    if not records:
        return
    arrays = ", ".join(f"%s::{kind}[]" for kind in TYPES)
    names = ", ".join('"limit"' if name == "limit" else name for name in COLUMNS)
    columns = zip(*(astuple(record) for record in records), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO compliance_rulefinding ({names})"  # noqa: S608 - names are ours
            f" SELECT * FROM unnest({arrays}) ON CONFLICT (key, rule_id) DO NOTHING",
            [list(column) for column in columns],
        )
