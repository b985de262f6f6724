from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "tuppence.api"
    label = "api"
