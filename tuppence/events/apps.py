from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "tuppence.events"
    label = "events"
