from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = _("通知")

    def ready(self) -> None:
        from notices import (  # noqa: F401  (some only register themselves)
            action_audience,
            audience,
            called,
            clocks,
            demands,
            drill_audience,
            duty_audience,
            estimates,
            ladders,
            maintenance_audience,
            meeting_audience,
            paper_audience,
            phone_audience,
            plan_audience,
            posters,
            public_audience,
            supply_audience,
            telling,
        )

        # First: of what an event does, the calls are in the greatest hurry.
        ladders.subscribe_all()
        audience.subscribe_all()
        paper_audience.subscribe_all()
        phone_audience.subscribe_all()
        duty_audience.subscribe_all()
        plan_audience.subscribe_all()
        public_audience.subscribe_all()
        supply_audience.subscribe_all()
        maintenance_audience.subscribe_all()
        drill_audience.subscribe_all()
        action_audience.subscribe_all()
        meeting_audience.subscribe_all()
