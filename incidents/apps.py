from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("故障事件")

    def ready(self) -> None:
        from incidents import demands, needed, telling  # noqa: F401  (they register themselves)
        from incidents.calls import calls
        from teams.workload import count_calls_by

        count_calls_by(calls)
