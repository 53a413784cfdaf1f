"""Hall screens (大厅屏) as they were last heard of."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.place import Place

# A screen says each minute that it is alight; two may get lost.
DARK_AFTER = datetime.timedelta(minutes=3)


class Screen(models.Model):
    """One device that shows a place's screen. `device` is a random name that it gave itself.

    Not in the journal: a sign of life, thousands a day, on which nothing depends.
    """

    place = models.ForeignKey(Place, models.CASCADE, verbose_name=_("地点"), related_name="screens")
    device = models.CharField(_("设备"), max_length=36)
    size = models.CharField(_("分辨率"), max_length=12, blank=True)
    first_seen_at = models.DateTimeField(_("第一次连接"))
    seen_at = models.DateTimeField(_("最近一次连接"))

    class Meta:
        verbose_name = verbose_name_plural = _("大厅屏")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["place", "device"], name="screen_once_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.size}".strip()

    def is_dark_at(self, at: datetime.datetime) -> bool:
        return self.seen_at < at - DARK_AFTER
