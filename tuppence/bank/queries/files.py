"""Files that came from the bank, and files that went to it."""

from tuppence.bank.models import PayoutFile, StatementFile


def payout_file_content(file_id: int) -> tuple[str, bytes]:
    """The name and the bytes of a payment file, as the bank gets it."""
    file = PayoutFile.objects.get(id=file_id)
    return f"{file.message_id}.xml", file.content.encode()


def payout_files(*, limit: int = 100) -> list[PayoutFile]:
    """The payment files, newest first."""
    return list(PayoutFile.objects.select_related("account").order_by("-id")[:limit])


def statement_files(*, limit: int = 100) -> list[StatementFile]:
    """The imported statement files, newest first."""
    return list(StatementFile.objects.order_by("-id")[:limit])
