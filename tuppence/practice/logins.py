"""Who a visitor of the practice market can be, and how to sign in as them. Pure."""

from dataclasses import dataclass
from datetime import date

from tuppence.members.roles import Role
from tuppence.practice.people import BORROWER_EMAIL, INVESTOR_EMAIL, MAIL_DOMAIN

PASSWORD = "two-pence-practice"  # noqa: S105 - obvious on purpose, printed by the demo
"""One password for everybody: these accounts hold no real money and exist in the demo only."""


@dataclass(frozen=True, slots=True)
class Login:
    """One account to try."""

    persona: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class DemoLogins:
    """Every account that the demo shows, in the order in which a newcomer would try them."""

    logins: tuple[Login, ...]

    def of(self, persona: str) -> Login:
        """The first account of a persona; LookupError where there is none."""
        for login in self.logins:
            if login.persona == persona:
                return login
        raise LookupError(f"No login of the demo is a {persona}.")


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One person of the practice market's staff."""

    tag: str
    legal_name: str
    born_on: date
    role: Role
    persona: str

    @property
    def email(self) -> str:
        """Where they sign in."""
        return f"{self.tag}@{MAIL_DOMAIN}"


STAFF = (
    StaffMember(
        "growth", "Tamsin Grevenbrook", date(1988, 4, 2), Role.GROWTH_OPERATOR, "growth operator"
    ),
    StaffMember(
        "credit", "Severin Holmqvist", date(1979, 9, 14), Role.CREDIT_OFFICER, "credit officer"
    ),
    StaffMember(
        "credit-second",
        "Imke Sandvoort",
        date(1986, 2, 11),
        Role.CREDIT_OFFICER,
        "credit officer, second person",
    ),
    StaffMember(
        "finance", "Noemi Castellmar", date(1984, 1, 30), Role.FINANCE_OFFICER, "finance officer"
    ),
    StaffMember(
        "finance-second",
        "Oskar Lindenau",
        date(1991, 7, 8),
        Role.FINANCE_OFFICER,
        "finance officer, second person",
    ),
    StaffMember(
        "compliance",
        "Eleni Montferrand",
        date(1975, 11, 21),
        Role.COMPLIANCE_OFFICER,
        "compliance officer",
    ),
    StaffMember("support", "Jelle Vandermeer", date(1996, 3, 5), Role.SUPPORT, "support"),
    StaffMember(
        "administrator", "Ragna Thorvik", date(1982, 6, 17), Role.ADMINISTRATOR, "administrator"
    ),
)
"""The second officers are there because some steps need two people."""


def demo_logins() -> DemoLogins:
    """The logins of the demo: a borrower with a running loan, an investor, all of the staff."""
    members = (("borrower", BORROWER_EMAIL), ("investor", INVESTOR_EMAIL))
    staff = ((person.persona, person.email) for person in STAFF)
    return DemoLogins(
        tuple(Login(persona, email, PASSWORD) for persona, email in (*members, *staff))
    )
