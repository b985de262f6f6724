"""Import spend into a durable cluster of its own: `python -m bench.spend [--rows N] [--files N]`.

A partner's files, an advertisement a row, with amounts of eight decimals as networks state them,
go through the same reading, deciding and booking as an upload in the pages; every row is a
transfer. Then the last file comes again (nothing may be booked twice), and the books are checked.
"""

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING

from bench.stage import machine, stage
from bench.tape import processor_seconds, wrong_checks

if TYPE_CHECKING:
    from tuppence.growth.operations import ImportOrder

DAYS = 365
CAMPAIGNS = 40
HEADINGS = ("day", "ad_id", "campaign", "audience", "spend", "impressions", "clicks")


def spend_csv(rows: int, *, first: int, on: date, seed: int) -> bytes:
    """A file of so many rows, each another advertisement or day."""
    draw, text = Random(seed), io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for number in range(first, first + rows):
        amount = Decimal(draw.randrange(1, 20_00000000)).scaleb(-8)
        writer.writerow(
            (
                on - timedelta(days=number % DAYS),
                f"ad-{number}",
                f"campaign {number % CAMPAIGNS}",
                f"{18 + number % 5 * 10}-{27 + number % 5 * 10}",
                format(amount, "f"),
                draw.randrange(1, 9_000),
                draw.randrange(0, 90),
            )
        )
    return text.getvalue().encode()


def order_of(
    content: bytes, name: str, *, partner_id: int, channel_id: int, by: int
) -> "ImportOrder":
    """Read a file as the upload page does."""
    from tuppence import platform
    from tuppence.growth.operations import ImportOrder
    from tuppence.growth.spend import PaidFrom, PriceModel
    from tuppence.growth.spend_file import booked_total, read_spend_file
    from tuppence.growth.spend_map import SpendMap
    from tuppence.ledger.ids import derive_id
    from tuppence.money.currency import minor_digits

    at = datetime.now(UTC)
    layout = SpendMap(
        amount="spend",
        day="day",
        reference="ad_id",
        partner_campaign="campaign",
        audience=("audience",),
        showings="impressions",
        clicks="clicks",
    )
    today = platform.business_day(at)
    file = read_spend_file(content, name, layout, one_day=None, today=today)
    digits = minor_digits(platform.currency())
    return ImportOrder(
        key=derive_id("bench.spend", name),
        file=file,
        file_name=name,
        file_digest=sha256(content).hexdigest(),
        layout=layout,
        partner_id=partner_id,
        channel_id=channel_id,
        price_model=PriceModel.CPC,
        paid_from=PaidFrom.PAYABLES,
        campaigns={},
        total_minor=booked_total((row.amount for row in file.rows), digits),
        by=by,
        at=at,
    )


def people() -> dict[str, int]:
    """Who imports, for which partner and channel."""
    from tuppence.growth.models import Channel
    from tuppence.growth.operations import add_partner
    from tuppence.members.operations import create_staff
    from tuppence.members.roles import Role

    at = datetime.now(UTC)
    by = create_staff(
        "growth@bench.example",
        legal_name="Growth Officer",
        born_on=date(1980, 1, 1),
        roles=[Role.GROWTH_OPERATOR],
        at=at,
    ).pk
    partner = add_partner("Adworld", by=by, at=at)
    return {
        "by": by,
        "partner_id": partner.pk,
        "channel_id": Channel.objects.get(code="social_ads").pk,
    }


def run(sizes: Sequence[int]) -> bool:
    """Import every file, time it, bring the last one again, check the books."""
    from tuppence import platform
    from tuppence.growth.operations import import_spend
    from tuppence.ledger.ids import derive_id

    who, today = people(), platform.business_day(datetime.now(UTC))
    reading = booking = 0.0
    total_minor, last = 0, None
    for place, size in enumerate(sizes):
        content = spend_csv(size, first=sum(sizes[:place]), on=today, seed=place)
        started, busy = perf_counter(), processor_seconds()
        order = order_of(content, f"ads-{place}.csv", **who)
        read = perf_counter()
        done = import_spend(order)
        booked, used = perf_counter(), processor_seconds() - busy
        assert done.status.value == "booked", done
        reading, booking = reading + read - started, booking + booked - read
        total_minor, last = total_minor + done.total_minor, order
        print(
            f"{size:,} rows: read in {read - started:.1f} s, booked in {booked - read:.1f} s,"
            f" {used:.1f} s of a processor, Python and PostgreSQL together"
        )
    rows = sum(sizes)
    print(
        f"{rows:,} rows in {reading + booking:.1f} s: {rows / (reading + booking):,.0f} rows/s;"
        f" booked alone {rows / booking:,.0f} rows/s; {total_minor / 100:,.2f} in the books"
    )
    assert last is not None
    again = import_spend(replace(last, key=derive_id("bench.spend", "again")))
    print(f"the last file again: {again.status.value}, {again.known:,} rows known")
    started = perf_counter()
    wrong = wrong_checks()
    print(f"books check: {'; '.join(wrong) or 'right'}, in {perf_counter() - started:,.1f} s")
    return not wrong and again.status.value == "nothing_new"


def main() -> None:
    """Read the options, make a platform, run, and say by the exit status whether all is right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=1, help="in so many files")
    options = parser.parse_args()
    size = -(-options.rows // options.files)
    sizes = [min(size, options.rows - at) for at in range(0, options.rows, size)]
    with stage() as cluster:
        print(machine(cluster))
        right = run(sizes)
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
