from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("应急物资")

    def ready(self) -> None:
        from inventory import telling  # noqa: F401  (it registers itself)
