"""The loan contract on paper: parties, amounts, plan, cost, rights, signatures, and the text.

Members read their own name in full and the others' pseudonyms, as on the pages; staff who may see
members read all names. The address from which somebody signed is for the signer and for staff.
"""

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tuppence import papers
from tuppence.web.formats import Reader
from tuppence.web.reader import current_reader
from tuppence.web.reads.contracts import ContractFile, PartyName
from tuppence.web.templatetags.money import percent, rate, term
from tuppence.web.words import word_of

STAFF = 0  # who reads: a member's number, or this
LENDERS_NAMED = 3  # beside the borrower; all of them stand in the table


def contract_paper(file: ContractFile, reading: int) -> papers.Document:
    """The contract in the reader's language, for one of its members or for staff (STAFF)."""
    reader = current_reader()
    parts: list[papers.Part] = [
        parties(file, reading),
        figures(file, reader),
        terms(file),
        cost(file, reader),
        plan(file, reader),
        rights(file, reader),
    ]
    if file.lent:
        parts.append(lenders(file, reading, reader))
    parts += signatures(file, reading, reader)
    parts.append(signed_text(file))
    return papers.Document(
        language=get_language() or settings.LANGUAGE_CODE,
        platform=settings.TUPPENCE_NAME,
        title=_("Loan contract"),
        subtitle=f"{file.title} · {file.product}",
        reference=number_of(file),
        at=file.settled_at,
        dated=_("As of {moment}").format(moment=reader.moment(file.settled_at)),
        parts=tuple(parts),
        seal=f"SHA-256 {file.sha256}",
    )


def number_of(file: ContractFile) -> str:
    """What the paper is called on each page."""
    if file.loan_id is None:
        return _("Contract {id}, not paid out yet").format(id=file.application_id)
    return _("Contract {id} · loan {loan}").format(id=file.application_id, loan=file.loan_id)


def name_of(party: PartyName, reading: int) -> str:
    """A party as this reader may know them."""
    return party.legal_name if reading in {STAFF, party.member_id} else party.pseudonym


def parties(file: ContractFile, reading: int) -> papers.Parties:
    """Borrower, lenders, and the platform between them."""
    member = _("Member {number}")
    country = current_reader().locale.territories.get(file.borrower_country, "")
    borrower = papers.Party(
        _("Borrower"),
        name_of(file.borrower, reading),
        (member.format(number=file.borrower.member_id), country),
    )
    own = [each for each in file.lent if each.lender.member_id == reading]
    named = own or (file.lent if len(file.lent) <= LENDERS_NAMED else [])
    names = ", ".join(name_of(each.lender, reading) for each in named)
    count = len(file.lent)
    others = ngettext("%(number)s lender", "%(number)s lenders", count) % {"number": count}
    lines = (_("listed below with their parts"),) if file.lent else ()
    lender = papers.Party(
        ngettext("Lender", "Lenders", max(count, 2)),
        names or (others if file.lent else _("the members who invest in the listing")),
        (others, *lines) if names and count > len(named) else lines,
    )
    arranged = papers.Party(_("Arranged by"), settings.TUPPENCE_NAME, (_("which lends nothing"),))
    return papers.Parties((borrower, lender, arranged))


def figures(file: ContractFile, reader: Reader) -> papers.Figures:
    """What is lent, at what rate, and what comes back in all."""
    total = file.principal_minor + file.interest_minor
    lent = _("paid out on {day}") if file.paid_out_at else _("or the part of it that is funded")
    return papers.Figures(
        (
            papers.Figure(
                _("Amount lent"),
                reader.money(file.principal_minor, file.currency),
                lent.format(day=reader.day(file.starts_on)),
            ),
            papers.Figure(_("Rate a year"), percent(file.annual_rate), _("fixed")),
            papers.Figure(
                _("To pay back"),
                reader.money(total, file.currency),
                _("in {count} instalments").format(count=reader.count(len(file.rows))),
            ),
            papers.Figure(
                _("APR"),
                percent(file.apr),
                _("with the fee, by directive 2008/48/EC"),
            ),
        )
    )


def terms(file: ContractFile) -> papers.Terms:
    """What was agreed, one line each."""
    agreed = file.terms
    parts = ", ".join(str(word_of("component", each)) for each in agreed.waterfall.split(","))
    rows = [
        (_("Product"), file.product),
        (_("Paid back"), str(word_of("method", agreed.method))),
        (
            _("Instalments"),
            f"{len(file.rows)} · {term(file.instalments * agreed.every, agreed.unit)}",
        ),
        (_("Rate a year"), rate(file.annual_rate)),
        (_("How days count"), agreed.day_count.value),
        (_("A payment covers, in this order"), parts),
        (_("Credit grade"), file.grade or _("none")),
    ]
    return papers.Terms(tuple(rows), title=_("Terms"))


def cost(file: ContractFile, reader: Reader) -> papers.Terms:
    """What the loan costs the borrower if every instalment is paid on its day."""
    money = [
        (_("Amount lent"), file.principal_minor),
        (_("Interest"), file.interest_minor),
        (_("Fee when it is paid out, VAT included"), file.fee_minor),
        (_("Cost: interest and fee"), file.interest_minor + file.fee_minor),
        (
            _("All that the borrower pays"),
            file.principal_minor + file.interest_minor + file.fee_minor,
        ),
    ]
    rows = tuple((name, reader.money(amount, file.currency)) for name, amount in money)
    return papers.Terms(rows, title=_("What it costs"), figures=True)


