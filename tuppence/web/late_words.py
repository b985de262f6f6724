"""What an instalment that is paid late costs, in words."""

from django.utils.translation import gettext as _

from tuppence.lending.agreed_terms import AgreedTerms
from tuppence.web.reader import current_reader
from tuppence.web.templatetags.money import percent, term


def late_fee_words(agreed: AgreedTerms, currency: str) -> str:
    """The fee for a late instalment and when it is charged."""
    parts = []
    if agreed.late_fee_minor:
        parts.append(current_reader().money(agreed.late_fee_minor, currency))
    if agreed.late_fee_share:
        parts.append(_("{share} of what is open").format(share=percent(agreed.late_fee_share)))
    if not parts:
        return _("none")
    return _("{fee}, once, {days} after its day").format(
        fee=" + ".join(parts), days=term(agreed.grace_days, "days")
    )
