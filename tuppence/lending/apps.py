from django.apps import AppConfig


class LendingConfig(AppConfig):
    name = "tuppence.lending"
    label = "lending"
