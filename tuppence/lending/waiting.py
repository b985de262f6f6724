"""For whom an application waits, and what it waits for. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Wait(StrEnum):
    """The next step of an application, by whoever has to take it."""

    OFFICER = "officer"  # decides
    APPLICANT = "applicant"  # answers what was asked
    SECOND = "second"  # another officer agrees
    CONTRACT = "contract"  # staff write it
    PUBLICATION = "publication"  # staff publish the listing
    INVESTORS = "investors"  # fund it
    SIGNATURE = "signature"  # the borrower signs
    PAY_OUT = "pay_out"  # staff pay it out
    NOBODY = "nobody"  # it has ended, or the loan runs


@dataclass(frozen=True, slots=True)
class Progress:
    """What was done with an application so far."""

    approved: bool | None  # None while nobody has decided
    has_ended: bool  # taken back, or paid out
    asked: bool = False  # for more information, and not answered
    proposed: bool = False  # an approval waits for a second officer
    written: bool = False  # the contract
    signed: bool = False
    listing_state: str = ""


def wait_of(progress: Progress) -> Wait:
    """Say who moves next.

    >>> wait_of(Progress(approved=None, has_ended=False, asked=True)).value
    'applicant'
    """
    if progress.has_ended or progress.approved is False:
        return Wait.NOBODY
    if progress.approved is None:
        if progress.proposed:
            return Wait.SECOND
        return Wait.APPLICANT if progress.asked else Wait.OFFICER
    if progress.listing_state not in {"", "open", "full"}:
        return Wait.NOBODY
    if not progress.written:
        return Wait.CONTRACT
    if not progress.listing_state:
        return Wait.PUBLICATION
    if progress.listing_state == "open":
        return Wait.INVESTORS
    return Wait.PAY_OUT if progress.signed else Wait.SIGNATURE
