from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "tuppence.members"
    label = "members"
