"""What was decided: by officer and month, by grade, and what refused applications stumbled over."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.conf import settings
from django.db import connection

from tuppence.lending.decision_reasons import Ground

MONTHS_BACK = 24


@dataclass(frozen=True, slots=True)
class OfficerMonth:
    """What one officer decided in one month."""

    month: date
    officer: str
    currency: str
    approved: int
    approved_minor: int
    jointly: int  # of the approved, by two officers
    refused: int
    refused_minor: int

    @property
    def share_approved(self) -> Fraction:
        """Of what was decided, by number."""
        return Fraction(self.approved, self.approved + self.refused)


@dataclass(frozen=True, slots=True)
class GradeTotal:
    """What was approved in one grade; the averages are weighted by amount."""

    grade: str
    currency: str
    approved: int
    approved_minor: int
    annual_rate: Fraction
    expected_loss: Fraction


@dataclass(frozen=True, slots=True)
class GroundTotal:
    """How often something spoke against a refused application; one may have several grounds."""

    ground: str  # "not_said" where the officer chose none
    currency: str
    refused: int
    refused_minor: int
    share: Fraction  # of all refusals


def by_officer_and_month(*, since: datetime) -> list[OfficerMonth]:
    """The latest month first, in a month by officer."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date_trunc('month', made.decided_at AT TIME ZONE %(zone)s)::date AS month,
                   officer.email, asked.currency,
                   count(*) FILTER (WHERE made.approved),
                   coalesce(sum(asked.amount_minor) FILTER (WHERE made.approved), 0)::bigint,
                   count(*) FILTER (WHERE made.approved AND made.agreed_by_id IS NOT NULL),
                   count(*) FILTER (WHERE NOT made.approved),
                   coalesce(sum(asked.amount_minor) FILTER (WHERE NOT made.approved), 0)::bigint
            FROM lending_applicationdecision AS made
            JOIN lending_application AS asked ON asked.id = made.application_id
            JOIN members_user AS officer ON officer.id = made.decided_by_id
            WHERE made.decided_at >= %(since)s
            GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2, 3
            """,
            {"zone": settings.TIME_ZONE, "since": since},
        )
        return [OfficerMonth(*row) for row in cursor]


def by_grade(*, since: datetime) -> list[GradeTotal]:
    """What was approved, by grade; rates are exact, so they are added up here."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT made.grade, asked.currency, made.annual_rate, made.expected_loss, count(*),
                   sum(asked.amount_minor)::bigint
            FROM lending_applicationdecision AS made
            JOIN lending_application AS asked ON asked.id = made.application_id
            WHERE made.approved AND made.decided_at >= %(since)s
            GROUP BY 1, 2, 3, 4
            """,
            {"since": since},
        )
        rows = cursor.fetchall()
    found: dict[tuple[str, str], list[tuple[Fraction, Fraction, int, int]]] = defaultdict(list)
    for grade, currency, rate, loss, number, minor in rows:
        found[grade, currency].append((Fraction(rate or 0), Fraction(loss or 0), number, minor))
    return [_grade_total(*key, found[key]) for key in sorted(found)]


def _grade_total(
    grade: str, currency: str, parts: list[tuple[Fraction, Fraction, int, int]]
) -> GradeTotal:
    minor = sum(part[3] for part in parts)
    return GradeTotal(
        grade=grade,
        currency=currency,
        approved=sum(part[2] for part in parts),
        approved_minor=minor,
        annual_rate=sum((part[0] * part[3] for part in parts), Fraction(0)) / minor,
        expected_loss=sum((part[1] * part[3] for part in parts), Fraction(0)) / minor,
    )


def by_ground(*, since: datetime) -> list[GroundTotal]:
    """What stood against refused applications, the most frequent first."""
    against = [ground.value for ground in Ground if ground.is_against]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH refused AS (
                SELECT made.id, made.grounds, asked.currency, asked.amount_minor,
                       count(*) OVER (PARTITION BY asked.currency) AS refusals
                FROM lending_applicationdecision AS made
                JOIN lending_application AS asked ON asked.id = made.application_id
                WHERE NOT made.approved AND made.decided_at >= %(since)s
            )
            SELECT coalesce(ground.code, 'not_said'), refused.currency, count(*),
                   sum(refused.amount_minor)::bigint, max(refused.refusals)
            FROM refused
            LEFT JOIN LATERAL jsonb_array_elements_text(refused.grounds) AS ground(code)
                ON ground.code = ANY(%(against)s)
            GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
            """,
            {"since": since, "against": against},
        )
        return [
            GroundTotal(code, currency, number, minor, Fraction(number, of))
            for code, currency, number, minor, of in cursor
        ]
