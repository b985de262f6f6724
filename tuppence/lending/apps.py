from django.apps import AppConfig


class LendingConfig(AppConfig):
    name = "tuppence.lending"
    label = "lending"

    def ready(self) -> None:
        """Let what a second person approves be known, and the day's close forget old drafts."""
        from tuppence.lending.day_close_steps import add_day_close_step
        from tuppence.lending.operations import plan_change_requests, write_off_requests
        from tuppence.lending.operations.drafts import forget_drafts_of_day

        assert plan_change_requests.PLAN_CHANGE_KIND
        assert write_off_requests.WRITE_OFF_KIND
        add_day_close_step("drafts", forget_drafts_of_day)
