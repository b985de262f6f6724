"""The words of the platform, the same in code, pages and documents, in both languages."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    """A term in both languages and what it means, in the reader's."""

    english: str
    chinese: str
    meaning: str | Promise

    @property
    def anchor(self) -> str:
        """Where its row stands on the page, for links to the term."""
        return slugify(self.english)


GLOSSARY = (
    Entry("listing", "标的", _("A loan that investors can put money into, open for a fixed time.")),
    Entry("full", "满标", _("The whole amount of a listing has been promised by investors.")),
    Entry(
        "expired",
        "流标",
        _("The time of a listing ended before enough was promised; everybody gets the money back."),
    ),
    Entry(
        "paid out",
        "放款",
        _("The money of a full listing goes to the borrower, and the loan begins."),
    ),
    Entry(
        "interest starts",
        "起息",
        _("The day from which a loan bears interest: the day it is paid out."),
    ),
    Entry("lender, investor", "出借人", _("Who lends money to a borrower through us.")),
    Entry("invest", "出借", _("To put money into a listing.")),
    Entry("borrower", "借款人", _("Who receives the money and pays it back.")),
    Entry("principal", "本金", _("The amount lent, without interest.")),
    Entry("interest", "利息", _("What the borrower pays for having the money.")),
    Entry("rate", "年化利率", _("The interest of a year, in percent of what is still owed.")),
    Entry("instalment", "分期还款", _("One of the payments by which a loan is paid back.")),
    Entry("repayment", "还款", _("What the borrower pays back.")),
    Entry("money coming back", "回款", _("What a lender receives of repayments.")),
    Entry("outstanding", "待收", _("What is still to be paid back to a lender.")),
    Entry("holding", "债权", _("A lender's share in one loan.")),
    Entry("resale", "债权转让", _("Selling a holding to another lender before the loan ends.")),
    Entry("reinvestment", "复投", _("Money that came back and is lent again.")),
    Entry("idle cash", "可用余额", _("Your money with us that is in no listing and no loan.")),
    Entry("reserved", "冻结", _("Money promised to a listing that has not been paid out yet.")),
    Entry("deposit, pay in", "充值", _("To send money from your bank account to your balance.")),
    Entry(
        "withdrawal, take out", "提现", _("To send money from your balance to your bank account.")
    ),
    Entry("overdue", "逾期", _("An instalment was not paid on its day.")),
    Entry(
        "write-off",
        "核销",
        _("A loan is no longer expected to be paid back; the loss is the lenders'."),
    ),
    Entry(
        "custody",
        "存管",
        _("Members' money lies on an account of its own at a bank, apart from ours."),
    ),
    Entry("reconciliation", "对账", _("Comparing our books with the bank's, line by line.")),
    Entry(
        "day close",
        "日终",
        _("The work at the end of each day, after which the books must agree with the bank."),
    ),
    Entry("four eyes", "双人复核", _("Two different people must agree before something is done.")),
    Entry(
        "reflection period",
        "冷静期",
        _("The days in which you may take an investment back without cost."),
    ),
    Entry(
        "annual percentage rate",
        "综合年化成本",
        _("What a loan costs a year with interest and fees, for comparing."),
    ),
    Entry(
        "net inflow",
        "净流入",
        _("What was paid in during a time, less what was taken out in it."),
    ),
    Entry(
        "default",
        "违约",
        _("A loan is more than 90 days late, or its borrower is unlikely to pay it in full."),
    ),
    Entry("channel", "渠道", _("A way by which people learn of the platform.")),
    Entry(
        "campaign",
        "活动",
        _("Advertising or offers for a fixed time, with a budget that can't be passed."),
    ),
    Entry("offer", "优惠", _("Something that a member gets on conditions that are named before.")),
    Entry(
        "red packet",
        "红包",
        _("An offer of money that is added once its conditions are kept."),
    ),
    Entry(
        "interest booster",
        "加息券",
        _("An offer that adds to the rate of one investment; the platform pays it."),
    ),
    Entry(
        "trial money",
        "体验金",
        _("An amount of the platform's that earns for a member for some days, and then goes back."),
    ),
    Entry(
        "clawback",
        "追回",
        _("Taking an offer back because its conditions were not kept."),
    ),
    Entry(
        "return on spend",
        "投入产出比",
        _("What came back for each unit of money spent on a campaign."),
    ),
)


def entries_with(words: str) -> tuple[Entry, ...]:
    """The entries with all these words in a term or its meaning, in any case; all for none."""
    asked = words.casefold().split()
    return tuple(
        entry
        for entry in GLOSSARY
        if all(
            word in f"{entry.english} {entry.chinese} {entry.meaning}".casefold() for word in asked
        )
    )
