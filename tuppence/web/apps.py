from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tuppence.web"
    label = "web"
