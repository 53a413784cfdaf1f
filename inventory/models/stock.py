"""Stock as moves. A move is never changed; the database itself adds it to its balance.

`Balance` is written by the trigger on `Move` alone (migration 0002): nobody edits a total.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.item import Batch, Item
from inventory.models.place import Place
from teams.models import Department


class Balance(models.Model):
    """How many of an item lie in one place (of one batch). Never below nothing."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="balances")
    place = models.ForeignKey(Place, models.PROTECT, related_name="balances")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="balances", null=True, blank=True)
    quantity = models.IntegerField(_("数量"))

    class Meta:
        verbose_name = verbose_name_plural = _("库存")
        ordering = ["item", F("batch__expires_on").asc(nulls_last=True), "place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "place", "batch"], name="balance_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="balance_not_negative"),
        ]


class LoanQuerySet(models.QuerySet["Loan"]):
    def open(self) -> "LoanQuerySet":
        """Something is still out that must come back."""
        return self.outstanding().filter(item__is_consumable=False)

    def outstanding(self) -> "LoanQuerySet":
        """Something is still out, whether it must come back or not."""
        settled = F("returned") + F("damaged") + F("lost") + F("consumed")
        return self.filter(quantity__gt=settled)


class Loan(models.Model):
    """What was given out (领用), to whom, for what; and what became of it.

    `stream` is the journal's stream of what it is for, `incident:12`, empty for everyday use:
    the key by which rooms above find their own (docs/adr/0007). `url` leads there.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="loans")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", null=True, blank=True)
    quantity = models.PositiveIntegerField(_("领用数量"))
    returned = models.PositiveIntegerField(_("完好归还"), default=0)
    damaged = models.PositiveIntegerField(_("损坏"), default=0)
    lost = models.PositiveIntegerField(_("丢失"), default=0)
    consumed = models.PositiveIntegerField(_("用掉"), default=0)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("领用科室"), related_name="+", null=True
    )
    taker = models.CharField(_("领用人"), max_length=60, blank=True)
    stream = models.CharField(_("用于"), max_length=80, blank=True)
    purpose = models.CharField(_("用途"), max_length=200)
    url = models.CharField(_("打开"), max_length=200, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    issued_at = models.DateTimeField(_("领用时间"))
    settled_at = models.DateTimeField(_("结清时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("领用")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="loan_some"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("returned") + F("damaged") + F("lost") + F("consumed")),
                name="loan_not_over_settled",
            ),
            models.CheckConstraint(
                condition=Q(department__isnull=False) | ~Q(taker=""), name="loan_to_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["stream"], condition=~Q(stream=""), name="loan_of_stream"),
            models.Index(
                fields=["item"], condition=Q(settled_at__isnull=True), name="loan_unsettled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.name} {self.quantity} {self.item.unit}"

    @property
    def outstanding(self) -> int:
        return self.quantity - self.returned - self.damaged - self.lost - self.consumed

    @property
    def who(self) -> str:
        """Who has it, in words."""
        return " ".join(filter(None, [str(self.department or ""), self.taker]))


class Move(models.Model):
    """One change of stock. `change` is what it did to the balance, `after` what was there then.

    What befalls something that is out on loan changes no balance: its `change` is 0.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", _("入库")
        ISSUED = "issued", _("领用")
        RETURNED = "returned", _("归还")
        LOST = "lost", _("丢失")
        DAMAGED = "damaged", _("损坏")
        CONSUMED = "consumed", _("消耗")
        COUNTED = "counted", _("盘点更正")
        MOVED_OUT = "moved_out", _("移出")
        MOVED_IN = "moved_in", _("移入")

    item = models.ForeignKey(Item, models.PROTECT, related_name="moves")
    place = models.ForeignKey(Place, models.PROTECT, related_name="moves")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="moves", null=True, blank=True)
    kind = models.CharField(_("变动"), max_length=9, choices=Kind.choices)
    quantity = models.PositiveIntegerField(_("数量"))
    change = models.IntegerField(_("库存变化"))
    # Filled in by the database.
    after = models.IntegerField(_("变动后"), default=0)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="moves", null=True, blank=True)
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(_("时间"))
    # The form or call that made it: sent twice, it is one.
    client_uuid = models.UUIDField(_("提交标识"), default=uuid.uuid4)
    line = models.PositiveSmallIntegerField(_("行"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("库存变动")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="move_some"),
            models.CheckConstraint(
                condition=Q(change=F("quantity"))
                | Q(change=-1 * F("quantity"))
                | Q(change=0, loan__isnull=False),
                name="move_changes_its_quantity",
            ),
            models.UniqueConstraint(fields=["client_uuid", "line"], name="move_sent_once"),
        ]
        indexes = [models.Index(fields=["item", "-id"], name="move_of_item")]


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def held(self) -> "ReservationQuerySet":
        """Still kept back for somebody."""
        return self.filter(released_at__isnull=True, quantity__gt=F("fulfilled"))


class Reservation(models.Model):
    """So many are kept back (预留) for what `stream` names; others cannot be given them."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="reservations")
    quantity = models.PositiveIntegerField(_("数量"))
    fulfilled = models.PositiveIntegerField(_("已领"), default=0)
    stream = models.CharField(_("用于"), max_length=80)
    purpose = models.CharField(_("用途"), max_length=200)
    url = models.CharField(_("打开"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(_("时间"))
    released_at = models.DateTimeField(_("解除时间"), null=True, blank=True)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("预留")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(quantity__gte=F("fulfilled")),
                name="reservation_whole",
            ),
            models.UniqueConstraint(
                fields=["item", "stream"],
                condition=Q(released_at__isnull=True),
                name="reservation_once_per_purpose",
            ),
        ]

    @property
    def left(self) -> int:
        return self.quantity - self.fulfilled
