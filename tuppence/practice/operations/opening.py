"""Open the practice market: its staff, its client bank account, its products."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from tuppence import platform
from tuppence.bank.operations import ClientAccount, open_client_account
from tuppence.ledger.ids import derive_id
from tuppence.members.models import User
from tuppence.members.operations import create_staff
from tuppence.practice.client_bank import practice_iban
from tuppence.practice.logins import PASSWORD, STAFF

CLIENT_ACCOUNT_KEY = derive_id("practice", "client account")
CLIENT_ACCOUNT_NUMBER = 1_000_000_001
BREAK_LIMIT_MINOR = 100_00


@dataclass(frozen=True, slots=True)
class Office:
    """The staff by tag, as user ids, the client account, and the hash of the one password."""

    staff: Mapping[str, int]
    account_id: int
    password_hash: str

    @property
    def credit(self) -> int:
        """Decides on applications."""
        return self.staff["credit"]

    @property
    def finance(self) -> int:
        """Prepares what moves money."""
        return self.staff["finance"]

    @property
    def second(self) -> int:
        """Is the second pair of eyes."""
        return self.staff["finance-second"]

    @property
    def compliance(self) -> int:
        """Verifies identities."""
        return self.staff["compliance"]


def open_office(*, at: datetime) -> Office:
    """Make the staff and take up the client account; safe to repeat."""
    # Hashing is slow on purpose, and everybody has the same password: once is enough.
    password_hash = make_password(PASSWORD)
    staff = {
        person.tag: create_staff(
            person.email,
            legal_name=person.legal_name,
            born_on=person.born_on,
            roles=[person.role],
            at=at,
        ).pk
        for person in STAFF
    }
    User.objects.filter(id__in=staff.values()).update(password=password_hash)
    account_id = open_client_account(
        ClientAccount(
            key=CLIENT_ACCOUNT_KEY,
            holder_name="Tuppence Practice, client money",
            account=practice_iban(CLIENT_ACCOUNT_NUMBER),
            currency=platform.currency(),
            responsible_id=staff["finance"],
            break_limit_minor=BREAK_LIMIT_MINOR,
        ),
        at=at,
    )
    return Office(staff, account_id, password_hash)
