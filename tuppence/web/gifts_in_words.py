"""One offer in words: what it gives and what it asks for, in the reader's form."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _now

from tuppence.growth.offer import FIRST_TIME_ONLY, OfferKind, Terms
from tuppence.growth.referring import Stage
from tuppence.web.offer_words import MOMENT_SENTENCES
from tuppence.web.reader import current_reader
from tuppence.web.templatetags.money import percent


def title_of(terms: Terms) -> str:
    """The offer's title in the reader's language; in the other one where it has none."""
    chinese = (get_language() or "").startswith("zh")
    return (terms.title_zh if chinese else "") or terms.title


def gives_in_words(terms: Terms, currency: str) -> str:
    """What one gives: “10.00 EUR”, “2 % a year more on at most 1,000.00 EUR for 90 days”."""
    reader = current_reader()
    amount = reader.money(terms.amount_minor, currency)
    if terms.tiers:
        return "; ".join(
            _now("{amount} from {least} on").format(
                amount=reader.money(tier.amount_minor, currency),
                least=reader.money(tier.from_minor, currency),
            )
            for tier in terms.tiers
        )
    words = {
        OfferKind.BOOSTER: _now("{share} a year more on at most {amount}, for {days} days"),
        OfferKind.NEWCOMER: _now("{share} a year more on at most {amount}, for {days} days"),
        OfferKind.TRIAL_MONEY: _now(
            "the yield of {amount} at {share} a year for {days} days; the {amount} stay ours"
        ),
        OfferKind.CASHBACK: _now("{share} of what you invest, at most {amount}"),
        OfferKind.FEE_DISCOUNT: _now("{share} of the origination fee, at most {amount}"),
    }.get(terms.kind, "{amount}")
    return words.format(share=percent(terms.share), amount=amount, days=terms.days)


def conditions(terms: Terms, currency: str) -> list[str]:
    """What an offer asks for, a sentence each; the moment when it is paid comes last."""
    reader = current_reader()
    found = []
    if terms.first_time or terms.kind in FIRST_TIME_ONLY:
        found.append(_now("For your first investment."))
    if terms.minimum_minor:
        found.append(
            _now("From {least} on.").format(least=reader.money(terms.minimum_minor, currency))
        )
    if terms.term_months_min:
        found.append(_now("Loans of {count} months or more.").format(count=terms.term_months_min))
    if terms.term_months_max:
        found.append(_now("Loans of {count} months or less.").format(count=terms.term_months_max))
    if terms.kind is OfferKind.REFERRAL:
        found.append(referral_in_words(terms, currency))
    else:
        found.append(str(MOMENT_SENTENCES[terms.kind]))
    if terms.hold_days:
        found.append(
            ngettext(
                "Paid {days} day after that.", "Paid {days} days after that.", terms.hold_days
            ).format(days=terms.hold_days)
        )
    if terms.stacks:
        found.append(_now("Can be used together with other offers that say so."))
    return found


def referral_in_words(terms: Terms, currency: str) -> str:
    """For which stage a reward for an invitation is, and within how many days."""
    words = {
        Stage.REGISTERED: _now("When the friend has registered."),
        Stage.VERIFIED: _now("When the friend is verified, within {days} days."),
        Stage.INVESTED: _now(
            "When {least} of what the friend invested within {days} days has become loans."
        ),
    }[Stage(terms.stage)]
    least = current_reader().money(max(terms.minimum_minor, 1), currency)
    return words.format(days=terms.use_days, least=least)
