from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MembersConfig(AppConfig):
    name = "tuppence.members"
    label = "members"

    def ready(self) -> None:
        # Approval handlers register themselves when the operations are loaded.
        from tuppence.members import operations  # noqa: F401

        post_migrate.connect(seed_groups, sender=self)


def seed_groups(using: str = "default", **_: Any) -> None:
    """Make the group of each staff role; a flush removes them, so it happens after each one."""
    from django.contrib.auth.models import Group

    from tuppence.members.roles import Role

    for role in Role:
        Group.objects.using(using).get_or_create(name=role.value)
