"""Made-up facts for each kind of letter, for the preview of letters that nobody got yet."""

from datetime import UTC, date, datetime

from tuppence.letters.kinds import LetterKind
from tuppence.web.letters.facts import Facts

NAME = "Anna Weber"
TITLE = "A second oven for a bakery"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

MONTHS = (
    ("2025-10", 310_00, 41_20),
    ("2025-11", 420_00, 52_75),
    ("2025-12", 0, 0),
    ("2026-01", 655_40, 88_10),
    ("2026-02", 980_00, 121_60),
    ("2026-03", 1_100_00, 150_00),
)

CODES = {
    LetterKind.IDENTITY_REFUSED: "document_unreadable",
    LetterKind.APPLICATION_APPROVED: "B",
    LetterKind.LISTING_ENDED: "expired",
    LetterKind.INSTALMENT_LATE: "31-60",
    LetterKind.PLAN_ANSWERED: "agreed",
    LetterKind.INVESTMENT_RETURNED: "cancelled",
}
TEXTS = {
    LetterKind.NEW_DEVICE: "Firefox, Linux",
    LetterKind.INFORMATION_ASKED: "Your income changed in May.\n• Payslips of May and June",
    LetterKind.QUESTION_ASKED: "What does the oven earn in a month?",
    LetterKind.QUESTION_ANSWERED: "About 900 euros after flour and power.",
    LetterKind.PLAN_ANSWERED: "Half the instalment until June, the rest at the end of the loan.",
}
REFERENCES = {
    LetterKind.NEW_DEVICE: "192.0.2.17",
    LetterKind.WITHDRAWAL_ASKED: "DE•• •••• 3000",
    LetterKind.WITHDRAWAL_PAID: "DE•• •••• 3000",
    LetterKind.CONTRACT_SIGNED: SHA256,
    LetterKind.MONTH_STATEMENT: "2026-03",
}


def sample(kind: LetterKind, currency: str) -> Facts:
    """Facts that show everything a letter of this kind can show."""
    return Facts(
        number=117,
        title=TITLE,
        currency=currency,
        amount_minor=1_234_50,
        principal_minor=1_100_00,
        interest_minor=150_00,
        fee_minor=15_50,
        left_minor=8_765_50,
        available_minor=1_000_00,
        days=34,
        count=24,
        rate="21/250",
        on=date(2026, 3, 16),
        at=AT,
        code=CODES.get(kind, ""),
        text=TEXTS.get(kind, ""),
        reference=REFERENCES.get(kind, ""),
        months=MONTHS if kind is LetterKind.MONTH_STATEMENT else (),
    )
