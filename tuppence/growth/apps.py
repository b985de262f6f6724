from django.apps import AppConfig


class GrowthConfig(AppConfig):
    name = "tuppence.growth"
    label = "growth"

    def ready(self) -> None:
        """Give a new platform its channels, and let what a second person approves be known."""
        from django.db.models.signals import post_migrate

        from tuppence.growth.operations.channels import seed_channels

        post_migrate.connect(seed_channels, sender=self)
