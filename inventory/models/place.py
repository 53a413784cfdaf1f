"""Where supplies lie (存放地点)."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class StoreQuerySet(models.QuerySet["Place"]):
    def in_use(self) -> "StoreQuerySet":
        return self.filter(is_active=True)


class Place(models.Model):
    """A store, a cupboard, a duty room: with who keeps it and how they are rung."""

    name = models.CharField(_("名称"), max_length=40, unique=True)
    where = models.CharField(_("在哪里"), max_length=120, blank=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("保管人"),
        related_name="+",
        null=True,
        blank=True,
    )
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    objects = StoreQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("存放地点")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("inventory:place", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"store:{self.pk}"