def plan(file: ContractFile, reader: Reader) -> papers.Table:
    """The whole schedule with its sums."""
    heads = (_("Principal"), _("Interest"), _("To pay"), _("Still owed after"))
    currency = file.currency

    def plain(amount_minor: int) -> str:
        return reader.plain_money(amount_minor, currency)

    if file.paid_out_at:
        note = _("Amounts in {currency}, as agreed at the pay-out.")
    else:
        note = _(
            "Amounts in {currency}, as if paid out on {day}; the days move with the day of the "
            "pay-out."
        )
    return papers.Table(
        title=_("Schedule"),
        columns=(
            papers.Column(_("No."), figures=True),
            papers.Column(_("Due"), share=2),
            *(papers.Column(head, figures=True, share=2) for head in heads),
        ),
        rows=tuple(
            (
                reader.count(row.number),
                reader.day(row.due_on),
                plain(row.principal_minor),
                plain(row.interest_minor),
                plain(row.amount_minor),
                plain(row.balance_minor),
            )
            for row in file.rows
        ),
        totals=(
            "",
            _("Together"),
            plain(file.principal_minor),
            plain(file.interest_minor),
            plain(file.principal_minor + file.interest_minor),
            "",
        ),
        note=note.format(currency=currency, day=reader.day(file.starts_on)),
    )


def rights(file: ContractFile, reader: Reader) -> papers.Prose:
    """What each side may do and what happens when money is late."""
    agreed = file.terms
    compensation = agreed.prepayment_compensation
    texts = [
        _(
            "Until the pay-out the borrower may take the application back at no cost; investors "
            "get their money back."
        ),
        _(
            "The borrower may pay back early at any time, all or a part. The compensation is at "
            "most {share} of the principal paid early, half of that in the last year, and never "
            "more than the interest that is spared."
        ).format(share=percent(compensation))
        if compensation
        else _("The borrower may pay back early at any time, all or a part, at no cost."),
        late_words(file, reader),
        _(
            "A borrower who can't pay may ask on the loan's page for another plan; the answer "
            "comes there, with its reasons."
        ),
        _(
            "Lenders bear the risk: what the borrower doesn't pay, nobody replaces. Of the "
            "interest each lender pays {fee} as our fee; {tax} is withheld as tax."
        ).format(fee=percent(agreed.servicing_fee_with_vat), tax=percent(agreed.withholding_tax)),
        _("Anybody named here may complain at no cost on the page “Complaints”."),
    ]
    return papers.Prose(tuple(texts), title=_("Rights, and what happens when money is late"))


def late_words(file: ContractFile, reader: Reader) -> str:
    """What a late instalment costs."""
    agreed = file.terms
    if not agreed.late_fee_minor and not agreed.late_fee_share:
        return _("There is no fee for a late instalment.")
    texts = ngettext(
        "An instalment still open %(days)s day after its day bears one late fee of %(flat)s and "
        "%(share)s of what is open; it goes to %(whom)s.",
        "An instalment still open %(days)s days after its day bears one late fee of %(flat)s and "
        "%(share)s of what is open; it goes to %(whom)s.",
        agreed.grace_days,
    )
    return texts % {
        "days": reader.count(agreed.grace_days),
        "flat": reader.money(agreed.late_fee_minor, file.currency),
        "share": percent(agreed.late_fee_share),
        "whom": _("the platform") if agreed.late_fee_to_firm else _("the lenders"),
    }


def lenders(file: ContractFile, reading: int, reader: Reader) -> papers.Table:
    """Every lender with their part; the parts come to the loan."""
    return papers.Table(
        title=_("Lenders"),
        columns=(
            papers.Column(_("Lender"), share=3),
            papers.Column(_("Lent"), figures=True, share=1),
        ),
        rows=tuple(
            (
                name_of(each.lender, reading),
                reader.plain_money(each.amount_minor, file.currency),
            )
            for each in file.lent
        ),
        totals=(_("Together"), reader.plain_money(file.principal_minor, file.currency)),
        note=_(
            "Amounts in {currency}. Members are named here by the names other members see; the "
            "platform holds their legal names and gives them out where the law asks for it."
        ).format(currency=file.currency),
    )


def signatures(file: ContractFile, reading: int, reader: Reader) -> list[papers.Part]:
    """Who signed what, when, and from where."""
    if not file.signatures:
        text = _("Nobody has signed yet. Without the borrower's signature nothing is paid out.")
        return [papers.Prose((text,), title=_("Signatures"))]
    found: list[papers.Part] = []
    for place, each in enumerate(file.signatures):
        may_see = reading in {STAFF, each.signer.member_id}
        address = each.address or _("not recorded")
        rows = (
            (_("Signed by"), name_of(each.signer, reading)),
            (_("Signed at"), reader.moment(each.at)),
            (_("From the address"), address if may_see else _("kept by the platform")),
            (_("Fingerprint of what was signed (SHA-256)"), each.sha256),
        )
        found.append(papers.Terms(rows, title="" if place else _("Signatures")))
    return found


def signed_text(file: ContractFile) -> papers.Prose:
    """The very text whose fingerprint was signed, line by line."""
    note = _(
        "This is the text that is signed, in English, as it was written on {moment}. Its "
        "fingerprint is made of these lines, each ended by a line feed; if a word above differs "
        "from it, this text holds."
    ).format(moment=current_reader().moment(file.made_at))
    return papers.Prose(
        (note, *file.text.splitlines()), title=_("The text that is signed"), quiet=True
    )
