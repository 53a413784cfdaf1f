from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DrillsConfig(AppConfig):
    name = "drills"
    verbose_name = _("培训与演练")

    def ready(self) -> None:
        from drills import (  # noqa: F401  (some register themselves)
            audience,
            authority,
            calldown_audience,
            proving,
            telling,
        )
        from drills.workflow import calldown, following
        from incidents import practice
        from incidents.authority import also_controls

        audience.subscribe_all()
        calldown_audience.subscribe_all()
        also_controls(authority.controls_incident)
        practice.also(following.under_way, following.with_all)
        practice.also(calldown.under_way, calldown.with_all)

        from drills import training

        training.register()
