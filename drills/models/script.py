"""What a drill's scenario sends its people (插入信息), and what it expects of them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from drills.models.drill import Drill


class InjectQuerySet(models.QuerySet["Inject"]):
    def due(self, now: object) -> "InjectQuerySet":
        """To be given by the clock now."""
        return self.filter(
            state=Inject.State.WAITING,
            due_at__lte=now,
            drill__state=Drill.State.RUNNING,
        )


class Inject(models.Model):
    """One piece of news for somebody in the drill.

    `minute` is on the drill's clock; `due_at` is the moment of it while the drill runs, empty for
    what is only given by hand. It is given once, by the clock or by hand, whoever is first.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待给出")
        HELD = "held", _("扣住")
        GIVEN = "given", _("已给出")
        SKIPPED = "skipped", _("略过")

    class Act(models.TextChoices):
        """What happens beside telling it."""

        NONE = "", _("只告知")
        BEGIN = "begin", _("演练由它开始")
        OPEN = "open", _("作为一起报告进入系统")
        ADD = "add", _("作为补充报告进入系统")

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="injects")
    # The scenario's step, from 1; 0 for what a controller made up on the spot.
    step = models.PositiveSmallIntegerField(_("剧本第几步"), default=0)
    minute = models.FloatField(_("演练时间（分钟）"))
    role = models.CharField(_("给谁"), max_length=80, blank=True)
    text = models.CharField(_("内容"), max_length=240)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    waiting_people = models.PositiveIntegerField(_("等候人数"), null=True, blank=True)
    act = models.CharField(_("动作"), max_length=5, choices=Act.choices, blank=True)
    # Given by the clock; else only by a controller's hand.
    by_clock = models.BooleanField(_("到点自动给出"), default=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(_("给出时刻"), null=True, blank=True)
    settled_at = models.DateTimeField(_("给出或略过于"), null=True, blank=True)
    # Empty: by the drill's clock.
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("给出或略过的人"),
        related_name="+",
        null=True,
        blank=True,
    )
    reason = models.CharField(_("扣住或略过的原因"), max_length=200, blank=True)

    objects = InjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("演练信息")
        ordering = ["minute", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="skipped") | ~models.Q(reason=""),
                name="inject_skipped_says_why",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["given", "skipped"])
                | models.Q(settled_at__isnull=False),
                name="inject_settled_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="inject_due")
        ]

    def __str__(self) -> str:
        return self.text


class Expected(models.Model):
    """An act that the scenario expects, and when it has to be done at the latest.

    `event` is the journal's event that shows it, `detail` what its facts must say (an item of a
    checklist), `ordinal` which of several such entries. What no journal sees is noted by hand
    (`noted_*`): in a tabletop everything.
    """

    drill = models.ForeignKey(Drill, models.PROTECT, related_name="expected")
    step = models.PositiveSmallIntegerField(_("剧本第几步"))
    role = models.CharField(_("由谁"), max_length=80, blank=True)
    text = models.CharField(_("应做什么"), max_length=240)
    target = models.FloatField(_("最迟（演练分钟）"))
    target_from = models.CharField(_("时限来自"), max_length=40)
    event = models.CharField(_("日志事件"), max_length=80, blank=True)
    detail = models.CharField(_("其中"), max_length=200, blank=True)
    ordinal = models.PositiveSmallIntegerField(_("第几次"), default=1)
    noted_at = models.DateTimeField(_("手记时间"), null=True, blank=True)
    noted_minute = models.FloatField(_("实际（演练分钟）"), null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("手记人"),
        related_name="+",
        null=True,
        blank=True,
    )
    note = models.CharField(_("回答或情况"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("期待的行动")
        ordering = ["step", "pk"]

    def __str__(self) -> str:
        return self.text
