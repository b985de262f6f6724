"""What this platform has settled on: its rulebook, its business day, its currency."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from tuppence.money.currency import minor_digits, parse_amount
from tuppence.rules.rulebook import PlatformTerms, RuleBook


def currency() -> str:
    """The currency that members' purses are opened in."""
    return str(settings.TUPPENCE_CURRENCY)


def campaign_alone_minor() -> int:
    """What a campaign may cost at most without a second person, in minor units."""
    return parse_amount(settings.TUPPENCE_CAMPAIGN_ALONE, currency(), allow_zero=True)


def zone() -> ZoneInfo:
    """The time zone whose midnight begins the business day."""
    return ZoneInfo(settings.TIME_ZONE)


def business_day(at: datetime) -> date:
    """The platform's day that holds this moment."""
    return at.astimezone(zone()).date()


def rulebook(on: date) -> RuleBook:
    """The rulebook this platform is held to, as it stands on a day; cheap to call again."""
    code = currency()
    return RuleBook.load(
        settings.TUPPENCE_RULEBOOK, on, platform=PlatformTerms(code, minor_digits(code))
    )
