"""What businesses of the practice market borrow for, in both languages. Pure."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Purpose:
    """A title for the listing and the borrower's own words below it."""

    title: str
    text: str


PURPOSES = (
    Purpose(
        "A second oven for the bakery",
        "Orders from two cafés outgrew our oven. A used deck oven with a year of warranty costs"
        " less than turning the orders away. We repay from those orders.",
    ),
    Purpose(
        "Stock for the winter season",
        "We buy wool and lining in summer, when mills give discounts, and sell coats from October."
        " The loan bridges the months between.",
    ),
    Purpose(
        "Electric delivery van",
        "Our old van no longer enters the city centre. The electric one saves diesel and lets us"
        " deliver before nine.",
    ),
    Purpose(
        "Solar roof on the workshop",
        "Thirty kilowatts on our own roof. The installer's offer and last year's power bills are"
        " with the application.",
    ),
    Purpose(
        "Bridge until a public client pays",
        "The work for the municipality is done and accepted; payment takes ninety days. We pay our"
        " people now and the loan when the invoice is settled.",
    ),
    Purpose(
        "New looms for the weaving room",
        "Two refurbished looms replace four that stand still half of the time. Our order book is"
        " full until spring.",
    ),
    Purpose(
        "Beehives and a honey press",
        "Sixty more hives and a press of our own. So far we pay a neighbour for pressing.",
    ),
    Purpose(
        "Moving to a bigger shop",
        "The lease of the new place is signed. We need shelves, a counter and three months of"
        " rent in advance.",
    ),
    Purpose(
        "Harvest labour and crates",
        "Pickers are paid weekly, the wholesaler pays at the end of the season. We repay then.",
    ),
    Purpose(
        "Laser cutter for signs",
        "Half of our customers ask for metal signs that we buy elsewhere. With a cutter of our own"
        " we keep that margin.",
    ),
    Purpose(
        "春茶采购周转",
        "每年三月集中收购鲜叶，五月起陆续回款。借款用于支付茶农的鲜叶款，以夏季销售收入归还。",
    ),
    Purpose(
        "更新窑炉",
        "现有窑炉能耗高、成品率低。新窑炉可节省约三成燃气，设备报价单已随申请提交。",
    ),
    Purpose(
        "电商大促备货",
        "平台大促前需备足两个月库存，历史销售记录与供应商合同已提交，活动结束后即可回款。",
    ),
    Purpose(
        "冷链配送车一辆",
        "客户要求全程冷链，目前租车费用过高。自购一辆冷藏车，十二个月内可收回差价。",
    ),
    Purpose(
        "扩建育苗大棚",
        "现有大棚已满负荷，新增两座大棚用于蔬菜育苗，已与合作社签订订单。",
    ),
)


def purpose_for(random: Random) -> Purpose:
    """What somebody borrows for."""
    return random.choice(PURPOSES)
