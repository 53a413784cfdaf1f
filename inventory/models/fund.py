"""The emergency fund (应急备用金): an account whose entries are appended, never changed."""

import uuid
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from inventory import authority
from journal.states import StateField

CENT = MinValueValidator(0)


def _money(label: Any, **options: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=12, decimal_places=2, **options)


class Fund(models.Model):
    """Ready money. `balance` is written by the trigger on `FundEntry` alone, never below nothing.

    A payment above `two_person_above` is made only when a second person has approved it.
    """

    name = models.CharField(_("名称"), max_length=40, unique=True)
    balance = _money(_("余额"), default=0)
    two_person_above = _money(_("超过多少要第二人批准"), default=1000, validators=[CENT])
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("保管人"),
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = verbose_name_plural = _("应急备用金")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(balance__gte=0), name="fund_not_negative")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        return f"fund:{self.pk}"


class PaymentState(models.TextChoices):
    ASKED = "asked", _("等第二人批准")
    PAID = "paid", _("已付")
    SETTLED = "settled", _("已报销")
    REFUSED = "refused", _("未批准")


class Payment(FSMModelMixin, models.Model):
    """Money that leaves the fund: spent at once, or advanced to somebody who brings receipts.

    `stream` says what it is for, as with a loan (docs/adr/0007).
    """

    State = PaymentState

    class Kind(models.TextChoices):
        EXPENSE = "expense", _("直接支出")
        ADVANCE = "advance", _("预支")

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="payments")
    kind = models.CharField(_("方式"), max_length=7, choices=Kind.choices)
    state = StateField(_("状态"), choices=PaymentState.choices, protected=True)
    amount = _money(_("金额"))
    # Of an advance, what the receipts came to.
    spent = _money(_("实际花费"), null=True, blank=True)
    payee = models.CharField(_("收款人"), max_length=60)
    purpose = models.CharField(_("用途"), max_length=200)
    stream = models.CharField(_("用于"), max_length=80, blank=True)
    about = models.CharField(_("事件"), max_length=200, blank=True)
    url = models.CharField(_("打开"), max_length=200, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    asked_at = models.DateTimeField(_("申请时间"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    said = models.CharField(_("理由"), max_length=200, blank=True)
    settled_at = models.DateTimeField(_("报销时间"), null=True, blank=True)
    client_uuid = models.UUIDField(_("提交标识"), unique=True, default=uuid.uuid4)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("备用金支出")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_some"),
            models.CheckConstraint(
                condition=Q(spent__isnull=True) | Q(spent__gte=0) & Q(spent__lte=F("amount")),
                name="payment_spent_within",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="payment_by_two",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in PaymentState]),
                name="payment_state_known",
            ),
        ]
        indexes = [
            models.Index(fields=["stream"], condition=~Q(stream=""), name="payment_of_stream")
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.purpose}"

    def get_absolute_url(self) -> str:
        return reverse("inventory:payment", args=[self.pk])

    @property
    def is_open_advance(self) -> bool:
        return self.kind == self.Kind.ADVANCE and self.state == PaymentState.PAID

    @transition(
        state,
        source=PaymentState.ASKED,
        target=PaymentState.PAID,
        permission=authority.may_approve,
        custom={"label": _("批准支出")},
    )
    def approve(self, *, at: Any, by: Any) -> None:
        """A second person agrees: the money leaves the fund."""
        self.decided_at, self.decided_by = at, by

    @transition(
        state,
        source=PaymentState.ASKED,
        target=PaymentState.REFUSED,
        permission=authority.may_approve,
        custom={"label": _("不批准")},
    )
    def refuse(self, *, at: Any, by: Any, reason: str) -> None:
        self.decided_at, self.decided_by, self.said = at, by, reason

    @transition(
        state,
        source=PaymentState.PAID,
        target=PaymentState.SETTLED,
        permission=authority.may_settle,
        custom={"label": _("报销结清")},
    )
    def settle(self, *, at: Any, by: Any, spent: Any) -> None:
        """The receipts are there; what is left over is back in the fund."""
        self.settled_at, self.spent = at, spent


class Receipt(models.Model):
    """A receipt for a payment: its number and amount; the paper is filed by number, and what was
    photographed or came as a file is kept with it (`ReceiptFile`)."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="receipts")
    number = models.CharField(_("票据号"), max_length=40)
    amount = _money(_("金额"))
    what = models.CharField(_("买了什么"), max_length=120)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("票据")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["payment", "number"], name="receipt_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_some"),
        ]

    def __str__(self) -> str:
        return self.number


class ReceiptFile(models.Model):
    """A receipt as a file. Size, kind and SHA-256 are what the server found."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="files")
    name = models.CharField(_("文件名"), max_length=200)
    kind = models.CharField(_("类型"), max_length=100)
    size_bytes = models.PositiveBigIntegerField(_("大小（字节）"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    path = models.CharField(_("存放位置"), max_length=64, unique=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("票据文件")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "sha256"], name="receipt_file_once"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="receipt_file_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name


class FundEntry(models.Model):
    """One line of the account. `change` is signed; `after` is filled in by the database."""

    class Kind(models.TextChoices):
        DEPOSIT = "deposit", _("拨入")
        EXPENSE = "expense", _("支出")
        ADVANCE = "advance", _("预支")
        BACK = "back", _("预支余款退回")

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="entries")
    kind = models.CharField(_("事项"), max_length=7, choices=Kind.choices)
    change = _money(_("金额"))
    after = _money(_("余额"), default=0)
    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="entries", null=True, blank=True
    )
    reason = models.CharField(_("说明"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(_("时间"))
    client_uuid = models.UUIDField(_("提交标识"), unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = verbose_name_plural = _("备用金账目")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(change=0), name="fund_entry_some")]
