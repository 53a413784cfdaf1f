"""Deliveries (投递): one alert over one way to one person, its tries, and what came back."""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from journal.models import Entry
from notices.models.alert import Alert
from notices.models.channel import Channel
from notices.models.notice import Notice
from notices.models.subscription import Subscription
from teams.models import ContactPoint

# Alerts of an incident nobody has graded, tests and the canary go behind what is graver.
ORDINARY = 3
# Practice goes behind everything that is real, whatever grade it plays.
FOR_DRILLS = 8
# What patients subscribed to goes behind everything that somebody here must act on.
FOR_THE_PUBLIC = 9


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("待发")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发出")
    FAILED = "failed", _("没有发出")
    DROPPED = "dropped", _("不再需要")
    EXPIRED = "expired", _("已过期")


UNDER_WAY = (DeliveryState.WAITING, DeliveryState.SENDING)


class Receipt(models.TextChoices):
    """What is known of a message that was sent, from the least to the most."""

    SENT = "sent", _("已发出")
    DELIVERED = "delivered", _("已送达")
    SEEN = "seen", _("已看到")
    ACKNOWLEDGED = "acknowledged", _("已确认")


class Purpose(models.TextChoices):
    ALERT = "alert", _("告警")
    TEST = "test", _("试发")
    CANARY = "canary", _("自检")
    PUBLIC = "public", _("患者订阅")
    CONFIRM = "confirm", _("确认订阅")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def under_way(self) -> "DeliveryQuerySet":
        return self.filter(state__in=UNDER_WAY)

    def note(self, receipt: str, at: datetime.datetime) -> int:
        """Note what came back, however often and in whatever order it comes; give how many rows.

        A receipt implies those below it. The earliest moment of each stays; nothing is taken back.
        """
        columns = [f"{one}_at" for one in Receipt.values[: Receipt.values.index(receipt) + 1]]
        return self.update(**{column: Least(Coalesce(column, at), at) for column in columns})


class Delivery(models.Model):
    """One message over one way. `key` is its idempotency key: the same in every repeat.

    Who sends it holds a `token` until `leased_until`; only with the token may it be settled. A
    lease that ran out leaves it open whether the message went out: it is sent again, as a repeat.
    """

    State = DeliveryState
    Purpose = Purpose
    Receipt = Receipt

    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.ALERT)
    alert = models.ForeignKey(
        Alert,
        models.PROTECT,
        verbose_name=_("告警"),
        related_name="deliveries",
        null=True,
        blank=True,
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("收件人"),
        related_name="deliveries",
        null=True,
        blank=True,
    )
    # A contact point may be removed by its person; what was sent to it stays told.
    point = models.ForeignKey(
        ContactPoint, models.SET_NULL, related_name="deliveries", null=True, blank=True
    )
    channel = models.ForeignKey(
        Channel, models.PROTECT, verbose_name=_("渠道"), related_name="deliveries"
    )
    # Of those who subscribed: nothing of them stays once they have left.
    subscription = models.ForeignKey(
        Subscription, models.SET_NULL, related_name="deliveries", null=True, blank=True
    )
    # What they are told of, and the notice where it is one that changed, ended or came true.
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="news", null=True, blank=True)
    notice = models.ForeignKey(
        Notice, models.PROTECT, related_name="deliveries", null=True, blank=True
    )
    kind = models.CharField(_("方式"), max_length=8, blank=True)
    # Enough to recognise the address, not enough to use it.
    shown = models.CharField(_("地址"), max_length=120, blank=True)
    # Of a test without a contact point: the address that was typed, sealed.
    sealed_address = models.TextField(blank=True)
    key = models.CharField(_("幂等键"), max_length=80, unique=True)
    level = models.PositiveSmallIntegerField(_("级别"), default=ORDINARY)

    state = models.CharField(
        _("状态"),
        max_length=8,
        choices=DeliveryState.choices,
        default=DeliveryState.WAITING,
    )
    created_at = models.DateTimeField(_("建立"))
    due_at = models.DateTimeField(_("应发"))
    expires_at = models.DateTimeField(_("过期"))
    token = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("次数"), default=0)
    # How many of the tries may have arrived without our knowing.
    unknowns = models.PositiveSmallIntegerField(default=0)
    # The token under which it last went out: deliveries that share it went as one message.
    parcel = models.UUIDField(null=True, blank=True)
    code = models.CharField(_("返回码"), max_length=80, blank=True)
    words = models.CharField(_("应答"), max_length=300, blank=True)
    provider_id = models.CharField(_("对方编号"), max_length=120, blank=True)
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)

    sent_at = models.DateTimeField(_("发出"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("送达"), null=True, blank=True)
    seen_at = models.DateTimeField(_("看到"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("确认"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("投递")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "point", "channel"], name="delivery_once_per_way"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in DeliveryState]),
                name="delivery_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sending", token__isnull=False, leased_until__isnull=False)
                | ~models.Q(state="sending") & models.Q(token__isnull=True),
                name="delivery_sending_is_leased",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
                name="delivery_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["level", "due_at"],
                condition=models.Q(state="waiting"),
                name="delivery_due",
            ),
            models.Index(
                fields=["leased_until"],
                condition=models.Q(state="sending"),
                name="delivery_leased",
            ),
            models.Index(
                fields=["channel", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="delivery_by_provider_id",
            ),
            models.Index(fields=["person", "-sent_at"], name="delivery_last_sent"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_repeat(self) -> bool:
        return self.unknowns > 0

    @property
    def receipt(self) -> Any:
        """The most that is known, or None before it was sent."""
        for one in reversed(Receipt):
            if getattr(self, f"{one}_at") is not None:
                return one
        return None


class Attempt(models.Model):
    """One try to send, written before it is made: a sender that dies leaves it without an end."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("第几次"))
    token = models.UUIDField()
    is_repeat = models.BooleanField(_("重发"), default=False)
    began_at = models.DateTimeField(_("开始"))
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)
    # An outcome's word; «lost» where the lease ran out, «late» where it came after that.
    result = models.CharField(_("结果"), max_length=8, blank=True)
    code = models.CharField(_("返回码"), max_length=80, blank=True)
    words = models.CharField(_("应答"), max_length=300, blank=True)
    provider_id = models.CharField(_("对方编号"), max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("发送记录")
        ordering = ["delivery", "number"]
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_once")]
        indexes = [
            models.Index(
                fields=["token"], condition=models.Q(ended_at__isnull=True), name="attempt_open"
            )
        ]
