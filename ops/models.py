"""What running the product leaves in the database: the pulse of its moving parts, and the kits."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ops.kits.models import (
    KitDrawer,
    KitEdition,
    KitForm,
    KitPaper,
    KitPlacement,
    KitRun,
    KitRunItem,
)

__all__ = [
    "Heartbeat",
    "KitDrawer",
    "KitEdition",
    "KitForm",
    "KitPaper",
    "KitPlacement",
    "KitRun",
    "KitRunItem",
]


class Heartbeat(models.Model):
    """When a part was last known to live, by the database's clock.

    `beat` is written by a task that travelled beat → Redis → worker → PostgreSQL, so one late row
    tells of any of them. `watchdog` is written by the watchdog itself.
    """

    name = models.CharField(_("部件"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("最近心跳"))

    class Meta:
        verbose_name = verbose_name_plural = _("心跳")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
