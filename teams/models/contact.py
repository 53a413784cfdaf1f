"""Contact points: by which ways a person is reached, in which order, at which hours."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from teams.models.person import Person


class Kind(models.TextChoices):
    IN_APP = "in_app", _("站内告警")
    PHONE = "phone", _("电话")
    SMS = "sms", _("短信")
    EMAIL = "email", _("邮件")
    WECOM = "wecom", _("企业微信")
    DINGTALK = "dingtalk", _("钉钉")
    FEISHU = "feishu", _("飞书")


class Proof(models.TextChoices):
    """By what it is known that a message came through to the person."""

    TEST = "test", _("测试消息")
    ACKNOWLEDGED = "acknowledged", _("告警确认")
    CALL_DOWN = "call_down", _("呼叫演练")
    CANARY = "canary", _("定时自检")


# Personal numbers: of these somebody without need sees the last two signs only.
_SHOWN = 2


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    def in_use(self) -> "ContactPointQuerySet":
        """Not switched off, each person's in their own order."""
        return self.filter(is_active=True)


class ContactPoint(models.Model):
    """One way to reach one person: a number, a mailbox, an account of a chat robot.

    `position` is the person's own order: 1 is tried first. Between `hours_from` and `hours_to`
    (local time, may pass midnight) the point may be used; without them at any time.
    `last_ok_at` is the last moment at which it was proved that a message came through.
    """

    Kind = Kind
    Proof = Proof

    # Ways that work when the hospital's own data network is down. A telephone call goes over the
    # telephone network and can be dialled by hand from the printed call tree. A text message
    # leaves by the hospital's line to the internet, unless a modem of its own sends it.
    OFF_NETWORK: frozenset[str] = frozenset(
        {Kind.PHONE, Kind.SMS} if settings.SMS_BY_MODEM else {Kind.PHONE}
    )

    person = models.ForeignKey(
        Person, models.CASCADE, verbose_name=_("人员"), related_name="contact_points"
    )
    kind = models.CharField(_("方式"), max_length=8, choices=Kind.choices)
    address = models.CharField(_("号码或账号"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=1)
    hours_from = models.TimeField(_("从"), null=True, blank=True)
    hours_to = models.TimeField(_("到"), null=True, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)
    last_ok_at = models.DateTimeField(_("最近一次证实"), null=True, blank=True)
    last_ok_how = models.CharField(
        _("由什么证实"), max_length=12, choices=Proof.choices, blank=True
    )
    version = models.PositiveIntegerField(_("版次"), default=1)

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("联系方式")
        ordering = ["person", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "address"], name="contact_point_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[str(kind) for kind in Kind]), name="contact_point_kind_known"
            ),
            # The product itself needs no address; every other way does.
            models.CheckConstraint(
                condition=Q(kind="in_app", address="") | ~Q(kind="in_app") & ~Q(address=""),
                name="contact_point_has_address",
            ),
            models.CheckConstraint(
                condition=Q(hours_from__isnull=True, hours_to__isnull=True)
                | Q(hours_from__isnull=False, hours_to__isnull=False)
                & ~Q(hours_from=F("hours_to")),
                name="contact_point_hours_whole",
            ),
            models.CheckConstraint(
                condition=Q(last_ok_at__isnull=True, last_ok_how="")
                | Q(last_ok_at__isnull=False) & ~Q(last_ok_how=""),
                name="contact_point_proof_whole",
            ),
        ]
        indexes = [models.Index(fields=["kind", "address"], name="contact_point_by_address")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.masked}".strip()

    @property
    def masked(self) -> str:
        """The address for those without need: enough to recognise, not enough to use."""
        return masked(self.address)

    @property
    def dialled(self) -> str:
        """A number as a telephone dials it: a comma's pause before an extension."""
        return self.address.replace("转", ",")

    @property
    def is_off_network(self) -> bool:
        """Does it reach the person when the hospital's own network is down?"""
        return self.kind in self.OFF_NETWORK

    @property
    def hours(self) -> str | Promise:
        """When it may be used, in words."""
        if self.hours_from is None or self.hours_to is None:
            return _("任何时间")
        return f"{self.hours_from:%H:%M}–{self.hours_to:%H:%M}"

    def is_open_at(self, at: datetime.datetime) -> bool:
        """May it be used at this moment? An end before its beginning lies past midnight."""
        if self.hours_from is None or self.hours_to is None:
            return True
        clock = timezone.localtime(at).time()
        if self.hours_from < self.hours_to:
            return self.hours_from <= clock < self.hours_to
        return clock >= self.hours_from or clock < self.hours_to


def masked(address: str) -> str:
    """An address of which only the last two signs can be read; of a mail address its domain."""
    if not address:
        return ""
    name, at, domain = address.partition("@")
    if at and "." in domain:
        return f"{name[:1]}•••@{domain}"
    return f"••••{address[-_SHOWN:]}" if len(address) > 2 * _SHOWN else "••••"
