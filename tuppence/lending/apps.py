from django.apps import AppConfig


class LendingConfig(AppConfig):
    name = "tuppence.lending"
    label = "lending"

    def ready(self) -> None:
        """Let what a second person approves be known."""
        from tuppence.lending.operations import plan_change_requests, write_off_requests

        assert plan_change_requests.PLAN_CHANGE_KIND
        assert write_off_requests.WRITE_OFF_KIND
