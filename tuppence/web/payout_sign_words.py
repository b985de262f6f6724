"""What changed since a member's last payout, as a second person reads it: words and figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tuppence.bank.payout_signs import Sign, SignKind
from tuppence.web.account_names import named
from tuppence.web.reader import current_reader

# Told with another weight than the rest: a first payout to a verified account is every day's.
CALM = frozenset({SignKind.ACCOUNT_NEW})


@dataclass(frozen=True, slots=True)
class ToldSign:
    """A sign in a few words, what it is measured against, and whether it asks for a question."""

    title: str
    more: str
    asks: bool


def told(signs: Sequence[Sign], *, currency: str) -> list[ToldSign]:
    """The signs of one payout in words."""
    return [
        ToldSign(
            named(sign.kind.value, "payout_sign"), _more(sign, currency), sign.kind not in CALM
        )
        for sign in signs
    ]


def _more(sign: Sign, currency: str) -> str:
    reader = current_reader()
    if sign.kind is SignKind.NAME_DIFFERS:
        return _("Ask why: money goes out to the member's own account only.")
    assert sign.at is not None
    when = reader.moment(sign.at)
    if sign.kind is SignKind.BIGGER:
        assert sign.amount_minor is not None
        return _("The largest before was {amount}; the latest of {when}.").format(
            amount=reader.money(sign.amount_minor, currency), when=when
        )
    if sign.kind in {SignKind.ACCOUNT_NEW, SignKind.ACCOUNT_CHANGED}:
        return _("The account was named on {when}.").format(when=when)
    return _("On {when}. Ask the member on a way known before.").format(when=when)
