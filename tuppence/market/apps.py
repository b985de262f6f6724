from django.apps import AppConfig


class MarketConfig(AppConfig):
    name = "tuppence.market"
    label = "market"

    def ready(self) -> None:
        """Load the operations, so that what a second person approves is known."""
        from tuppence.market import operations  # noqa: F401
