from django.apps import AppConfig


class TapesConfig(AppConfig):
    name = "tuppence.tapes"
    label = "tapes"
