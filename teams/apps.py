from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = _("人员与组织")

    def ready(self) -> None:
        from teams import telling  # noqa: F401  (it registers itself)
