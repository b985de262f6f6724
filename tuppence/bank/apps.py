from django.apps import AppConfig


class BankConfig(AppConfig):
    name = "tuppence.bank"
    label = "bank"
