"""A refused order on its form: the room's own sentence, beside the field it belongs to."""

from collections.abc import Mapping
from enum import StrEnum

from django.forms import Form
from django.utils.translation import gettext

from tuppence.members.bank_account import AddStatus
from tuppence.members.paper import PaperStatus
from tuppence.members.refusals import refusal
from tuppence.members.registration import RegisterStatus

FIELDS: Mapping[StrEnum, str] = {
    RegisterStatus.NAME_NOT_ALLOWED: "your_name",
    RegisterStatus.COUNTRY_UNKNOWN: "country",
    RegisterStatus.BIRTH_DATE_IMPOSSIBLE: "born_on",
    RegisterStatus.TOO_YOUNG: "born_on",
    RegisterStatus.REGISTRATION_NUMBER_MISSING: "registration_number",
    RegisterStatus.REGISTRATION_NUMBER_NOT_ALLOWED: "registration_number",
    RegisterStatus.REPRESENTATIVE_NOT_ALLOWED: "your_name",
    PaperStatus.EMPTY: "file",
    PaperStatus.TOO_LARGE: "file",
    PaperStatus.TYPE_NOT_ACCEPTED: "file",
    PaperStatus.MORE_THAN_ONE_TYPE: "file",
    PaperStatus.ACTIVE_CONTENT: "file",
    AddStatus.IBAN_NOT_VALID: "iban",
    AddStatus.HOLDER_DIFFERS: "holder_name",
    AddStatus.ALREADY_NAMED: "iban",
}


def refuse(form: Form, status: StrEnum) -> None:
    """Put the sentence for a refused status of the members' room on the form."""
    text = refusal(status)
    assert text is not None, f"{status!r} is no refusal"
    field = FIELDS.get(status)
    form.add_error(field if field in form.fields else None, gettext(text))
