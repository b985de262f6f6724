"""Long forms in groups: fields that are filled in together stand together."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django import forms
from django.forms import BoundField

from tuppence.web.staff_words import Word


class GroupedForm(forms.Form):
    """A form whose fields stand under headings, several on a line where there is room."""

    GROUPS: ClassVar[Mapping[str, Word]] = {}
    """Headings by a name, in order; `group_of` says which field belongs to which."""

    def group_of(self, field: str) -> str:
        """The name of a field's group; empty for those that stand before the groups."""
        return ""

    def loose(self) -> Sequence[BoundField]:
        """Fields in no group."""
        return [self[name] for name in self.fields if not self.group_of(name)]

    def groups(self) -> Sequence[tuple[Word, Sequence[BoundField]]]:
        """Each heading with its fields."""
        return [
            (heading, [self[name] for name in self.fields if self.group_of(name) == group])
            for group, heading in self.GROUPS.items()
        ]
