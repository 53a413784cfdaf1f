"""All clear (解除): said to every department once the service works again; each confirms."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident
from teams.models import Department


class AllClearQuerySet(models.QuerySet["AllClear"]):
    def standing(self) -> "AllClearQuerySet":
        """Said, and not revoked."""
        return self.filter(revoked_at__isnull=True)


class AllClear(models.Model):
    """The all clear of an incident, in the words that were told. A relapse revokes it; the next
    one is another row."""

    incident = models.ForeignKey(
        Incident, models.PROTECT, verbose_name=_("故障事件"), related_name="all_clears"
    )
    words = models.TextField(_("解除的话"))
    at = models.DateTimeField(_("解除时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    revoked_reason = models.TextField(_("撤销理由"), blank=True)

    objects = AllClearQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("解除")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(revoked_at__isnull=True),
                name="all_clear_once",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True)
                | models.Q(revoked_by__isnull=False) & ~models.Q(revoked_reason=""),
                name="all_clear_revoked_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.words


class AllClearReceipt(models.Model):
    """One department that was told; `confirmed_by` is whoever of it said that it has it."""

    all_clear = models.ForeignKey(AllClear, models.PROTECT, related_name="receipts")
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("科室"), related_name="+"
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = _("解除回执")
        ordering = ["department__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["all_clear", "department"], name="all_clear_receipt_once"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | models.Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="all_clear_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.department)
