"""Who acts on a staff page, and the key of an order made on its form.

The key is of the page's act, its sender and the form as it was shown. Sent twice, or again after
"back", it is the same key, and the operation answers what it answered the first time.
"""

from uuid import UUID

from django.forms import Form
from django.http import HttpRequest

from tuppence.ledger.ids import derive_id
from tuppence.members import queries
from tuppence.members.roles import Permission
from tuppence.members.views import refuse


def staff_id(request: HttpRequest) -> int:
    """The account that acts; `requires` has made sure that somebody is signed in."""
    assert request.user.pk is not None
    return request.user.pk


def insist(request: HttpRequest, permission: Permission) -> None:
    """Refuse, and write it to the trail, where a page may be read by more than may act on it."""
    if not queries.may(request.user, permission):
        refuse(request, (permission,))


def order_key(request: HttpRequest, act: str, form: Form) -> UUID:
    """The key for a valid form of `forms.fields.OrderForm`."""
    return derive_id("web", act, staff_id(request), form.cleaned_data["key"])
