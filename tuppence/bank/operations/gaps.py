"""Compare what the bank states with what its lines make; a difference is a break of its own."""

from datetime import datetime

from tuppence.bank import queries
from tuppence.bank.models import BankBreak, BreakKind, ClientBankAccount
from tuppence.money.refusals import sentence


def compare_balances(account: ClientBankAccount, *, at: datetime) -> None:
    """Open, change or close the account's gap, so that it is the difference that there is now.

    A gap keeps its age while its amount changes: statements may come in any order. The caller
    holds the lock on the account.
    """
    gap_minor = queries.gap_minor(account.pk)
    gap = BankBreak.objects.filter(account=account, kind=BreakKind.GAP, closed_at=None).first()
    if gap is None and gap_minor:
        BankBreak.objects.create(
            account=account,
            kind=BreakKind.GAP,
            amount_minor=gap_minor,
            owner_id=account.responsible_id,
            reason=sentence(
                "the stated balance is not what the lines make: a statement is missing"
            ),
            opened_at=at,
        )
    elif gap is not None and gap_minor:
        gap.amount_minor = gap_minor
        gap.save(update_fields=["amount_minor"])
    elif gap is not None:
        gap.closed_at = at
        gap.closed_because = sentence("the balances agree")
        gap.save(update_fields=["closed_at", "closed_because"])
