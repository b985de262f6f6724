"""The firm's own bank in the practice market: partners are paid once a month, by statement."""

from dataclasses import replace
from datetime import date, timedelta

from tuppence import platform
from tuppence.bank.reference import Order, order_reference
from tuppence.bank.small_bank import BankDay, paid_in, statement_file
from tuppence.bank.statement import StatementLine
from tuppence.growth.firm_bank import Use, UseOrder
from tuppence.growth.models import FirmLine, Partner
from tuppence.growth.operations import (
    NewFirmAccount,
    import_firm_statement,
    open_firm_account,
    settle,
    use_line,
)
from tuppence.growth.queries.firm_bank import firm_account, firm_bank_position, partner_balance
from tuppence.growth.queries.settlements import month_rows
from tuppence.growth.settlement import Act, SettleOrder
from tuppence.ledger.ids import derive_id
from tuppence.members.models import ApprovalRequest
from tuppence.practice.client_bank import FIRM_ACCOUNT_NUMBER, practice_iban
from tuppence.practice.marketing_season import FLOAT_DAYS_BEFORE, FLOAT_MINOR
from tuppence.practice.operations.opening import CLIENT_ACCOUNT_KEY, CLIENT_ACCOUNT_NUMBER
from tuppence.practice.operations.season import Season
from tuppence.practice.operations.second_word import agree

FIRM_NAME = "Tuppence Practice"
OPENING_MINOR = 12_000_00
PAY_DAY = 5
LEFT_OPEN_DAYS_BEFORE = 2
"""The statement of that day is imported and left for whoever tries the market."""

PARTNER_ACCOUNT_NUMBER = 2_000_000_000
HOSTING_MINOR = 39_00
BOTS_MINOR = 2_40
"""What each partner claims too much every month."""


def firm_pays(season: Season, day: date) -> None:
    """The firm's day at its own bank: its float leaves, and once a month its partners are paid."""
    ago = (platform.business_day(season.ends_at) - day).days
    open_firm_account(
        NewFirmAccount(
            derive_id("practice", "firm account"), FIRM_NAME, practice_iban(FIRM_ACCOUNT_NUMBER)
        ),
        by=season.office.finance,
        at=season.moment(day, 8),
    )
    if ago == FLOAT_DAYS_BEFORE:
        _statement(season, day, [_float_out()])
    if day.day == PAY_DAY and ago > LEFT_OPEN_DAYS_BEFORE:
        _settle_last_month(season, day)
        _pay_partners(season, day)
    if ago == LEFT_OPEN_DAYS_BEFORE:
        hosting = _out(HOSTING_MINOR, "Hosting and telephone", 9, "November")
        _statement(season, day, [*_owed_lines(day), hosting])


def _settle_last_month(season: Season, day: date) -> None:
    """Each partner claims the month before; what is too much is rejected, the rest agreed to."""
    month = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    for row in month_rows(month, platform.currency()):
        if not row.counted_minor:
            continue
        acts = [
            (10, Act.CLAIM, row.counted_minor + BOTS_MINOR, f"statement {month:%Y-%m}"),
            (11, Act.REJECT, BOTS_MINOR, "clicks of programs, not of people"),
            (12, Act.AGREE, 0, ""),
            (13, Act.INVOICE, 0, f"{month:%Y%m}-{row.partner_id}"),
        ]
        for hour, act, amount_minor, text in acts:
            done = settle(
                SettleOrder(
                    key=derive_id("practice.settle", row.partner_id, month.isoformat(), act),
                    partner_id=row.partner_id,
                    month=month,
                    act=act,
                    by=season.office.staff["growth"],
                    at=season.moment(day, hour),
                    amount_minor=amount_minor,
                    text=text,
                )
            )
            assert done.status.accepted, (row, act, done)
            if done.approval_id is not None:
                request = ApprovalRequest.objects.get(id=done.approval_id)
                agree(request, by=season.office.finance, at=season.moment(day, hour, 30))


def _pay_partners(season: Season, day: date) -> None:
    lines = _owed_lines(day)
    if not lines:
        return
    _statement(season, day, lines)
    by_name = dict(Partner.objects.values_list("name", "id"))
    for row in FirmLine.objects.filter(booked_on=day).order_by("id"):
        order = UseOrder(
            key=derive_id("practice.firm_line", row.pk),
            line_id=row.pk,
            use=Use.PAID,
            by=season.office.finance,
            at=season.moment(day, 15),
            partner_id=by_name[row.counterparty_name.removesuffix(" Media")],
        )
        assert use_line(order).accepted, order


def _owed_lines(day: date) -> list[StatementLine]:
    """What is owed to each partner, paid."""
    currency, lines = platform.currency(), []
    for row in Partner.objects.order_by("id"):
        owed_minor = partner_balance(row.pk, currency).owed_minor
        if owed_minor > 0:
            text = f"invoice {day:%Y-%m} {row.name}"
            lines.append(_out(owed_minor, f"{row.name} Media", row.pk, text))
    return lines


def _float_out() -> StatementLine:
    line = _out(FLOAT_MINOR, "Tuppence Practice, client money", 0, "")
    return replace(
        line,
        counterparty_account=practice_iban(CLIENT_ACCOUNT_NUMBER),
        remittance=order_reference(Order.FLOAT, CLIENT_ACCOUNT_KEY),
    )


def _out(amount_minor: int, name: str, number: int, text: str) -> StatementLine:
    account = practice_iban(PARTNER_ACCOUNT_NUMBER + number)
    line = paid_in(amount_minor, platform.currency(), payer=name, payer_account=account, text=text)
    return replace(line, amount_minor=-amount_minor)


def _statement(season: Season, day: date, lines: list[StatementLine]) -> None:
    account = firm_account(platform.currency())
    assert account is not None
    opening_minor = OPENING_MINOR + firm_bank_position(account).lines_minor
    bank_day = BankDay(account.account, account.currency, day, opening_minor).with_lines(lines)
    at = season.moment(day, 14)
    data = statement_file([bank_day], created_at=at)
    import_firm_statement(data, by=season.office.finance, at=at)
