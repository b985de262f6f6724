"""Borrowers pay in, and what is due is collected from their purses."""

from datetime import date, timedelta

from tuppence.lending.operations.payments import collect
from tuppence.lending.orders import CollectOrder
from tuppence.practice import queries
from tuppence.practice.loan_stories import Story, story_of_guest
from tuppence.practice.operations.bank_day import receive_deposit
from tuppence.practice.operations.season import Season, story_key
from tuppence.practice.paying import DAYS_AHEAD, is_sent, pay_ins

GUEST_STEP_MINOR = 50_00  # people send round amounts


def pay_in_instalments(season: Season, day: date) -> None:
    """Borrowers send what will be due within days, unless their stories say otherwise."""
    stories = stories_of_loans(season)
    dues = [
        due
        for due in queries.open_dues(list(stories), upto=day + timedelta(days=DAYS_AHEAD))
        if is_sent(stories[due.loan_id], due.due_on, on=day)
    ]
    if not dues:
        return
    idle_minor = _idle_minor(season, {due.loan_id: stories[due.loan_id] for due in dues})
    there_or_coming = {
        loan_id: amount_minor + season.on_the_way_minor[stories[loan_id].borrower]
        for loan_id, amount_minor in idle_minor.items()
    }
    for sent in pay_ins(dues, stories, there_or_coming, on=day):
        story = stories[sent.loan_id]
        if not sent.is_named:
            if story.number in season.unnamed_minor:
                continue  # it is there, and nobody knows yet whose it is
            season.unnamed_minor[story.number] = sent.amount_minor
        key = story_key("instalment", story, sent.number, day.isoformat())
        season.pay_in(story.borrower, sent.amount_minor, key, named=sent.is_named)


def collect_dues(season: Season, day: date) -> None:
    """Book what is due, as far as the borrowers have paid in."""
    stories = stories_of_loans(season)
    due = {due.loan_id for due in queries.open_dues(list(stories), upto=day)}
    if not due:
        return
    idle_minor = _idle_minor(season, {loan_id: stories[loan_id] for loan_id in due})
    paying = [loan_id for loan_id in sorted(due) if idle_minor[loan_id] > 0]
    outcomes = collect(
        [
            CollectOrder(
                story_key("collect", stories[loan_id], day.isoformat()),
                loan_id,
                day,
                season.moment(day, 9, 30),
            )
            for loan_id in paying
        ]
    )
    assert all(outcome.status.accepted for outcome in outcomes), outcomes


def give_guest_what_is_due(season: Season, day: date) -> None:
    """Let money for what the demo's borrower owes arrive, and leave the paying to the newcomer."""
    story = story_of_guest(list(season.stories.values()))
    open_minor = sum(
        due.open_minor for due in queries.open_dues([season.loans[story.number]], upto=day)
    )
    whole_minor = -(-open_minor // GUEST_STEP_MINOR) * GUEST_STEP_MINOR
    member_id = season.member_of(story).member_id
    receive_deposit(member_id, whole_minor, season.ends_at, key=story_key("guest", story))


def stories_of_loans(season: Season) -> dict[int, Story]:
    """The stories that have become loans, by the loan."""
    return {loan_id: season.stories[number] for number, loan_id in season.loans.items()}


def _idle_minor(season: Season, stories: dict[int, Story]) -> dict[int, int]:
    """What the borrower of each loan has on the platform."""
    members = {loan_id: season.member_of(story).member_id for loan_id, story in stories.items()}
    available = season.available_minor(list(members.values()))
    return {loan_id: available[member_id] for loan_id, member_id in members.items()}
