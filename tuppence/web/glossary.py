"""The words of the platform, the same in code, pages and documents, in both languages."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    """A term in both languages and what it means, in the reader's.

    `found_as` are the forms in which English pages use the term so that nothing else can be meant;
    only terms that have some lead from the pages to the glossary.
    """

    english: str
    chinese: str
    meaning: str | Promise
    found_as: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Where its row stands on the page, for links to the term."""
        return slugify(self.english)


GLOSSARY = (
    Entry(
        "listing",
        "标的",
        _("A loan that investors can put money into, open for a fixed time."),
        ("listing", "listings"),
    ),
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
        ("pay-out",),
    ),
    Entry(
        "interest starts",
        "起息",
        _("The day from which a loan bears interest: the day it is paid out."),
    ),
    Entry("lender, investor", "出借人", _("Who lends money to a borrower through us.")),
    Entry("invest", "出借", _("To put money into a listing.")),
    Entry("borrower", "借款人", _("Who receives the money and pays it back.")),
    Entry("principal", "本金", _("The amount lent, without interest."), ("principal",)),
    Entry("interest", "利息", _("What the borrower pays for having the money.")),
    Entry(
        "rate",
        "年化利率",
        _("The interest of a year, in percent of what is still owed."),
        ("rate",),
    ),
    Entry(
        "expected loss",
        "预期损失",
        _("What loans of one grade lose on average in a year, in percent of what is still owed."),
        ("expected loss", "expected losses"),
    ),
    Entry(
        "grade",
        "评级",
        _("How likely we think a loan is paid back: A is the safest, G the riskiest."),
        ("grade", "grades"),
    ),
    Entry(
        "instalment",
        "分期还款",
        _("One of the payments by which a loan is paid back."),
        ("instalment", "instalments"),
    ),
    Entry("repayment", "还款", _("What the borrower pays back.")),
    Entry("money coming back", "回款", _("What a lender receives of repayments.")),
    Entry("outstanding", "待收", _("What is still to be paid back to a lender."), ("outstanding",)),
    Entry("holding", "债权", _("A lender's share in one loan."), ("holding", "holdings")),
    Entry(
        "resale",
        "债权转让",
        _("Selling a holding to another lender before the loan ends."),
        ("resale",),
    ),
    Entry("reinvestment", "复投", _("Money that came back and is lent again."), ("reinvestment",)),
    Entry(
        "idle cash",
        "可用余额",
        _("Your money with us that is in no listing and no loan."),
        ("idle cash", "idle money"),
    ),
    Entry(
        "reserved",
        "冻结",
        _("Money promised to a listing that has not been paid out yet."),
        ("reserved",),
    ),
    Entry("deposit, pay in", "充值", _("To send money from your bank account to your balance.")),
    Entry(
        "withdrawal, take out", "提现", _("To send money from your balance to your bank account.")
    ),
    Entry("overdue", "逾期", _("An instalment was not paid on its day."), ("overdue",)),
    Entry(
        "write-off",
        "核销",
        _("A loan is no longer expected to be paid back; the loss is the lenders'."),
        ("write-off", "written off"),
    ),
    Entry(
        "custody",
        "存管",
        _("Members' money lies on an account of its own at a bank, apart from ours."),
    ),
    Entry(
        "reconciliation",
        "对账",
        _("Comparing our books with the bank's, line by line."),
        ("reconciliation",),
    ),
    Entry(
        "day close",
        "日终",
        _("The work at the end of each day, after which the books must agree with the bank."),
        ("day close",),
    ),
    Entry(
        "four eyes",
        "双人复核",
        _("Two different people must agree before something is done."),
        ("four eyes",),
    ),
    Entry(
        "reflection period",
        "冷静期",
        _("The days in which you may take an investment back without cost."),
        ("reflection period", "reflection periods"),
    ),
    Entry(
        "annual percentage rate",
        "综合年化成本",
        _("What a loan costs a year with interest and fees, for comparing."),
        ("annual percentage rate",),
    ),
    Entry(
        "net inflow",
        "净流入",
        _("What was paid in during a time, less what was taken out in it."),
        ("net inflow",),
    ),
    Entry(
        "default",
        "违约",
        _("A loan is more than 90 days late, or its borrower is unlikely to pay it in full."),
        ("default", "defaults", "defaulted", "default rate"),
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


def linked_terms(language: str) -> dict[str, str]:
    """The forms that lead from the pages of a language to the glossary, each with its anchor."""
    if language.startswith("zh"):
        return {entry.chinese: entry.anchor for entry in GLOSSARY if entry.found_as}
    return {form: entry.anchor for entry in GLOSSARY for form in entry.found_as}
