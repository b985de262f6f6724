from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "tuppence.letters"
    label = "letters"
