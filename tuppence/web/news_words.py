"""News of a loan in the words of its lenders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tuppence.lending.collection_records import PromiseState, promise_state
from tuppence.lending.queries.loan_news import NewsLine
from tuppence.web.parts import Text
from tuppence.web.reader import current_reader
from tuppence.web.reads.earnings import Parts
from tuppence.web.templatetags.money import percent
from tuppence.web.words import state_word, word_of

PAYMENTS = frozenset({"payment", "early_repayment", "recovery"})


@dataclass(frozen=True, slots=True)
class NewsRow:
    """One line of a story: when, what, more of it, and what of it was the reader's."""

    at: datetime
    text: Text
    more: str = ""
    own: str = ""
    own_parts: str = ""
    url: str = ""


def news_rows(
    lines: Sequence[NewsLine],
    currency: str,
    own: Mapping[UUID, Parts] | None = None,
    *,
    today: date,
) -> list[NewsRow]:
    """News in words; `own` are the reader's parts of payments and corrections."""
    return [news_row(line, currency, own or {}, today) for line in lines]


def news_row(line: NewsLine, currency: str, own: Mapping[UUID, Parts], today: date) -> NewsRow:
    """One line: a payment leads to its page, a promise says whether it was kept."""
    parts = own.get(line.reference) if line.reference and line.code != "reversed" else None
    is_payment = line.code in PAYMENTS or line.code == "reversed"
    reader = current_reader()
    return NewsRow(
        at=line.at,
        text=word_of("happening", line.code),
        more=more_of(line, currency, today),
        own=reader.money(parts.net_minor, currency, signed=True) if parts else "",
        own_parts=parts_in_words(parts, currency) if parts else "",
        url=reverse("payment", args=[line.loan_id, line.reference]) if is_payment else "",
    )


def more_of(line: NewsLine, currency: str, today: date) -> str:
    """Amount, day and terms, as far as a line has them."""
    reader = current_reader()
    amount = reader.money(line.amount_minor, currency)
    on = reader.day(line.on) if line.on else ""
    until = reader.day(line.until) if line.until else ""
    if line.code == "promise" and line.until:
        state = promise_state(line.amount_minor, line.until, line.paid_minor, today)
        promised = _("the borrower promised {amount} by {day}").format(amount=amount, day=until)
        kept = state is not PromiseState.OPEN
        return f"{promised}: {state_word('promise', state.value)[1]}" if kept else promised
    if line.code == "interest_paused":
        return _("from {first} to {last}").format(first=on, last=until)
    if line.code == "rate_changed" and line.rate is not None:
        return _("{rate} a year from {day}").format(rate=percent(line.rate), day=on)
    if line.code == "recounted":
        return _("from {day} on, because something became known late").format(day=on)
    if line.amount_minor and on:
        return _("{amount} in all, on {day}").format(amount=amount, day=on)
    return on


def parts_in_words(parts: Parts, currency: str) -> str:
    """Principal, interest and the rest of a share, without what is nothing."""
    reader = current_reader()
    named = (
        (_("principal {amount}"), parts.principal_minor),
        (_("interest {amount}"), parts.interest_minor),
        (_("late fee {amount}"), parts.late_fee_minor),
        (_("compensation {amount}"), parts.compensation_minor),
        (_("surplus {amount}"), parts.surplus_minor),
        (_("our fee {amount}"), -parts.fee_minor),
        (_("tax {amount}"), -parts.tax_minor),
    )
    return ", ".join(
        words.format(amount=reader.money(amount, currency)) for words, amount in named if amount
    )
