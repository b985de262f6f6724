"""What each refusal of this room says to the person who meets it: a sentence that says what to do.

Faces show `gettext(refusal(status))`; statuses that are no refusal have no sentence here.
"""

from enum import StrEnum

from tuppence.members.approvals import Status as ApprovalStatus
from tuppence.members.bank_account import AddStatus, VerifyStatus
from tuppence.members.compliance import ActStatus, SayStatus
from tuppence.members.identity import DecideStatus, SubmitStatus
from tuppence.members.paper import PaperStatus
from tuppence.members.registration import RegisterStatus
from tuppence.members.suitability import SuitabilityStatus
from tuppence.money.refusals import sentence

SENT_BEFORE = sentence("This was sent before with other content. Start again from an empty form.")
NO_MEMBER = sentence("There is no such member. Check the number.")
OWN_CASE = sentence("This is your own case. Somebody else has to decide it.")
NO_PERMISSION = sentence("Your role does not include this. Ask an administrator.")
BLOCKED = sentence("This member is blocked. Compliance has to lift the block first.")
WRITE_REASON = sentence("Write a reason, so that others can follow it later.")
PLAIN_TEXT = sentence(
    "Write at most 4,000 characters of plain text, without invisible or control characters."
)

# One mapping for each kind of status: texts of two kinds may be equal, and then so are their keys.
REFUSALS: dict[type[StrEnum], dict[str, str]] = {
    RegisterStatus: {
        RegisterStatus.EXISTS_WITH_DIFFERENT_FIELDS: SENT_BEFORE,
        RegisterStatus.NAME_NOT_ALLOWED: sentence(
            "Write the full legal name, without invisible or control characters."
        ),
        RegisterStatus.COUNTRY_UNKNOWN: sentence("Choose the country from the list."),
        RegisterStatus.BIRTH_DATE_IMPOSSIBLE: sentence("Check the birth date: it can't be right."),
        RegisterStatus.TOO_YOUNG: sentence("Members have to be 18. Come back after your birthday."),
        RegisterStatus.REGISTRATION_NUMBER_MISSING: sentence(
            "Write the number under which the organisation is registered."
        ),
        RegisterStatus.REGISTRATION_NUMBER_NOT_ALLOWED: sentence(
            "Write the registration number with letters, digits, blanks, dots, slashes and hyphens."
        ),
        RegisterStatus.REPRESENTATIVE_NOT_ALLOWED: sentence(
            "Write the full legal name of the person who represents the organisation."
        ),
        RegisterStatus.USER_NOT_FOUND: sentence("Sign up with an e-mail address first."),
        RegisterStatus.USER_HAS_MEMBER: sentence(
            "You are a member already. Your details are under your account."
        ),
    },
    AddStatus: {
        AddStatus.EXISTS_WITH_DIFFERENT_FIELDS: SENT_BEFORE,
        AddStatus.IBAN_NOT_VALID: sentence(
            "Check the IBAN against your bank card or statement: a digit is wrong."
        ),
        AddStatus.MEMBER_NOT_FOUND: NO_MEMBER,
        AddStatus.HOLDER_DIFFERS: sentence(
            "Name an account in your own name: money is only paid out to its owner."
        ),
        AddStatus.ALREADY_NAMED: sentence("This account is named already. There is nothing to do."),
    },
    VerifyStatus: {
        VerifyStatus.NOT_FOUND: sentence(
            "There is no such bank account. Look at the member's page."
        ),
        VerifyStatus.NOT_PERMITTED: NO_PERMISSION,
        VerifyStatus.OWN_CASE: OWN_CASE,
        VerifyStatus.RETIRED: sentence(
            "This account was replaced. Verify the member's latest one."
        ),
        VerifyStatus.BLOCKED: BLOCKED,
        VerifyStatus.NEEDS_SECOND_PERSON: sentence(
            "Another account is in use. Ask for a change, and a second person approves it."
        ),
    },
    SubmitStatus: {
        SubmitStatus.EXISTS_WITH_DIFFERENT_FIELDS: SENT_BEFORE,
        SubmitStatus.MEMBER_NOT_FOUND: NO_MEMBER,
        SubmitStatus.BLOCKED: BLOCKED,
        SubmitStatus.ALREADY_VERIFIED: sentence(
            "You are verified already. There is nothing to do."
        ),
        SubmitStatus.ALREADY_WAITING: sentence(
            "We have your papers. You will hear from us; there is nothing to do until then."
        ),
    },
    DecideStatus: {
        DecideStatus.EXISTS_WITH_DIFFERENT_FIELDS: SENT_BEFORE,
        DecideStatus.CHECK_NOT_FOUND: sentence("There is no such check. Go back to the queue."),
        DecideStatus.NOT_PERMITTED: NO_PERMISSION,
        DecideStatus.OWN_CASE: OWN_CASE,
        DecideStatus.ALREADY_DECIDED: sentence(
            "Somebody has decided this meanwhile. Look at the decision on the member's page."
        ),
        DecideStatus.REMARK_NOT_ALLOWED: PLAIN_TEXT,
        DecideStatus.REASON_MISSING: sentence("Choose at least one reason; the member is told."),
        DecideStatus.BLOCKED: BLOCKED,
        DecideStatus.BIRTH_DATE_MISSING: sentence("Ask the member for the birth date first."),
        DecideStatus.MARK_STANDS: sentence(
            "A compliance mark stands on this member. Clear it first, with a remark."
        ),
    },
    PaperStatus: {
        PaperStatus.EMPTY: sentence("The file is empty. Choose another one."),
        PaperStatus.TOO_LARGE: sentence("Send a file of at most 8 MB."),
        PaperStatus.TYPE_NOT_ACCEPTED: sentence("Send a PDF, a JPEG or a PNG."),
        PaperStatus.MORE_THAN_ONE_TYPE: sentence(
            "The file is damaged or holds another one. Save it again and send that."
        ),
        PaperStatus.ACTIVE_CONTENT: sentence(
            "The file holds a program or other files. Print it to PDF and send that."
        ),
        PaperStatus.MEMBER_NOT_FOUND: NO_MEMBER,
    },
    ApprovalStatus: {
        ApprovalStatus.NOT_FOUND: sentence("There is no such request. Go back to the list."),
        ApprovalStatus.ALREADY_DECIDED: sentence("Somebody has decided this request meanwhile."),
        ApprovalStatus.EXPIRED: sentence("This request is too old. It has to be made again."),
        ApprovalStatus.NOT_PERMITTED: NO_PERMISSION,
        ApprovalStatus.SAME_PERSON: sentence(
            "You made this request. Another person has to approve it."
        ),
        ApprovalStatus.PERSON_UNKNOWN: sentence(
            "It is not known who stands behind one of the two accounts. Verify that identity first."
        ),
        ApprovalStatus.SAME_HUMAN: sentence(
            "The request was made from another account of yours. Another person has to approve it."
        ),
        ApprovalStatus.OWN_CASE: OWN_CASE,
        ApprovalStatus.PAYLOAD_CHANGED: sentence(
            "This is not what was asked for. Open the request again and read it before you decide."
        ),
        ApprovalStatus.REASON_MISSING: WRITE_REASON,
        ApprovalStatus.CANNOT_APPLY: sentence(
            "This can't be carried out now. Read why, or refuse it."
        ),
    },
    ActStatus: {
        ActStatus.NOTHING_TO_DO: sentence("This is so already. There is nothing to do."),
        ActStatus.MEMBER_NOT_FOUND: NO_MEMBER,
        ActStatus.NOT_PERMITTED: NO_PERMISSION,
        ActStatus.OWN_CASE: OWN_CASE,
        ActStatus.TEXT_MISSING: WRITE_REASON,
        ActStatus.TEXT_NOT_ALLOWED: PLAIN_TEXT,
    },
    SayStatus: {
        SayStatus.MEMBER_NOT_FOUND: NO_MEMBER,
        SayStatus.AMOUNT_NOT_ALLOWED: sentence("Write an amount of zero or more."),
        SayStatus.TEXT_NOT_ALLOWED: sentence("Choose a purpose from the list."),
    },
    SuitabilityStatus: {
        SuitabilityStatus.EXISTS_WITH_DIFFERENT_FIELDS: SENT_BEFORE,
        SuitabilityStatus.MEMBER_NOT_FOUND: NO_MEMBER,
        SuitabilityStatus.SCORE_IMPOSSIBLE: sentence(
            "The score can't be right. Take the test again."
        ),
        SuitabilityStatus.NET_WORTH_MISSING: sentence(
            "Write your income, savings and commitments, to see the loss you can bear."
        ),
        SuitabilityStatus.NET_WORTH_IMPOSSIBLE: sentence("Check the amounts: they can't be right."),
    },
}


def refusal(status: StrEnum) -> str | None:
    """The English sentence of a refusal, to be translated; None where nothing was refused."""
    return REFUSALS[type(status)].get(status)
