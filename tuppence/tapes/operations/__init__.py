"""The only modules that write the room's tables: a tape into the books, chunk by chunk."""

from tuppence.tapes.operations.importing import import_loans
from tuppence.tapes.operations.setting_up import CurrencyTakenError

__all__ = ["CurrencyTakenError", "import_loans"]
