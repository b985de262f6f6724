"""Breaks at the bank as finance reads them: list, notes, and who may own one."""

from collections.abc import Sequence

from django.db.models import QuerySet

from tuppence.bank.models import BankBreak, BreakNote
from tuppence.members.models import User
from tuppence.members.roles import Permission, roles_with


def breaks() -> QuerySet[BankBreak]:
    """All breaks with what a list shows of them."""
    return BankBreak.objects.select_related("account", "owner", "cover")


def notes_of(break_id: int) -> Sequence[BreakNote]:
    """What was found out about a break, newest first."""
    rows = BreakNote.objects.filter(bank_break_id=break_id).select_related("by", "owner")
    return list(rows.order_by("-at", "-id"))


def owners() -> list[tuple[int, str]]:
    """Those who may see to breaks: number and e-mail."""
    names = [role.value for role in roles_with(Permission.MANUAL_ENTRY)]
    rows = User.objects.filter(groups__name__in=names, is_active=True).distinct()
    return list(rows.order_by("email").values_list("pk", "email"))
