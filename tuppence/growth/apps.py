from django.apps import AppConfig


class GrowthConfig(AppConfig):
    name = "tuppence.growth"
    label = "growth"

    def ready(self) -> None:
        """Give a new platform its channels, let what a second person approves be known, and have
        the day's close reckon extra rates."""
        from django.db.models.signals import post_migrate

        from tuppence.growth.operations.channels import seed_channels
        from tuppence.growth.operations.extra_rates import offers_of_day
        from tuppence.lending.day_close_steps import add_day_close_step

        add_day_close_step("offers", offers_of_day)

        post_migrate.connect(seed_channels, sender=self)
