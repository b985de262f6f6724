from django.apps import AppConfig


class LendingConfig(AppConfig):
    name = "tuppence.lending"
    label = "lending"

    def ready(self) -> None:
        """Let what a second person approves be known."""
        from tuppence.lending.operations import write_off_requests

        assert write_off_requests.WRITE_OFF_KIND
