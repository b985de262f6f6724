"""Which movement in the world a line is, so that it is booked once however often it is told.

Files overlap: a bank sends Monday, then Monday to Wednesday; somebody uploads a file twice. The
same movement must get the same fingerprint in each of them.

- With a reference of the bank's own, the fingerprint is of account, reference, day, amount and
  end-to-end id. The texts are left out: a bank may word them better in a later file.
- Without one, it is of account, both days, amount, counterparty and text.
- Equal lines of one day are counted (first, second, ...), in the file's order. So a reference
  that a bank uses twice, or two equal payments without any, stay two movements; and the answer
  never depends on what else is in the file.

The limit of the second rule: two files without bank references that each hold a part of one day
and not the whole, with an equal payment in each, look like one payment. The closing balance
then no longer agrees with the lines, and the import says so (`matching.py` and the bank breaks).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b

from tuppence.bank.statement import Statement, StatementLine, account_key

SAYS_NOTHING = frozenset({"", "NONREF", "NOTPROVIDED", "NOT PROVIDED", "NOREF", "0"})
"""References that banks put where they have none."""


def with_fingerprints(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return the statements of one file with the fingerprint of each line worked out."""
    seen: Counter[tuple[str, ...]] = Counter()
    done = []
    for statement in statements:
        lines = []
        for line in statement.lines:
            content = _content(statement.account, line)
            seen[content] += 1
            lines.append(replace(line, fingerprint=_digest(content, seen[content])))
        done.append(replace(statement, lines=tuple(lines)))
    return tuple(done)


def means_something(reference: str) -> bool:
    """Tell whether a reference names anything: banks fill the field when they have none."""
    return reference.strip().upper() not in SAYS_NOTHING


def _content(account: str, line: StatementLine) -> tuple[str, ...]:
    amount = f"{line.amount_minor} {line.currency}"
    if means_something(line.bank_reference):
        return (
            "reference",
            account_key(account),
            line.bank_reference,
            line.booked_on.isoformat(),
            amount,
            line.end_to_end_id,
        )
    return (
        "content",
        account_key(account),
        line.booked_on.isoformat(),
        line.valued_on.isoformat(),
        amount,
        line.counterparty_name,
        account_key(line.counterparty_account),
        line.remittance,
        line.end_to_end_id,
    )


def _digest(content: tuple[str, ...], nth: int) -> str:
    """Hash the parts, each with its length before it, so that no two lists read the same."""
    digest = blake2b(digest_size=16)
    for part in (*content, str(nth)):
        encoded = part.encode()
        digest.update(f"{len(encoded)}:".encode())
        digest.update(encoded)
    return digest.hexdigest()
