"""Files handed in as evidence: of the incident, of a check, of an order, of a backup."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.checks import Backup, Check
from incidents.models.incident import Incident
from incidents.models.order import Order


class Evidence(models.Model):
    """One file. Size, kind and SHA-256 are what the server found, not what anybody said."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="files")
    # What it proves; none of them: the incident itself.
    check_item = models.ForeignKey(
        Check, models.PROTECT, related_name="files", null=True, blank=True
    )
    order = models.ForeignKey(Order, models.PROTECT, related_name="files", null=True, blank=True)
    backup = models.ForeignKey(Backup, models.PROTECT, related_name="files", null=True, blank=True)
    name = models.CharField(_("文件名"), max_length=200)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    kind = models.CharField(_("类型"), max_length=100)
    size_bytes = models.PositiveBigIntegerField(_("大小（字节）"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    path = models.CharField(_("存放位置"), max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("凭证文件")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(check_item__isnull=True, order__isnull=True)
                | models.Q(check_item__isnull=True, backup__isnull=True)
                | models.Q(order__isnull=True, backup__isnull=True),
                name="evidence_of_one_thing",
            ),
            models.CheckConstraint(condition=models.Q(size_bytes__gt=0), name="evidence_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def about(self) -> str:
        """What it proves, in words."""
        if self.check_item is not None:
            return str(_("检查项：%(what)s") % {"what": self.check_item.text})
        if self.order is not None:
            return str(_("指令：%(what)s") % {"what": self.order.text})
        if self.backup is not None:
            return str(_("备份：%(what)s") % {"what": self.backup.name})
        return ""
