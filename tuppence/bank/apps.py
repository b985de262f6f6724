from django.apps import AppConfig


class BankConfig(AppConfig):
    name = "tuppence.bank"
    label = "bank"

    def ready(self) -> None:
        # Approval handlers register themselves when the operations are loaded.
        from tuppence.bank import operations  # noqa: F401
