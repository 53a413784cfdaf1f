"""Suppliers and service providers, with contract and hotline."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# So long before its end a contract is told of.
RENEW = datetime.timedelta(days=60)


class SupplierQuerySet(models.QuerySet["Supplier"]):
    def in_use(self) -> "SupplierQuerySet":
        return self.filter(is_active=True)


class Supplier(models.Model):
    """Who is called when something of theirs fails, or when something runs out.

    `answers_for`: words of what they answer for (交换机、HIS、医保), one a line; a fault in whose
    words one of them occurs shows their hotline.
    """

    class Kind(models.TextChoices):
        SERVICE = "service", _("维保服务商")
        SUPPLIER = "supplier", _("供应商")

    name = models.CharField(_("名称"), max_length=80, unique=True)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    hotline = models.CharField(_("热线"), max_length=40)
    contact = models.CharField(_("联系人"), max_length=60, blank=True)
    answers_for = models.TextField(_("负责什么"), blank=True)
    contract_number = models.CharField(_("合同号"), max_length=60, blank=True)
    contract_from = models.DateField(_("合同开始"), null=True, blank=True)
    contract_to = models.DateField(_("合同到期"), null=True, blank=True)
    response_minutes = models.PositiveIntegerField(_("响应时限(分钟)"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    objects = SupplierQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("供应商和服务商")
        ordering = ["kind", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contract_from__isnull=True)
                | Q(contract_to__isnull=True)
                | Q(contract_to__gte=F("contract_from")),
                name="supplier_contract_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("inventory:supplier", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"supplier:{self.pk}"

    @property
    def words(self) -> list[str]:
        return [line.strip() for line in self.answers_for.splitlines() if line.strip()]

    @property
    def is_expired(self) -> bool:
        return self.contract_to is not None and self.contract_to < timezone.localdate()

    @property
    def expires_soon(self) -> bool:
        today = timezone.localdate()
        return self.contract_to is not None and today <= self.contract_to <= today + RENEW


def answering_for(text: str) -> list[Supplier]:
    """Those of whose words one occurs in the text, whatever the case; one query."""
    text = text.lower()
    rows = Supplier.objects.in_use().order_by("kind", "name")
    return [row for row in rows if any(word.lower() in text for word in row.words)]
