from django.apps import AppConfig


class MarketConfig(AppConfig):
    name = "tuppence.market"
    label = "market"
