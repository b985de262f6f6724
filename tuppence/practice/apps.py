from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "tuppence.practice"
    label = "practice"
