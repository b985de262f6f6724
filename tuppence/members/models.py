"""Who takes part: users who sign in, members who borrow and lend, and what is known of each.

A state is a row with a time and an author. The few columns of `Member` that repeat such rows
(`verified_at` and its neighbours) are there so that a batch of 20,000 investors loads in one
query; only `operations` writes them, together with the row they repeat.
"""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q

from tuppence.members.email_address import normalise_email
from tuppence.members.registration import MemberKind

AMOUNT_RANGE = {"gte": 0, "lte": 10**15}


def within_range(field: str) -> Q:
    """The bound every stored amount has: 0 to 10**15 minor units."""
    return Q(**{f"{field}__{bound}": value for bound, value in AMOUNT_RANGE.items()})


class Human(models.Model):
    """One real person, however many accounts that person opens: four eyes need two of these."""

    identity_key = models.CharField(max_length=64, unique=True)  # digest of name, birth, country
    known_since = models.DateTimeField()


class UserManager(BaseUserManager["User"]):
    """Finds and makes users by their normalised e-mail."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of an e-mail, however it was typed; `EmailError` reads as no such user."""
        try:
            return self.get(email=normalise_email(username or ""))
        except ValueError as error:
            raise self.model.DoesNotExist from error

    def create_user(self, email: str, password: str | None = None) -> "User":
        """A user who signs in by e-mail; no password means that none fits."""
        user = self.model(email=normalise_email(email))
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in: for themselves, for an organisation, or as staff."""

    email = models.EmailField(unique=True)  # as `normalise_email` writes it, nothing else
    human = models.ForeignKey(
        Human, models.PROTECT, null=True, blank=True, related_name="users", db_index=True
    )
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(email__regex=r"^[!-~]+@[!-~]+$") & ~Q(email__regex="[A-Z]"),
                name="user_email_normalised",
            ),
            # Nobody stands above the declared permissions and the second pair of eyes.
            models.CheckConstraint(condition=Q(is_superuser=False), name="user_no_superuser"),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        """Whoever makes the row (a form, a shell, allauth) gets the one spelling."""
        self.email = normalise_email(self.email)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on untouched


class Member(models.Model):
    """A person or an organisation that may borrow and lend; owner of accounts in the ledger."""

    key = models.UUIDField(unique=True)  # of the order that registered the member
    kind = models.CharField(
        max_length=12, choices=[(kind.value, kind.value.capitalize()) for kind in MemberKind]
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="member"
    )
    pseudonym = models.CharField(max_length=40, unique=True)  # what other members see
    legal_name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, db_index=True)  # folded, for search by prefix
    country = models.CharField(max_length=2)
    born_on = models.DateField(null=True, blank=True)
    registration_number = models.CharField(max_length=40, blank=True)
    payment_reference = models.CharField(max_length=25, unique=True)
    joined_at = models.DateTimeField()

    # Repeated from rows below for the hot path.
    verified_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)
    test_passed_on = models.DateField(null=True)
    simulated_on = models.DateField(null=True)
    sophisticated = models.BooleanField(default=False)
    warning_acknowledged_at = models.DateTimeField(null=True)
    net_worth_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["person", "organisation"]), name="member_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(country__regex="^[A-Z]{2}$"), name="member_country_code"
            ),
            models.CheckConstraint(
                condition=Q(net_worth_minor=None)
                | Q(net_worth_minor__gte=-(10**15), net_worth_minor__lte=10**15),
                name="member_net_worth_bounded",
            ),
        ]


class Representation(models.Model):
    """A user may act for an organisation from one moment to another."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="representations"
    )
    member = models.ForeignKey(Member, models.PROTECT, related_name="representations")
    legal_name = models.CharField(max_length=200, blank=True, default="")
    born_on = models.DateField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)  # exclusive; null while it lasts

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "member"],
                condition=Q(ends_at=None),
                name="representation_one_open",
            )
        ]


