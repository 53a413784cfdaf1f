"""Channels (告警渠道) as a hospital has set them up, and how they are doing."""

import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notices import channels, sealing


def kinds() -> list[tuple[str, Any]]:
    """Choices: every kind that there is a file for."""
    return [(kind.name, kind.label) for kind in channels.KINDS.values()]


# What a reader subscribes to, by the kind of channel that carries it.
FOR_READERS = {"mail": "email", "web_push": "push"}


class ChannelQuerySet(models.QuerySet["Channel"]):
    def active(self) -> "ChannelQuerySet":
        """Those in use, in the order in which they are tried."""
        return self.filter(is_active=True).order_by("position", "pk")

    def for_subscribers(self) -> "dict[str, Channel]":
        """The channels that carry news to the public, by the kind of subscription. One query.

        The last of the mail channels: one of its own may be set up behind that of the staff.
        Without SITE_URL no link would confirm or end it, without a key no address can be kept.
        """
        if not settings.SITE_URL or not sealing.has_key():
            return {}
        found = self.active().filter(kind__in=FOR_READERS)
        return {FOR_READERS[channel.kind]: channel for channel in found}


class Channel(models.Model):
    """One way out, as an administrator has set it up.

    `configuration` holds what anybody may read, `sealed` the secrets; `sealed_names` tells which
    there are. `version` grows with each verb of an administrator. What follows below that is kept
    by the engine: a row of failures opens the circuit, and nothing is sent until `opened_until`.
    """

    kind = models.CharField(_("类型"), max_length=20, choices=kinds)
    name = models.CharField(_("名称"), max_length=40, unique=True)
    configuration = models.JSONField(_("设置"), default=dict)
    sealed = models.TextField(_("密钥"), blank=True)
    sealed_names = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    rates = models.JSONField(_("频率上限"), default=list)
    is_active = models.BooleanField(_("在用"), default=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=100)
    version = models.PositiveIntegerField(_("版次"), default=1)

    failures = models.PositiveIntegerField(_("连续失败"), default=0)
    opened_until = models.DateTimeField(_("熔断至"), null=True, blank=True)
    # One message is on its way to see whether it works again.
    is_probed = models.BooleanField(_("正在试探"), default=False)
    # How often it opened since it last worked: the pauses grow.
    openings = models.PositiveIntegerField(_("熔断次数"), default=0)
    # The provider itself asked us to wait.
    paused_until = models.DateTimeField(_("暂停至"), null=True, blank=True)
    last_sent_at = models.DateTimeField(_("最近发出"), null=True, blank=True)
    last_failed_at = models.DateTimeField(_("最近失败"), null=True, blank=True)
    last_words = models.CharField(_("最近的应答"), max_length=300, blank=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("告警渠道")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("notices:change_channel", args=[self.pk])

    @property
    def stream(self) -> str:
        """Name of this channel's stream in the journal."""
        return f"channel:{self.pk}"

    @property
    def made_of(self) -> channels.Kind:
        return channels.KINDS[self.kind]

    @property
    def host(self) -> str:
        """Where its secrets may go, and nowhere else."""
        return self.made_of.place(self.configuration)

    @property
    def line(self) -> channels.Line:
        """What an adapter needs to send. Raises sealing.CannotOpen."""
        secrets = sealing.unseal(self.sealed, kind=self.kind, host=self.host)
        return channels.Line(self.kind, self.name, self.configuration, secrets)

    @property
    def all_rates(self) -> list[channels.Rate]:
        return [channels.Rate(**rate) for rate in self.rates]

    def is_closed_at(self, at: datetime.datetime) -> bool:
        """Is the way barred for now, by its failures or at the provider's wish?"""
        return any(
            until is not None and until > at for until in (self.opened_until, self.paused_until)
        )


class Pace(models.Model):
    """When the last messages of one window went out: what all workers share.

    `whom` is empty for the channel's own rate, else a digest of the address. `stamps` holds at
    most as many moments as the rate allows, oldest first.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="paces")
    whom = models.CharField(max_length=64, blank=True)
    seconds = models.PositiveIntegerField()
    stamps = ArrayField(models.DateTimeField(), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("频率记录")
        constraints = [
            models.UniqueConstraint(fields=["channel", "whom", "seconds"], name="pace_once")
        ]
