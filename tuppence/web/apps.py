from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tuppence.web"
    label = "web"

    def ready(self) -> None:
        """Translations are compiled before the first page asks for one."""
        from tuppence.web.catalogue import compile_stale

        compile_stale()