class IdentityCheck(models.Model):
    """A member asked to be verified; open until a decision stands beside it."""

    key = models.UUIDField(unique=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="identity_checks")
    provider = models.CharField(max_length=30)
    provider_reference = models.CharField(max_length=100, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField(db_index=True)


class IdentityDecision(models.Model):
    """What was decided on a check, by whom (nobody: a provider decided), and why."""

    identity_check = models.OneToOneField(
        IdentityCheck, models.PROTECT, related_name="decision", primary_key=True
    )
    key = models.UUIDField(unique=True)
    approved = models.BooleanField()
    reasons = models.JSONField(default=list)  # codes of `identity.Reason`
    remark = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField()


class Mark(models.Model):
    """A compliance mark (sanctions, exposed person, source of funds), open until it ends."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=20)
    finding = models.CharField(max_length=20)
    remark = models.TextField(blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)  # exclusive; null while it stands

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind"], condition=Q(ends_at=None), name="mark_one_open_a_kind"
            )
        ]


class Block(models.Model):
    """A member may not act while a block is open."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="blocks")
    reason = models.TextField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ends_at = models.DateTimeField(null=True)  # exclusive; null while it stands

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(ends_at=None), name="block_one_open"
            )
        ]


class Document(models.Model):
    """An uploaded file; its bytes lie outside the web root under a random name."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="documents")
    identity_check = models.ForeignKey(
        IdentityCheck, models.PROTECT, null=True, related_name="documents"
    )
    kind = models.CharField(max_length=30)
    stored_name = models.CharField(max_length=64, unique=True)
    shown_name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField()


class BankAccount(models.Model):
    """An account at a bank in the member's name; money goes out to the verified one only."""

    key = models.UUIDField(unique=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="bank_accounts")
    iban = models.CharField(max_length=34, db_index=True)
    bic = models.CharField(max_length=11, blank=True)
    holder_name = models.CharField(max_length=200)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField()
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)  # replaced by another, or never accepted

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(verified_at__isnull=False, retired_at=None),
                name="bank_account_one_verified",
            ),
            models.CheckConstraint(
                condition=Q(iban__regex="^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$"),
                name="bank_account_iban_compact",
            ),
        ]


class Suitability(models.Model):
    """One result: a knowledge test, a loss simulation, a classification, a read warning."""

    key = models.UUIDField(unique=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="suitability")
    kind = models.CharField(max_length=30)
    passed = models.BooleanField()
    score = models.IntegerField(null=True)
    score_max = models.IntegerField(null=True)
    net_worth_minor = models.BigIntegerField(null=True)
    loss_minor = models.BigIntegerField(null=True)  # the loss the member was shown they can bear
    currency = models.CharField(max_length=3, blank=True)
    rulebook = models.CharField(max_length=20)
    rulebook_version = models.CharField(max_length=20)
    answers = models.JSONField(default=dict)
    taken_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "kind", "-taken_at"], name="suitability_latest")]


class Consent(models.Model):
    """Given or withdrawn; the latest row for a purpose holds."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=40)
    given = models.BooleanField()
    text_version = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "purpose", "-at"], name="consent_latest")]


class ComplianceNote(models.Model):
    """What a compliance officer noted about a member; growth staff never read it."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="compliance_notes")
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()


class Declaration(models.Model):
    """What a member declared about themselves, such as money borrowed on other platforms."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="declarations")
    kind = models.CharField(max_length=30)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=within_range("amount_minor"), name="declaration_amount_bounded"
            )
        ]
        indexes = [
            models.Index(fields=["member", "kind", "-declared_at"], name="declaration_latest")
        ]


class ApprovalRequest(models.Model):
    """Somebody asks that something be done; it is done only when another person approves."""

    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=60)
    payload = models.JSONField()
    payload_hash = models.CharField(max_length=64)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="approval_request_expires_later"
            )
        ]


class ApprovalDecision(models.Model):
    """The second person's word. The maker is repeated so that the table itself can refuse."""

    request = models.OneToOneField(
        ApprovalRequest, models.PROTECT, related_name="decision", primary_key=True
    )
    approved = models.BooleanField()
    reason = models.TextField(blank=True)
    payload_hash = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(made_by=F("decided_by")), name="approval_maker_is_not_checker"
            )
        ]


class AuditEntry(models.Model):
    """Who changed what, from what to what, why, from where; written and never changed."""

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=80)
    outcome = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(default=0)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    why = models.TextField(blank=True)
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="audit_subject"),
            models.Index(fields=["action", "-id"], name="audit_action"),
        ]
