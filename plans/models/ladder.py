"""The escalation ladder of each grade: who is called, when, how, and how many must answer."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plans.models.version import LEVELS, PlanVersion
from teams.models import ContactPoint, Membership, ResponseGroup, Role, Roster


def _aims(kind: Q, **filled: bool) -> Q:
    """Exactly these fields of a target are filled for this kind, and the others are not."""
    for text in ("role", "part"):
        kind &= ~Q(**{text: ""}) if text in filled else Q(**{text: ""})
    for key in ("group", "roster", "person"):
        kind &= Q(**{f"{key}__isnull": key not in filled})
    return kind


class Rung(models.Model):
    """One step of a grade's ladder (升级步): whom it reaches when nobody has acknowledged before.

    `after_minutes` counts from the rung before it, for the first from the report. Without
    `channels` each person is reached in their own order. The ladder stops when `acknowledgers`
    different people of one rung have acknowledged.
    """

    class To(models.TextChoices):
        ROLE = "role", _("角色")
        GROUP = "group", _("小组")
        ROSTER = "roster", _("值班表")
        PERSON = "person", _("指定人员")
        REPORTER = "reporter", _("报告人")

    class Part(models.TextChoices):
        HEAD = Membership.Part.HEAD.value, _("组长")
        DEPUTY = Membership.Part.DEPUTY.value, _("副组长")
        MEMBER = Membership.Part.MEMBER.value, _("组员")
        ANYONE = "anyone", _("全组")
        ACTING_HEAD = "acting_head", _("代理组长")

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="rungs")
    level = models.PositiveSmallIntegerField(_("级别"), choices=LEVELS)
    position = models.PositiveSmallIntegerField(_("次序"))
    to = models.CharField(_("对象"), max_length=8, choices=To.choices)
    role = models.CharField(_("角色"), max_length=12, choices=Role.choices, blank=True)
    group = models.ForeignKey(
        ResponseGroup,
        models.PROTECT,
        verbose_name=_("小组"),
        related_name="+",
        null=True,
        blank=True,
    )
    part = models.CharField(_("分工"), max_length=12, choices=Part.choices, blank=True)
    roster = models.ForeignKey(
        Roster,
        models.PROTECT,
        verbose_name=_("值班表"),
        related_name="+",
        null=True,
        blank=True,
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("人员"),
        related_name="+",
        null=True,
        blank=True,
    )
    after_minutes = models.PositiveIntegerField(_("间隔（分钟）"), default=0)
    channels = ArrayField(
        models.CharField(max_length=10), verbose_name=_("渠道"), default=list, blank=True
    )
    acknowledgers = models.PositiveSmallIntegerField(_("需确认人数"), default=1)
    # Seconds after which one person is tried in their next way; empty: by the grade.
    next_way_seconds = models.PositiveIntegerField(_("换下一种方式"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("升级步")
        ordering = ["plan", "level", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "level", "position"], name="rung_one_per_position"
            ),
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="rung_level_known"),
            models.CheckConstraint(
                condition=Q(acknowledgers__gte=1), name="rung_acknowledged_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(channels__contained_by=[str(channel) for channel in ContactPoint.Kind]),
                name="rung_channels_known",
            ),
            models.CheckConstraint(
                condition=_aims(Q(to="role"), role=True)
                | _aims(Q(to="group"), group=True, part=True)
                | _aims(Q(to="roster"), roster=True)
                | _aims(Q(to="person"), person=True)
                | _aims(Q(to="reporter")),
                name="rung_target_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}.{self.position} {self.target}"

    @property
    def target(self) -> str:
        """Whom the rung reaches, in words."""
        if self.to == self.To.ROLE:
            return str(self.get_role_display())
        if self.to == self.To.GROUP:
            return f"{self.group}{self.get_part_display()}"
        if self.to in (self.To.ROSTER, self.To.PERSON):
            return str(self.roster or self.person)
        return str(self.get_to_display())

    @property
    def channel_words(self) -> str:
        """By which channels, in words; empty where each person is reached in their own order."""
        return "、".join(str(ContactPoint.Kind(kind).label) for kind in self.channels)
