"""The room of unhandled errors."""

from django.apps import AppConfig
from django.core.signals import got_request_exception


class FaultsConfig(AppConfig):
    """Listens for what no page handled."""

    name = "tuppence.faults"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take note of every error that leaves a view."""
        from tuppence.faults.middleware import notice_request

        got_request_exception.connect(notice_request, dispatch_uid="faults.notice_request")
