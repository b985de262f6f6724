"""The firm's bank: lines pay partners, wait with them, come back; client money is booked once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth.conftest import AT, key
from tuppence.bank.operations import ClientAccount, import_statement, open_client_account
from tuppence.bank.reference import Order, order_reference
from tuppence.bank.small_bank import BankDay, paid_in, statement_file
from tuppence.bank.statement import StatementError
from tuppence.growth.controls.queries import controls
from tuppence.growth.firm_bank import (
    MONEY_OUT,
    OF_PARTNERS,
    LineFacts,
    PartnerBalance,
    PartnerClue,
    Use,
    UseOrder,
    UseStatus,
    decide_use,
    parts_of,
    sides_of,
)
from tuppence.growth.models import Channel, FirmLine, Partner
from tuppence.growth.operations import (
    FirmAccountError,
    NewFirmAccount,
    StatementStatus,
    book_spend,
    import_firm_statement,
    open_firm_account,
    set_off_prepaid,
    take_line_back,
    use_line,
)
from tuppence.growth.queries.firm_bank import (
    firm_account,
    firm_bank_position,
    partner_balance,
    waiting_lines,
)
from tuppence.growth.spend import PriceModel, SpendLine, SpendOrder
from tuppence.ledger.chart import AccountKind
from tuppence.ledger.queries import balances
from tuppence.ledger.transfers import AccountKey
from tuppence.members.roles import Role

FIRM_IBAN = "DE89370400440532013000"
PLAZA_IBAN = "NL91ABNA0417164300"


@dataclass
class Firm:
    """The firm's bank of one test, with a partner who is owed money."""

    by: int
    partner: Partner
    channel: Channel
    day: BankDay = field(
        default_factory=lambda: BankDay(FIRM_IBAN, "EUR", date(2026, 11, 20), 1_000_00)
    )

    def owes(self, amount_minor: int, tag: str = "") -> None:
        line = SpendLine(
            channel_id=self.channel.pk,
            campaign_id=None,
            partner_id=self.partner.pk,
            day=date(2026, 11, 2),
            amount_minor=amount_minor,
            price_model=PriceModel.FLAT,
            reference=f"invoice {amount_minor} {tag}",
        )
        (outcome,) = book_spend([SpendOrder(key("owes", amount_minor, tag), line, self.by, AT)])
        assert outcome.status.accepted, outcome

    def moves(self, amount_minor: int, text: str = "", name: str = "ADWORLD BV") -> FirmLine:
        """A line of the firm's bank, imported."""
        line = paid_in(abs(amount_minor), "EUR", payer=name, payer_account=PLAZA_IBAN, text=text)
        signed = line.__class__(
            **{
                each: getattr(line, each)
                for each in line.__dataclass_fields__
                if each != "amount_minor"
            },
            amount_minor=amount_minor,
        )
        self.day = self.day.next_day(self.day.on + timedelta(days=1)).with_lines([signed])
        done = import_firm_statement(statement_file([self.day], created_at=AT), by=self.by, at=AT)
        assert done.status is StatementStatus.IMPORTED
        return FirmLine.objects.order_by("-id")[0]

    def uses(self, row: FirmLine, use: Use, tag: str = "", **more: object) -> UseStatus:
        partner = self.partner.pk if use in OF_PARTNERS else None
        values: dict[str, object] = {"partner_id": partner} | more
        order = UseOrder(key("use", row.pk, use, tag), row.pk, use, self.by, AT, **values)  # type: ignore[arg-type]  # by name
        return use_line(order)

    @property
    def balance(self) -> PartnerBalance:
        return partner_balance(self.partner.pk, "EUR")

    @property
    def bank(self) -> int:
        account = AccountKey(AccountKind.FIRM_BANK, 0, "EUR")
        return balances([account])[account]


@pytest.fixture
def firm(staff: Callable[..., int], partner: Partner, search: Channel) -> Firm:
    by = staff("fin", Role.FINANCE_OFFICER, Role.GROWTH_OPERATOR)
    open_firm_account(NewFirmAccount(key("firm"), "Tuppence Ltd", FIRM_IBAN), by=by, at=AT)
    return Firm(by, partner, search)


def holds() -> bool:
    return all(each.holds for each in controls())


def explained() -> bool:
    account = firm_account("EUR")
    assert account is not None
    return firm_bank_position(account).unexplained_minor == 0


