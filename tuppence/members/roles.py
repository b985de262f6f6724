"""Staff roles and what each may do: the one table that pages, operations and tests read."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that staff may do or see."""

    # Members
    SEE_MEMBERS = "see_members"
    REVIEW_IDENTITY = "review_identity"
    SEE_DOCUMENTS = "see_documents"
    SEE_BANK_DETAILS = "see_bank_details"
    CHANGE_BANK_DETAILS = "change_bank_details"
    APPROVE_BANK_DETAILS = "approve_bank_details"
    SEE_COMPLIANCE_NOTES = "see_compliance_notes"
    WRITE_COMPLIANCE_NOTES = "write_compliance_notes"
    SET_MARKS = "set_marks"
    BLOCK_MEMBERS = "block_members"
    SEE_COMPLAINTS = "see_complaints"
    HANDLE_COMPLAINTS = "handle_complaints"
    SEE_LETTERS = "see_letters"
    # Lending and market
    SEE_APPLICATIONS = "see_applications"
    DECIDE_APPLICATION = "decide_application"
    MANAGE_PRODUCTS = "manage_products"
    MANAGE_LISTINGS = "manage_listings"
    SEE_LOANS = "see_loans"
    SERVICE_LOANS = "service_loans"  # contacts, promises, rate changes, pauses
    PREPARE_PAYOUT = "prepare_payout"
    APPROVE_PAYOUT = "approve_payout"
    WRITE_OFF = "write_off"
    APPROVE_WRITE_OFF = "approve_write_off"
    # Bank and books
    SEE_BANK = "see_bank"
    IMPORT_STATEMENT = "import_statement"
    ASSIGN_RECEIPT = "assign_receipt"
    APPROVE_WITHDRAWAL = "approve_withdrawal"
    SEND_PAYMENTS = "send_payments"
    MANUAL_ENTRY = "manual_entry"
    APPROVE_MANUAL_ENTRY = "approve_manual_entry"
    CLOSE_DAY = "close_day"
    SEE_BOOKS = "see_books"
    # Growth
    SEE_GROWTH = "see_growth"
    MANAGE_CAMPAIGNS = "manage_campaigns"
    APPROVE_CAMPAIGN = "approve_campaign"
    BOOK_SPEND = "book_spend"
    # The platform
    SEE_AUDIT = "see_audit"
    SEE_APPROVALS = "see_approvals"
    MANAGE_ROLES = "manage_roles"
    APPROVE_ROLES = "approve_roles"
    SEE_HEALTH = "see_health"


class Role(StrEnum):
    """A staff role; the value is the name of its group."""

    GROWTH_OPERATOR = "growth operator"
    CREDIT_OFFICER = "credit officer"
    FINANCE_OFFICER = "finance officer"
    COMPLIANCE_OFFICER = "compliance officer"
    SUPPORT = "support"
    ADMINISTRATOR = "administrator"


def permissions_named(*names: str) -> frozenset[Permission]:
    """The permissions of these names, which may stand in one text."""
    return frozenset(Permission(name) for text in names for name in text.split())


# Growth staff see who members are, never papers, bank details or what compliance knows.
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.GROWTH_OPERATOR: permissions_named(
        "see_members see_growth manage_campaigns book_spend manage_listings see_approvals"
    ),
    Role.CREDIT_OFFICER: permissions_named(
        "see_members see_documents see_applications decide_application manage_products",
        "manage_listings see_loans service_loans prepare_payout write_off see_approvals",
    ),
    Role.FINANCE_OFFICER: permissions_named(
        "see_members see_bank_details change_bank_details approve_bank_details see_loans",
        "prepare_payout approve_payout approve_write_off see_bank import_statement",
        "assign_receipt approve_withdrawal send_payments manual_entry approve_manual_entry",
        "close_day see_books see_growth approve_campaign book_spend see_approvals",
    ),
    Role.COMPLIANCE_OFFICER: permissions_named(
        "see_members review_identity see_documents see_bank_details approve_bank_details",
        "see_compliance_notes write_compliance_notes set_marks block_members see_applications",
        "see_loans approve_withdrawal see_bank see_books see_growth see_audit see_approvals",
        "approve_roles see_complaints handle_complaints see_letters",
    ),
    Role.SUPPORT: permissions_named(
        "see_members see_applications see_loans service_loans see_complaints see_letters"
    ),
    Role.ADMINISTRATOR: permissions_named(
        "see_members manage_roles approve_roles see_audit see_approvals see_health"
    ),
}

assert set(ROLE_PERMISSIONS) == set(Role), "every role has its row"


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Everything that these roles may do together."""
    return frozenset[Permission]().union(*(ROLE_PERMISSIONS[role] for role in roles))


def roles_with(permission: Permission) -> frozenset[Role]:
    """The roles that may do one thing."""
    return frozenset(role for role, may in ROLE_PERMISSIONS.items() if permission in may)


def roles_named(names: frozenset[str]) -> frozenset[Role]:
    """The staff roles among names of groups; groups of other kinds are no role."""
    return frozenset(role for role in Role if role.value in names)
