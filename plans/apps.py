from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "plans"
    verbose_name = _("预案")

    def ready(self) -> None:
        from plans import covered, needed, telling  # noqa: F401  (they register themselves)