def test_a_payment_in_parts_and_too_much_of_it(firm: Firm) -> None:
    firm.owes(80_00)
    assert firm.uses(firm.moves(-50_00), Use.PAID) is UseStatus.DONE
    assert firm.balance == PartnerBalance(30_00, 0)
    assert firm.uses(firm.moves(-45_00), Use.PAID) is UseStatus.DONE
    assert firm.balance == PartnerBalance(0, 15_00)  # what is paid beyond waits with the partner
    assert firm.bank == -95_00 and holds() and explained()


def test_prepaid_money_is_topped_up_set_off_and_refunded(firm: Firm) -> None:
    assert firm.uses(firm.moves(-100_00), Use.TOPPED_UP) is UseStatus.DONE
    firm.owes(30_00)
    assert firm.balance == PartnerBalance(30_00, 100_00)
    done = set_off_prepaid(firm.partner.pk, by=firm.by, at=AT, key=key("off"))
    assert done is UseStatus.DONE and firm.balance == PartnerBalance(0, 70_00)
    again = set_off_prepaid(firm.partner.pk, by=firm.by, at=AT, key=key("off"))
    assert again is UseStatus.EXISTS and firm.balance == PartnerBalance(0, 70_00)
    nothing = set_off_prepaid(firm.partner.pk, by=firm.by, at=AT, key=key("off again"))
    assert nothing is UseStatus.NOTHING_TO_SET_OFF
    assert firm.uses(firm.moves(90_00), Use.REFUNDED) is UseStatus.DONE
    assert firm.balance == PartnerBalance(20_00, 0)
    assert firm.bank == -10_00 and holds() and explained()


def test_a_line_is_used_once_and_can_be_taken_back(firm: Firm) -> None:
    firm.owes(40_00)
    row = firm.moves(-40_00)
    assert firm.uses(row, Use.PAID) is UseStatus.DONE
    assert firm.uses(row, Use.PAID) is UseStatus.EXISTS
    assert firm.uses(row, Use.PAID, "again") is UseStatus.USED_ALREADY
    assert firm.uses(row, Use.TOPPED_UP, "other") is UseStatus.USED_ALREADY
    back = take_line_back(row.pk, why="another partner", by=firm.by, at=AT)
    assert back is UseStatus.DONE and firm.balance == PartnerBalance(40_00, 0)
    assert firm.bank == 0 and holds() and explained()
    assert take_line_back(row.pk, why="twice", by=firm.by, at=AT) is UseStatus.NOT_USED
    assert firm.uses(row, Use.ASIDE, "aside", why="rent") is UseStatus.DONE
    assert firm.bank == 0 and holds() and explained()


def test_prepaid_money_that_was_spent_cannot_be_taken_back(firm: Firm) -> None:
    row = firm.moves(-10_00)
    firm.uses(row, Use.TOPPED_UP)
    firm.owes(10_00)
    set_off_prepaid(firm.partner.pk, by=firm.by, at=AT, key=key("off"))
    assert take_line_back(row.pk, why="x", by=firm.by, at=AT) is UseStatus.PREPAID_SPENT


def test_money_for_gifts_is_booked_once_though_both_banks_tell_of_it(
    firm: Firm, funded: Callable[[int], None]
) -> None:
    row = firm.moves(-500_00, order_reference(Order.FLOAT, key("client account")))
    # The client bank's statement comes a day later.
    assert firm.uses(row, Use.CLIENT_MONEY) is UseStatus.NO_TWIN
    funded(500_00)
    assert firm.bank == -500_00


def test_lines_that_may_be_something_say_why(firm: Firm) -> None:
    firm.owes(64_20)
    firm.moves(-64_20, "invoice 7")
    account = firm_account("EUR")
    assert account is not None
    (waiting,) = waiting_lines(account, limit=10)
    (found,) = waiting.suggestions
    assert found.partner_id == firm.partner.pk
    assert found.clues == (PartnerClue.NAME, PartnerClue.AMOUNT)
    firm.uses(waiting.line, Use.PAID)
    firm.moves(-5_00, name="somebody")
    (next_one,) = waiting_lines(account, limit=10)
    assert next_one.suggestions[0].clues == (PartnerClue.EARLIER_LINE,)


