"""The call-down (点名): everybody of some rosters and groups is called, unannounced, to answer."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from drills.models.programme import PlannedDrill
from plans.marks import DRILL
from teams.models import ResponseGroup, Roster

LONGEST = 120


class CallDown(models.Model):
    """One call-down. Its calls are alerts about the entries of its stream, one entry a round.

    `minutes` is how long an answer may take, counted from the first call. It ends by a person's
    word; what is still on its way then is not sent any more.
    """

    client_uuid = models.UUIDField(_("提交标识"), unique=True)
    version = models.PositiveIntegerField(_("版次"), default=1)
    rosters = models.ManyToManyField(Roster, verbose_name=_("值班表"), related_name="+")
    groups = models.ManyToManyField(ResponseGroup, verbose_name=_("小组"), related_name="+")
    words = models.CharField(_("说什么"), max_length=120, blank=True)
    minutes = models.PositiveSmallIntegerField(_("几分钟内应答"), default=10)
    planned = models.ForeignKey(
        PlannedDrill,
        models.PROTECT,
        verbose_name=_("年度计划中的点名"),
        related_name="call_downs",
        null=True,
        blank=True,
    )
    begun_at = models.DateTimeField(_("开始时间"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("发起人"), related_name="+"
    )
    round = models.PositiveSmallIntegerField(_("第几遍"), default=1)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    end_reason = models.CharField(_("结束原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("点名")
        ordering = ["-pk"]
        constraints = [
            # Whoever is called by two at once would answer one of them for both.
            models.UniqueConstraint(
                models.ExpressionWrapper(
                    models.Q(ended_at__isnull=True), output_field=models.BooleanField()
                ),
                condition=models.Q(ended_at__isnull=True),
                name="call_down_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__range=(1, LONGEST)), name="call_down_minutes_bearable"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True)
                | models.Q(ended_at__gte=models.F("begun_at")),
                name="call_down_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{DRILL}{_('点名')} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("drills:call_down", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"call-down:{self.pk}"

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None


class Called(models.Model):
    """Somebody who is to answer, as rosters and groups stood when it began; `why` names these."""

    call_down = models.ForeignKey(CallDown, models.PROTECT, related_name="called")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("人员"), related_name="+"
    )
    why = models.CharField(_("因为"), max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = _("被点名的人")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["call_down", "person"], name="called_once_a_call_down")
        ]

    def __str__(self) -> str:
        return str(self.person)
