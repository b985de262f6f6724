from django.apps import AppConfig


class MarketConfig(AppConfig):
    name = "tuppence.market"
    label = "market"

    def ready(self) -> None:
        """Let what a second person approves be known, and the day's close end funding windows."""
        from tuppence.lending.day_close_steps import add_day_close_step
        from tuppence.market.operations import end_windows_of_day

        add_day_close_step("listings", end_windows_of_day)
