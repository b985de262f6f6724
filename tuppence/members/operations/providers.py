"""Identity providers from outside: hand checks over, fetch verdicts, decide like staff would.

An installation registers its provider at start: `register_provider(MyProvider())`. Checks that
are submitted with its name go to it; calls to it happen between transactions, and each can be
repeated: the provider knows a check by its number.
"""

from datetime import datetime

from django.db import connection

from tuppence.ledger.ids import derive_id
from tuppence.members.identity import (
    STAFF_QUEUE,
    DecideOrder,
    Decision,
    IdentityProvider,
    IdentityRequest,
    Reason,
)
from tuppence.members.operations.identity import decide_identity

providers: dict[str, IdentityProvider] = {}


def register_provider(provider: IdentityProvider) -> None:
    """Let a provider take the checks that carry its name."""
    assert provider.name != STAFF_QUEUE and provider.name not in providers
    providers[provider.name] = provider


def hand_over(name: str) -> int:
    """Give a provider the checks it has not seen yet; how many there were."""
    provider = providers[name]
    requests = unseen(name)
    for request in requests:
        reference = provider.submit(request)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE members_identitycheck SET provider_reference = %s WHERE id = %s",
                [reference, request.check_id],
            )
    return len(requests)


def unseen(name: str) -> list[IdentityRequest]:
    """The checks of a provider without its reference, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, m.kind = 'person', m.legal_name, m.born_on, m.country,"
            " m.registration_number FROM members_identitycheck c"
            " JOIN members_member m ON m.id = c.member_id"
            " WHERE c.provider = %s AND c.provider_reference = '' ORDER BY c.id",
            [name],
        )
        return [IdentityRequest(*row) for row in cursor]


def collect_verdicts(name: str, *, at: datetime) -> list[Decision]:
    """Decide on the checks of a provider that it has a verdict for by now."""
    waiting = waiting_by_reference(name)
    verdicts = providers[name].verdicts(sorted(waiting))
    orders = [
        DecideOrder(
            key=derive_id("identity.verdict", name, verdict.reference),
            check_id=waiting[verdict.reference],
            approve=verdict.approve,
            at=at,
            reasons=() if verdict.approve else verdict.reasons or (Reason.OTHER,),
        )
        for verdict in verdicts
        if verdict.reference in waiting
    ]
    return decide_identity(orders, by=None, provider=name)


def waiting_by_reference(name: str) -> dict[str, int]:
    """The undecided checks of a provider by its reference."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.provider_reference, c.id FROM members_identitycheck c"
            " LEFT JOIN members_identitydecision d ON d.identity_check_id = c.id"
            " WHERE c.provider = %s AND c.provider_reference <> ''"
            " AND d.identity_check_id IS NULL",
            [name],
        )
        return dict(cursor.fetchall())
