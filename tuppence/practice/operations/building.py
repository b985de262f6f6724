"""Build the practice market: day by day, through the operations that serve real members."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from django.conf import settings
from django.db import transaction

from tuppence import platform
from tuppence.lending.operations.day_close import close_day
from tuppence.members.models import Member
from tuppence.practice import queries
from tuppence.practice.loan_stories import HORIZON_DAYS, fates, stories, story_of_guest
from tuppence.practice.logins import DemoLogins, demo_logins
from tuppence.practice.operations.banking import import_statement_of, send_payment_file
from tuppence.practice.operations.borrowing import (
    apply_for_loans,
    decide_and_publish,
    end_listings,
    pay_out,
    propose_pay_outs,
    put_products_on_the_shelf,
)
from tuppence.practice.operations.complaining import complain
from tuppence.practice.operations.credit_desk import leave_work
from tuppence.practice.operations.firm_bank import firm_pays
from tuppence.practice.operations.incidents import let_happen
from tuppence.practice.operations.investing import (
    invest_in_listings,
    pay_in_first,
    pay_in_more,
    take_out,
)
from tuppence.practice.operations.joining import join
from tuppence.practice.operations.marketing import market
from tuppence.practice.operations.opening import open_office
from tuppence.practice.operations.reminding import remind
from tuppence.practice.operations.repaying import (
    collect_dues,
    give_guest_what_is_due,
    pay_in_instalments,
)
from tuppence.practice.operations.season import Season
from tuppence.practice.operations.turning_points import turn
from tuppence.practice.operations.visiting import be_known, come, make_links
from tuppence.practice.people import (
    Counts,
    Part,
    inhabitants,
    of_part,
    with_borrower_guest,
)

Progress = Callable[[str, int, int], None]
SIZE = 300
SIZE_MIN = 40
JOINING_DAYS = {*range(0, HORIZON_DAYS - 1, 14), HORIZON_DAYS - 1}
LOAN_MINOR_MAX = 24_000_00
LOAN_MINOR_A_LENDER = 150_00  # few lenders fund small loans only


class PracticeRefused(Exception):
    """Practice data do not belong here; the message says why."""


def build(*, seed: int, at: datetime, progress: Progress, size: int = SIZE) -> DemoLogins:
    """Make the practice market up to `at`, about `size` members, and return its logins.

    The same seed and `at` give the same books. All of it is one transaction: whole or not at
    all. Where the market is there already nothing happens. Raises PracticeRefused unless
    TUPPENCE_DEMO is set, and where real members are.
    """
    assert at.tzinfo is not None and size >= SIZE_MIN
    if not settings.TUPPENCE_DEMO:
        raise PracticeRefused("Set TUPPENCE_DEMO=1: practice data belong in a demo only.")
    if queries.is_built():
        return demo_logins()
    with transaction.atomic():
        if Member.objects.exists():
            raise PracticeRefused(
                "This database holds members already; practice data do not belong among them."
            )
        _run(_season(seed=seed, at=at, size=size), at, progress)
    return demo_logins()


def _season(*, seed: int, at: datetime, size: int) -> Season:
    random = Random(seed)  # noqa: S311 - a made-up market, the same for the same seed
    last_day = platform.business_day(at)
    first_day = last_day - timedelta(days=HORIZON_DAYS)
    told_fates = fates(size * 3 // 10)
    lenders, borrowers = size * 6 // 10, len(told_fates)
    people = inhabitants(
        random,
        Counts(lenders=lenders, borrowers=borrowers, lookers=size // 10),
        first_day=first_day,
        last_day=last_day,
    )
    told = stories(
        random,
        told_fates,
        of_part(people, Part.BORROWS),
        last_day=last_day,
        amount_minor_most=min(LOAN_MINOR_MAX, lenders * LOAN_MINOR_A_LENDER),
    )
    guest = story_of_guest(told).borrower
    opened_at = datetime.combine(first_day, datetime.min.time(), tzinfo=platform.zone())
    return Season(
        random=random,
        office=open_office(at=opened_at),
        ends_at=at,
        people={person.number: person for person in with_borrower_guest(people, guest)},
        stories={story.number: story for story in told},
        products=put_products_on_the_shelf(at=opened_at),
    )


def _run(season: Season, at: datetime, progress: Progress) -> None:
    last_day = platform.business_day(at)
    make_links(season, last_day - timedelta(days=HORIZON_DAYS))
    for number in range(HORIZON_DAYS + 1):
        day = last_day - timedelta(days=HORIZON_DAYS - number)
        progress(f"{day:%B %Y}", number, HORIZON_DAYS)
        run_day(season, day, joins=number in JOINING_DAYS)
    give_guest_what_is_due(season, last_day)
    leave_work(season, last_day)
    progress("Done", HORIZON_DAYS, HORIZON_DAYS)


def run_day(season: Season, day: date, *, joins: bool) -> None:
    """One day of the market, in the order in which a platform works."""
    close_day(day - timedelta(days=1), at=season.moment(day, 0, 30))
    end_listings(season, day)
    if joins:
        _let_join(season, day)
    import_statement_of(season, day)
    collect_dues(season, day)
    turn(season, day)
    remind(season, day)
    complain(season, day)
    decide_and_publish(season, day)
    pay_out(season, day)
    apply_for_loans(season, day)
    take_out(season, day)
    let_happen(season, day, last_day=platform.business_day(season.ends_at))
    send_payment_file(season, day)
    propose_pay_outs(season, day)
    invest_in_listings(season, day)
    pay_in_instalments(season, day)
    pay_in_more(season, day)
    market(season, day)
    firm_pays(season, day)
    come(season, day)


def _let_join(season: Season, day: date) -> None:
    new = [
        person
        for person in season.people.values()
        if person.joins_on <= day and person.number not in season.joined
    ]
    season.joined |= join(new, season.office, at=season.moment(day, 5))
    be_known(season, new, day)
    pay_in_first(season, new)
