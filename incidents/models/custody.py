"""Chain of custody and exposed records: what an attack or a loss of data demands (row P3)."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.evidence import Evidence
from incidents.models.incident import Incident


class Custody(models.Model):
    """One step of the chain: a piece of evidence went from one hand into another. Never changed."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="custody")
    what = models.CharField(_("证据"), max_length=200)
    from_whom = models.CharField(_("交出人"), max_length=80)
    to_whom = models.CharField(_("接收人"), max_length=80)
    handed_at = models.DateTimeField(_("交接时间"))
    kept_where = models.CharField(_("存放处"), max_length=120)
    sha256 = models.CharField(
        _("SHA-256"),
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"^[0-9a-f]{64}$", _("SHA-256 是 64 位十六进制数。"))],
    )
    # Where the piece is a file that was handed in here, its sum was counted by the server.
    file = models.ForeignKey(
        Evidence, models.PROTECT, related_name="custody", null=True, blank=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("证据交接")
        ordering = ["handed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.what}: {self.from_whom} → {self.to_whom}"


class ExposedQuerySet(models.QuerySet["Exposed"]):
    def newest(self) -> "ExposedQuerySet":
        """The last count of each kind."""
        return self.order_by("kind", "-pk").distinct("kind")


class Exposed(models.Model):
    """A count of records of one kind that may be lost or in strangers' hands. A recount is a new
    row; the product keeps the number, never the records."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="exposed")
    kind = models.CharField(_("记录种类"), max_length=80)
    count = models.PositiveBigIntegerField(_("条数"))
    note = models.CharField(_("怎样数的"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    objects = ExposedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("可能外泄的记录")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"
