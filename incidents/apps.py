from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("故障事件")

    def ready(self) -> None:
        from incidents import (  # noqa: F401
            demands,
            needed,
            paper_demands,
            subscriptions,
            supply_demands,
            telling,
        )
        from incidents.calls import calls
        from teams.workload import count_calls_by

        count_calls_by(calls)
        subscriptions.subscribe_all()