def test_the_same_file_again_and_one_that_is_not_ours(firm: Firm) -> None:
    firm.moves(-5_00)
    data = statement_file([firm.day], created_at=AT)
    again = import_firm_statement(data, by=firm.by, at=AT)
    assert again.status is StatementStatus.EXISTS and FirmLine.objects.count() == 1
    other = BankDay(PLAZA_IBAN, "EUR", date(2026, 11, 20), 0).with_lines(
        [paid_in(1, "EUR", payer="x", payer_account="", text="")]
    )
    with pytest.raises(StatementError, match="not the firm's"):
        import_firm_statement(statement_file([other], created_at=AT), by=firm.by, at=AT)
    assert FirmLine.objects.count() == 1


def test_one_account_and_never_a_client_account(firm: Firm) -> None:
    with pytest.raises(FirmAccountError, match="taken up already"):
        open_firm_account(NewFirmAccount(key("b"), "Firm", PLAZA_IBAN), by=firm.by, at=AT)
    with pytest.raises(FirmAccountError, match="number"):
        open_firm_account(NewFirmAccount(key("c"), "Firm", " "), by=firm.by, at=AT)


def test_who_may_not_book_does_not(firm: Firm, grower: int) -> None:
    row = firm.moves(-5_00)
    order = UseOrder(key("x"), row.pk, Use.PAID, grower, AT, partner_id=firm.partner.pk)
    assert use_line(order) is UseStatus.NOT_PERMITTED
    assert firm.bank == 0


@pytest.mark.parametrize(
    ("use", "amount_minor", "status"),
    [
        (Use.PAID, 5, UseStatus.WRONG_DIRECTION),
        (Use.TOPPED_UP, 5, UseStatus.WRONG_DIRECTION),
        (Use.REFUNDED, -5, UseStatus.WRONG_DIRECTION),
        (Use.CAPITAL, -5, UseStatus.WRONG_DIRECTION),
        (Use.CAPITAL, 5, UseStatus.DONE),
        (Use.CLIENT_MONEY, 5, UseStatus.NO_TWIN),
        (Use.ASIDE, 5, UseStatus.REASON_MISSING),
    ],
)
def test_what_a_line_cannot_be_is_said(use: Use, amount_minor: int, status: UseStatus) -> None:
    facts = LineFacts(amount_minor, False, PartnerBalance(0, 0), None)
    assert decide_use(UseOrder(key("u"), 1, use, 1, AT, partner_id=1), facts) is status
    assert decide_use(UseOrder(key("u"), 1, use, 1, AT), None) is UseStatus.LINE_NOT_FOUND


@given(
    st.sampled_from(sorted(OF_PARTNERS)),
    st.integers(1, 10**9),
    st.integers(-(10**9), 10**9),
    st.integers(0, 10**9),
)
def test_the_whole_line_falls_somewhere_and_nothing_twice(
    use: Use, size: int, owed: int, prepaid: int
) -> None:
    amount_minor = -size if use in MONEY_OUT else size
    parts = parts_of(use, amount_minor, PartnerBalance(owed, prepaid))
    assert parts.owed_less_minor + parts.prepaid_more_minor == -amount_minor
    assert sum(side.amount_minor for side in sides_of(use, amount_minor, parts)) == size
    if use is Use.PAID and owed >= 0:
        assert owed - parts.owed_less_minor >= 0
    if use is Use.REFUNDED:
        assert prepaid + parts.prepaid_more_minor >= 0


def test_a_line_that_names_our_float_finds_its_twin_whichever_bank_tells_first(firm: Firm) -> None:
    client_account = open_client_account(
        ClientAccount(key("client"), "Clients", PLAZA_IBAN, "EUR", firm.by), at=AT
    )
    reference = order_reference(Order.FLOAT, key("client"))
    firm.moves(-200_00, reference)  # the firm's bank tells first
    day = BankDay(PLAZA_IBAN, "EUR", date(2026, 11, 25), 0).with_lines(
        [
            paid_in(amount, "EUR", payer="Firm", payer_account=FIRM_IBAN, text=reference)
            for amount in (200_00, 70_00)
        ]
    )
    import_statement(statement_file([day], created_at=AT), "camt.053", at=AT, by=firm.by)
    assert client_account and firm.bank == -270_00
    account = firm_account("EUR")
    assert account is not None
    assert firm_bank_position(account).under_way_minor == -270_00 and explained()
    firm.moves(-70_00, reference)  # and here the client bank did
    assert waiting_lines(account, limit=5) == []
    assert firm_bank_position(account).under_way_minor == 0
    assert firm.bank == -270_00 and holds() and explained()
