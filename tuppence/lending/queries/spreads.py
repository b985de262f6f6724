"""How a lender's money is spread over borrowers, grades and the months still to run."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from tuppence.lending.spread import Part, Spread, spread_of


@dataclass(frozen=True, slots=True)
class LenderSpread:
    """Three views of the same running holdings. Terms are named by their longest months to run."""

    borrowers: Spread  # by pseudonym
    grades: Spread
    terms: Spread  # "6", "12", "24" or "more"


def lender_spread(member_id: int, *, on: date) -> LenderSpread:
    """All three in one query; late loans count by their planned end."""
    views: dict[str, list[Part]] = {"borrower": [], "grade": [], "term": []}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT CASE WHEN grouping(borrower) = 0 THEN 'borrower'
                        WHEN grouping(grade) = 0 THEN 'grade' ELSE 'term' END,
                   coalesce(borrower, grade, term), count(*), sum(outstanding_minor)::bigint
            FROM (
                SELECT member.pseudonym AS borrower, loan.grade, holding.outstanding_minor,
                       CASE WHEN loan.matures_on < %(on)s::date + interval '6 months' THEN '6'
                            WHEN loan.matures_on < %(on)s::date + interval '12 months' THEN '12'
                            WHEN loan.matures_on < %(on)s::date + interval '24 months' THEN '24'
                            ELSE 'more' END AS term
                FROM lending_holding AS holding
                JOIN lending_loan AS loan ON loan.id = holding.loan_id AND loan.state = 'active'
                JOIN members_member AS member ON member.id = loan.borrower_id
                WHERE holding.member_id = %(member)s AND holding.outstanding_minor > 0
            ) AS held
            GROUP BY GROUPING SETS ((borrower), (grade), (term))
            """,
            {"member": member_id, "on": on},
        )
        for view, name, loans, outstanding_minor in cursor:
            views[view].append(Part(name, loans, outstanding_minor))
    return LenderSpread(
        *(spread_of(views[view]) for view in ("borrower", "grade", "term")),
    )
