from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DrillsConfig(AppConfig):
    name = "drills"
    verbose_name = _("培训与演练")

    def ready(self) -> None:
        from drills import audience, telling  # noqa: F401  (one only registers itself)

        audience.subscribe_all()

        from drills.training import audience as training_audience
        from drills.training import telling as training_telling  # noqa: F401

        training_audience.subscribe_all()
