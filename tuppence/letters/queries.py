"""Read the outbox, and who reads a member's letters in which language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from tuppence.letters.models import OutboxLetter, UnwantedKind
from tuppence.letters.outbox import State

CHINESE_COUNTRIES = frozenset({"CN"})  # until somebody has chosen a language


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a member's letters: the addresses behind the member, and their language."""

    member_id: int
    addresses: tuple[str, ...]
    language: str


def recipients(member_ids: Iterable[int], *, at: datetime) -> dict[int, Recipient]:
    """The recipients of these members' letters; members whom nobody signs in for are left out.

    A person's letters go to the person, an organisation's to all who represent it at that moment.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT behind.member_id, array_agg(reader.email ORDER BY reader.id),
                   (array_agg(chosen.language ORDER BY reader.id)
                       FILTER (WHERE chosen.language IS NOT NULL))[1],
                   min(behind.country)
            FROM (
                SELECT id AS member_id, user_id, country FROM members_member
                WHERE id = ANY(%(members)s) AND user_id IS NOT NULL
                UNION
                SELECT member.id, acting.user_id, member.country
                FROM members_representation AS acting
                JOIN members_member AS member ON member.id = acting.member_id
                WHERE acting.member_id = ANY(%(members)s) AND acting.starts_at <= %(at)s
                  AND (acting.ends_at IS NULL OR acting.ends_at > %(at)s)
            ) AS behind
            JOIN members_user AS reader ON reader.id = behind.user_id AND reader.is_active
            LEFT JOIN letters_readerlanguage AS chosen ON chosen.user_id = reader.id
            GROUP BY behind.member_id
            """,
            {"members": sorted(set(member_ids)), "at": at},
        )
        return {
            member_id: Recipient(member_id, tuple(emails), language or language_of(country))
            for member_id, emails, language, country in cursor
        }


def language_of(country: str) -> str:
    """In which language people of a country are written to before they have chosen one."""
    return "zh-hans" if country in CHINESE_COUNTRIES else "en"


def unwanted(member_ids: Iterable[int]) -> set[tuple[int, str]]:
    """What these members do without by e-mail, as pairs of member and kind."""
    rows = UnwantedKind.objects.filter(member_id__in=list(member_ids))
    return set(rows.values_list("member_id", "kind"))


def letters_of(member_id: int) -> QuerySet[OutboxLetter]:
    """A member's letters, the latest first."""
    return OutboxLetter.objects.filter(member_id=member_id).order_by("-happened_at", "-id")


def letter_of(member_id: int, letter_id: int) -> OutboxLetter | None:
    """One of a member's own letters."""
    return letters_of(member_id).filter(id=letter_id).first()


def letters_not_delivered() -> QuerySet[OutboxLetter]:
    """The letters that were given up."""
    return OutboxLetter.objects.filter(state=State.FAILED)


def on_the_way(*, since: datetime) -> dict[State, int]:
    """How many letters wait, how many were given up, and how many were sent since a moment."""
    return {
        State.WAITING: OutboxLetter.objects.filter(state=State.WAITING).count(),
        State.SENT: OutboxLetter.objects.filter(state=State.SENT, sent_at__gte=since).count(),
        State.FAILED: letters_not_delivered().count(),
    }


def latest_of_kind(kind: str) -> OutboxLetter | None:
    """The newest letter of a kind."""
    return OutboxLetter.objects.filter(kind=kind).order_by("-id").first()
