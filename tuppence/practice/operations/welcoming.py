"""In the demo only: an officer of the practice market looks at a newcomer's papers at once."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from tuppence.ledger.ids import derive_id
from tuppence.members.identity import DecideOrder, SubmitOrder, SubmitStatus
from tuppence.members.operations import decide_identity, submit_identity
from tuppence.money.refusals import InputRefusedError, sentence
from tuppence.practice import queries


class PracticeOfficerError(InputRefusedError):
    """Nobody can look at these papers; the sentence says what to do."""


@transaction.atomic
def accept_papers(member_id: int, at: datetime, *, by: int) -> None:
    """Ask for a member's identity check, unless it waits already, and let it be accepted.

    `by` is the user who asks. Asked again it does nothing more. Raises PracticeOfficerError outside
    of the demo, and for a member who can't be verified.
    """
    officer = queries.staff_user_id("compliance") if settings.TUPPENCE_DEMO else None
    if officer is None:
        raise PracticeOfficerError(
            sentence("The practice officer works in the demo only: start it with `tuppence demo`.")
        )
    key = derive_id("practice.welcome", member_id, at.isoformat())
    (asked,) = submit_identity([SubmitOrder(key, member_id, at, by=by)])
    if asked.status is SubmitStatus.ALREADY_VERIFIED:
        return
    check_id = asked.check_id or queries.waiting_check_id(member_id)
    if check_id is None:
        raise PracticeOfficerError(sentence("This member can't be verified."))
    order = DecideOrder(derive_id("practice.welcomed", check_id), check_id, True, at)
    decide_identity([order], by=officer)
